/* transition of a policy, and the version that it names. */
#include "fixture.h"

#define FILINGS "filings:\n  merger: {zh: 个案, codes: [\"2699\"]}\n"
#define TRANSITION                                                                                 \
    FILINGS "transition: {until: 2024-12-31, who: filed, filing: [merger], against: "              \
            "policy-old.yaml,\n"                                                                   \
            "  compare: psn_part_amt, ties: new, accumulators: new, clause: B}\n"

static char *changed(const char *text, const char *from, const char *to)
{
    int line;
    return spoil(text, from, to, &line);
}

static enum err compile_two(const char *old, const char *now, struct pack **pack,
                            struct faults *faults)
{
    const struct named_text files[] = {{"policy-old.yaml", old}, {"policy.yaml", now}};
    struct slice bundle = bundle_of_files(files, ARRAY_LEN(files));
    enum err err = pack_compile_versions(bundle, pack, faults);
    free((void *)bundle.data);
    return err;
}

static char *old_version(void)
{
    return changed(policy_text, "{from: 2024-01-01, to: 2025-12-31}",
                   "{from: 2023-01-01, to: 2023-12-31}");
}

static void all_keys(void **state)
{
    (void)state;
    char *old = old_version();
    char *now = changed(policy_text, "kinds:\n", TRANSITION "kinds:\n");
    struct faults *faults = faults_new();
    struct pack *pack;
    enum err err = compile_two(old, now, &pack, faults);
    faults_print(faults);
    assert_int_equal(err, ERR_OK);
    const struct policy *first = pack_version(pack, 0), *second = pack_version(pack, 1);
    assert_null(first->transition);
    const struct transition *t = second->transition;
    assert_non_null(t);
    assert_ptr_equal(t->against, first);
    assert_int_equal(t->until, date_of(2024, 12, 31));
    assert_int_equal(t->filings, 1);
    assert_true(policy_asks_filings(second));
    assert_false(policy_asks_filings(first));
    assert_true(t->new_accumulators);
    assert_string_equal(second->clauses[t->clause].id, "B");
    assert_string_equal(first->clauses[t->clause_against].id, "B");
    assert_ptr_equal(policy_made(second, true), first);
    assert_ptr_equal(policy_made(second, false), second);
    assert_ptr_equal(policy_made(first, true), first);
    pack_free(pack);
    free(faults);
    free(now);
    free(old);
}

static void assert_refused(const char *from, const char *to, const char *key, const char *en)
{
    char *old = old_version();
    char *now = changed(policy_text, "kinds:\n", TRANSITION "kinds:\n");
    char *spoilt = changed(now, from, to);
    struct faults *faults = faults_new();
    struct pack *pack;
    assert_int_equal(compile_two(old, spoilt, &pack, faults), ERR_INVALID);
    assert_fault_in(faults, "policy.yaml", key, en);
    free(faults);
    free(spoilt);
    free(now);
    free(old);
}

static void faults(void **state)
{
    (void)state;
    assert_refused("until: 2024-12-31, ", "", "transition.until", "missing");
    assert_refused("until: 2024-12-31", "until: 2023-12-31", "transition.until",
                   "\"2023-12-31\" is none of this version's days, 2024-01-01 to 2025-12-31");
    assert_refused("until: 2024-12-31", "until: 2026-01-01", "transition.until",
                   "is none of this version's days");
    assert_refused("who: filed, ", "", "transition.who", "missing");
    assert_refused("filing: [merger], ", "", "transition.filing", "missing");
    assert_refused("filing: [merger]", "filing: [other]", "transition.filing[0]", "not defined");
    assert_refused("who: filed", "who: all", "transition.filing", "nothing with who: all");
    assert_refused("compare: psn_part_amt, ", "", "transition.compare", "missing");
    assert_refused("ties: new, ", "", "transition.ties", "missing");
    assert_refused("accumulators: new, ", "", "transition.accumulators", "missing");
    assert_refused("policy-old.yaml", "policy-new.yaml", "transition.against",
                   "no other version of this pack");
    assert_refused("against: policy-old.yaml", "against: policy.yaml", "transition.against",
                   "no other version of this pack");
    assert_refused("accumulators: new, clause: B}", "accumulators: new, clause: C}\n",
                   "transition.clause", "not defined");
}

static void the_clause_stands_in_both(void **state)
{
    (void)state;
    char *old = old_version();
    char *with_clause = changed(
        policy_text, "clauses:\n  A:", "clauses:\n  C: {text: 丙, provenance: official}\n  A:");
    char *now = changed(with_clause, "kinds:\n", TRANSITION "kinds:\n");
    char *spoilt = changed(now, "accumulators: new, clause: B}", "accumulators: new, clause: C}");
    struct faults *faults = faults_new();
    struct pack *pack;
    assert_int_equal(compile_two(old, spoilt, &pack, faults), ERR_INVALID);
    assert_int_equal(faults->count, 1);
    assert_string_equal(faults->list[0].key, "transition.clause");
    assert_non_null(strstr(faults->list[0].en, "policy-old.yaml must have clause \"C\" too"));
    free(faults);
    free(spoilt);
    free(now);
    free(with_clause);
    free(old);
}

static void a_version_alone_has_nothing_to_compare_with(void **state)
{
    (void)state;
    char *now = changed(policy_text, "kinds:\n", TRANSITION "kinds:\n");
    struct faults *faults = faults_new();
    struct pack *pack;
    assert_int_equal(pack_compile_policy("policy.yaml", text_of(now), &pack, faults), ERR_INVALID);
    assert_non_null(strstr(faults->list[0].en, "no other version of this pack"));
    free(faults);
    free(now);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_keys),
        cmocka_unit_test(faults),
        cmocka_unit_test(the_clause_stands_in_both),
        cmocka_unit_test(a_version_alone_has_nothing_to_compare_with),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
