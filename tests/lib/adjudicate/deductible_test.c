/* lib/adjudicate/deductible: per stay and visit by the nth, over a span by row and ceiling. */
#include "fixture.h"

static void count_stays(struct world *w, struct layer *l, enum nth_of of)
{
    l->nth.of = of;
    for (uint8_t i = 0; i < l->deductible_count; i++)
        world_rules(w, l)->deductibles[i].nth.of = of;
}

static void d32_second_stay_of_the_same_grade_halves(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = world_layer(w, "ip", FUND_HIFP);
    layer_deductible(w, l, for_grades(1u << LEVEL3), 120000, 60000);
    layer_deductible(w, l, for_grades(1u << LEVEL2), 80000, 40000);
    layer_ratio(w, l, everyone, 6500);
    const struct result *r = world_settle(w, 3000000);
    assert_int_equal(r->totals.fund[FUND_HIFP], 1872000);
    assert_int_equal(delta_of(r, ACCUM_STAYS, "level3"), 1);
    assert_int_equal(delta_of(r, ACCUM_DEDC, "ip/level3"), 120000);
    assert_int_equal(delta_of(r, ACCUM_PAID, "ip"), 1872000);
    assert_int_equal(world_settle(w, 2000000)->totals.fund[FUND_HIFP], 1261000);
    assert_int_equal(world_run(w, 2000000)->totals.act_pay_dedc, 60000); /* the last one holds on */
    w->institution.dedc_grade = LEVEL2; /* its own count, unless all stays count */
    assert_int_equal(world_run(w, 2000000)->totals.act_pay_dedc, 80000);
    count_stays(w, l, NTH_ALL_STAYS);
    assert_int_equal(world_run(w, 2000000)->totals.act_pay_dedc, 40000);
    world_free(w);
}

/* D23 and D25: a deductible over the year, consumed visit by visit. */
static void yearly_deductible_runs_over_visits(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = world_layer(w, "op", FUND_HIFP);
    l->accrual = PER_YEAR;
    layer_deductible(w, l, everyone, 180000, 0);
    layer_ratio(w, l, everyone, 7000);
    w->claim.med_type = "11";
    const struct result *r = world_settle(w, 150000);
    assert_int_equal(r->totals.fund[FUND_HIFP], 0);
    assert_int_equal(r->totals.act_pay_dedc, 150000);
    assert_int_equal(delta_of(r, ACCUM_VISITS, "outpatient"), 1);
    w->institution.dedc_grade = LEVEL2; /* one row, one deductible, whatever the grade */
    r = world_settle(w, 100000);
    assert_int_equal(r->totals.act_pay_dedc, 30000);
    assert_int_equal(r->totals.fund[FUND_HIFP], 49000);
    assert_int_equal(world_run(w, 100000)->totals.fund[FUND_HIFP], 70000);
    world_free(w);
}

/* Chenzhou: 0 / 200 / 300 by grade, together no more than 300 a year. */
static void grades_share_a_ceiling(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = world_layer(w, "op", FUND_HIFP);
    l->accrual = PER_YEAR;
    l->dedc_ceiling_fen = 30000;
    l->dedc_ceiling_clause = 61;
    layer_deductible(w, l, for_grades(1u << LEVEL2), 20000, 0);
    layer_deductible(w, l, for_grades(1u << LEVEL3), 30000, 0);
    layer_ratio(w, l, everyone, 6000);
    w->claim.med_type = "11";
    w->institution.dedc_grade = LEVEL2;
    assert_int_equal(world_settle(w, 50000)->totals.act_pay_dedc, 20000);
    assert_int_equal(world_settle(w, 50000)->totals.act_pay_dedc, 0);
    w->institution.dedc_grade = LEVEL3;
    const struct result *r = world_settle(w, 50000);
    assert_int_equal(r->totals.act_pay_dedc, 10000); /* not 300: the ceiling */
    assert_int_equal(find_step(r, STEP_DEDUCTIBLE, "op")->clause, 61);
    assert_int_equal(world_settle(w, 50000)->totals.act_pay_dedc, 0);
    w->institution.dedc_grade = PRIMARY; /* no row: none due */
    assert_int_equal(world_settle(w, 50000)->totals.fund[FUND_HIFP], 30000);
    w->institution.dedc_grade = LEVEL3;
    l->dedc_ceiling_fen = 10000; /* lowered below what was consumed: nothing is given back */
    assert_int_equal(world_run(w, 50000)->totals.fund[FUND_HIFP], 30000);
    world_free(w);
}

static void a_higher_grade_tops_up(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = world_layer(w, "op", FUND_HIFP);
    l->accrual = PER_YEAR;
    l->tops_up = true;
    layer_deductible(w, l, for_grades(1u << LEVEL2), 20000, 0);
    layer_deductible(w, l, for_grades(1u << LEVEL3), 30000, 0);
    layer_ratio(w, l, everyone, 5000);
    w->claim.med_type = "11";
    w->institution.dedc_grade = LEVEL2;
    assert_int_equal(world_settle(w, 50000)->totals.act_pay_dedc, 20000);
    w->institution.dedc_grade = LEVEL3;
    assert_int_equal(world_settle(w, 50000)->totals.act_pay_dedc, 10000);
    w->institution.dedc_grade = LEVEL2;
    assert_int_equal(world_settle(w, 50000)->totals.act_pay_dedc, 0);
    world_free(w);
}

/* The first deductible stays open until it is consumed; then the second is due. */
static void the_rest_is_carried_over(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = world_layer(w, "ip", FUND_HIFP);
    l->carries = true;
    count_stays(w, l, NTH_ALL_STAYS);
    layer_deductible(w, l, for_grades(1u << LEVEL2), 0, 0);
    layer_deductible(w, l, for_grades(1u << LEVEL3), 130000, 65000);
    layer_ratio(w, l, everyone, 5000);
    const struct result *r = world_settle(w, 50000);
    assert_int_equal(delta_of(r, ACCUM_DEDC, "ip~"), 80000);
    assert_int_equal(delta_of(r, ACCUM_STAYS, "level3"), 0);
    assert_int_equal(find_step(r, STEP_LEFT, "ip")->amount, 80000);
    w->institution.dedc_grade = LEVEL2; /* without a deductible: nothing is worked off */
    r = world_settle(w, 50000);
    assert_int_equal(r->totals.act_pay_dedc, 0);
    assert_int_equal(delta_of(r, ACCUM_STAYS, "level2"), 1);
    w->institution.dedc_grade = LEVEL3;
    world_line(w, 3, 10000, RATIO_ONE); /* nothing in scope: left as it was */
    w->lines[0] = w->lines[1];
    w->stated[0] = w->stated[1];
    w->claim.line_count = 1;
    w->claim.medfee_sumamt = 10000;
    r = world_settle(w, 0);
    assert_int_equal(delta_of(r, ACCUM_STAYS, "level3"), 0);
    assert_int_equal(delta_of(r, ACCUM_DEDC, "ip~"), 0);
    r = world_settle(w, 200000);
    assert_int_equal(r->totals.act_pay_dedc, 80000);
    assert_int_equal(find_step(r, STEP_CARRIED, "ip")->amount, 80000);
    assert_int_equal(delta_of(r, ACCUM_DEDC, "ip~"), -80000);
    assert_int_equal(delta_of(r, ACCUM_STAYS, "level3"), 1);
    assert_int_equal(world_run(w, 200000)->totals.act_pay_dedc, 65000);
    count_stays(w, l, NTH_SAME_GRADE); /* by grade: what level 2 leaves is level 2's */
    l->deductible_count = 0;
    layer_deductible(w, l, everyone, 130000, 65000);
    w->institution.dedc_grade = LEVEL2;
    r = world_settle(w, 50000);
    assert_int_equal(delta_of(r, ACCUM_DEDC, "ip~/level2"), 15000);
    w->institution.dedc_grade = PRIMARY;
    assert_int_equal(world_run(w, 200000)->totals.act_pay_dedc, 130000);
    w->institution.dedc_grade = LEVEL2;
    assert_int_equal(world_run(w, 200000)->totals.act_pay_dedc, 15000);
    world_free(w);
}

static void visit_on(struct world *w, int month, int day)
{
    w->claim.begntime = date_start_ms(date_of(2024, month, day));
    w->claim.endtime = w->in.setl_time = w->claim.begntime + NOON_MS;
}

static void spans_begin_anew(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = world_layer(w, "op", FUND_HIFP);
    l->accrual = PER_MONTH;
    layer_deductible(w, l, for_grades(1u << LEVEL2), 10000, 0);
    layer_deductible(w, l, for_grades(1u << LEVEL3), 20000, 0);
    layer_ratio(w, l, everyone, 5000);
    w->claim.med_type = "11";
    visit_on(w, 3, 1);
    const struct result *r = world_settle(w, 15000);
    assert_int_equal(r->totals.act_pay_dedc, 15000);
    assert_int_equal(delta_of(r, ACCUM_DEDC, "op@2403/level3"), 15000);
    assert_int_equal(delta_of(r, ACCUM_DEDC, "op/level3"), 15000);
    visit_on(w, 3, 31);
    assert_int_equal(world_settle(w, 15000)->totals.act_pay_dedc, 5000);
    w->institution.dedc_grade = LEVEL2; /* a row of its own */
    assert_int_equal(world_settle(w, 15000)->totals.act_pay_dedc, 10000);
    visit_on(w, 4, 1);
    l->dedc_ceiling_fen = 35000; /* on the year's sum, whatever the span */
    l->dedc_ceiling_clause = 61;
    r = world_run(w, 15000);
    assert_int_equal(r->totals.act_pay_dedc, 5000);
    assert_int_equal(find_step(r, STEP_DEDUCTIBLE, "op")->clause, 61);
    world_free(w);
}

static void a_hospital_has_its_own_year(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = world_layer(w, "op", FUND_HIFP);
    l->accrual = PER_HOSPITAL_YEAR;
    layer_deductible(w, l, everyone, 50000, 0);
    layer_ratio(w, l, everyone, 5000);
    w->claim.med_type = "11";
    visit_on(w, 1, 10);
    const struct result *r = world_settle(w, 40000);
    assert_int_equal(delta_of(r, ACCUM_DEDC, "op#H43100299001"), 40000);
    memcpy(w->institution.fixmedins_code, "H43100299002", ID_FIXMEDINS + 1);
    assert_int_equal(world_settle(w, 40000)->totals.act_pay_dedc, 40000);
    memcpy(w->institution.fixmedins_code, "H43100299001", ID_FIXMEDINS + 1);
    visit_on(w, 12, 10);
    assert_int_equal(world_run(w, 40000)->totals.act_pay_dedc, 10000);
    world_free(w);
}

/* Kunming's: each visit for itself, whatever came before. */
static void a_deductible_per_visit(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = world_layer(w, "op", FUND_HIFP);
    l->accrual = PER_VISIT;
    layer_deductible(w, l, everyone, 6000, 0);
    world_rules(w, l)->deductibles[0].nth_count = 1;
    layer_ratio(w, l, everyone, 5000);
    w->claim.med_type = "11";
    for (int visit = 0; visit < 2; visit++)
        assert_int_equal(world_settle(w, 50000)->totals.fund[FUND_HIFP], 22000); /* D41 */
    world_rules(w, l)->deductibles[0].nth_count = 2; /* other kinds of care count visits */
    const struct result *r = world_run(w, 50000);
    assert_int_equal(r->totals.act_pay_dedc, 0);
    w->claim.med_type = "41"; /* of their own kind */
    assert_int_equal(world_run(w, 50000)->totals.act_pay_dedc, 6000);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(d32_second_stay_of_the_same_grade_halves),
        cmocka_unit_test(yearly_deductible_runs_over_visits),
        cmocka_unit_test(grades_share_a_ceiling),
        cmocka_unit_test(a_higher_grade_tops_up),
        cmocka_unit_test(the_rest_is_carried_over),
        cmocka_unit_test(spans_begin_anew),
        cmocka_unit_test(a_hospital_has_its_own_year),
        cmocka_unit_test(a_deductible_per_visit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
