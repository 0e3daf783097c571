/* Several versions of one pack: which files, what they share, and that each day has one. */
#include "fixture.h"

#define OLD "effective: {from: 2023-01-01, to: 2023-12-31}"
#define NOW "effective: {from: 2024-01-01, to: 2025-12-31}"

static char *version(const char *from, const char *to)
{
    int line;
    return spoil(policy_text, from, to, &line);
}

/* policy-old.yaml with `old`, and policy.yaml as it stands. */
static enum err compile_two(const char *old, struct pack **pack, struct faults *faults)
{
    const struct named_text files[] = {{"policy-old.yaml", old}, {"policy.yaml", policy_text}};
    struct slice bundle = bundle_of_files(files, ARRAY_LEN(files));
    enum err err = pack_compile_versions(bundle, pack, faults);
    free((void *)bundle.data);
    return err;
}

static void the_day_chooses(void **state)
{
    (void)state;
    char *old = version(NOW, OLD);
    struct faults *faults = faults_new();
    struct pack *pack;
    assert_int_equal(compile_two(old, &pack, faults), ERR_OK);
    assert_int_equal(pack_version_count(pack), 2);
    const struct policy *first = pack_version(pack, 0), *second = pack_version(pack, 1);
    assert_int_equal(first->begndate, date_of(2023, 1, 1));
    assert_null(pack_policy(pack, date_of(2022, 12, 31)));
    assert_ptr_equal(pack_policy(pack, date_of(2023, 1, 1)), first);
    assert_ptr_equal(pack_policy(pack, date_of(2023, 12, 31)), first);
    assert_ptr_equal(pack_policy(pack, date_of(2024, 1, 1)), second);
    assert_null(pack_policy(pack, date_of(2026, 1, 1)));
    const struct care_days days = {date_of(2023, 12, 1), date_of(2023, 12, 9), date_of(2024, 1, 3)};
    assert_ptr_equal(pack_policy_for(pack, days), second);
    pack_free(pack);
    free(faults);
    free(old);
}

static void tables_serve_all_versions(void **state)
{
    (void)state;
    char *old = version(NOW, OLD);
    const struct named_text files[] = {{"catalogue.csv", catalogue_text},
                                       {"institutions.csv", institutions_text},
                                       {"policy-old.yaml", old},
                                       {"policy.yaml", policy_text}};
    struct slice bundle = bundle_of_files(files, ARRAY_LEN(files));
    struct faults *faults = faults_new();
    struct pack *pack;
    assert_int_equal(pack_compile(bundle, &pack, faults), ERR_OK);
    assert_int_equal(pack_version_count(pack), 2);
    assert_non_null(pack_institution(pack, "H43100299001"));
    pack_free(pack);
    /* Cut where the last file would begin, it would silently be one version less. */
    assert_int_equal(pack_compile((struct slice){bundle.data, bundle.size - 1}, &pack, faults),
                     ERR_INVALID);
    assert_fault(faults, 0, "", "the bundle is torn");
    free(faults);
    free((void *)bundle.data);
    free(old);
}

static void assert_refused(const char *from, const char *to, const char *file, const char *key,
                           const char *en)
{
    char *old = version(NOW, OLD);
    int line;
    char *changed = spoil(old, from, to, &line);
    struct faults *faults = faults_new();
    struct pack *pack;
    assert_int_equal(compile_two(changed, &pack, faults), ERR_INVALID);
    assert_int_equal(faults->count, 1);
    assert_string_equal(faults->list[0].file, file);
    assert_string_equal(faults->list[0].key, key);
    assert_true(faults->list[0].line > 0);
    assert_non_null(strstr(faults->list[0].en, en));
    free(faults);
    free(changed);
    free(old);
}

static void overlaps_and_gaps(void **state)
{
    (void)state;
    assert_refused("to: 2023-12-31", "to: 2024-01-01", "policy.yaml", "effective",
                   "overlaps policy-old.yaml: both hold from 2024-01-01 on");
    assert_refused(", to: 2023-12-31", "", "policy.yaml", "effective", "overlaps policy-old.yaml");
    assert_refused("to: 2023-12-31", "to: 2023-12-29", "policy.yaml", "effective",
                   "no rules hold from 2023-12-30 to 2023-12-31");
}

static void what_versions_share(void **state)
{
    (void)state;
    assert_refused("region: \"431000\"", "region: \"431100\"", "policy.yaml", "region",
                   "differs from policy-old.yaml");
    assert_refused("{rule_version: settlement", "{rule_version: admission", "policy.yaml",
                   "dates.rule_version", "differs from");
    assert_refused("{rule_version: settlement", "{year_begins: \"07-01\", rule_version: settlement",
                   "policy.yaml", "dates", "differs from");
    assert_refused("insutypes: [\"310\", \"390\"]", "insutypes: [\"390\", \"310\"]", "policy.yaml",
                   "insutypes", "differs from");
    assert_refused("cap_grades: [low, high]", "cap_grades: [low, high, top]", "policy.yaml",
                   "cap_grades", "differs from");
    assert_refused("  shop: {pharmacy: true}\n", "  shop: {pharmacy: true}\n  home: {}\n",
                   "policy.yaml", "kinds", "differs from");
}

static void names_that_tables_use(void **state)
{
    (void)state;
    assert_refused("kinds:\n  outpatient", "institution_tags: [tcm]\nkinds:\n  outpatient",
                   "policy.yaml", "", "institution_tags differs from policy-old.yaml");
    assert_refused("kinds:\n  outpatient", "item_tags: [dual]\nkinds:\n  outpatient", "policy.yaml",
                   "", "item_tags differs from policy-old.yaml");
}

static void names_of_files(void **state)
{
    (void)state;
    static const char *const good[] = {"policy.yaml", "policy-2023.yaml", "policy-a_B-9.yaml"};
    static const char *const other[] = {"policy2023.yaml", "policy-.yaml",        "policy-a b.yaml",
                                        "policy.yml",      "catalogue.csv",       "policy.yaml~",
                                        "a-policy.yaml",   "policy-a.draft.yaml", ".yaml"};
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        assert_true(pack_version_file(good[i]));
    for (size_t i = 0; i < ARRAY_LEN(other); i++)
        assert_false(pack_version_file(other[i]));
    char name[100];
    snprintf(name, sizeof name, "policy-%060d.yaml", 1);
    assert_false(pack_version_file(name));
}

static void too_many(void **state)
{
    (void)state;
    struct named_text files[17];
    char names[17][32], *texts[17];
    for (int i = 0; i < 17; i++) {
        char effective[64];
        snprintf(names[i], sizeof names[i], "policy-%02d.yaml", i);
        snprintf(effective, sizeof effective, "effective: {from: %d-01-01, to: %d-12-31}", 2010 + i,
                 2010 + i);
        texts[i] = version(NOW, effective);
        files[i] = (struct named_text){names[i], texts[i]};
    }
    struct faults *faults = faults_new();
    size_t capacity = 17 * (POLICY_TEXT_MAX + 64), used = 0;
    uint8_t *bytes = malloc(capacity);
    assert_non_null(bytes);
    for (int i = 0; i < 17; i++) {
        struct slice one = bundle_of_files(&files[i], 1);
        assert_true(used + one.size <= capacity);
        memcpy(bytes + used, one.data, one.size);
        used += one.size;
        free((void *)one.data);
        free(texts[i]);
    }
    struct pack *pack;
    assert_int_equal(pack_compile_versions((struct slice){bytes, used}, &pack, faults),
                     ERR_INVALID);
    assert_fault(faults, 0, "", "too many versions, the limit is 16");
    free(bytes);
    free(faults);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_day_chooses),
        cmocka_unit_test(tables_serve_all_versions),
        cmocka_unit_test(overlaps_and_gaps),
        cmocka_unit_test(what_versions_share),
        cmocka_unit_test(names_that_tables_use),
        cmocka_unit_test(names_of_files),
        cmocka_unit_test(too_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
