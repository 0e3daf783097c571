/* lib/model/problem: composed texts, the bound on their number, and cuts at a character. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "model/problem.h"

static void texts_carry_the_value_in_both_languages(void **state)
{
    (void)state;
    struct problems p = {0};
    problem_add(&p, REASON_BILL_SUM, "medfee_sumamt", NULL, "10.01");
    problem_addf(&p, REASON_LINE_AMOUNT, NULL, "7", "%d fen", 3);
    problem_add(&p, REASON_BILL_ZERO, NULL, NULL, NULL);
    assert_int_equal(p.count, 3);
    assert_string_equal(p.list[0].zh, "明细合计与医疗费总额不符：10.01");
    assert_string_equal(p.list[0].en, "the lines do not add up to medfee_sumamt: 10.01");
    assert_string_equal(p.list[0].field, "medfee_sumamt");
    assert_string_equal(p.list[1].feedetl_sn, "7");
    assert_non_null(strstr(p.list[1].en, ": 3 fen"));
    assert_string_equal(p.list[2].zh, reason_zh(REASON_BILL_ZERO));
}

static void more_than_the_bound_is_counted(void **state)
{
    (void)state;
    struct problems p = {0};
    for (int i = 0; i < ERRORS_MAX + 5; i++)
        problem_add(&p, REASON_ITEM_UNKNOWN, NULL, NULL, NULL);
    assert_int_equal(p.count, ERRORS_MAX);
    assert_int_equal(p.more, 5);
}

static void a_long_value_is_cut_at_a_character(void **state)
{
    (void)state;
    for (size_t lead = 0; lead < 4; lead++) {
        struct problems p = {0};
        char value[4 + 3 * 200 + 1];
        memset(value, 'a', lead);
        for (size_t i = 0; i < 200; i++)
            memcpy(value + lead + 3 * i, "郴", 3);
        value[lead + 600] = '\0';
        problem_add(&p, REASON_ITEM_UNKNOWN, NULL, NULL, value);
        size_t length = strlen(p.list[0].zh);
        assert_true(length <= TEXT_ERROR_MAX && length > TEXT_ERROR_MAX - 3);
        assert_true(utf8_valid(p.list[0].zh, length, NULL));
        assert_true(utf8_valid(p.list[0].en, strlen(p.list[0].en), NULL));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_carry_the_value_in_both_languages),
        cmocka_unit_test(more_than_the_bound_is_counted),
        cmocka_unit_test(a_long_value_is_cut_at_a_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
