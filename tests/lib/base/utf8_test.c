/* UTF-8: what is well-formed, and where a text may be cut. */
#include "faults.h"

#include "base/utf8.h"

static bool valid(const char *bytes)
{
    return utf8_valid(bytes, strlen(bytes), NULL);
}

static void well_formed(void **state)
{
    (void)state;
    assert_true(valid(""));
    assert_true(
        valid("abc 医保 \xc3\xa9 \xf0\xa0\x80\x80 \xf4\x8f\xbf\xbf \xed\x9f\xbf \xee\x80\x80"));
}

static void malformed(void **state)
{
    (void)state;
    static const char *const bad[] = {"\x80",
                                      "\xc0\x80",
                                      "\xc1\xbf",
                                      "\xc3",
                                      "\xe0\x80\x80",
                                      "\xed\xa0\x80",
                                      "\xe5\x8c",
                                      "\xf0\x80\x80\x80",
                                      "\xf4\x90\x80\x80",
                                      "\xff",
                                      "a\xe5\x8c"
                                      "b"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(valid(bad[i]));
    size_t at = 99;
    assert_false(utf8_valid("ab\0c", 4, &at));
    assert_int_equal(at, 2);
}

static void cutting(void **state)
{
    (void)state;
    const char *text = "a医b\xf0\xa0\x80\x80";
    static const size_t expected[] = {0, 1, 1, 1, 4, 5, 5, 5, 5, 9};
    for (size_t n = 0; n < ARRAY_LEN(expected); n++)
        assert_int_equal(utf8_whole(text, n), expected[n]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(well_formed),
        cmocka_unit_test(malformed),
        cmocka_unit_test(cutting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
