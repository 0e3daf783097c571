/* Places in a document, as paths name them. */
#include "../base/faults.h"

#include "policy/key_path.h"

static const char document[] = "top: {middle: {low: 7}}\n"
                               "rows:\n"
                               "  - {name: a, grades: [one, two], value: 1}\n"
                               "  - {name: b, grades: [two], when: {kind: stay}, value: 2}\n"
                               "  - {name: c, value: 3}\n"
                               "  - {name: d, grades: one}\n"
                               "  - plain\n"
                               "rest:\n"
                               "  [{not_grades: [one, two], value: 1}, {grades: one, value: 2}]\n";

struct places {
    char text[200];
};

static void put(void *context, const struct yaml_node *node, const struct yaml_node *near,
                bool place)
{
    struct places *places = context;
    char shown[40];
    size_t used = strlen(places->text);
    yaml_show(node, shown, sizeof shown);
    snprintf(places->text + used, sizeof places->text - used, "%s%s@%d", used ? " " : "",
             node    ? shown
             : place ? "unset"
                     : "none",
             yaml_line(near));
}

static bool read_path(const char *path, struct key_path *out, struct arena *arena, char *en)
{
    struct faults *faults = faults_new();
    struct yaml *yaml;
    char text[300];
    bool no_memory = false;
    snprintf(text, sizeof text, "key: \"%s\"\n", path);
    assert_int_equal(yaml_parse("t.yaml", text_of(text), faults, &yaml), ERR_OK);
    bool fine = key_path_read(yaml_get(yaml_root(yaml), "key"), arena, out, &no_memory);
    assert_int_equal(fine, faults->count == 0);
    assert_false(no_memory);
    snprintf(en, FAULT_TEXT, "%s", fine ? "" : faults->list[0].en);
    yaml_free(yaml);
    free(faults);
    return fine;
}

static void assert_places(const char *path, const char *expected)
{
    static struct faults faults;
    struct arena *arena = arena_new(65536);
    struct places places = {""};
    struct key_path read;
    struct yaml *yaml;
    char en[FAULT_TEXT];
    assert_true(read_path(path, &read, arena, en));
    assert_int_equal(yaml_parse("d.yaml", text_of(document), &faults, &yaml), ERR_OK);
    key_path_walk(&read, yaml_root(yaml), put, &places);
    assert_string_equal(places.text, expected);
    yaml_free(yaml);
    arena_free(arena);
}

static void keys_and_items(void **state)
{
    (void)state;
    assert_places("top.middle.low", "7@1");
    assert_places("top.middle", "{low: 7}@1");
    assert_places("rows[name=b].value", "2@4");
    assert_places("rows[].name", "a@3 b@4 c@5 d@6 unset@7");
}

/* An item that does not state the key holds for every value of it. */
static void items_that_may_be_meant(void **state)
{
    (void)state;
    assert_places("rows[grades=two].value", "1@3 2@4 3@5");
    assert_places("rows[grades=one].value", "1@3 3@5 unset@6");
    assert_places("rows[grades=two, name=b].value", "2@4");
    assert_places("rows[grades=two,when.kind=shop].value", "1@3 3@5");
    assert_places("rows[when.kind=stay,grades=two].value", "1@3 2@4 3@5");
}

/* A row for the rest is none for those that it leaves out. */
static void items_that_leave_the_value_out(void **state)
{
    (void)state;
    assert_places("rest[grades=one].value", "2@9");
    assert_places("rest[grades=three].value", "1@9");
}

static void what_is_missing(void **state)
{
    (void)state;
    assert_places("top.other.low", "none@1");
    assert_places("rows[name=x].value", "none@2"); /* the list begins there */
    assert_places("top[].low", "none@1");
    assert_places("rows[name=x]", "none@2");
    assert_places("top.other", "unset@1");
    assert_places("rows.name", "unset@2"); /* a list's items are asked for with [] */
}

static void what_is_no_path(void **state)
{
    (void)state;
    static const char *const wrong[] = {"a..b",
                                        ".a",
                                        "a.",
                                        "a[b]",
                                        "a[b=",
                                        "a[b=c",
                                        "a[=c]",
                                        "a b",
                                        "a[b=c]d",
                                        "a[b=c,]",
                                        "a[b=1,c=1,d=1,e=1,f=1]",
                                        "a.b.c.d.e.f.g.h.i"};
    struct arena *arena = arena_new(65536);
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct key_path path;
        char en[FAULT_TEXT];
        if (read_path(wrong[i], &path, arena, en))
            fail_msg("%s was read", wrong[i]);
        assert_non_null(strstr(en, "is no path of keys"));
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_and_items),
        cmocka_unit_test(items_that_may_be_meant),
        cmocka_unit_test(items_that_leave_the_value_out),
        cmocka_unit_test(what_is_missing),
        cmocka_unit_test(what_is_no_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
