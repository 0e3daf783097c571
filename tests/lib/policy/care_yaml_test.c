/* Kinds of care, med_types. */
#include "fixture.h"

static void care(void **state)
{
    (void)state;
    struct pack *pack = policy_pack(policy_text);
    const struct policy *p = pack_policy(pack, date_of(2024, 5, 1));
    assert_int_equal(p->kind_count, 3);
    assert_int_equal(p->inpatient_kinds, 1u << 1);
    assert_int_equal(p->pharmacy_kinds, 1u << 2);
    const struct policy_med_type *m = policy_med_type(p, "22");
    assert_non_null(m);
    assert_true(m->trauma);
    assert_int_equal(m->kind, 1);
    assert_string_equal(m->clr_type, "21");
    assert_false(policy_med_type(p, "11")->trauma);
    pack_free(pack);
}

static void earlier_fees(void **state)
{
    (void)state;
    int line;
    char *text = spoil(policy_text, "inpatient: {stay: true}",
                       "inpatient: {stay: true, before_days: 3, clause: B}", &line);
    struct pack *pack = policy_pack(text);
    const struct policy *p = pack_policy(pack, date_of(2024, 5, 1));
    assert_int_equal(p->before_days[0], 0);
    assert_int_equal(p->before_days[1], 3);
    assert_int_equal(p->before_clauses[1], 2);
    pack_free(pack);
    free(text);
}

static void faults_of_care(void **state)
{
    (void)state;
    assert_policy_fault("inpatient: {stay: true}", "inpatient: {stay: yes}", 0,
                        "kinds.inpatient.stay", "true or false");
    assert_policy_fault("inpatient: {stay: true}", "inpatient: {stay: true, before_days: 31}", 0,
                        "kinds.inpatient.before_days", "30");
    assert_policy_fault("inpatient: {stay: true}", "inpatient: {stay: true, clause: B}", 0,
                        "kinds.inpatient.clause", "no before_days");
    assert_policy_fault("outpatient: {}", "outpatient: {before_days: 3}", 0,
                        "kinds.outpatient.before_days", "only a stay's");
    assert_policy_fault("shop: {pharmacy: true}", "shop: {pharmacy: true, stay: true}", 0,
                        "kinds.shop", "cannot be both");
    assert_policy_fault("code: \"22\"", "code: \"11\"", 0, "med_types[1].code", "occurs twice");
    assert_policy_fault("kind: outpatient", "kind: clinic", 0, "med_types[0].kind", "not defined");
    assert_policy_fault("clr_type: \"21\"", "clr_type: \"xx\"", 0, "med_types[1].clr_type",
                        "digits");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(care),
        cmocka_unit_test(earlier_fees),
        cmocka_unit_test(faults_of_care),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
