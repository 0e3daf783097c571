/* Values compared and shown. */
#include "faults.h"

#include "base/utf8.h"
#include "base/yaml.h"

static struct yaml *parse(const char *text)
{
    static struct faults faults;
    struct yaml *yaml;
    assert_int_equal(yaml_parse("t.yaml", text_of(text), &faults, &yaml), ERR_OK);
    return yaml;
}

static bool same(const char *a, const char *b)
{
    struct yaml *x = parse(a), *y = parse(b);
    bool result = yaml_same(yaml_get(yaml_root(x), "v"), yaml_get(yaml_root(y), "v"));
    yaml_free(x);
    yaml_free(y);
    return result;
}

static void what_is_the_same(void **state)
{
    (void)state;
    assert_true(same("v: 0.70", "v: 0.7"));
    assert_true(same("v: 150000.00", "v: 150000"));
    assert_true(same("v: \"0.70\"", "v: 0.7"));
    assert_true(same("v: [1.0, 2]", "v: [1, 2.00]"));
    assert_true(same("v: {a: 1, b: [x]}", "v: {b: [x], a: 1}"));
    assert_true(same("v: ''", "v: ''"));
}

static void what_is_not(void **state)
{
    (void)state;
    assert_false(same("v: 0.70", "v: 0.07"));
    assert_false(same("v: 100", "v: 1")); /* zeros before the point count */
    assert_false(same("v: \"01\"", "v: \"1\""));
    assert_false(same("v: a.10", "v: a.1"));
    assert_false(same("v: [1, 2]", "v: [2, 1]"));
    assert_false(same("v: [1]", "v: [1, 1]"));
    assert_false(same("v: {a: 1}", "v: {b: 1}"));
    assert_false(same("v: [1]", "v: 1"));
}

static void in_one_line(void **state)
{
    (void)state;
    char out[64];
    struct yaml *yaml = parse("v:\n  - 0.70\n  - {upto: 3, 中: 文字}\n");
    const struct yaml_node *v = yaml_get(yaml_root(yaml), "v");
    yaml_show(v, out, sizeof out);
    assert_string_equal(out, "[0.70, {upto: 3, 中: 文字}]");
    for (size_t size = 1; size < sizeof out; size++) {
        char cut[64];
        yaml_show(v, cut, size);
        assert_true(strlen(cut) < size);
        assert_memory_equal(cut, out, strlen(cut));
        assert_true(utf8_valid(cut, strlen(cut), NULL));
    }
    yaml_show(NULL, out, sizeof out);
    assert_string_equal(out, "");
    yaml_free(yaml);
}

static void texts_of_scalars(void **state)
{
    (void)state;
    struct yaml *yaml = parse("v: x\nl: [1]\n");
    assert_string_equal(yaml_scalar(yaml_get(yaml_root(yaml), "v")), "x");
    assert_null(yaml_scalar(yaml_get(yaml_root(yaml), "l")));
    assert_null(yaml_scalar(NULL));
    yaml_free(yaml);
}

static void controls_are_shown_escaped(void **state)
{
    (void)state;
    struct faults *f = faults_new();
    struct yaml *yaml;
    char out[40];
    assert_int_equal(yaml_parse("t.yaml", text_of("a: [\"\\e[2K\", \"\\u202e\"]\n"), f, &yaml),
                     ERR_OK);
    yaml_show(yaml_get(yaml_root(yaml), "a"), out, sizeof out);
    assert_string_equal(out, "[\\u001b[2K, \\u202e]");
    yaml_free(yaml);
    free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(controls_are_shown_escaped),
        cmocka_unit_test(what_is_the_same),
        cmocka_unit_test(what_is_not),
        cmocka_unit_test(in_one_line),
        cmocka_unit_test(texts_of_scalars),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
