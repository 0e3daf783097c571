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
    pack_free(pack);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
