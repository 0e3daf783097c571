/* The tables of a layer. */
#include "fixture.h"

static void tables(void **state)
{
    (void)state;
    struct pack *pack = policy_pack(policy_text);
    const struct policy *p = pack_policy(pack, date_of(2024, 5, 1));
    const struct layer *basic = &p->layers[0], *critical = &p->layers[1];
    assert_int_equal(basic->accrual, PER_STAY);
    assert_int_equal(basic->nth.of, NTH_SAME_GRADE);
    assert_true(basic->dedc_ceiling_fen == INT64_MAX);
    assert_int_equal(basic->deductible_count, 2);
    assert_int_equal(basic->deductibles[0].who.grades, 1);
    assert_int_equal(basic->deductibles[0].nth_count, 2);
    assert_int_equal(basic->deductibles[0].nth_fen[1], 10000);
    assert_int_equal(basic->deductibles[1].nth_count, 1);
    assert_int_equal(basic->deductibles[1].nth_fen[0], 110000);
    assert_int_equal(basic->ratio_count, 3);
    assert_true(basic->ratios[0].who.grades == SELECTOR_ANY);
    assert_int_equal(basic->ratios[1].who.age_min, 0);
    assert_int_equal(basic->ratios[1].who.age_max, 69);
    assert_int_equal(basic->ratios[2].who.age_max, INT16_MAX);
    assert_int_equal(basic->ratios[2].bands[0].ratio, 9000);
    assert_true(basic->ratios[2].bands[0].upto_fen == INT64_MAX);
    assert_int_equal(critical->accrual, PER_YEAR);
    assert_int_equal(critical->dedc_ceiling_fen, 1600000);
    assert_int_equal(critical->caps[0].on, CAP_ON_ELIGIBLE);
    assert_int_equal(critical->caps[0].scope_count, 2);
    assert_string_equal(critical->caps[0].scopes[1], "stay");
    pack_free(pack);
}

static void faults_of_caps(void **state)
{
    (void)state;
    assert_policy_fault("jointly: [stay]", "jointly: [ci]", 0, "layers[0].caps[0].jointly[0]",
                        "accumulates \"ci\"");
    assert_policy_fault("jointly: [ci, stay]", "jointly: [stay]", 0, "layers[1].caps[0].jointly",
                        "this layer's own \"ci\"");
    assert_policy_fault("on: eligible", "on: fee", 0, "layers[1].caps[0].on", "payment, eligible");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables),
        cmocka_unit_test(faults_of_caps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
