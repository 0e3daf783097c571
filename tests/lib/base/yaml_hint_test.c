/* What is said to who types Chinese, or writes YAML for the first time. */
#include "faults.h"

#include "base/yaml.h"
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

static const char *const known[] = {"per", "yuan", "deductible", "unused", NULL};

static void assert_key(const char *key, const char *en)
{
    struct yaml_hint hint;
    yaml_hint_key(key, known, &hint);
    assert_string_equal(hint.en, en);
}

static void keys(void **state)
{
    (void)state;
    assert_key("deductable", " (did you mean deductible?)");
    assert_key("dedcutibel", " (did you mean deductible?)"); /* letters in the wrong order */
    assert_key("yuans", " (did you mean yuan?)");
    assert_key("pre", " (did you mean per?)");
    assert_key("unussed", " (did you mean unused?)");
    assert_key("used", ""); /* another word */
    assert_key("strange", "");
    assert_key("nth", "");
    assert_key("yuan:600.00", "; a space must follow the colon");
    assert_key("600.00", "; amounts have no commas between thousands");
    assert_key("yuan：600.00", "; \"：\" is full-width, write ':'");
    assert_key("", "");
}

/* A text that is no YAML: what is said of its full-width characters. */
static void assert_syntax(const char *text, const char *en)
{
    struct faults *f = faults_new();
    struct yaml *yaml;
    assert_int_equal(yaml_parse("t.yaml", text_of(text), f, &yaml), ERR_INVALID);
    assert_int_equal(f->count, 1);
    assert_non_null(strstr(f->list[0].en, "YAML syntax: "));
    const char *wide = strstr(f->list[0].en, "; \"");
    assert_string_equal(wide ? wide : "", en);
    free(f);
}

static void chinese_text_is_no_typing_error(void **state)
{
    (void)state;
    assert_syntax("# 住院，起付线\n\ta: 1\n", "");
    assert_syntax("a: 1 # 起付线：见第 5 条，１\n\tb: 2\n", "");
    assert_syntax("a: 1 # it's 600，\n\tb: 2\n", "");
    assert_syntax("zh: 住院，起付线\n\tb: 2\n", "");
    assert_syntax("zh: “住院”, 见 5．1\n\tb: 2\n", "");
    assert_syntax("- 住院：起付线\n\tb: 2\n", "");
    assert_syntax("- {zh: “住院”，a: 1}\n\tb: 2\n", "");
    assert_syntax("b: 住院，: c: 2\n", "");
}

static void typing_errors_beside_chinese_text(void **state)
{
    (void)state;
    assert_syntax("a: 1\nzh：居民，住院\nb: 2\n", "; \"：\" is full-width, write ':'");
    assert_syntax("a: {b: 1，c: 2} # 住院\n", "; \"，\" is full-width, write ','");
    assert_syntax("a: {zh: 住院, b: 1，c: 2}\n", "; \"，\" is full-width, write ','");
    assert_syntax("a: {zh: \"住院\"，c: 2}\n", "; \"，\" is full-width, write ','");
    assert_syntax("a: [5#6，: 2: 3\n", "; \"，\" is full-width, write ','");
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
        cmocka_unit_test(chinese_text_is_no_typing_error),
        cmocka_unit_test(typing_errors_beside_chinese_text),
        cmocka_unit_test(syntax_in_chinese),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
