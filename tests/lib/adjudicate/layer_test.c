/* lib/adjudicate/layer: published and derived vectors of plain layers. */
#include "fixture.h"

/* (eligible - deductible) x ratio, one row per grade. */
static void one_ratio_per_grade(void **state)
{
    (void)state;
    static const struct {
        const char *id;
        uint8_t grade;
        int64_t inscp, dedc, fund, self;
        int32_t ratio;
    } cases[] = {
        {"D01", PRIMARY, 300000, 20000, 252000, 48000, 9000},
        {"D02", LEVEL2, 500000, 30000, 376000, 124000, 8000},
        {"D03", LEVEL2, 1234567, 40000, 895925, 338642, 7500},
        {"D04", LEVEL3, 5000000, 70000, 3204500, 1795500, 6500},
        {"D07", LEVEL3, 65000, 70000, 0, 65000, 6500},
        {"R09", LEVEL3, 2363211, 300000, 1031606, 1331605, 5000},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct world *w = world_new();
        struct layer *l = world_layer(w, "ip", FUND_HIFP);
        layer_deductible(w, l, for_grades(1u << cases[i].grade), cases[i].dedc, cases[i].dedc);
        layer_ratio(w, l, for_grades(1u << cases[i].grade), cases[i].ratio);
        w->institution.benefit_grade = w->institution.dedc_grade = cases[i].grade;
        const struct totals *t = &world_settle(w, cases[i].inscp)->totals;
        assert_int_equal(t->fund[FUND_HIFP], cases[i].fund);
        assert_int_equal(t->psn_selfpay_amt, cases[i].self);
        assert_int_equal(t->psn_ownpay_amt, 0);
        assert_int_equal(t->act_pay_dedc,
                         cases[i].inscp < cases[i].dedc ? cases[i].inscp : cases[i].dedc);
        world_free(w);
    }
}

static void d06_catalogue_split_before_the_layer(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = world_layer(w, "ip", FUND_HIFP);
    layer_deductible(w, l, everyone, 40000, 40000);
    layer_ratio(w, l, everyone, 7500);
    world_line(w, 3, 150000, 0);
    struct claim_line *capped = world_line(w, 1, 112000, 0);
    w->stated[capped - w->lines].pric_uplmt_amt = INT64_C(1000) * PRIC_ONE;
    world_line(w, 2, 333333, 1000);
    world_line(w, 2, 200000, 500);
    world_line(w, 1, 2000000 - 150000 - 112000 - 333333 - 200000, 0);
    const struct totals *t = &world_settle(w, 0)->totals;
    assert_int_equal(t->fulamt_ownpay_amt, 150000);
    assert_int_equal(t->overlmt_selfpay, 12000);
    assert_int_equal(t->preselfpay_amt, 43333);
    assert_int_equal(t->inscp_scp_amt, 1794667);
    assert_int_equal(t->fund[FUND_HIFP], 1316000);
    assert_int_equal(t->psn_cash_pay, 684000);
    assert_int_equal(t->psn_ownpay_amt, 162000);
    world_free(w);
}

/* Beijing: 1,300; to 30,000 85 %, to 40,000 90 %, above 95 %: bounds include the deductible. */
static void d16_d21_bands_are_absolute_over_the_deductible(void **state)
{
    (void)state;
    static const struct {
        int64_t inscp, fund;
    } cases[] = {
        {6000000, 5239500}, {3000000, 2439500}, {4000000, 3339500}, {130000, 0}, {130001, 1}};
    struct world *w = world_new();
    struct layer *l = world_layer(w, "ip", FUND_HIFP);
    layer_deductible(w, l, everyone, 130000, 65000);
    struct ratio_rule *rule = layer_ratio(w, l, everyone, 8500);
    rule->bands[0].upto_fen = 3000000;
    layer_band(w, l, 4000000, 9000);
    layer_band(w, l, INT64_MAX, 9500);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(world_run(w, cases[i].inscp)->totals.fund[FUND_HIFP], cases[i].fund);
    const struct result *r = world_run(w, 6000000);
    assert_int_equal(r->row_count, 3);
    assert_int_equal(r->rows[0].amount, 2439500);
    assert_int_equal(r->rows[0].base, 2870000);
    assert_int_equal(r->rows[2].ratio, 9500);
    assert_string_equal(r->rows[0].owner, "431002");
    world_free(w);
}

/* The same with bounds above the deductible: 30,000 at 85 %, 10,000 at 90 %, 18,700 at 95 %. */
static void bounds_above_the_deductible(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = world_layer(w, "ip", FUND_HIFP);
    layer_deductible(w, l, everyone, 130000, 130000);
    layer_ratio(w, l, everyone, 8500)->bands[0].upto_fen = 3000000;
    layer_band(w, l, 4000000, 9000);
    layer_band(w, l, INT64_MAX, 9500);
    l->from_deductible = true;
    assert_int_equal(world_run(w, 6000000)->totals.fund[FUND_HIFP], 2550000 + 900000 + 1776500);
    world_free(w);
}

/* P-30: one ratio for the whole base, by where it falls; bounds are inclusive. */
static void brackets_take_the_whole_base(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = world_layer(w, "aid", FUND_MAF);
    struct ratio_rule *rule = layer_ratio(w, l, everyone, 5000);
    rule->form = RATIO_BRACKETS;
    rule->bands[0].upto_fen = 1000000;
    layer_band(w, l, 3000000, 6000);
    layer_band(w, l, INT64_MAX, 7000);
    assert_int_equal(world_run(w, 1000000)->totals.fund[FUND_MAF], 500000);
    const struct result *r = world_run(w, 1000001);
    assert_int_equal(r->totals.fund[FUND_MAF], 600001);
    assert_int_equal(r->row_count, 1);
    assert_int_equal(r->rows[0].ratio, 6000);
    assert_int_equal(find_step(r, STEP_SEGMENT, "aid")->limit, 3000000);
    assert_int_equal(world_run(w, 4000000)->totals.fund[FUND_MAF], 2800000);
    /* A cut payment keeps its bracket: 12,000 / 0.7, not / 0.6. */
    layer_cap(w, l, CAP_ON_PAYMENT, 1200000);
    r = world_run(w, 4000000);
    assert_int_equal(r->totals.fund[FUND_MAF], 1200000);
    assert_int_equal(find_step(r, STEP_EXCESS, "aid")->amount, 4000000 - 1714286);
    l->cap_count = 0;
    layer_deductible(w, l, everyone, 100000, 100000);
    assert_int_equal(world_run(w, 1050000)->totals.fund[FUND_MAF], 570000); /* 10,500 falls there */
    l->from_deductible = true;
    assert_int_equal(world_run(w, 1050000)->totals.fund[FUND_MAF], 475000); /* 9,500 falls here */
    struct adjust_rule *more = layer_adjust(w, l, everyone);
    more->ratio = ADJUST_POINTS;
    more->ratio_by = 1000;
    assert_int_equal(world_run(w, 4100000)->totals.fund[FUND_MAF], 3200000);
    world_free(w);
}

static void nothing_above_a_last_bound(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = world_layer(w, "ip", FUND_HIFP);
    layer_ratio(w, l, everyone, 5000)->bands[0].upto_fen = 100000;
    assert_int_equal(world_run(w, 100000)->totals.fund[FUND_HIFP], 50000);
    assert_int_equal(world_run(w, 900000)->totals.fund[FUND_HIFP], 50000);
    world_free(w);
}

static void rows_round_the_running_sum(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = world_layer(w, "ip", FUND_HIFP);
    layer_ratio(w, l, everyone, 5000)->bands[0].upto_fen = 1; /* 0.5 fen */
    layer_band(w, l, 2, 5000);                                /* 1.0 */
    layer_band(w, l, 3, 5000);                                /* 1.5 */
    const struct result *r = world_run(w, 3);
    assert_int_equal(r->totals.fund[FUND_HIFP], 2);
    assert_int_equal(r->row_count, 2); /* 1, 0 (no row), 1 */
    assert_int_equal(r->rows[0].amount, 1);
    assert_int_equal(r->rows[1].amount, 1);
    world_free(w);
}

static void scope_leaves_lines_to_the_patient(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = world_layer(w, "op", FUND_HIFP);
    l->scope = (struct line_scope){
        .any = {.chrgitm_lv = 1u << 1, .med_chrgitm_type = 1u << 12, .bas_medn = true},
        .clause = 99};
    layer_ratio(w, l, everyone, 5000);
    world_line(w, 1, 1000, 0);
    world_line(w, 2, 2000, 1000);
    struct claim_line *essential = world_line(w, 2, 4000, 1000);
    w->stated[essential - w->lines].bas_medn_flag = true;
    struct claim_line *fee = world_line(w, 2, 8000, 0);
    w->stated[fee - w->lines].med_chrgitm_type = 12;
    const struct result *r = world_settle(w, 0);
    assert_int_equal(r->totals.fund[FUND_HIFP], (1000 + 3600 + 8000) / 2);
    assert_int_equal(find_step(r, STEP_SCOPE, "op")->amount, 1800);
    assert_int_equal(find_step(r, STEP_SCOPE, "op")->clause, 99);
    world_free(w);
}

static void layers_choose_by_insurance_kind_class_and_identity(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = world_layer(w, "x", FUND_MAF);
    l->owner_kind = OWNER_ASSISTANCE;
    layer_ratio(w, l, everyone, 5000);
    l->insutypes = 1u << 0;
    assert_int_equal(world_run(w, 1000)->totals.fund_pay_sumamt, 0);
    l->insutypes = 1u << 1;
    assert_int_equal(world_run(w, 1000)->totals.fund_pay_sumamt, 500);
    l->kinds = 1u << OUTPATIENT;
    assert_int_equal(world_run(w, 1000)->totals.fund_pay_sumamt, 0);
    l->kinds = 1u << INPATIENT;
    l->classes = 1u << RETIRED;
    assert_int_equal(world_run(w, 1000)->totals.fund_pay_sumamt, 0);
    l->classes = 1u << RESIDENT;
    l->identities = 1u << LOW_INCOME;
    assert_int_equal(world_run(w, 1000)->totals.fund_pay_sumamt, 0);
    world_identity(w, "1", "431003");
    const struct result *r = world_run(w, 1000);
    assert_int_equal(r->totals.fund_pay_sumamt, 500);
    assert_string_equal(r->rows[0].owner, "431003"); /* the county that certified */
    assert_string_equal(r->identities, "1");
    world_free(w);
}

static void civil_servants_need_the_flag_or_an_identity(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = world_layer(w, "cs", FUND_CVLSERV);
    l->owner_kind = OWNER_CIVIL_SERVANT;
    l->owner_code = "CS431000";
    layer_ratio(w, l, everyone, 5000);
    assert_int_equal(world_run(w, 1000)->totals.fund_pay_sumamt, 0);
    w->person.insurances[0].cvlserv_flag = 1;
    assert_string_equal(world_run(w, 1000)->rows[0].owner, "CS431000");
    world_free(w);
}

static void plain_layers_are_adjusted_too(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = world_layer(w, "ip", FUND_HIFP);
    layer_deductible(w, l, everyone, 10000, 10000);
    layer_ratio(w, l, everyone, 5000);
    layer_ease(w, l, 5000, 1000, false);
    assert_int_equal(world_run(w, 100000)->totals.fund_pay_sumamt, 45000);
    world_identity(w, "1", "431003");
    assert_int_equal(world_run(w, 100000)->totals.fund_pay_sumamt, 57000);
    l->accrual = PER_YEAR;
    assert_int_equal(world_run(w, 100000)->totals.fund_pay_sumamt, 57000);
    layer_cap(w, l, CAP_ON_PAYMENT, 1000);
    assert_int_equal(world_run(w, 100000)->totals.fund_pay_sumamt, 1000);
    world_rules(w, l)->adjusts[0].uncapped = true;
    assert_int_equal(world_run(w, 100000)->totals.fund_pay_sumamt, 57000);
    world_free(w);
}

/* The county that certified the identity pays; certified twice, the later one; with no identity the
 * county of enrolment. */
static void assistance_has_one_county(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = world_layer(w, "maf", FUND_MAF);
    l->owner_kind = OWNER_ASSISTANCE;
    layer_ratio(w, l, everyone, 5000);
    assert_string_equal(world_run(w, 1000)->rows[0].owner, "431002");
    world_identity(w, "1", "431003");
    assert_string_equal(world_run(w, 1000)->rows[0].owner, "431003");
    world_identity(w, "1", "431004");
    w->person.identities[1].begntime = date_of(2024, 2, 1);
    assert_string_equal(world_run(w, 1000)->rows[0].owner, "431004");
    world_identity(w, "2", "431005");
    w->policy.identities_stacked = true;
    assert_string_equal(world_run(w, 1000)->rows[0].owner, "431005"); /* the best in rank */
    l->identities = 1u << LOW_INCOME;
    assert_string_equal(world_run(w, 1000)->rows[0].owner, "431004");
    world_free(w);
}

static void no_ratio_row_means_no_layer(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = world_layer(w, "ip", FUND_HIFP);
    layer_deductible(w, l, everyone, 10000, 10000);
    layer_ratio(w, l, for_grades(1u << PRIMARY), 9000);
    const struct result *r = world_run(w, 100000);
    assert_int_equal(r->totals.fund_pay_sumamt, 0);
    assert_int_equal(r->totals.act_pay_dedc, 0);
    world_free(w);
}

static void a_closed_pool_pays_nothing_and_the_account_does(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = world_layer(w, "ip", FUND_HIFP);
    l->needs_pool = true;
    layer_deductible(w, l, everyone, 10000, 10000);
    layer_ratio(w, l, everyone, 9000);
    world_employee(w, "1101");
    w->person.insurances[0].paus_insu_date = date_of(2024, 3, 10);
    w->claim.acct_used_flag = true;
    w->in.balance = 30000;
    const struct result *r = world_settle(w, 100000);
    assert_int_equal(r->totals.fund_pay_sumamt, 0);
    assert_int_equal(r->totals.act_pay_dedc, 0);
    assert_non_null(find_step(r, STEP_POOL_CLOSED, "ip"));
    assert_int_equal(r->totals.acct_pay, 30000);
    w->person.insurances[0].paus_insu_date = date_of(2024, 3, 11); /* the day after */
    assert_int_equal(world_run(w, 100000)->totals.fund_pay_sumamt, 81000);
    world_free(w);
}

/* The second layer's rows may not take what the first left nothing of. */
static void funds_never_pay_more_than_what_is_left(void **state)
{
    (void)state;
    struct world *w = world_new();
    layer_ratio(w, world_layer(w, "a", FUND_HIFP), everyone, 8000);
    layer_ratio(w, world_layer(w, "b", FUND_OTH), everyone, 8000);
    world_line(w, 1, 10000, 0);
    world_line(w, 3, 5000, 0);
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->totals.fund[FUND_HIFP], 8000);
    assert_int_equal(r->totals.fund[FUND_OTH], 2000);
    assert_int_equal(find_step(r, STEP_QUOTA, "b")->base, 8000);
    assert_int_equal(find_step(r, STEP_QUOTA, "b")->amount, 2000);
    assert_int_equal(r->totals.psn_part_amt, 5000);
    /* A layer whose base names wholly-own money may draw on it. */
    const struct base_term terms[] = {{RATIO_ONE, AMOUNT_MEDFEE, 0},
                                      {-RATIO_ONE, AMOUNT_LAYER_PAID, 0}};
    layer_base(&w->policy.layers[1], 2, terms);
    world_rules(w, &w->policy.layers[1])->ratios[0].bands[0].ratio = RATIO_ONE;
    r = world_run(w, 0);
    assert_int_equal(r->totals.fund[FUND_OTH], 7000);
    assert_int_equal(r->totals.psn_part_amt, 0);
    assert_int_equal(r->totals.psn_ownpay_amt, 0);
    world_free(w);
}

/* To 100 yuan 50 %, above 80 %; the deductible is 10. */
static struct layer *over_the_year(struct world *w)
{
    struct layer *l = world_layer(w, "ip", FUND_HIFP);
    layer_deductible(w, l, everyone, YUAN(10), YUAN(10));
    layer_ratio(w, l, everyone, 5000)->bands[0].upto_fen = YUAN(100);
    layer_band(w, l, INT64_MAX, 8000);
    l->bands_over_year = true;
    return l;
}

static void bands_go_on_over_the_year(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = over_the_year(w);
    const struct result *r = world_settle(w, YUAN(60)); /* 10 to 60 */
    assert_int_equal(r->totals.fund[FUND_HIFP], YUAN(25));
    assert_int_equal(delta_of(r, ACCUM_BANDS, "ip"), YUAN(60));
    assert_null(find_step(r, STEP_BANDS_BEFORE, "ip"));
    r = world_settle(w, YUAN(60)); /* 70 to 120 */
    assert_int_equal(r->totals.fund[FUND_HIFP], YUAN(15 + 16));
    assert_int_equal(find_step(r, STEP_BANDS_BEFORE, "ip")->amount, YUAN(60));
    r = world_settle(w, YUAN(8)); /* below the deductible, but of the year */
    assert_int_equal(r->totals.fund[FUND_HIFP], 0);
    assert_int_equal(delta_of(r, ACCUM_BANDS, "ip"), YUAN(8));
    l->from_deductible = true;
    r = world_run(w, YUAN(60)); /* on from 128 */
    assert_int_equal(r->totals.fund[FUND_HIFP], YUAN(40));
    assert_int_equal(delta_of(r, ACCUM_BANDS, "ip"), YUAN(50));
    assert_int_equal(delta_of(world_run(w, YUAN(8)), ACCUM_BANDS, "ip"), 0);
    world_free(w);
}

/* A cap cuts the payment and not the money that is counted; a closed pool counts none. */
static void caps_do_not_hold_bands_back(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = over_the_year(w);
    layer_cap(w, l, CAP_ON_PAYMENT, YUAN(20));
    const struct result *r = world_run(w, YUAN(210));
    assert_int_equal(r->totals.fund[FUND_HIFP], YUAN(20));
    assert_int_equal(delta_of(r, ACCUM_BANDS, "ip"), YUAN(210));
    l->needs_pool = true;
    w->person.insurances[0].paus_insu_date = date_of(2024, 3, 10);
    assert_int_equal(delta_of(world_run(w, YUAN(210)), ACCUM_BANDS, "ip"), 0);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_ratio_per_grade),
        cmocka_unit_test(d06_catalogue_split_before_the_layer),
        cmocka_unit_test(d16_d21_bands_are_absolute_over_the_deductible),
        cmocka_unit_test(bounds_above_the_deductible),
        cmocka_unit_test(brackets_take_the_whole_base),
        cmocka_unit_test(nothing_above_a_last_bound),
        cmocka_unit_test(rows_round_the_running_sum),
        cmocka_unit_test(scope_leaves_lines_to_the_patient),
        cmocka_unit_test(layers_choose_by_insurance_kind_class_and_identity),
        cmocka_unit_test(civil_servants_need_the_flag_or_an_identity),
        cmocka_unit_test(plain_layers_are_adjusted_too),
        cmocka_unit_test(assistance_has_one_county),
        cmocka_unit_test(no_ratio_row_means_no_layer),
        cmocka_unit_test(a_closed_pool_pays_nothing_and_the_account_does),
        cmocka_unit_test(funds_never_pay_more_than_what_is_left),
        cmocka_unit_test(bands_go_on_over_the_year),
        cmocka_unit_test(caps_do_not_hold_bands_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
