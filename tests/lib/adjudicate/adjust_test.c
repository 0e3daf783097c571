/* lib/adjudicate/adjust: what a layer's adjustments change, and in which order. */
#include "fixture.h"

/* Chenzhou residents, level 3: 1,200 and 65 %. */
static struct layer *level3(struct world *w)
{
    struct layer *l = world_layer(w, "ip", FUND_HIFP);
    layer_deductible(w, l, everyone, 120000, 60000);
    layer_ratio(w, l, everyone, 6500);
    return l;
}

static void change_ratio(struct world *w, struct layer *l, enum adjust_ratio how, int32_t by)
{
    struct adjust_rule *rule = layer_adjust(w, l, everyone);
    rule->ratio = how;
    rule->ratio_by = by;
}

static void d36_three_readings_of_one_penalty(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = level3(w);
    change_ratio(w, l, ADJUST_MULTIPLY, 6000);
    const struct result *r = world_run(w, 3000000);
    assert_int_equal(r->totals.fund[FUND_HIFP], 1123200);
    assert_int_equal(find_step(r, STEP_MULTIPLY, "ip")->ratio, 6000);
    assert_int_equal(find_step(r, STEP_SEGMENT, "ip")->ratio, 3900);
    l->adjust_count = 0;
    change_ratio(w, l, ADJUST_POINTS, -2000);
    r = world_run(w, 3000000);
    assert_int_equal(r->totals.fund[FUND_HIFP], 1296000);
    assert_int_equal(find_step(r, STEP_POINTS_OFF, "ip")->ratio, 2000);
    assert_int_equal(r->totals.transfer_selfpay, 0);
    l->adjust_count = 0;
    layer_adjust(w, l, everyone)->first_selfpay = 2000;
    r = world_run(w, 3000000);
    assert_int_equal(r->totals.fund[FUND_HIFP], 1482000);
    assert_int_equal(r->totals.transfer_selfpay, 600000);
    assert_int_equal(r->totals.psn_selfpay_amt, 1518000);
    const struct step *step = find_step(r, STEP_FIRST_SELFPAY, "ip");
    assert_int_equal(step->base, 3000000);
    assert_int_equal(step->amount, 600000);
    assert_int_equal(step->clause, 90);
    assert_int_equal(find_step(r, STEP_BASE, "ip")->amount, 3000000);
    world_free(w);
}

/* 0.65 + 0.05 = 0.70; x 0.85 = 0.595; 1 - 0.405 x 0.6 = 0.757. Another order is another figure. */
static void rows_apply_in_the_packs_order(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = level3(w);
    change_ratio(w, l, ADJUST_POINTS, 500);
    change_ratio(w, l, ADJUST_MULTIPLY, 8500);
    change_ratio(w, l, ADJUST_PERSONAL_SHARE, 6000);
    const struct result *r = world_run(w, 1120000);
    assert_int_equal(r->totals.fund[FUND_HIFP], 757000);
    assert_int_equal(find_step(r, STEP_SEGMENT, "ip")->ratio, 7570);
    assert_int_equal(find_step(r, STEP_PERSONAL_SHARE, "ip")->ratio, 6000);
    struct adjust_rule *rules = world_rules(w, l)->adjusts;
    struct adjust_rule first = rules[0];
    rules[0] = rules[2];
    rules[2] = first; /* 1 - 0.35 x 0.6 = 0.79; x 0.85 = 0.6715; + 0.05 = 0.7215 */
    assert_int_equal(world_run(w, 1120000)->totals.fund[FUND_HIFP], 721500);
    world_free(w);
}

/* 0.975 x 0.85 = 0.82875: four decimals would pay 10,000 x 0.8288 = 8,288.00. */
static void products_keep_their_decimals(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = world_layer(w, "ip", FUND_HIFP);
    layer_ratio(w, l, everyone, 9750);
    change_ratio(w, l, ADJUST_MULTIPLY, 8500);
    const struct result *r = world_run(w, 1000000);
    assert_int_equal(r->totals.fund[FUND_HIFP], 828750);
    assert_int_equal(find_step(r, STEP_SEGMENT, "ip")->ratio, 8288); /* for show */
    assert_int_equal(r->rows[0].ratio, 8288);
    /* Cut at 5,000: the base behind it is 5,000 / 0.82875 = 6,033.18250..., of which the next
     * layer, at 0.9, pays (10,000 - that) x 0.9 = 3,570.135... */
    layer_cap(w, l, CAP_ON_PAYMENT, 500000);
    struct layer *large = world_layer(w, "large", FUND_HIFOB);
    const struct base_term terms[] = {{RATIO_ONE, AMOUNT_LAYER_EXCESS, 0}};
    layer_base(large, 1, terms);
    layer_ratio(w, large, everyone, 9000);
    r = world_run(w, 1000000);
    assert_int_equal(r->totals.fund[FUND_HIFP], 500000);
    assert_int_equal(r->totals.fund[FUND_HIFOB], 357014);
    world_free(w);
}

/* Cuts at two fine ratios, one on the other: exact in itself, but what they leave over is refused
 * as a base rather than rounded. */
static void chains_of_fine_cuts_are_refused(void **state)
{
    (void)state;
    struct world *w = world_new();
    static const char *const names[] = {"a", "b"};
    for (uint8_t i = 0; i < 2; i++) {
        struct layer *l = world_layer(w, names[i], FUND_OTH);
        const struct base_term terms[] = {{RATIO_ONE, AMOUNT_LAYER_EXCESS, 0}};
        if (i > 0)
            layer_base(l, 1, terms);
        layer_ratio(w, l, everyone, i ? 9941 : 9973);
        change_ratio(w, l, ADJUST_MULTIPLY, 9967);
        if (i == 0)
            layer_cap(w, l, CAP_ON_PAYMENT, 10000);
    }
    /* (100,000 - 100 / 0.99400891) x 0.99081947 */
    assert_int_equal(world_run(w, 10000000)->totals.fund[FUND_OTH], 10000 + 9898227);
    layer_cap(w, &w->policy.layers[1], CAP_ON_PAYMENT, 10000);
    world_clear_lines(w);
    world_line(w, 1, 10000000, 0);
    assert_int_equal(world_adjudicate(w), ERR_INVALID);
    assert_non_null(strstr(w->result.problems.list[0].en, "too long a chain"));
    world_free(w);
}

static void deductibles_are_multiplied_and_raised(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = level3(w);
    struct selector young = everyone;
    young.age_max = 54; /* 54 on the day */
    struct adjust_rule *plus = layer_adjust(w, l, young);
    plus->dedc = ADJUST_DEDC_PLUS;
    plus->dedc_by = 10000;
    const struct result *r = world_run(w, 1120000);
    assert_int_equal(r->totals.act_pay_dedc, 130000);
    assert_int_equal(find_step(r, STEP_DEDC_PLUS, "ip")->amount, 10000);
    struct adjust_rule *times = layer_adjust(w, l, everyone);
    times->dedc = ADJUST_DEDC_TIMES;
    times->dedc_by = 3333; /* 1,300 x 0.3333 = 433.29 */
    r = world_run(w, 1120000);
    assert_int_equal(r->totals.act_pay_dedc, 43329);
    assert_int_equal(find_step(r, STEP_DEDC_TIMES, "ip")->ratio, 3333);
    world_rules(w, l)->deductibles[0].nth_fen[0] = 0; /* none is due: none is raised */
    assert_int_equal(world_run(w, 1120000)->totals.act_pay_dedc, 0);
    w->person.brdy = date_of(1969, 1, 1);
    world_rules(w, l)->deductibles[0].nth_fen[0] = 120000;
    assert_int_equal(world_run(w, 1120000)->totals.act_pay_dedc, 39996);
    world_free(w);
}

/* First self-pay is rounded to the fen, also off a base that is a fraction, and never more than it;
 * what a later layer pays of it is no longer the patient's. */
static void first_selfpay_is_a_part_of_the_patients_share(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = world_layer(w, "ip", FUND_HIFP);
    layer_ratio(w, l, everyone, RATIO_ONE);
    layer_adjust(w, l, everyone)->first_selfpay = 5;
    assert_int_equal(world_run(w, 1000)->totals.transfer_selfpay, 1); /* 0.5 of a fen */
    assert_int_equal(world_run(w, 999)->totals.transfer_selfpay, 0);
    world_rules(w, l)->adjusts[0].first_selfpay = RATIO_ONE;
    const struct result *r = world_run(w, 1000);
    assert_int_equal(r->totals.transfer_selfpay, 1000);
    assert_int_equal(r->totals.fund_pay_sumamt, 0);
    struct layer *rest = world_layer(w, "maf", FUND_MAF);
    const struct base_term terms[] = {{RATIO_ONE, AMOUNT_INSCP, 0},
                                      {-RATIO_ONE, AMOUNT_LAYER_PAID, 0}};
    layer_base(rest, 2, terms);
    layer_ratio(w, rest, everyone, 7000);
    r = world_run(w, 1000);
    assert_int_equal(r->totals.fund[FUND_MAF], 700);
    assert_int_equal(r->totals.transfer_selfpay, 300);
    /* Kept out of a later base. */
    const struct base_term without[] = {{RATIO_ONE, AMOUNT_INSCP, 0},
                                        {-RATIO_ONE, AMOUNT_LAYER_PAID, 0},
                                        {-RATIO_ONE, AMOUNT_TRANSFER_SELFPAY, 0}};
    layer_base(rest, 3, without);
    world_rules(w, l)->adjusts[0].first_selfpay = 2000;
    world_rules(w, l)->ratios[0].bands[0].ratio = 5000;
    r = world_run(w, 1000);
    assert_int_equal(r->totals.fund[FUND_HIFP], 400);
    assert_int_equal(r->totals.fund[FUND_MAF], 280); /* (1,000 - 400 - 200) x 0.7 */
    assert_int_equal(r->totals.transfer_selfpay, 200);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(d36_three_readings_of_one_penalty),
        cmocka_unit_test(rows_apply_in_the_packs_order),
        cmocka_unit_test(products_keep_their_decimals),
        cmocka_unit_test(chains_of_fine_cuts_are_refused),
        cmocka_unit_test(deductibles_are_multiplied_and_raised),
        cmocka_unit_test(first_selfpay_is_a_part_of_the_patients_share),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
