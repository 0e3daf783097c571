/* What is said to who types Chinese, or writes YAML for the first time. */
#include "faults.h"

#include "base/yaml_node.h"

static void assert_wide(const char *text, const char *en)
{
    struct yaml_hint hint;
    assert_int_equal(yaml_hint_wide(text, strlen(text), &hint), en[0] != '\0');
    assert_string_equal(hint.en, en);
    assert_true((hint.zh[0] != '\0') == (en[0] != '\0'));
}

static void full_width_characters(void **state)
{
    (void)state;
    assert_wide("yuan: 600.00", "");
    assert_wide("yuan：600.00", "; \"：\" is full-width, write ':'");
    assert_wide("６00.00", "; \"６\" is full-width, write '6'");
    assert_wide("{a: 1，b: 2}", "; \"，\" is full-width, write ','");
    assert_wide("text: \"起付：600元\"", ""); /* between quotes it is a text */
    assert_wide("text: '起付：600元', ratio：1", "; \"：\" is full-width, write ':'");
    assert_wide("", "");
}

static void assert_key(const char *key, const char *en)
{
    struct yaml_hint hint;
    yaml_hint_key(key, &hint);
    assert_string_equal(hint.en, en);
}

static void keys(void **state)
{
    (void)state;
    assert_key("deductable", "");
    assert_key("yuan:600.00", "; a space must follow the colon");
    assert_key("600.00", "; amounts have no commas between thousands");
    assert_key("yuan：600.00", "; \"：\" is full-width, write ':'");
    assert_key("", "");
}

static void syntax_in_chinese(void **state)
{
    (void)state;
    assert_string_equal(yaml_hint_syntax("tab character may not be used as indentation"),
                        "缩进不能用制表符（Tab），请用空格");
    assert_string_equal(yaml_hint_syntax("never heard"), "never heard");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(full_width_characters),
        cmocka_unit_test(keys),
        cmocka_unit_test(syntax_in_chinese),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
