/* lib/adjudicate/cap: caps, quotas and the exact base behind a cut payment. */
#include "fixture.h"

/* Chenzhou employee, retired, level 3: pool capped at 150,000, then large-amount 90 %. */
static struct world *chenzhou_employee(void)
{
    struct world *w = world_new();
    world_employee(w, "1201");
    struct layer *pool = world_layer(w, "pool", FUND_HIFP);
    layer_deductible(w, pool, everyone, 110000, 55000);
    layer_ratio(w, pool, for_classes(1u << RETIRED), 8700);
    layer_cap(w, pool, CAP_ON_PAYMENT, 15000000);
    struct layer *large = world_layer(w, "large", FUND_HIFOB);
    const struct base_term terms[] = {{RATIO_ONE, AMOUNT_LAYER_EXCESS, 0}};
    layer_base(large, 1, terms);
    layer_ratio(w, large, everyone, 9000);
    struct cap_rule *joint = layer_cap(w, large, CAP_ON_PAYMENT, 50000000);
    joint->scope_count = 2;
    snprintf(joint->scopes[1], sizeof joint->scopes[1], "pool");
    return w;
}

static void d34_the_excess_behind_a_cap_is_exact(void **state)
{
    (void)state;
    struct world *w = chenzhou_employee();
    const struct result *r = world_settle(w, 20000000);
    assert_int_equal(r->totals.fund[FUND_HIFP], 15000000);
    assert_int_equal(r->totals.fund[FUND_HIFOB], 2383759);
    assert_int_equal(r->totals.psn_selfpay_amt, 2616241);
    const struct step *quota = find_step(r, STEP_QUOTA, "pool");
    assert_int_equal(quota->base, 17304300);
    assert_int_equal(quota->limit, 15000000);
    assert_int_equal(quota->amount, 15000000);
    assert_int_equal(quota->clause, 80);
    assert_int_equal(find_step(r, STEP_EXCESS, "pool")->amount, 2648621);
    /* The pool is used up: the whole base above the deductible goes on. */
    r = world_settle(w, 1055000);
    assert_int_equal(r->totals.fund[FUND_HIFP], 0);
    assert_int_equal(r->totals.act_pay_dedc, 55000);
    assert_int_equal(r->totals.fund[FUND_HIFOB], 900000);
    world_free(w);
}

static void a_joint_cap_counts_this_settlement_too(void **state)
{
    (void)state;
    struct world *w = chenzhou_employee();
    const struct result *r = world_settle(w, 100000000);
    assert_int_equal(r->totals.fund[FUND_HIFP], 15000000);
    assert_int_equal(r->totals.fund[FUND_HIFOB], 35000000); /* 500,000 with the pool's 150,000 */
    assert_int_equal(world_settle(w, 1000000)->totals.fund_pay_sumamt, 0);
    world_free(w);
}

/* A cap met exactly leaves nothing over; one fen less leaves its exact base. */
static void the_cap_boundary(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = world_layer(w, "ip", FUND_HIFP);
    layer_ratio(w, l, everyone, 5000);
    struct cap_rule *cap = layer_cap(w, l, CAP_ON_PAYMENT, 50000);
    const struct result *r = world_run(w, 100000);
    assert_int_equal(r->totals.fund[FUND_HIFP], 50000);
    assert_null(find_step(r, STEP_EXCESS, "ip"));
    cap->amount_fen = 49999;
    r = world_run(w, 100000);
    assert_int_equal(r->totals.fund[FUND_HIFP], 49999);
    assert_int_equal(find_step(r, STEP_EXCESS, "ip")->amount, 2);
    world_free(w);
}

/* Cut inside the second band, with a band of ratio 0 before it: rows follow the cut. */
static void a_cut_inside_a_band(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = world_layer(w, "ip", FUND_HIFP);
    layer_deductible(w, l, everyone, 10000, 10000);
    layer_ratio(w, l, everyone, 0)->bands[0].upto_fen = 20000;
    layer_band(w, l, 30000, 5000);
    layer_band(w, l, INT64_MAX, 8000);
    layer_cap(w, l, CAP_ON_PAYMENT, 9000);
    const struct result *r = world_run(w, 100000);
    assert_int_equal(r->row_count, 2);
    assert_int_equal(r->rows[0].amount, 5000);
    assert_int_equal(r->rows[1].amount, 4000);
    assert_int_equal(r->rows[1].base, 5000);
    assert_int_equal(find_step(r, STEP_EXCESS, "ip")->amount, 65000);
    world_free(w);
}

/* D15, D54: a yearly quota on payment, used visit by visit. */
static void quotas_run_over_visits(void **state)
{
    (void)state;
    static const struct {
        int32_t ratio;
        int64_t quota, visits[3], funds[3];
    } cases[] = {{5000, 10000, {8000, 9000, 6000}, {4000, 4500, 1500}},
                 {6000, 12000, {15000, 8000, 100}, {9000, 3000, 0}}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct world *w = world_new();
        w->claim.med_type = "11";
        struct layer *l = world_layer(w, "op", FUND_HIFP);
        layer_ratio(w, l, everyone, cases[i].ratio);
        layer_cap(w, l, CAP_ON_PAYMENT, cases[i].quota);
        for (int v = 0; v < 3; v++)
            assert_int_equal(world_settle(w, cases[i].visits[v])->totals.fund[FUND_HIFP],
                             cases[i].funds[v]);
        world_free(w);
    }
}

/* S7: 210.00 = 0.70 x 300, the quota is on eligible money; the rest of it is used later. */
static void a_quota_on_eligible_money(void **state)
{
    (void)state;
    struct world *w = world_new();
    w->claim.med_type = "11";
    struct layer *l = world_layer(w, "chronic", FUND_HIFP);
    layer_ratio(w, l, everyone, 7000);
    layer_cap(w, l, CAP_ON_ELIGIBLE, 30000);
    const struct result *r = world_run(w, 57607);
    assert_int_equal(r->totals.fund[FUND_HIFP], 21000);
    assert_int_equal(find_step(r, STEP_EXCESS, "chronic")->amount, 27607);
    assert_int_equal(find_step(r, STEP_QUOTA, "chronic")->amount, 21000);
    r = world_settle(w, 20000);
    assert_int_equal(delta_of(r, ACCUM_BASE, "chronic"), 20000);
    assert_int_equal(world_settle(w, 20000)->totals.fund[FUND_HIFP], 7000);
    assert_int_equal(world_settle(w, 20000)->totals.fund[FUND_HIFP], 0);
    world_free(w);
}

/* Two benefits under one quota of eligible money: each counts what the other paid for. */
static void a_joint_quota_on_eligible_money(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *a = world_layer(w, "a", FUND_HIFP);
    a->kinds = 1u << OUTPATIENT;
    layer_ratio(w, a, everyone, 7000);
    struct layer *b = world_layer(w, "b", FUND_HIFP);
    b->kinds = 1u << INPATIENT;
    layer_ratio(w, b, everyone, 5000);
    struct cap_rule *cap = layer_cap(w, b, CAP_ON_ELIGIBLE, 30000);
    cap->scope_count = 2;
    snprintf(cap->scopes[1], sizeof cap->scopes[1], "a");
    w->claim.med_type = "11";
    assert_int_equal(world_settle(w, 20000)->totals.fund[FUND_HIFP], 14000);
    w->claim.med_type = "21";
    assert_int_equal(world_settle(w, 20000)->totals.fund[FUND_HIFP], 5000);
    world_free(w);
}

static void caps_choose_by_class_and_the_tightest_holds(void **state)
{
    (void)state;
    struct world *w = world_new();
    world_employee(w, "1201");
    struct layer *l = world_layer(w, "op", FUND_HIFP);
    layer_ratio(w, l, everyone, 5000);
    layer_cap(w, l, CAP_ON_PAYMENT, 1500)->who = for_classes(1u << ACTIVE);
    layer_cap(w, l, CAP_ON_PAYMENT, 2000)->who = for_classes(1u << RETIRED);
    assert_int_equal(world_run(w, 100000)->totals.fund[FUND_HIFP], 2000);
    layer_cap(w, l, CAP_ON_PAYMENT, 1000);
    assert_int_equal(world_run(w, 100000)->totals.fund[FUND_HIFP], 1000);
    world_free(w);
}

static void care_on(struct world *w, int32_t day)
{
    w->claim.begntime = date_start_ms(day);
    w->claim.endtime = w->claim.begntime + NOON_MS;
    w->in.setl_time = w->claim.endtime;
}

/* D59: 60 %, 40 a day and 400 a year; the tighter of the two holds. */
static void d59_a_quota_per_day(void **state)
{
    (void)state;
    struct world *w = world_new();
    w->claim.med_type = "11";
    struct layer *l = world_layer(w, "op", FUND_HIFP);
    layer_ratio(w, l, everyone, 6000);
    layer_cap(w, l, CAP_ON_PAYMENT, 4000)->per = PER_DAY;
    layer_cap(w, l, CAP_ON_PAYMENT, 7000);
    care_on(w, date_of(2024, 3, 1));
    const struct result *r = world_settle(w, 10000);
    assert_int_equal(r->totals.fund[FUND_HIFP], 4000);
    assert_int_equal(delta_of(r, ACCUM_PAID, "op"), 4000);
    assert_int_equal(delta_of(r, ACCUM_PAID, "op@240301"), 4000);
    assert_int_equal(world_settle(w, 5000)->totals.fund[FUND_HIFP], 0);
    care_on(w, date_of(2024, 3, 2));
    assert_int_equal(world_settle(w, 3000)->totals.fund[FUND_HIFP], 1800);
    care_on(w, date_of(2024, 3, 3));
    assert_int_equal(world_settle(w, 10000)->totals.fund[FUND_HIFP], 1200); /* of the year */
    w->accums.count = 0;
    const struct accum taken_back = {2024, 390, ACCUM_PAID, "op@240303", -4000};
    assert_int_equal(accum_add(&w->accums, &taken_back), ERR_OK); /* of a day forgotten before */
    assert_int_equal(world_run(w, 10000)->totals.fund[FUND_HIFP], 4000);
    world_free(w);
}

/* Hunan chronic: 300 of eligible money a month, at 70 %; and a quarter's quota. */
static void quotas_per_month_and_quarter(void **state)
{
    (void)state;
    struct world *w = world_new();
    w->claim.med_type = "11";
    struct layer *l = world_layer(w, "chronic", FUND_HIFP);
    layer_ratio(w, l, everyone, 7000);
    layer_cap(w, l, CAP_ON_ELIGIBLE, 30000)->per = PER_MONTH;
    layer_cap(w, l, CAP_ON_PAYMENT, 50000)->per = PER_QUARTER;
    care_on(w, date_of(2024, 1, 31));
    const struct result *r = world_settle(w, 20000);
    assert_int_equal(r->totals.fund[FUND_HIFP], 14000);
    assert_int_equal(delta_of(r, ACCUM_BASE, "chronic@2401"), 20000);
    assert_int_equal(delta_of(r, ACCUM_PAID, "chronic@24Q1"), 14000);
    assert_int_equal(world_settle(w, 20000)->totals.fund[FUND_HIFP], 7000);
    care_on(w, date_of(2024, 2, 1));
    assert_int_equal(world_settle(w, 40000)->totals.fund[FUND_HIFP], 21000);
    care_on(w, date_of(2024, 3, 31));
    assert_int_equal(world_settle(w, 40000)->totals.fund[FUND_HIFP], 8000); /* of the quarter */
    care_on(w, date_of(2024, 4, 1));
    assert_int_equal(world_settle(w, 40000)->totals.fund[FUND_HIFP], 21000);
    world_free(w);
}

/* What one settlement may pay, with another layer's share of it where they are joint. */
static void a_quota_per_visit(void **state)
{
    (void)state;
    struct world *w = world_new();
    w->claim.med_type = "11";
    struct layer *a = world_layer(w, "a", FUND_HIFP);
    layer_ratio(w, a, everyone, 5000);
    layer_cap(w, a, CAP_ON_PAYMENT, 2000)->per = PER_VISIT;
    struct layer *b = world_layer(w, "b", FUND_OTH);
    layer_ratio(w, b, everyone, 2000);
    struct cap_rule *joint = layer_cap(w, b, CAP_ON_PAYMENT, 3000);
    joint->per = PER_VISIT;
    joint->scope_count = 2;
    snprintf(joint->scopes[1], sizeof joint->scopes[1], "a");
    for (int visit = 0; visit < 2; visit++) {
        const struct result *r = world_settle(w, 10000);
        assert_int_equal(r->totals.fund[FUND_HIFP], 2000);
        assert_int_equal(r->totals.fund[FUND_OTH], 1000);
        assert_int_equal(r->delta_count, 3); /* two sums of the year and the visit */
    }
    world_free(w);
}

/* Nanchang: 3,000 per year beyond 4 of cover and per year without a claim, together at most 20 %.
 */
static void years_raise_a_cap(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = world_layer(w, "ci", FUND_HIFMI);
    layer_ratio(w, l, everyone, 6000);
    struct cap_rule *cap = layer_cap(w, l, CAP_ON_PAYMENT, 30000000);
    cap->raise_count = 2;
    cap->raises[0] = (struct cap_raise){CAP_CONTINUOUS_YEARS, 4, 300000};
    cap->raises[1] = (struct cap_raise){CAP_ZERO_CLAIM_YEARS, 0, 300000};
    cap->raised_at_most = 2000;
    assert_int_equal(world_run(w, 100000000)->totals.fund[FUND_HIFMI], 30000000);
    assert_null(find_step(&w->result, STEP_CAP_RAISED, "ci"));
    w->in.continuous_years = 8;
    w->in.zero_claim_years = 2;
    const struct result *r = world_run(w, 100000000);
    assert_int_equal(r->totals.fund[FUND_HIFMI], 31800000);
    const struct step *step = find_step(r, STEP_CAP_RAISED, "ci");
    assert_true(step->base == 30000000 && step->limit == 31800000 && step->amount == 1800000);
    w->in.continuous_years = 30;
    assert_int_equal(world_run(w, 100000000)->totals.fund[FUND_HIFMI], 36000000);
    cap->raised_at_most = -1;
    assert_int_equal(world_run(w, 100000000)->totals.fund[FUND_HIFMI], 38400000);
    w->in.continuous_years = 4;
    assert_int_equal(world_run(w, 100000000)->totals.fund[FUND_HIFMI], 30600000);
    world_free(w);
}

/* Two cuts, one on the other, stay exact; a third is refused as internal rather than rounded. */
static void chains_of_cuts_are_exact_or_refused(void **state)
{
    (void)state;
    struct world *w = world_new();
    static const int32_t ratios[] = {9973, 9967, 9949, 9941};
    static const char *const names[] = {"a", "b", "c", "d"};
    for (uint8_t i = 0; i < 3; i++) {
        struct layer *l = world_layer(w, names[i], FUND_OTH);
        const struct base_term terms[] = {{RATIO_ONE, AMOUNT_LAYER_EXCESS, (uint8_t)(i - 1)}};
        if (i > 0)
            layer_base(l, 1, terms);
        layer_ratio(w, l, everyone, ratios[i]);
        if (i < 2)
            layer_cap(w, l, CAP_ON_PAYMENT, 10000);
    }
    const struct result *r = world_run(w, 10000000);
    /* 100,000 - 100/0.9973 - 100/0.9967, x 0.9949 */
    assert_int_equal(r->totals.fund[FUND_OTH], 20000 + 9929042);
    layer_cap(w, &w->policy.layers[2], CAP_ON_PAYMENT, 10000);
    world_clear_lines(w);
    world_line(w, 1, 10000000, 0);
    assert_int_equal(world_adjudicate(w), ERR_INVALID);
    assert_int_equal(w->result.problems.list[0].reason, REASON_INTERNAL);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(d34_the_excess_behind_a_cap_is_exact),
        cmocka_unit_test(a_joint_cap_counts_this_settlement_too),
        cmocka_unit_test(the_cap_boundary),
        cmocka_unit_test(a_cut_inside_a_band),
        cmocka_unit_test(quotas_run_over_visits),
        cmocka_unit_test(a_quota_on_eligible_money),
        cmocka_unit_test(a_joint_quota_on_eligible_money),
        cmocka_unit_test(caps_choose_by_class_and_the_tightest_holds),
        cmocka_unit_test(d59_a_quota_per_day),
        cmocka_unit_test(quotas_per_month_and_quarter),
        cmocka_unit_test(a_quota_per_visit),
        cmocka_unit_test(years_raise_a_cap),
        cmocka_unit_test(chains_of_cuts_are_exact_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
