/* lib/base/reason: every row of reasons.def is whole, unique and of the class its number says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <string.h>

#include "base/check.h"
#include "base/reason.h"

static const enum reason all[] = {
#define REASON(number, name, class, zh, en) REASON_##name,
#include "reasons.def"
#undef REASON
};

static bool ascii_only(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text > 0x7E)
            return false;
    return true;
}

static void numbers_and_names_are_unique(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        assert_in_range(all[i], 1000, 9999);
        for (size_t j = i + 1; j < ARRAY_LEN(all); j++) {
            assert_int_not_equal(all[i], all[j]);
            assert_string_not_equal(reason_name(all[i]), reason_name(all[j]));
        }
    }
}

static void texts_are_there_in_both_languages(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        assert_true(strlen(reason_name(all[i])) > 0);
        assert_true(strlen(reason_zh(all[i])) > 0 && !ascii_only(reason_zh(all[i])));
        assert_true(strlen(reason_en(all[i])) > 0 && ascii_only(reason_en(all[i])));
        assert_string_not_equal(reason_en(all[i]), "unknown reason");
    }
}

/* Clients may tell "send again" and "our own fault" by the number alone. */
static void classes_agree_with_numbers(void **state)
{
    (void)state;
    size_t seen[4] = {0};
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        enum reason_class class = reason_class(all[i]);
        assert_in_range(class, REASON_CLASS_MESSAGE, REASON_CLASS_INTERNAL);
        seen[class]++;
        assert_int_equal(class == REASON_CLASS_RETRY, all[i] / 1000 == 8);
        assert_int_equal(class == REASON_CLASS_INTERNAL, all[i] / 1000 == 9);
    }
    for (size_t i = 0; i < ARRAY_LEN(seen); i++)
        assert_true(seen[i] > 0);
}

static void known_rows(void **state)
{
    (void)state;
    assert_int_equal(REASON_MALFORMED, 1001);
    assert_int_equal(REASON_PERSON_UNKNOWN, 2001);
    assert_int_equal(REASON_CHANGED, 5002);
    assert_string_equal(reason_name(REASON_CHANGED), "CHANGED");
    assert_string_equal(reason_zh(REASON_PERSON_UNKNOWN), "查无此人");
    assert_int_equal(reason_class(REASON_MALFORMED), REASON_CLASS_MESSAGE);
    assert_int_equal(reason_class(REASON_PERSON_UNKNOWN), REASON_CLASS_STATE);
    assert_int_equal(reason_class(REASON_OVERLOADED), REASON_CLASS_RETRY);
    assert_int_equal(reason_class(REASON_INTERNAL), REASON_CLASS_INTERNAL);
}

static void unknown_numbers_have_texts(void **state)
{
    (void)state;
    const int unknown[] = {REASON_NONE, 999, 7777, -1};
    for (size_t i = 0; i < ARRAY_LEN(unknown); i++) {
        assert_string_equal(reason_en((enum reason)unknown[i]), "unknown reason");
        assert_string_equal(reason_zh((enum reason)unknown[i]), "未知原因");
        assert_string_equal(reason_name((enum reason)unknown[i]), "UNKNOWN");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_and_names_are_unique),
        cmocka_unit_test(texts_are_there_in_both_languages),
        cmocka_unit_test(classes_agree_with_numbers),
        cmocka_unit_test(known_rows),
        cmocka_unit_test(unknown_numbers_have_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
