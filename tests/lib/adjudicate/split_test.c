/* lib/adjudicate/split: stays settled by the day of the fee. */
#include "fixture.h"

/* A stay of a resident from 20 December 2023 to 10 January 2024, with a fee of 100 yuan on each
 * side and a layer that pays half above 30 yuan, of a second stay above 10. */
static struct world *with_split(void)
{
    struct world *w = world_new();
    struct layer *l = world_layer(w, "ip", FUND_HIFP);
    layer_deductible(w, l, everyone, YUAN(30), YUAN(10));
    layer_ratio(w, l, everyone, 5000);
    l->counts_dedc = true;
    w->policy.dates.across_years = CROSSING_SPLIT;
    w->claim.begntime = date_start_ms(date_of(2023, 12, 20));
    w->claim.endtime = w->in.setl_time = date_start_ms(date_of(2024, 1, 10)) + NOON_MS;
    w->in.accums_before = &w->accums;
    world_line(w, 1, YUAN(100), 0)->fee_ocur_time = date_start_ms(date_of(2023, 12, 31)) + NOON_MS;
    world_line(w, 1, YUAN(100), 0)->fee_ocur_time = date_start_ms(date_of(2024, 1, 1));
    return w;
}

static int64_t moved(const struct result *r, uint16_t year, enum accum_kind kind, const char *scope)
{
    for (uint32_t i = 0; i < r->delta_count; i++)
        if (r->deltas[i].year == year && r->deltas[i].kind == (uint8_t)kind &&
            strcmp(r->deltas[i].scope, scope) == 0)
            return r->deltas[i].value;
    return 0;
}

static void each_part_in_its_year(void **state)
{
    (void)state;
    struct world *w = with_split();
    struct care_years years = adjudicate_years(&w->policy, &w->claim, w->in.setl_time);
    assert_int_equal(years.year, 2024);
    assert_int_equal(years.before, 2023);
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->year, 2024);
    assert_int_equal(r->totals.medfee_sumamt, YUAN(200));
    assert_int_equal(r->totals.act_pay_dedc, YUAN(60));
    assert_int_equal(r->totals.fund[FUND_HIFP], YUAN(70));
    assert_int_equal(moved(r, 2023, ACCUM_PAID, "ip"), YUAN(35));
    assert_int_equal(moved(r, 2024, ACCUM_PAID, "ip"), YUAN(35));
    assert_int_equal(moved(r, 2023, ACCUM_STAYS, "level3"), 1);
    assert_int_equal(moved(r, 2024, ACCUM_STAYS, "level3"), 1);
    assert_int_equal(r->row_count, 2);
    assert_int_equal(r->steps[0].code, STEP_PART);
    assert_string_equal(r->steps[0].layer, "2023-12-20");
    assert_int_equal(r->steps[0].amount, YUAN(100));
    for (uint32_t i = 1; i < r->delta_count; i++)
        assert_true(accum_compare(&r->deltas[i - 1], &r->deltas[i]) < 0);
    w->claim.med_type = "11"; /* other care has one year */
    assert_int_equal(adjudicate_years(&w->policy, &w->claim, w->in.setl_time).before, 0);
    assert_int_equal(world_run(w, 0)->totals.act_pay_dedc, YUAN(30));
    world_free(w);
}

static void bands_over_the_year_are_each_years_own(void **state)
{
    (void)state;
    struct world *w = with_split();
    w->policy.layers[0].bands_over_year = true;
    const struct result *r = world_run(w, 0);
    assert_int_equal(moved(r, 2023, ACCUM_BANDS, "ip"), YUAN(100));
    assert_int_equal(moved(r, 2024, ACCUM_BANDS, "ip"), YUAN(100));
    world_free(w);
}

static void one_deductible_and_one_stay(void **state)
{
    (void)state;
    struct world *w = with_split();
    w->policy.dates.split_dedc_once = w->policy.dates.split_nth_once = true;
    w->lines[0].det_item_fee_sumamt = YUAN(20);
    w->lines[0].pric = YUAN(20) * 10000;
    w->claim.medfee_sumamt = YUAN(120);
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->totals.act_pay_dedc, YUAN(30));
    assert_int_equal(r->totals.fund[FUND_HIFP], YUAN(45)); /* 20 and 10 of the 30 */
    assert_int_equal(moved(r, 2023, ACCUM_STAYS, "level3"), 1);
    assert_int_equal(moved(r, 2024, ACCUM_STAYS, "level3"), 0);
    world_free(w);
}

/* What one layer's deductible takes is none of another's. */
static void one_deductible_of_each_layer(void **state)
{
    (void)state;
    struct world *w = with_split();
    w->policy.dates.split_dedc_once = w->policy.dates.split_nth_once = true;
    struct layer *l = world_layer(w, "op", FUND_HIFMI);
    layer_deductible(w, l, everyone, YUAN(25), YUAN(25));
    layer_ratio(w, l, everyone, 0);
    l->counts_dedc = true;
    w->lines[0].det_item_fee_sumamt = YUAN(20);
    w->lines[0].pric = YUAN(20) * 10000;
    w->claim.medfee_sumamt = YUAN(120);
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->totals.act_pay_dedc, YUAN(30 + 25));
    assert_int_equal(r->totals.fund[FUND_HIFP], YUAN(45));
    snprintf(l->accumulates, sizeof l->accumulates, "ip"); /* the name says whose it is */
    assert_int_equal(world_run(w, 0)->totals.act_pay_dedc, YUAN(30));
    world_free(w);
}

static void periods_of_each_part(void **state)
{
    (void)state;
    struct world *w = with_split();
    struct layer *l = &w->policy.layers[0];
    l->accrual = PER_PERIOD;
    w->policy.period_days[INPATIENT] = 2;
    w->claim.begntime = date_start_ms(date_of(2023, 12, 31)); /* one day, and then nine */
    const struct result *r = world_run(w, 0);
    assert_int_equal(moved(r, 2023, ACCUM_STAYS, "level3"), 1);
    assert_int_equal(moved(r, 2024, ACCUM_STAYS, "level3"), 5);
    w->claim.begntime = date_start_ms(date_of(2023, 12, 20)); /* twelve days are six */
    assert_int_equal(moved(world_run(w, 0), 2023, ACCUM_STAYS, "level3"), 6);
    w->claim.begntime -= DAY_MS;
    r = world_run(w, 0);
    assert_refused(r, REASON_MID_SETTLE, "endtime");
    assert_non_null(strstr(r->problems.list[0].zh, "2023-12-31"));
    world_free(w);
}

/* The year's sums as the earlier part left them, when both are of one year. */
static void parts_of_one_year_see_each_other(void **state)
{
    (void)state;
    struct world *w = with_split();
    w->policy.dates.across_years = CROSSING_WHOLE;
    w->policy.dates.cover_change = CROSSING_SPLIT;
    struct insurance *first = &w->person.insurances[0], *next = &w->person.insurances[1];
    *next = *first;
    first->expi_date = date_of(2023, 12, 31);
    next->psn_insu_date = next->pool_begndate = date_of(2024, 1, 1);
    snprintf(next->psn_type, 7, "1402");
    w->person.insurance_count = 2;
    assert_int_equal(world_run(w, 0)->totals.act_pay_dedc, YUAN(30)); /* the class is the same */
    next->insutype = 310;
    snprintf(next->psn_type, 7, "1101");
    struct layer *l = &w->policy.layers[0];
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->totals.act_pay_dedc, YUAN(60));
    assert_int_equal(r->insutype, 310);
    assert_string_equal(r->psn_type, "1101");
    assert_int_equal(moved(r, 2023, ACCUM_PAID, "ip"), 0); /* both in the year of settlement */
    next->insutype = 390;
    snprintf(next->psn_type, 7, "1501");
    next->paus_insu_date = date_of(2024, 1, 1);
    l->needs_pool = true;
    r = world_run(w, 0);
    assert_int_equal(r->totals.fund[FUND_HIFP], YUAN(35));
    assert_non_null(find_step(r, STEP_POOL_CLOSED, "ip"));
    assert_int_equal(moved(r, 2024, ACCUM_STAYS, "level3"), 2);
    l->needs_pool = false; /* now the second part is the second stay */
    assert_int_equal(world_run(w, 0)->totals.act_pay_dedc, YUAN(40));
    w->policy.dates.split_nth_once = true; /* or the same, and both have the first one's */
    r = world_run(w, 0);
    assert_int_equal(r->totals.act_pay_dedc, YUAN(60));
    assert_int_equal(moved(r, 2024, ACCUM_STAYS, "level3"), 1);
    world_free(w);
}

static void days_without_cover(void **state)
{
    (void)state;
    struct world *w = with_split();
    w->policy.dates.across_years = CROSSING_WHOLE;
    w->policy.dates.cover_change = CROSSING_SPLIT;
    w->person.insurances[0].expi_date = date_of(2023, 12, 31);
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->problems.count, 0);
    assert_int_equal(r->totals.fund[FUND_HIFP], YUAN(35));
    assert_int_equal(r->totals.fulamt_ownpay_amt, YUAN(100));
    assert_int_equal(r->totals.psn_ownpay_amt, YUAN(100));
    assert_int_equal(r->lines[0].reason, STEP_STATED);
    assert_int_equal(r->lines[1].reason, STEP_UNCOVERED);
    assert_int_equal(r->insutype, 390);
    w->person.insurances[0].expi_date = date_of(2023, 12, 1);
    assert_refused(world_run(w, 0), REASON_NOT_INSURED, "insutype");
    world_free(w);
}

static void the_account_pays_once(void **state)
{
    (void)state;
    struct world *w = with_split();
    world_employee(w, "1101");
    w->claim.acct_used_flag = true;
    w->in.balance = YUAN(80);
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->totals.acct_pay, YUAN(80)); /* 65 of the first part, 15 of the second */
    assert_int_equal(r->totals.balc, 0);
    assert_int_equal(r->totals.psn_cash_pay, YUAN(50));
    world_free(w);
}

static void what_cannot_be_split(void **state)
{
    (void)state;
    struct world *w = with_split();
    w->claim.begntime = date_start_ms(date_of(2022, 12, 20));
    const struct result *r = world_run(w, 0);
    assert_refused(r, REASON_MID_SETTLE, "endtime");
    assert_non_null(strstr(r->problems.list[0].zh, "2022-12-31"));
    w->claim.begntime = date_start_ms(date_of(2023, 12, 20));
    w->in.institution = NULL;
    assert_refused(world_run(w, 0), REASON_INSTITUTION_UNKNOWN, "fixmedins_code");
    w->in.institution = &w->institution;
    w->in.accums_before = NULL; /* whoever calls owes it */
    assert_int_equal(world_adjudicate(w), ERR_INVALID);
    assert_int_equal(w->result.problems.list[0].reason, REASON_INTERNAL);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_part_in_its_year),
        cmocka_unit_test(bands_over_the_year_are_each_years_own),
        cmocka_unit_test(one_deductible_and_one_stay),
        cmocka_unit_test(one_deductible_of_each_layer),
        cmocka_unit_test(periods_of_each_part),
        cmocka_unit_test(parts_of_one_year_see_each_other),
        cmocka_unit_test(days_without_cover),
        cmocka_unit_test(the_account_pays_once),
        cmocka_unit_test(what_cannot_be_split),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
