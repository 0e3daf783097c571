/* lib/adjudicate/transition: the better of two versions. */
#include "fixture.h"

/* Two versions alike, that pay half of 1,000 fen; the test tells them apart. */
static struct world *with_two(struct policy *other, struct transition *t)
{
    struct world *w = world_new();
    struct layer *l = world_layer(w, "ip", FUND_HIFP);
    layer_ratio(w, l, everyone, 5000);
    policy_index(&w->policy);
    *other = w->policy;
    *t = (struct transition){
        .against = other, .until = date_of(2024, 12, 31), .clause = 1, .clause_against = 2};
    w->policy.transition = t;
    world_line(w, 1, 1000, 0);
    return w;
}

static void other_pays(struct world *w, struct policy *other, struct ratio_rule *rule,
                       int32_t ratio)
{
    *rule = world_rules(w, &w->policy.layers[0])->ratios[0];
    rule->bands[0].ratio = ratio;
    other->layers[0].ratios = rule;
}

static void the_better_one_is_taken_whole(void **state)
{
    (void)state;
    struct policy other;
    struct transition t;
    struct ratio_rule rule;
    struct world *w = with_two(&other, &t);
    other_pays(w, &other, &rule, 7000);
    snprintf(w->policy.layers[0].accumulates, ACCUM_SCOPE, "new");
    snprintf(other.layers[0].accumulates, ACCUM_SCOPE, "old");
    other.layers[0].id = "old";
    const struct result *r = world_run(w, 0);
    assert_true(r->against);
    assert_int_equal(r->totals.fund[FUND_HIFP], 700);
    assert_int_equal(r->totals.psn_cash_pay, 300);
    assert_int_equal(r->row_count, 1);
    assert_string_equal(r->rows[0].layer, "old");
    assert_int_equal(delta_of(r, ACCUM_PAID, "old"), 700);
    assert_int_equal(delta_of(r, ACCUM_PAID, "new"), 0);
    const struct step *step = find_step(r, STEP_TRANSITION, "");
    assert_int_equal(step->base, 500);
    assert_int_equal(step->limit, 300);
    assert_int_equal(step->amount, 300);
    assert_int_equal(step->clause, 2);
    t.new_accumulators = true;
    r = world_run(w, 0);
    assert_int_equal(r->totals.fund[FUND_HIFP], 700);
    assert_int_equal(delta_of(r, ACCUM_PAID, "new"), 500);
    assert_int_equal(delta_of(r, ACCUM_PAID, "old"), 0);
    world_free(w);
}

static void the_new_one_stays_when_no_worse(void **state)
{
    (void)state;
    struct policy other;
    struct transition t;
    struct ratio_rule rule;
    struct world *w = with_two(&other, &t);
    for (int32_t ratio = 4000; ratio <= 5000; ratio += 1000) {
        other_pays(w, &other, &rule, ratio);
        const struct result *r = world_run(w, 0);
        assert_false(r->against);
        assert_int_equal(r->totals.fund[FUND_HIFP], 500);
        assert_int_equal(find_step(r, STEP_TRANSITION, "")->clause, 1);
        assert_int_equal(find_step(r, STEP_TRANSITION, "")->limit, 1000 - ratio / 10);
    }
    world_free(w);
}

static void until_its_last_day(void **state)
{
    (void)state;
    struct policy other;
    struct transition t;
    struct ratio_rule rule;
    struct world *w = with_two(&other, &t);
    other_pays(w, &other, &rule, 7000);
    t.until = date_of(2024, 3, 9); /* settled on the 10th */
    assert_false(world_run(w, 0)->against);
    assert_null(find_step(&w->result, STEP_TRANSITION, ""));
    w->policy.dates.rule_version = DAY_ADMISSION;
    assert_true(world_run(w, 0)->against);
    world_free(w);
}

static void what_the_other_refuses_is_no_better(void **state)
{
    (void)state;
    struct policy other;
    struct transition t;
    struct ratio_rule rule;
    struct world *w = with_two(&other, &t);
    other_pays(w, &other, &rule, 7000);
    snprintf(other.med_types[0].med_type, 7, "99");
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->problems.count, 0);
    assert_false(r->against);
    assert_int_equal(r->totals.fund[FUND_HIFP], 500);
    other.med_types[0] = w->policy.med_types[0];
    assert_true(world_run(w, 0)->against);
    other.class_count = 2; /* it has no residents, and there was no earlier insurance */
    assert_false(world_run(w, 0)->against);
    w->person.insurances[1] = w->person.insurances[0];
    w->person.insurances[1].insutype = 310;
    w->person.insurances[1].psn_insu_date = date_of(2010, 1, 1);
    w->person.insurances[1].expi_date = date_of(2019, 12, 31);
    snprintf(w->person.insurances[1].psn_type, 7, "1101");
    w->person.insurance_count = 2;
    r = world_run(w, 0);
    assert_true(r->against);
    assert_int_equal(r->insutype, 390); /* whose accumulators move */
    assert_string_equal(r->psn_type, "1501");
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_better_one_is_taken_whole),
        cmocka_unit_test(the_new_one_stays_when_no_worse),
        cmocka_unit_test(until_its_last_day),
        cmocka_unit_test(what_the_other_refuses_is_no_better),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
