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

static void controls_are_no_text(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t code;
    } bad[] = {{"a\n", 0x0a},          {"\t", 0x09},
               {"x\x1b[1A", 0x1b},     {"\x01", 0x01},
               {"\x1f", 0x1f},         {"医\x7f", 0x7f},
               {"\xc2\x80", 0x80},     {"\xc2\x9f", 0x9f},
               {"\xd8\x9c", 0x61c},    {"\xe2\x80\x8e", 0x200e},
               {"\u200f", 0x200f},     {"\u2028", 0x2028},
               {"\u2029", 0x2029},     {"a\u202a", 0x202a},
               {"\u202e\x1b", 0x202e}, {"\u2066", 0x2066},
               {"\u2069", 0x2069},     {"a\xff", 0xfffd}};
    uint32_t code;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_false(utf8_printable(bad[i].text, &code));
        assert_int_equal(code, bad[i].code);
    }
    static const char *const good[] = {"",       " ~",     "\u00a0é", "医保：“甲”", "\u200d",
                                       "\u2027", "\u202f", "\u2065",  "\u206a",     "\U00020000"};
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        assert_true(utf8_printable(good[i], &code));
}

static void shown(const char *text, size_t capacity, const char *expected)
{
    char out[64];
    memset(out, '#', sizeof out);
    utf8_show(text, out, capacity);
    assert_string_equal(out, expected);
}

static void controls_are_shown_escaped(void **state)
{
    (void)state;
    shown("医保 \\ é", 64, "医保 \\ é");
    shown("x\x1b[2K\u202e\r\xc2\x9b", 64, "x\\u001b[2K\\u202e\\u000d\\u009b");
    shown("a\xff\xe5z", 64, "a\\xff\\xe5z");
    /* Neither a character nor what stands for one is cut. */
    shown("a医b", 4, "a");
    shown("a医b", 5, "a医");
    shown("a\x1b", 7, "a");
    shown("a\x1b", 8, "a\\u001b");
    shown("a", 1, "");
    /* What another cut has left of one is dropped. */
    shown("a\xe5\x8c", 64, "a");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(well_formed),
        cmocka_unit_test(malformed),
        cmocka_unit_test(cutting),
        cmocka_unit_test(controls_are_no_text),
        cmocka_unit_test(controls_are_shown_escaped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
