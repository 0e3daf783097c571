/* lib/wire/national: what is not done here is refused by its name, in both texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "wire/national.h"

static void assert_refuses(const char *infno, enum reason reason, const char *part)
{
    struct problems problems = {0};
    national_refuse(infno, &problems);
    assert_int_equal(problems.count, 1);
    assert_int_equal(problems.list[0].reason, reason);
    assert_string_equal(problems.list[0].field, "infno");
    assert_non_null(strstr(problems.list[0].zh, part));
    assert_non_null(strstr(problems.list[0].en, part));
}

static void by_name(void **state)
{
    (void)state;
    assert_refuses("4101", REASON_INFNO_DECLINED, "4101 医疗保障基金结算清单上传");
    assert_refuses("4101A", REASON_INFNO_DECLINED, "4101A 医疗保障基金结算清单上传");
    assert_refuses("4217", REASON_INFNO_DECLINED, "4217 自费病人信息上传及查询");
    assert_refuses("7299", REASON_INFNO_DECLINED, "7299 电子处方流转");
}

static void with_the_number_that_does_it(void **state)
{
    (void)state;
    assert_refuses("2579", REASON_INFNO_ELSEWHERE, "2579 人员选点 -> 2505");
    assert_refuses("2207A", REASON_INFNO_ELSEWHERE, "2207A 门诊结算 -> 2207");
}

static void what_is_no_transaction(void **state)
{
    (void)state;
    static const char *const numbers[] = {"",     "1",     "9999",  "2209",
                                          "4264", "2207B", "22071", "A207"};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        assert_refuses(numbers[i], REASON_INFNO_UNKNOWN, numbers[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_name),
        cmocka_unit_test(with_the_number_that_does_it),
        cmocka_unit_test(what_is_no_transaction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
