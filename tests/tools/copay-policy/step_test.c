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
#include "words.h"

static void assert_figures(enum lang lang, struct step step, const char *expected)
{
    static struct policy policy;
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    step_figures(out, lang, &policy, &step);
    fclose(out);
    assert_string_equal(text, expected);
    free(text);
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
        cmocka_unit_test(an_unknown_code_shows_its_amount),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
