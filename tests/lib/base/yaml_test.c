/* The YAML tree: structure, lines, and what a hostile text meets. */
#include "faults.h"

#include "base/yaml.h"

static enum err parse(const char *text, struct faults *faults)
{
    struct yaml *yaml;
    enum err err = yaml_parse("t.yaml", text_of(text), faults, &yaml);
    assert_true(err == ERR_OK ? yaml != NULL : err == ERR_INVALID || yaml == NULL);
    yaml_free(yaml);
    return err;
}

static void refused(const char *text, enum err err, int line, const char *key, const char *en)
{
    struct faults *f = faults_new();
    assert_int_equal(parse(text, f), err);
    assert_fault(f, line, key, en);
    free(f);
}

static void walks_with_lines(void **state)
{
    (void)state;
    struct faults *f = faults_new();
    struct yaml *y;
    const char *text = "a: 1\nlist:\n  - x: 一\n    y:\n  - [p, q]\nempty:\n";
    assert_int_equal(yaml_parse("t.yaml", text_of(text), f, &y), ERR_OK);
    const struct yaml_node *root = yaml_root(y), *list = yaml_get(root, "list");
    assert_int_equal(yaml_count(root), 3);
    assert_string_equal(yaml_key(root, 1), "list");
    assert_int_equal(yaml_line(list), 2);
    assert_int_equal(yaml_count(list), 2);
    assert_int_equal(yaml_line(yaml_item(list, 0)), 3);
    assert_int_equal(yaml_line(yaml_get(yaml_item(list, 0), "y")), 4);
    assert_int_equal(yaml_kind(yaml_item(list, 1)), YAML_SEQUENCE);
    assert_int_equal(yaml_line(yaml_item(yaml_item(list, 1), 1)), 5);
    assert_int_equal(yaml_line(yaml_get(root, "empty")), 6);
    assert_null(yaml_get(root, "none"));
    assert_null(yaml_get(list, "a"));
    assert_int_equal(yaml_count(NULL), 0);
    assert_int_equal(f->count, 0);
    yaml_free(y);
    free(f);
}

static void json_is_yaml(void **state)
{
    (void)state;
    struct faults *f = faults_new();
    struct yaml *y;
    assert_int_equal(
        yaml_parse("t.json", text_of("{\"a\": [\"1.50\", {\"b\": \"\\u533b\"}]}"), f, &y), ERR_OK);
    const struct yaml_node *b = yaml_get(yaml_item(yaml_get(yaml_root(y), "a"), 1), "b");
    const char *text;
    assert_true(yaml_text(b, 10, &text));
    assert_string_equal(text, "医");
    yaml_free(y);
    free(f);
}

static void shortcuts_are_refused(void **state)
{
    (void)state;
    refused("a: 1\nb: &x 2\n", ERR_INVALID, 2, "", "anchors");
    refused("a: *x\n", ERR_INVALID, 1, "", "anchors");
    refused("a:\n  - !!int 3\n", ERR_INVALID, 2, "", "tags");
    refused("%YAML 1.1\n---\na: 1\n", ERR_INVALID, 1, "", "directives");
    refused("# one\n%TAG ! tag:x,2000:\n---\na: 1\n", ERR_INVALID, 2, "", "directives");
    refused("%UNKNOWN x\n---\na: 1\n", ERR_INVALID, 1, "", "directives");
    refused("a: 1\n---\nb: 2\n", ERR_INVALID, 3, "", "one document");
    refused("? [a, b]\n: 1\n", ERR_INVALID, 1, "", "key");
    refused("a: &a [x]\nb: &b [*a,*a]\nc: [*b,*b]\n", ERR_INVALID, 1, "", "anchors");
}

/* What is read past them is there for whoever looks for more faults: of a key the first, and of an
 * alias nothing that a typed read would speak of again. */
static void what_is_refused_is_read_past(void **state)
{
    (void)state;
    struct faults *f = faults_new();
    struct yaml *y;
    const char *text = "a: &x 1\nb: *x\na: 2\nc: {d: *x, e: [*x, 5]}\n";
    assert_int_equal(yaml_parse("t.yaml", text_of(text), f, &y), ERR_INVALID);
    assert_int_equal(f->count, 5);
    const struct yaml_node *root = yaml_root(y), *c = yaml_get(root, "c");
    int64_t fen = 0;
    assert_int_equal(yaml_count(root), 3);
    assert_true(yaml_yuan(yaml_get(root, "a"), &fen));
    assert_int_equal(fen, 100);
    assert_false(yaml_yuan(yaml_get(root, "b"), &fen));
    assert_false(yaml_seq(yaml_get(root, "b"), 1, 2));
    assert_false(yaml_map(yaml_get(c, "d"), NULL));
    assert_true(yaml_yuan(yaml_item(yaml_get(c, "e"), 1), &fen));
    assert_int_equal(f->count, 5);
    yaml_free(y);
    free(f);
}

static void all_duplicates_are_named(void **state)
{
    (void)state;
    struct faults *f = faults_new();
    assert_int_equal(parse("a: 1\nb: {c: 1, c: 2}\na: 2\na: 3\n", f), ERR_INVALID);
    assert_int_equal(f->count, 3);
    assert_fault(f, 2, "b.c", "first on line 2");
    assert_fault(f, 3, "a", "first on line 1");
    assert_fault(f, 4, "a", "first on line 3");
    free(f);
}

/* A collector that is full keeps no more faults, but what is wrong stays wrong. */
static void a_full_collector_hides_nothing(void **state)
{
    (void)state;
    struct faults *f = faults_new();
    while (f->count < FAULTS_MAX)
        faults_put(f, "other.yaml", 1, NULL, "错", "wrong");
    assert_int_equal(parse("a: 1\na: 2\n", f), ERR_INVALID);
    assert_int_equal(f->more, 1);
    assert_int_equal(parse("a: [1\n", f), ERR_INVALID);
    assert_int_equal(f->more, 2);
    assert_int_equal(parse("a: 1\n", f), ERR_OK);
    free(f);
}

static void broken_texts(void **state)
{
    (void)state;
    refused("", ERR_INVALID, 0, "", "empty");
    refused("# only a comment\n", ERR_INVALID, 0, "", "empty");
    refused("a: 1\nb: [1, 2\n", ERR_INVALID, 3, "", "syntax");
    refused("a: 1\nb: \"x\xff\"\n", ERR_INVALID, 2, "", "UTF-8");
    refused("a: 1\nb: \"x\n", ERR_INVALID, 2, "", "syntax");
}

static void bounds(void **state)
{
    (void)state;
    size_t size = YAML_TEXT_MAX + 2;
    char *big = malloc(size);
    assert_non_null(big);
    memset(big, '[', size);
    big[size - 1] = '\0';
    refused(big, ERR_LIMIT, 0, "", "too large, the limit is 1 MiB");
    big[1000] = '\0';
    refused(big, ERR_LIMIT, 1, "", "deep");
    for (size_t i = 0; i + 4 < YAML_TEXT_MAX; i += 4)
        memcpy(big + i, "- 1\n", 5);
    refused(big, ERR_LIMIT, YAML_NODES_MAX, "", "too many nodes");
    free(big);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(walks_with_lines),
        cmocka_unit_test(json_is_yaml),
        cmocka_unit_test(shortcuts_are_refused),
        cmocka_unit_test(what_is_refused_is_read_past),
        cmocka_unit_test(all_duplicates_are_named),
        cmocka_unit_test(a_full_collector_hides_nothing),
        cmocka_unit_test(broken_texts),
        cmocka_unit_test(bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
