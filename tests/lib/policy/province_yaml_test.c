/* A province's file: what it says, and what it may not. */
#include "fixture.h"

#include "policy/province.h"

static const char province_text[] =
    "language: 1\n"
    "province: \"430000\"\n"
    "name: 测试省\n"
    "clauses:\n"
    "  P-1: {text: 一, provenance: illustrative}\n"
    "  P-2: {text: 二, provenance: official}\n"
    "locks:\n"
    "  - {key: \"layers[layer=basic].caps[].yuan\", is: 150000.00, from: 2024-01-01,\n"
    "     to: 2024-12-31, clause: P-1}\n"
    "  - {key: transition, unset: true, from: 2024-06-01, clause: P-2}\n"
    "  - {key: account.pays, is: [inscp_scp_amt], optional: true, from: 2024-06-01, clause: P-1}\n"
    "freezes:\n"
    "  - {from: 2024-12-21, to: 2025-01-10, clause: P-2}\n";

static enum err compile(const char *text, struct province **out, struct faults *faults)
{
    const struct named_text files[] = {{PROVINCE_FILE, text}};
    struct slice bundle = bundle_of_files(files, 1);
    enum err err = province_compile(bundle, out, faults);
    free((void *)bundle.data);
    return err;
}

static void what_it_says(void **state)
{
    (void)state;
    struct faults *faults = faults_new();
    struct province *p;
    char words[LOCK_WORDS];
    assert_int_equal(compile(province_text, &p, faults), ERR_OK);
    assert_string_equal(province_code(p), "430000");
    assert_string_equal(province_name(p), "测试省");
    assert_int_equal(province_check_region(p, "431000", faults), ERR_OK);
    assert_int_equal(faults->count, 0);
    assert_int_equal(province_check_region(p, "440100", faults), ERR_INVALID);
    assert_fault(faults, 0, "province", "440100 is none of 430000");
    assert_int_equal(province_lock_count(p), 3);
    const struct lock *lock = province_lock(p, 0);
    assert_string_equal(lock_key(lock), "layers[layer=basic].caps[].yuan");
    assert_int_equal(lock_begins(lock), date_of(2024, 1, 1));
    assert_int_equal(lock_ends(lock), date_of(2024, 12, 31));
    assert_string_equal(province_clause(p, lock_clause(lock))->id, "P-1");
    lock_words(lock, false, words);
    assert_string_equal(words, "150000.00");
    assert_int_equal(lock_ends(province_lock(p, 1)), DATE_MAX);
    lock_words(province_lock(p, 1), true, words);
    assert_string_equal(words, "不得设定");
    province_free(p);
    free(faults);
}

static void days_of_a_freeze(void **state)
{
    (void)state;
    struct faults *faults = faults_new();
    struct province *p;
    assert_int_equal(compile(province_text, &p, faults), ERR_OK);
    assert_null(province_freeze(p, date_of(2024, 12, 20)));
    const struct freeze *freeze = province_freeze(p, date_of(2024, 12, 21));
    assert_non_null(freeze);
    assert_string_equal(province_clause(p, freeze->clause)->id, "P-2");
    assert_non_null(province_freeze(p, date_of(2025, 1, 10)));
    assert_null(province_freeze(p, date_of(2025, 1, 11)));
    province_free(p);
    free(faults);
}

static void assert_refused(const char *from, const char *to, int below, const char *key,
                           const char *en)
{
    int line;
    char *text = spoil(province_text, from, to, &line);
    struct faults *faults = faults_new();
    struct province *p;
    assert_int_equal(compile(text, &p, faults), ERR_INVALID);
    assert_null(p);
    assert_fault(faults, line + below, key, en);
    free(faults);
    free(text);
}

static void what_it_may_not(void **state)
{
    (void)state;
    assert_refused("language: 1", "language: 2", 0, "language", "expected 1");
    assert_refused("430000", "431000", 0, "province", "no province's code");
    assert_refused("430000", "000000", 0, "province", "no province's code");
    assert_refused("clause: P-2}\n  - {key: account", "clause: P-3}\n  - {key: account", 0,
                   "locks[1].clause", "not defined");
    assert_refused("key: transition", "key: transitions", 0, "locks[1].key", "no key");
    assert_refused("key: transition", "key: \"layers[\"", 0, "locks[1].key", "no path");
    assert_refused("unset: true", "unset: false", 0, "locks[1]", "unset is true");
    assert_refused("unset: true", "unset: true, optional: true", 0, "locks[1]", "without optional");
    assert_refused("unset: true", "unset: true, min: 1", 0, "locks[1]", "exactly one");
    assert_refused("unset: true, ", "", 0, "locks[1]", "exactly one");
    assert_refused("unset: true", "min: 2, max: 1", 0, "locks[1]", "above the upper");
    assert_refused("unset: true", "min: much", 0, "locks[1].min", "a number");
    assert_refused("unset: true", "equals: 1", 0, "locks[1].equals", "");
    assert_refused("to: 2024-12-31", "to: 2023-12-31", 0, "locks[0].to", "before the first");
    assert_refused(", to: 2025-01-10", "", 0, "freezes[0].to", "");
    assert_refused("freezes:\n  - {from: 2024-12-21, to: 2025-01-10, clause: P-2}\n", "", -11,
                   "freezes", "missing");
}

static void a_bundle_without_it(void **state)
{
    (void)state;
    struct faults *faults = faults_new();
    struct slice bundle = bundle_of(policy_text, catalogue_text, institutions_text);
    struct province *p;
    assert_int_equal(province_compile(bundle, &p, faults), ERR_INVALID);
    assert_string_equal(faults->list[0].file, PROVINCE_FILE);
    free((void *)bundle.data);
    free(faults);
}

static void one_that_is_too_large(void **state)
{
    (void)state;
    struct faults *faults = faults_new();
    size_t size = PROVINCE_BYTES_MAX + 100;
    uint8_t *bytes = calloc(1, size);
    struct writer w = writer_on(bytes, size);
    struct province *p;
    write_text(&w, PROVINCE_FILE);
    write_u32(&w, (uint32_t)(size - w.used - 4));
    assert_int_equal(province_compile((struct slice){bytes, size}, &p, faults), ERR_INVALID);
    assert_non_null(strstr(faults->list[0].en, "bytes"));
    free(bytes);
    free(faults);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_it_says),          cmocka_unit_test(days_of_a_freeze),
        cmocka_unit_test(what_it_may_not),       cmocka_unit_test(a_bundle_without_it),
        cmocka_unit_test(one_that_is_too_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
