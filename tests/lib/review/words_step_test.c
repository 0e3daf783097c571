/* Steps in words: figures in their places, parts left out where a figure is 0. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/money.h"
#include "review/words.h"

static void assert_figures_of(const struct policy *policy, enum lang lang, struct step step,
                              const char *expected)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    step_figures(out, lang, policy, &step);
    fclose(out);
    assert_string_equal(text, expected);
    free(text);
}

static void assert_figures(enum lang lang, struct step step, const char *expected)
{
    static struct policy policy;
    assert_figures_of(&policy, lang, step, expected);
}

static void figures_stand_in_their_places(void **state)
{
    (void)state;
    struct step step = {
        .code = STEP_SEGMENT, .layer = "", .base = 4930000, .ratio = 6500, .amount = 3204500};
    assert_figures(LANG_ZH, step, "49300.00 × 65% = 32045.00");
    step.limit = 8000000;
    assert_figures(LANG_ZH, step, "49300.00 × 65% = 32045.00（80000.00 以内）");
    assert_figures(LANG_EN, step, "49300.00 × 65% = 32045.00 (up to 80000.00)");
}

static void a_rounding_that_is_not_half_up_is_said(void **state)
{
    (void)state;
    static struct policy policy = {.layer_count = 1,
                                   .layers = {{.id = "basic", .rounding = {false, ROUND_DOWN}}}};
    struct step step = {
        .code = STEP_SEGMENT, .layer = "basic", .base = 101, .ratio = 5000, .amount = 50};
    assert_figures_of(&policy, LANG_ZH, step, "1.01 × 50% = 0.50，分以下舍去");
    policy.layers[0].rounding.to = ROUND_UP;
    assert_figures_of(&policy, LANG_EN, step, "1.01 × 50% = 0.50, up to the fen");
}

static void an_unknown_code_shows_its_amount(void **state)
{
    (void)state;
    struct step step = {.code = 250, .layer = "", .amount = 5};
    assert_figures(LANG_EN, step, "0.05");
    assert_string_equal(step_name(LANG_EN, 250), "step");
    assert_string_equal(step_name(LANG_ZH, STEP_CASH), "现金");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_stand_in_their_places),
        cmocka_unit_test(a_rounding_that_is_not_half_up_is_said),
        cmocka_unit_test(an_unknown_code_shows_its_amount),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
