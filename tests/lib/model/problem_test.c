/* lib/model/problem: texts in both languages, and the bound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "model/problem.h"

static void texts_carry_the_value(void **state)
{
    (void)state;
    static struct problems p;
    p.count = p.more = 0;
    problem_add(&p, REASON_BILL_SUM, "medfee_sumamt", NULL, "1.00 / 2.00");
    problem_add(&p, REASON_LINE_DUPLICATE, NULL, "0001", NULL);
    problem_addf(&p, REASON_LINES_TOO_MANY, "lines", NULL, "%d > %d", 2, 1);
    assert_int_equal(p.count, 3);
    assert_int_equal(p.list[0].reason, REASON_BILL_SUM);
    assert_string_equal(p.list[0].field, "medfee_sumamt");
    assert_string_equal(p.list[0].feedetl_sn, "");
    assert_non_null(strstr(p.list[0].zh, "：1.00 / 2.00"));
    assert_non_null(strstr(p.list[0].en, ": 1.00 / 2.00"));
    assert_string_equal(p.list[1].en, reason_en(REASON_LINE_DUPLICATE));
    assert_string_equal(p.list[1].feedetl_sn, "0001");
    assert_non_null(strstr(p.list[2].en, ": 2 > 1"));
}

static void the_rest_is_counted_and_long_values_are_cut(void **state)
{
    (void)state;
    static struct problems p;
    static char value[2 * TEXT_ERROR_MAX];
    memset(value, 'x', sizeof value - 1);
    p.count = p.more = 0;
    for (int i = 0; i < ERRORS_MAX + 3; i++)
        problem_add(&p, REASON_MALFORMED, value, value, value);
    assert_int_equal(p.count, ERRORS_MAX);
    assert_int_equal(p.more, 3);
    assert_int_equal(strlen(p.list[0].en), TEXT_ERROR_MAX);
    assert_int_equal(strlen(p.list[0].field), sizeof p.list[0].field - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_carry_the_value),
        cmocka_unit_test(the_rest_is_counted_and_long_values_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
