/* lib/adjudicate/lump: a sum instead of a ratio. */
#include "fixture.h"

static struct layer *delivery(struct world *w, int64_t lump)
{
    struct layer *l = world_layer(w, "delivery", FUND_HIFP);
    struct ratio_rule *rule = layer_ratio(w, l, everyone, 0);
    rule->form = RATIO_LUMP;
    rule->lump_fen = lump;
    return l;
}

/* D13: 1,100 of 2,300. */
static void a_lump_of_a_larger_fee(void **state)
{
    (void)state;
    struct world *w = world_new();
    delivery(w, 110000);
    const struct result *r = world_run(w, 230000);
    assert_int_equal(r->totals.fund[FUND_HIFP], 110000);
    assert_int_equal(r->totals.psn_cash_pay, 120000);
    assert_int_equal(r->row_count, 1);
    assert_int_equal(r->rows[0].ratio, 0);
    assert_int_equal(r->rows[0].base, 230000);
    assert_int_equal(r->rows[0].clause, 70);
    const struct step *step = find_step(r, STEP_LUMP, "delivery");
    assert_true(step->base == 230000 && step->limit == 110000 && step->amount == 110000);
    assert_null(find_step(r, STEP_SEGMENT, "delivery"));
    assert_null(find_step(r, STEP_CASH_BENEFIT, "delivery"));
    world_free(w);
}

static void a_fee_below_the_lump(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = delivery(w, 110000);
    const struct result *r = world_run(w, 80000);
    assert_int_equal(r->totals.fund[FUND_HIFP], 80000);
    assert_null(find_step(r, STEP_CASH_BENEFIT, "delivery"));
    world_rules(w, l)->ratios[0].cash_benefit = true;
    r = world_run(w, 80000);
    assert_int_equal(r->totals.fund[FUND_HIFP], 80000); /* never above the fee */
    assert_int_equal(find_step(r, STEP_CASH_BENEFIT, "delivery")->amount, 30000);
    assert_int_equal(delta_of(r, ACCUM_PAID, "delivery"), 80000);
    layer_deductible(w, l, everyone, 100000, 100000);
    r = world_run(w, 80000); /* the deductible leaves nothing of it */
    assert_int_equal(r->totals.fund_pay_sumamt, 0);
    assert_int_equal(find_step(r, STEP_CASH_BENEFIT, "delivery")->amount, 110000);
    r = world_run(w, 150000);
    assert_int_equal(r->totals.fund_pay_sumamt, 50000);
    world_free(w);
}

static void caps_hold_for_a_lump(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = delivery(w, 110000);
    struct cap_rule *cap = layer_cap(w, l, CAP_ON_PAYMENT, 150000);
    assert_int_equal(world_settle(w, 230000)->totals.fund[FUND_HIFP], 110000);
    world_rules(w, l)->ratios[0].cash_benefit = true;
    const struct result *r = world_run(w, 230000);
    assert_int_equal(r->totals.fund[FUND_HIFP], 40000);
    assert_int_equal(find_step(r, STEP_QUOTA, "delivery")->limit, 40000);
    assert_int_equal(find_step(r, STEP_QUOTA, "delivery")->clause, 80);
    assert_null(find_step(r, STEP_CASH_BENEFIT, "delivery")); /* the cap is on both */
    assert_null(find_step(r, STEP_EXCESS, "delivery"));
    cap->on = CAP_ON_ELIGIBLE;
    cap->amount_fen = 30000;
    r = world_run(w, 230000);
    assert_int_equal(r->totals.fund[FUND_HIFP], 30000);
    assert_int_equal(delta_of(r, ACCUM_BASE, "delivery"), 30000);
    world_free(w);
}

static void what_other_funds_left_bounds_a_lump(void **state)
{
    (void)state;
    struct world *w = world_new();
    layer_ratio(w, world_layer(w, "first", FUND_OTH), everyone, 9000);
    delivery(w, 110000);
    const struct result *r = world_run(w, 200000);
    assert_int_equal(r->totals.fund[FUND_OTH], 180000);
    assert_int_equal(r->totals.fund[FUND_HIFP], 20000);
    assert_int_equal(find_step(r, STEP_QUOTA, "delivery")->clause, 0);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lump_of_a_larger_fee),
        cmocka_unit_test(a_fee_below_the_lump),
        cmocka_unit_test(caps_hold_for_a_lump),
        cmocka_unit_test(what_other_funds_left_bounds_a_lump),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
