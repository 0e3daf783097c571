/* Faults: both languages, the bound, cutting, order. */
#include "faults.h"

#include "base/utf8.h"

static void both_languages(void **state)
{
    (void)state;
    struct faults *f = faults_new();
    faults_add(f, "policy.yaml", 7, "a.b", "应为 %d 至 %s", "expected %d to %s", 3, "9");
    assert_int_equal(f->count, 1);
    assert_string_equal(f->list[0].zh, "应为 3 至 9");
    assert_string_equal(f->list[0].en, "expected 3 to 9");
    assert_string_equal(f->list[0].key, "a.b");
    faults_put(f, "x", 0, NULL, "文件为空", "empty");
    assert_string_equal(f->list[1].key, "");
    free(f);
}

static void long_texts_are_cut_at_a_character(void **state)
{
    (void)state;
    struct faults *f = faults_new();
    char zh[901] = "";
    for (int i = 0; i < 300; i++)
        memcpy(zh + 3 * i, "医", 4);
    faults_add(f, zh, 1, zh, "%s", "%s", zh);
    const struct fault *one = &f->list[0];
    assert_true(utf8_valid(one->zh, strlen(one->zh), NULL));
    assert_true(utf8_valid(one->key, strlen(one->key), NULL));
    assert_true(utf8_valid(one->file, strlen(one->file), NULL));
    assert_int_equal(strlen(one->zh), 357);
    free(f);
}

static void what_does_not_fit_is_counted(void **state)
{
    (void)state;
    struct faults *f = faults_new();
    for (int i = 0; i < FAULTS_MAX + 5; i++)
        faults_put(f, "x", i, NULL, "", "");
    assert_int_equal(f->count, FAULTS_MAX);
    assert_int_equal(f->more, 5);
    free(f);
}

static void order_is_file_then_line(void **state)
{
    (void)state;
    struct faults *f = faults_new();
    faults_put(f, "b", 2, "1st", "", "");
    faults_put(f, "b", 2, "2nd", "", "");
    faults_put(f, "a", 9, "", "", "");
    faults_put(f, "b", 1, "", "", "");
    faults_sort(f);
    assert_string_equal(f->list[0].file, "a");
    assert_int_equal(f->list[1].line, 1);
    assert_string_equal(f->list[2].key, "1st");
    assert_string_equal(f->list[3].key, "2nd");
    free(f);
}

static void printing_sorts_and_counts(void **state)
{
    (void)state;
    struct faults *f = faults_new();
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    faults_put(f, "b.csv", 3, "brdy", "错", "wrong");
    faults_put(f, "a.yaml", 0, NULL, "空", "empty");
    f->more = 2;
    faults_report(f, out);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(text, "a.yaml: 空 / empty\nb.csv:3: brdy: 错 / wrong\n"
                              "另有 2 处 / and 2 more\n");
    free(text);
    free(f);
}

static void of_a_long_path_the_name_stays(void **state)
{
    (void)state;
    struct faults *f = faults_new();
    faults_put(f, "/var/lib/a-folder/with-a-long-name/and-another-one/and-more/members.csv", 1, "",
               "错", "wrong");
    faults_put(f, "conf/policy.yaml", 1, "", "错", "wrong");
    assert_string_equal(f->list[0].file, "members.csv");
    assert_string_equal(f->list[1].file, "conf/policy.yaml");
    free(f);
}

static void controls_do_not_reach_a_terminal(void **state)
{
    (void)state;
    struct faults *f = faults_new();
    const char *hostile = "a\x1b[2K\u202e\r\n";
    faults_add(f, hostile, 1, hostile, "“%s”", "\"%s\"", hostile);
    assert_string_equal(f->list[0].file, "a\\u001b[2K\\u202e\\u000d\\u000a");
    assert_string_equal(f->list[0].key, "a\\u001b[2K\\u202e\\u000d\\u000a");
    assert_string_equal(f->list[0].zh, "“a\\u001b[2K\\u202e\\u000d\\u000a”");
    assert_string_equal(f->list[0].en, "\"a\\u001b[2K\\u202e\\u000d\\u000a\"");
    free(f);
}

static void objections_are_counted_apart(void **state)
{
    (void)state;
    struct faults *f = faults_new();
    faults_put(f, "b", 1, NULL, "错", "grave");
    uint32_t before = faults_total(f);
    faults_put(f, "a", 1, NULL, "怪", "odd");
    faults_object(f, before);
    assert_int_equal(faults_total(f), 2);
    assert_int_equal(faults_grave(f), 1);
    faults_sort(f);
    assert_true(f->list[0].objection);
    assert_false(f->list[1].objection);
    while (f->count < FAULTS_MAX)
        faults_put(f, "x", 0, NULL, "错", "grave");
    before = faults_total(f);
    faults_put(f, "y", 0, NULL, "怪", "odd"); /* beyond what is listed */
    faults_object(f, before);
    assert_int_equal(f->objections, 2);
    faults_clear(f);
    assert_int_equal(faults_total(f), 0);
    assert_int_equal(faults_grave(f), 0);
    faults_put(f, "z", 0, NULL, "错", "grave");
    assert_false(f->list[0].objection);
    free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_languages),
        cmocka_unit_test(long_texts_are_cut_at_a_character),
        cmocka_unit_test(what_does_not_fit_is_counted),
        cmocka_unit_test(order_is_file_then_line),
        cmocka_unit_test(printing_sorts_and_counts),
        cmocka_unit_test(of_a_long_path_the_name_stays),
        cmocka_unit_test(controls_do_not_reach_a_terminal),
        cmocka_unit_test(objections_are_counted_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
