/* base/algorithm: names and numbers, both ways. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/algorithm.h"

static void test_both_ways(void **state)
{
    enum key_algorithm algorithm;
    (void)state;
    assert_true(key_algorithm_parse("sm2", &algorithm));
    assert_int_equal(algorithm, KEY_SM2);
    assert_true(key_algorithm_parse("ed25519", &algorithm));
    assert_int_equal(algorithm, KEY_ED25519);
    assert_false(key_algorithm_parse("rsa", &algorithm));
    assert_false(key_algorithm_parse("", &algorithm));
    assert_string_equal(key_algorithm_name(KEY_ED25519), "ed25519");
    assert_string_equal(key_algorithm_name(KEY_SM2), "sm2");
    assert_null(key_algorithm_name((enum key_algorithm)0));
    assert_null(key_algorithm_name((enum key_algorithm)3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_both_ways)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
