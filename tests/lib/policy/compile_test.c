/* Clauses and references to what a pack defines. */
#include "fixture.h"

static void clauses(void **state)
{
    (void)state;
    struct pack *pack = policy_pack(policy_text);
    const struct policy *p = pack_policy(pack, date_of(2024, 5, 1));
    assert_int_equal(p->clause_count, 3);
    assert_string_equal(policy_clause(p, 0)->id, "");
    assert_string_equal(policy_clause(p, 0)->text, "");
    assert_string_equal(policy_clause(p, 2)->id, "B");
    assert_string_equal(policy_clause(p, 2)->text, "乙");
    assert_int_equal(policy_clause(p, 2)->provenance, PROVENANCE_SECONDARY);
    pack_free(pack);
}

static void faults_of_clauses(void **state)
{
    (void)state;
    assert_policy_fault("A: {text: 甲, provenance: official}", "A: {text: 甲}", 0,
                        "clauses.A.provenance", "missing");
    assert_policy_fault("A: {text: 甲, provenance: official}", "A: {text: , provenance: law}", 0,
                        "clauses.A.provenance", "official, secondary, illustrative");
    assert_policy_fault("  B: {text: 乙", "  A: {text: 乙", 0, "clauses.A", "duplicate key");
    assert_policy_fault("  B: {text: 乙", "  B 1: {text: 乙", 0, "clauses.B 1", "letters, digits");
    assert_policy_fault("class_b: B", "class_b: Q", 0, "lines.clauses.class_b",
                        "clause \"Q\" is not defined");
}

static void faults_of_references(void **state)
{
    (void)state;
    assert_policy_fault("kinds: [shop]", "kinds: [shops]", 0, "account.kinds[0]",
                        "\"shops\" is not defined; defined are: outpatient, inpatient, shop");
    assert_policy_fault("kinds: [shop]", "kinds: [shop, shop]", 0, "account.kinds[1]", "twice");
    assert_policy_fault("kinds: [shop]", "kinds: []", 0, "account.kinds", "expected 1 to 32");
    assert_policy_fault("{grades: [level3], yuan: 1100.00", "{grades: [level4], yuan: 1100.00", 0,
                        "layers[0].deductible.table[1].grades[0]", "not defined");
    assert_policy_fault("adjust: [{identities: [poor]", "adjust: [{identities: [rich]", 0,
                        "layers[1].adjust[0].identities[0]", "not defined");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clauses),
        cmocka_unit_test(faults_of_clauses),
        cmocka_unit_test(faults_of_references),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
