/* A layer's head: whom, whose money, from what. */
#include "fixture.h"

#include "base/money.h"

static void layers(void **state)
{
    (void)state;
    struct pack *pack = policy_pack(policy_text);
    const struct policy *p = pack_policy(pack, date_of(2024, 5, 1));
    assert_int_equal(p->layer_count, 3);
    const struct layer *basic = &p->layers[0], *critical = &p->layers[1], *pool = &p->layers[2];
    assert_int_equal(basic->insutypes, 1);
    assert_int_equal(basic->classes, 3);
    assert_int_equal(basic->identities, 0);
    assert_true(basic->needs_pool && basic->counts_dedc && basic->scope.all);
    assert_int_equal(basic->owner_kind, OWNER_COUNTY);
    assert_null(basic->owner_code);
    assert_false(basic->cumulative);
    assert_int_equal(critical->classes, 1);
    assert_int_equal(critical->field, FUND_HIFMI);
    assert_int_equal(critical->owner_kind, OWNER_INSURER);
    assert_string_equal(critical->owner_code, "CIC");
    assert_int_equal(critical->term_count, 2);
    assert_int_equal(critical->terms[1].times, -RATIO_ONE);
    assert_int_equal(critical->terms[1].amount, AMOUNT_LAYER_PAID);
    assert_int_equal(critical->terms[1].layer, 0);
    assert_true(critical->cumulative && critical->reach_back);
    assert_int_equal(critical->clause, 2);
    assert_int_equal(pool->owner_kind, OWNER_ASSISTANCE);
    assert_int_equal(pool->identities, 2);
    assert_false(pool->scope.all);
    assert_int_equal(pool->scope.any.chrgitm_lv, 1 << 1);
    assert_int_equal(pool->scope.any.med_chrgitm_type, (1 << 2) | (1 << 12));
    assert_true(pool->scope.any.bas_medn);
    assert_int_equal(pool->accrual, PER_NONE);
    pack_free(pack);
}

static void faults_of_heads(void **state)
{
    (void)state;
    assert_policy_fault("- layer: critical", "- layer: basic", 0, "layers[1].layer", "twice");
    assert_policy_fault("- layer: critical", "- layer: account", 0, "layers[1].layer",
                        "another payer");
    assert_policy_fault("field: hifmi_pay", "field: acct_pay", 0, "layers[1].field", "one of");
    assert_policy_fault("owner: {insurer: CIC}", "owner: {insurer: CIC, civil_servant: X}", 0,
                        "layers[1].owner", "exactly one");
    assert_policy_fault("owner: {insurer: CIC}", "owner: {insurer: 1234567890123456}", 0,
                        "layers[1].owner.insurer", "15 bytes at most");
    assert_policy_fault("kinds: [outpatient], identities: [low]}", "kinds: [outpatient]}", -1,
                        "layers[2].owner", "when needs identities");
    assert_policy_fault("classes: [active]}", "classes: [resident]}", 0, "layers[1].when.classes",
                        "is not of these insutypes");
    assert_policy_fault("    needs_pool: false\n", "", -6, "layers[1].needs_pool", "missing");
    assert_policy_fault("accumulates: ci", "accumulates: stay", 0, "layers[1].accumulates",
                        "layer basic");
}

/* Later layers still find their way when an earlier one is no mapping at all. */
static void a_layer_that_is_none(void **state)
{
    (void)state;
    assert_policy_fault("layers:\n", "layers:\n  - [basic]\n", 1, "layers[0]", "a mapping");
    assert_policy_fault("layers:\n", "layers:\n  - basic\n", 1, "layers[0]", "a mapping");
}

/* The hospital's own money, and money that is paid later. */
static void hospital_and_later(void **state)
{
    (void)state;
    int line;
    char *text = spoil(policy_text, "    field: hifmi_pay\n    owner: {insurer: CIC}\n",
                       "    field: hosp_part_amt\n    owner: hospital\n", &line);
    char *both = spoil(text, "    owner: assistance\n",
                       "    owner: assistance\n    paid_when: later\n", &line);
    struct pack *pack = policy_pack(both);
    const struct policy *p = pack_policy(pack, date_of(2024, 5, 1));
    assert_int_equal(p->layers[1].owner_kind, OWNER_HOSPITAL);
    assert_int_equal(p->layers[1].field, FUND_FIELDS);
    assert_false(p->layers[1].paid_later);
    assert_true(p->layers[2].paid_later);
    pack_free(pack);
    free(both);
    free(text);
    assert_policy_fault("    owner: {insurer: CIC}\n", "    owner: hospital\n", -1,
                        "layers[1].field", "go together");
    assert_policy_fault("field: hifmi_pay", "field: hosp_part_amt", 0, "layers[1].field",
                        "go together");
    assert_policy_fault("    field: hifmi_pay\n    owner: {insurer: CIC}\n",
                        "    paid_when: later\n    field: hosp_part_amt\n    owner: hospital\n", 0,
                        "layers[1].paid_when", "never paid later");
    assert_policy_fault("reach_back: true, ", "", 0, "layers[1].cumulative.reach_back", "missing");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layers),
        cmocka_unit_test(faults_of_heads),
        cmocka_unit_test(a_layer_that_is_none),
        cmocka_unit_test(hospital_and_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
