/* Kinds of care, med_types, lines. */
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
    assert_int_equal(p->line_clauses[0], 2);
    assert_int_equal(p->line_clauses[1], 1);
    assert_int_equal(p->hosp_appr[0], HOSP_APPR_AS_LISTED);
    assert_int_equal(p->hosp_appr[2], HOSP_APPR_OWN);
    pack_free(pack);
}

static void faults_of_care(void **state)
{
    (void)state;
    assert_policy_fault("inpatient: {stay: true}", "inpatient: {stay: yes}", 0,
                        "kinds.inpatient.stay", "true or false");
    assert_policy_fault("shop: {pharmacy: true}", "shop: {pharmacy: true, stay: true}", 0,
                        "kinds.shop", "cannot be both");
    assert_policy_fault("code: \"22\"", "code: \"11\"", 0, "med_types[1].code", "occurs twice");
    assert_policy_fault("kind: outpatient", "kind: clinic", 0, "med_types[0].kind", "not defined");
    assert_policy_fault("clr_type: \"21\"", "clr_type: \"xx\"", 0, "med_types[1].clr_type",
                        "digits");
    assert_policy_fault("\"2\": own", "\"3\": own", 0, "lines.hosp_appr_flag.3", "unknown key");
    assert_policy_fault(", \"2\": own", "", 0, "lines.hosp_appr_flag.2", "missing");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(care),
        cmocka_unit_test(faults_of_care),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
