/* Typed reads: what they take, and the words of what they refuse. */
#include "faults.h"

#include "base/date.h"
#include "base/yaml.h"

static struct faults *faults;
static struct yaml *yaml;

static const struct yaml_node *open_text(const char *text)
{
    faults = faults_new();
    assert_int_equal(yaml_parse("t.yaml", text_of(text), faults, &yaml), ERR_OK);
    return yaml_root(yaml);
}

static void close_text(uint32_t expected)
{
    if (faults->count != expected)
        faults_print(faults);
    assert_int_equal(faults->count, expected);
    yaml_free(yaml);
    free(faults);
}

static void good_values(void **state)
{
    (void)state;
    const struct yaml_node *r =
        open_text("yuan: 1200.00\nquoted: \"0.5\"\nratio: 0.85\none: 1\nint: -7\nyes: true\n"
                  "day: 2024-02-29\ntext: 郴州\nname: year\n");
    static const char *const names[] = {"stay", "year", NULL};
    int64_t n = 0;
    int32_t i = 0;
    bool b = false;
    const char *text;
    int which;
    assert_true(yaml_yuan(yaml_get(r, "yuan"), &n) && n == 120000);
    assert_true(yaml_yuan(yaml_get(r, "quoted"), &n) && n == 50);
    assert_true(yaml_ratio(yaml_get(r, "ratio"), &i) && i == 8500);
    assert_true(yaml_ratio(yaml_get(r, "one"), &i) && i == 10000);
    assert_true(yaml_integer(yaml_get(r, "int"), -10, 10, &n) && n == -7);
    assert_true(yaml_bool(yaml_get(r, "yes"), &b) && b);
    assert_true(yaml_date(yaml_get(r, "day"), &i) && i == date_of(2024, 2, 29));
    assert_true(yaml_text(yaml_get(r, "text"), 6, &text));
    assert_true(yaml_name(yaml_get(r, "name"), names, &which) && which == 1);
    close_text(0);
}

static void bad_values(void **state)
{
    (void)state;
    const struct yaml_node *r = open_text(
        "yuan: 12.345\nneg: -1\nratio: 1.0001\nprop: 0.12345\nint: 3.0\nbig: 11\n"
        "yes: yes\nday: 2023-02-29\ntext: 郴州\nname: month\nempty:\nnull: ~\nlist: [1]\n");
    static const char *const names[] = {"stay", "year", NULL};
    int64_t n = 42;
    int32_t i = 42;
    bool b = false;
    const char *text = "same";
    int which = 42;
    assert_false(yaml_yuan(yaml_get(r, "yuan"), &n));
    assert_false(yaml_yuan(yaml_get(r, "neg"), &n));
    assert_false(yaml_ratio(yaml_get(r, "ratio"), &i));
    assert_false(yaml_ratio(yaml_get(r, "prop"), &i));
    assert_false(yaml_integer(yaml_get(r, "int"), 0, 10, &n));
    assert_false(yaml_integer(yaml_get(r, "big"), 0, 10, &n));
    assert_false(yaml_bool(yaml_get(r, "yes"), &b));
    assert_false(yaml_date(yaml_get(r, "day"), &i));
    assert_false(yaml_text(yaml_get(r, "text"), 5, &text));
    assert_false(yaml_name(yaml_get(r, "name"), names, &which));
    assert_false(yaml_text(yaml_get(r, "empty"), 5, &text));
    assert_false(yaml_text(yaml_get(r, "null"), 5, &text));
    assert_false(yaml_yuan(yaml_get(r, "list"), &n));
    assert_true(n == 42 && i == 42 && which == 42 && strcmp(text, "same") == 0);
    assert_fault(faults, 1, "yuan", "found \"12.345\", expected an amount in yuan");
    assert_fault(faults, 3, "ratio", "ratio from 0 to 1");
    assert_fault(faults, 6, "big", "11 is out of range, expected 0 to 10");
    assert_fault(faults, 10, "name", "expected one of: stay, year");
    assert_fault(faults, 11, "empty", "expected a text");
    assert_fault(faults, 13, "list", "found a list");
    close_text(13);
}

static void mappings_are_closed(void **state)
{
    (void)state;
    static const char *const keys[] = {"a", "b", NULL};
    const struct yaml_node *r = open_text("x:\n  a: 1\n  c: 2\n  d: [{e: 1}]\n");
    const struct yaml_node *x = yaml_get(r, "x");
    assert_false(yaml_map(x, keys));
    assert_true(yaml_map(x, NULL));
    assert_null(yaml_need(x, "b"));
    assert_non_null(yaml_need(x, "a"));
    assert_false(yaml_map(yaml_get(x, "a"), keys));
    assert_false(yaml_map(NULL, keys));
    assert_true(yaml_mapping(x, keys)); /* and says again what is too many */
    assert_false(yaml_mapping(yaml_get(x, "a"), keys));
    assert_false(yaml_mapping(NULL, keys));
    yaml_fault(yaml_get(yaml_item(yaml_get(x, "d"), 0), "e"), "深 %d", "deep %d", 1);
    assert_fault(faults, 3, "x.c", "expected one of: a, b");
    assert_fault(faults, 4, "x.d", "unknown key");
    assert_fault(faults, 1, "x.b", "missing");
    assert_fault(faults, 2, "x.a", "expected a mapping");
    assert_fault(faults, 4, "x.d[0].e", "deep 1");
    close_text(8);
}

static void sequences_are_bounded(void **state)
{
    (void)state;
    const struct yaml_node *r = open_text("a: [1, 2]\nb: []\nc: 3\n");
    assert_true(yaml_seq(yaml_get(r, "a"), 1, 2));
    assert_false(yaml_seq(yaml_get(r, "a"), 1, 1));
    assert_false(yaml_seq(yaml_get(r, "b"), 1, 2));
    assert_false(yaml_seq(yaml_get(r, "c"), 1, 2));
    assert_false(yaml_seq(yaml_get(r, "d"), 1, 2));
    close_text(3);
}

static void long_values_are_quoted_whole(void **state)
{
    (void)state;
    const struct yaml_node *r = open_text("a: 一二三四五六七八九十一二三四五六七八九十\n");
    bool b;
    assert_false(yaml_bool(yaml_get(r, "a"), &b));
    assert_non_null(strstr(faults->list[0].zh, "“一二三四五六七八九十一二三”"));
    close_text(1);
}

static void names_are_listed_whole(void **state)
{
    (void)state;
    const char *const few[] = {"a", "b", "c", NULL};
    const char *many[100];
    char list[YAML_NAMES_TEXT];
    yaml_list_names(few, SIZE_MAX, list);
    assert_string_equal(list, "a, b, c");
    yaml_list_names(few, 2, list);
    assert_string_equal(list, "a, b");
    for (size_t i = 0; i < ARRAY_LEN(many); i++)
        many[i] = "prescription";
    /* 14 bytes each but the first: 20 are 278 bytes, and 21 are too many. */
    yaml_list_names(many, 20, list);
    assert_int_equal(strlen(list), 278);
    assert_null(strstr(list, "…"));
    yaml_list_names(many, 21, list);
    assert_string_equal(list + 278, ", …");
    many[20] = "four.";
    yaml_list_names(many, 21, list);
    assert_string_equal(list + 278, ", four.");
    yaml_list_names(many, 22, list);
    assert_string_equal(list + 278, ", …");
}

static void texts_hold_no_controls(void **state)
{
    (void)state;
    const struct yaml_node *r = open_text("esc: \"x\\u001b[1A\\e[2K\\u202e\\r\"\nraw: a\u2066b\n"
                                          "lines: |\n  a\nfolded: >-\n  a\n  b\nyes: \"\\e[2J\"\n");
    const char *text;
    bool b;
    assert_true(yaml_text(yaml_get(r, "esc"), 40, &text));
    assert_true(yaml_text(yaml_get(r, "raw"), 40, &text));
    assert_string_equal(text, "a\u2066b");
    assert_true(yaml_text(yaml_get(r, "lines"), 40, &text));
    assert_int_equal(faults->objections, 3);
    assert_false(yaml_bool(yaml_get(r, "yes"), &b));
    assert_int_equal(faults_grave(faults), 1);
    assert_true(yaml_text(yaml_get(r, "folded"), 40, &text));
    assert_string_equal(text, "a b");
    assert_fault(faults, 1, "esc",
                 "found \"x\\u001b[1A\\u001b[2K\\u202e\\u000d\", expected a text "
                 "without control characters (it has U+001B)");
    assert_non_null(strstr(faults->list[0].zh, "应为不含控制字符的文本（现有 U+001B）"));
    assert_fault(faults, 2, "raw", "found \"a\\u2066b\", expected");
    assert_fault(faults, 3, "lines", "(it has U+000A)");
    assert_fault(faults, 8, "yes", "found \"\\u001b[2J\", expected true or false");
    close_text(4);
}

static void keys_hold_no_controls(void **state)
{
    (void)state;
    faults = faults_new();
    assert_int_equal(yaml_parse("t.yaml",
                                text_of("a: 1\nb: {\"x\\e[2K\\u202e\": 1}\n\"\\u0001\": 2\n"),
                                faults, &yaml),
                     ERR_INVALID);
    assert_fault(faults, 2, "b.x\\u001b[2K\\u202e", "the key holds a control character, U+001B");
    assert_fault(faults, 3, "\\u0001", "the key holds a control character, U+0001");
    assert_int_equal(faults->count, 2);
    yaml_free(yaml);
    free(faults);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_values),
        cmocka_unit_test(bad_values),
        cmocka_unit_test(mappings_are_closed),
        cmocka_unit_test(sequences_are_bounded),
        cmocka_unit_test(long_values_are_quoted_whole),
        cmocka_unit_test(names_are_listed_whole),
        cmocka_unit_test(texts_hold_no_controls),
        cmocka_unit_test(keys_hold_no_controls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
