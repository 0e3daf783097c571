/* lib/adjudicate/period: a long stay settled in parts. */
#include "fixture.h"

/* Periods of 30 days, 1,000 and then 400, half above that and all above 5,000. */
static struct layer *monthly(struct world *w)
{
    struct layer *l = world_layer(w, "ip", FUND_HIFP);
    l->accrual = PER_PERIOD;
    l->nth.of = NTH_ALL_STAYS;
    w->policy.period_days[INPATIENT] = 30;
    layer_deductible(w, l, everyone, YUAN(1000), YUAN(400));
    layer_ratio(w, l, everyone, 5000)->bands[0].upto_fen = YUAN(5000);
    layer_band(w, l, INT64_MAX, 10000);
    return l;
}

static void stay_of(struct world *w, int days)
{
    w->claim.begntime = date_start_ms(date_of(2024, 3, 1));
    w->claim.endtime = w->in.setl_time = w->claim.begntime + days * DAY_MS;
    world_clear_lines(w);
}

static struct claim_line *fee_on(struct world *w, int day, int64_t amount)
{
    struct claim_line *line = world_line(w, 1, amount, 0);
    line->fee_ocur_time = w->claim.begntime + day * DAY_MS;
    return line;
}

static void each_period_for_itself(void **state)
{
    (void)state;
    struct world *w = world_new();
    monthly(w);
    stay_of(w, 61);
    fee_on(w, 0, YUAN(4000));
    fee_on(w, 29, YUAN(2000));
    fee_on(w, 30, YUAN(3000));
    fee_on(w, 60, YUAN(100));
    fee_on(w, 61, YUAN(100));
    const struct result *r = world_run(w, 0);
    /* (5,000 - 1,000) / 2 + 1,000; (3,000 - 400) / 2; 200 of the third's 400 */
    assert_int_equal(r->totals.fund[FUND_HIFP], YUAN(3000 + 1300));
    assert_int_equal(r->totals.act_pay_dedc, YUAN(1600));
    assert_int_equal(delta_of(r, ACCUM_STAYS, "level3"), 3);
    assert_int_equal(delta_of(r, ACCUM_PAID, "ip"), YUAN(4300));
    assert_int_equal(delta_of(r, ACCUM_DEDC, "ip/level3"), YUAN(1600));
    assert_int_equal(find_step(r, STEP_PERIOD, "ip")->amount, YUAN(6000));
    world_free(w);
}

/* The second period's 3,000 begin at 6,000 of the year. */
static void bands_over_the_year_go_on(void **state)
{
    (void)state;
    struct world *w = world_new();
    monthly(w)->bands_over_year = true;
    stay_of(w, 60);
    fee_on(w, 0, YUAN(6000));
    fee_on(w, 30, YUAN(3000));
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->totals.fund[FUND_HIFP], YUAN(3000 + 2600));
    assert_int_equal(delta_of(r, ACCUM_BANDS, "ip"), YUAN(9000));
    world_free(w);
}

static void how_many_there_are(void **state)
{
    (void)state;
    const struct {
        int days, periods;
    } stays[] = {{0, 1}, {1, 1}, {30, 1}, {31, 2}, {60, 2}, {179, 6}, {180, 6}};
    struct world *w = world_new();
    monthly(w);
    for (size_t i = 0; i < ARRAY_LEN(stays); i++) {
        stay_of(w, stays[i].days);
        fee_on(w, stays[i].days, YUAN(100));
        assert_int_equal(delta_of(world_run(w, 0), ACCUM_STAYS, "level3"), stays[i].periods);
    }
    stay_of(w, 181);
    fee_on(w, 0, YUAN(100));
    assert_refused(world_run(w, 0), REASON_MID_SETTLE, "endtime");
    world_free(w);
}

static void fees_at_the_edges(void **state)
{
    (void)state;
    struct world *w = world_new();
    monthly(w);
    w->policy.before_days[INPATIENT] = 3;
    stay_of(w, 60);
    fee_on(w, -3, YUAN(1500)); /* the first period's */
    fee_on(w, 60, YUAN(1500)); /* the last one's */
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->totals.act_pay_dedc, YUAN(1400));
    assert_int_equal(r->totals.fund[FUND_HIFP], YUAN(250 + 550));
    world_free(w);
}

/* It is of the first period, though the refund came in the second. */
static void a_refund_follows_its_original(void **state)
{
    (void)state;
    struct world *w = world_new();
    monthly(w);
    stay_of(w, 60);
    struct claim_line *first = fee_on(w, 0, YUAN(4000));
    fee_on(w, 40, YUAN(1400));
    world_refund(w, first, -YUAN(2000), -CNT_ONE / 2)->fee_ocur_time =
        w->claim.begntime + 41 * DAY_MS;
    assert_int_equal(world_run(w, 0)->totals.fund[FUND_HIFP], YUAN(500 + 500));
    world_free(w);
}

/* The second period finds what the first one left of it. */
static void caps_go_over_all_periods(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = monthly(w);
    layer_cap(w, l, CAP_ON_PAYMENT, YUAN(600));
    stay_of(w, 60);
    fee_on(w, 0, YUAN(2000));
    fee_on(w, 40, YUAN(2400));
    const struct result *r = world_settle(w, 0);
    assert_int_equal(r->totals.fund[FUND_HIFP], YUAN(600)); /* 500, and 100 of 1,000 */
    assert_int_equal(find_step(r, STEP_EXCESS, "ip")->amount, YUAN(1800));
    stay_of(w, 10);
    fee_on(w, 0, YUAN(2000));
    assert_int_equal(world_run(w, 0)->totals.fund[FUND_HIFP], 0);
    world_free(w);
}

/* The nth goes on from stay to stay. */
static void the_nth_counts_periods(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = monthly(w);
    struct deductible_rule *rule = &world_rules(w, l)->deductibles[0];
    rule->nth_count = 4;
    rule->nth_fen[2] = YUAN(300);
    rule->nth_fen[3] = YUAN(200);
    stay_of(w, 60);
    fee_on(w, 0, YUAN(2000));
    fee_on(w, 40, YUAN(2000));
    assert_int_equal(world_settle(w, 0)->totals.act_pay_dedc, YUAN(1400));
    stay_of(w, 60);
    fee_on(w, 0, YUAN(2000));
    fee_on(w, 40, YUAN(2000));
    assert_int_equal(world_settle(w, 0)->totals.act_pay_dedc, YUAN(500));
    world_free(w);
}

/* What an account that pays first took is not in the base: it left all periods alike. */
static void a_smaller_base_is_shared(void **state)
{
    (void)state;
    struct world *w = world_new();
    monthly(w);
    w->person.insurances[0].insutype = 310;
    memcpy(w->person.insurances[0].psn_type, "1101", 5);
    w->policy.account.first = true;
    w->claim.acct_used_flag = true;
    w->in.balance = YUAN(1000);
    stay_of(w, 60);
    fee_on(w, 0, YUAN(3000));
    fee_on(w, 40, YUAN(1000));
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->totals.acct_pay, YUAN(1000));
    /* 3,000 of 4,000: 2,250 and 750 */
    assert_int_equal(r->totals.fund[FUND_HIFP], YUAN(625 + 175));
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_period_for_itself),   cmocka_unit_test(how_many_there_are),
        cmocka_unit_test(fees_at_the_edges),        cmocka_unit_test(a_refund_follows_its_original),
        cmocka_unit_test(caps_go_over_all_periods), cmocka_unit_test(the_nth_counts_periods),
        cmocka_unit_test(a_smaller_base_is_shared), cmocka_unit_test(bands_over_the_year_go_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
