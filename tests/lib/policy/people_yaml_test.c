/* Person classes and identities. */
#include "fixture.h"

static void people(void **state)
{
    (void)state;
    struct pack *pack = policy_pack(policy_text);
    const struct policy *p = pack_policy(pack, date_of(2024, 5, 1));
    assert_int_equal(p->class_count, 3);
    assert_string_equal(p->classes[2].name, "resident");
    assert_int_equal(p->classes[2].insutype, 1);
    assert_int_equal(p->classes[2].prefix_count, 2);
    assert_false(p->identities_stacked);
    assert_int_equal(p->identity_count, 2);
    assert_string_equal(p->identities[1].name_zh, "低保");
    assert_int_equal(p->identities[1].rank, 2);
    pack_free(pack);
}

static void faults_of_people(void **state)
{
    (void)state;
    assert_policy_fault("psn_type: [\"12\"]", "psn_type: [\"1101\"]", 0,
                        "person_classes.retired.psn_type[0]", "overlaps class active");
    assert_policy_fault("[\"14\", \"15\"]", "[\"14\", \"1401\"]", 0,
                        "person_classes.resident.psn_type[1]", "overlaps class resident");
    assert_policy_fault("{insutype: \"390\", psn", "{insutype: \"340\", psn", 0,
                        "person_classes.resident.insutype", "\"340\" is not defined");
    assert_policy_fault("combine: best", "combine: worst", 0, "identities.combine",
                        "one of: best, stacked");
    assert_policy_fault("codes: [\"2\"], rank: 1", "codes: [\"2\"], rank: 2", 1,
                        "identities.list[1].rank", "already that of poor");
    assert_policy_fault("[\"1\", \"3\"]", "[\"1\", \"2\"]", 0, "identities.list[1].codes[1]",
                        "occurs twice");
    assert_policy_fault("name: low,", "name: poor,", 0, "identities.list[1]", "occurs twice");
    assert_policy_fault("[\"1\", \"3\"]", "[\"1234\"]", 0, "identities.list[1].codes[0]",
                        "3 bytes at most");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people),
        cmocka_unit_test(faults_of_people),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
