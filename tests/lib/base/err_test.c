/* lib/base/err: every code has a text of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/check.h"
#include "base/err.h"

static void texts_are_distinct(void **state)
{
    (void)state;
    for (int a = ERR_OK; a >= ERR_TIMEOUT; a--) {
        assert_true(strlen(err_text((enum err)a)) > 0);
        assert_string_not_equal(err_text((enum err)a), "unknown error");
        for (int b = a - 1; b >= ERR_TIMEOUT; b--)
            assert_string_not_equal(err_text((enum err)a), err_text((enum err)b));
    }
}

static void unknown_codes_have_a_text(void **state)
{
    (void)state;
    static const int unknown[] = {1, ERR_TIMEOUT - 1, -1000, 1000};
    for (size_t i = 0; i < ARRAY_LEN(unknown); i++)
        assert_string_equal(err_text((enum err)unknown[i]), "unknown error");
}

static void success_is_zero_and_failures_are_negative(void **state)
{
    (void)state;
    assert_int_equal(ERR_OK, 0);
    assert_true(ERR_NOMEM < 0 && ERR_TIMEOUT < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_distinct),
        cmocka_unit_test(unknown_codes_have_a_text),
        cmocka_unit_test(success_is_zero_and_failures_are_negative),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
