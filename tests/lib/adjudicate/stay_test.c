/* lib/adjudicate/stay: what the stay before makes of this one, and which one of the year it is. */
#include "fixture.h"

/* 300 / 600 / 1,000 by grade, half from the second stay on. */
static struct layer *graded(struct world *w)
{
    struct layer *l = world_layer(w, "ip", FUND_HIFP);
    l->nth.of = NTH_ALL_STAYS;
    layer_deductible(w, l, for_grades(1u << PRIMARY), 30000, 15000);
    layer_deductible(w, l, for_grades(1u << LEVEL2), 60000, 30000);
    layer_deductible(w, l, for_grades(1u << LEVEL3), 100000, 50000);
    layer_ratio(w, l, everyone, 5000);
    return l;
}

static void merge(struct layer *l, uint8_t transfers, uint8_t days, enum merge_pays pays)
{
    l->merges[l->merge_count++] = (struct merge_rule){transfers, days, pays, 62};
}

/* The stay before ended a day before this one begins, at another place of level 2. */
static struct previous_stay before_this(struct world *w, int64_t consumed)
{
    struct accum counted = {2024, 390, ACCUM_STAYS, "level2", 1};
    assert_int_equal(accum_add(&w->accums, &counted), ERR_OK);
    return (struct previous_stay){.end_date = date_of(2024, 2, 29),
                                  .dedc_grade = LEVEL2,
                                  .consumed = consumed,
                                  .fixmedins_code = "H43100299009",
                                  .dise_codg = "",
                                  .year = 2024,
                                  .insutype = 390};
}

static int64_t due(struct world *w)
{
    return world_run(w, 200000)->totals.act_pay_dedc;
}

static void moved_up_pays_the_difference(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = graded(w);
    struct previous_stay previous = before_this(w, 45000);
    w->in.previous = &previous;
    assert_int_equal(due(w), 50000); /* nothing is said of it: the second */
    merge(l, 1u << TRANSFER_UP, 1, MERGE_DIFFERENCE);
    const struct result *r = world_run(w, 200000);
    assert_int_equal(r->totals.act_pay_dedc, 55000); /* the first, less what was consumed */
    assert_int_equal(delta_of(r, ACCUM_STAYS, "level3"), 0);
    const struct step *step = find_step(r, STEP_MERGED, "ip");
    assert_int_equal(step->limit, 100000);
    assert_int_equal(step->base, 45000);
    assert_int_equal(step->amount, 55000);
    assert_int_equal(step->clause, 62);
    previous.consumed = 120000;
    assert_int_equal(due(w), 0);
    w->institution.dedc_grade = PRIMARY;
    assert_int_equal(due(w), 15000); /* down is not up */
    world_free(w);
}

static void what_else_a_merge_pays(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = graded(w);
    struct previous_stay previous = before_this(w, 60000);
    w->in.previous = &previous;
    merge(l, 1u << TRANSFER_DOWN, 1, MERGE_NONE);
    merge(l, 1u << TRANSFER_SAME, 1, MERGE_FULL);
    merge(l, 1u << TRANSFER_SAME_HOSPITAL, 0, MERGE_DIFFERENCE);
    assert_int_equal(due(w), 50000); /* up: none of them */
    w->institution.dedc_grade = PRIMARY;
    assert_int_equal(due(w), 0);
    w->institution.dedc_grade = LEVEL2;
    assert_int_equal(due(w), 60000); /* the first's amount, not the second's */
    previous.fixmedins_code = w->institution.fixmedins_code;
    assert_int_equal(due(w), 30000); /* a day later is too late there */
    previous.end_date++;
    assert_int_equal(due(w), 0);
    world_clear_lines(w);
    world_line(w, 3, 10000, RATIO_ONE); /* nothing in scope: no stay of its own either */
    assert_int_equal(delta_of(world_run(w, 0), ACCUM_STAYS, "level2"), 0);
    world_free(w);
}

static void only_what_went_before(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = graded(w);
    struct previous_stay previous = before_this(w, 60000);
    w->in.previous = &previous;
    merge(l, 1u << TRANSFER_UP, 1, MERGE_NONE);
    assert_int_equal(due(w), 0);
    previous.end_date--; /* two days */
    assert_int_equal(due(w), 50000);
    previous.end_date = date_of(2024, 3, 2); /* it had not ended */
    assert_int_equal(due(w), 50000);
    previous.end_date = date_of(2024, 3, 1);
    assert_int_equal(due(w), 0);
    previous.year = 2023;
    assert_int_equal(due(w), 50000);
    previous.year = 2024;
    previous.insutype = 310;
    assert_int_equal(due(w), 50000);
    world_free(w);
}

/* Counted by grade, the one merged into is the same nth only at its own grade. */
static void the_nth_of_a_merged_stay(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = world_layer(w, "ip", FUND_HIFP);
    layer_deductible(w, l, everyone, 100000, 50000);
    layer_ratio(w, l, everyone, 5000);
    merge(l, 1u << TRANSFER_UP | 1u << TRANSFER_SAME, 1, MERGE_FULL);
    struct previous_stay previous = before_this(w, 60000);
    w->in.previous = &previous;
    w->institution.dedc_grade = LEVEL2;
    assert_int_equal(due(w), 100000); /* one was counted: this is it */
    w->institution.dedc_grade = LEVEL3;
    assert_int_equal(due(w), 100000); /* none was: the first */
    struct accum counted = {2024, 390, ACCUM_STAYS, "level3", 1};
    assert_int_equal(accum_add(&w->accums, &counted), ERR_OK);
    assert_int_equal(due(w), 50000); /* one of its own grade before them: the second */
    world_free(w);
}

/* A: 1 to 30 years of age, B: the rest. */
static struct dimension ages = {.name = "ages", .value_count = 2};

static void counts_by_situation(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = world_layer(w, "ip", FUND_HIFP);
    ages.values[0] = (struct dimension_value){
        "young", "甲", "ages/young", {.asked = 1u << MATCH_AGE, .age_max = 30}};
    ages.values[1] = (struct dimension_value){"others", "乙", "ages/others", {0}};
    w->policy.dimensions = &ages;
    w->policy.dimension_count = 1;
    w->policy.counted_dimensions = 1;
    l->nth = (struct nth_rule){NTH_ALL_STAYS, 0, 2};
    layer_deductible(w, l, everyone, 100000, 50000);
    layer_ratio(w, l, everyone, 5000);
    const struct result *r = world_settle(w, 200000);
    assert_int_equal(r->totals.act_pay_dedc, 100000);
    assert_int_equal(delta_of(r, ACCUM_STAYS, "level3"), 1);
    assert_int_equal(delta_of(r, ACCUM_STAYS, "level3/others"), 1);
    assert_int_equal(delta_of(r, ACCUM_STAYS, "level3/young"), 0);
    assert_int_equal(due(w), 50000);
    world_rules(w, l)->deductibles[0].nth.values = 1; /* the young's, of whom there was none */
    assert_int_equal(due(w), 100000);
    world_rules(w, l)->deductibles[0].nth = (struct nth_rule){NTH_SAME_GRADE, 0, 2};
    assert_int_equal(due(w), 50000);
    w->institution.dedc_grade = LEVEL2;
    assert_int_equal(due(w), 100000);
    world_rules(w, l)->deductibles[0].nth = (struct nth_rule){NTH_ALL_STAYS, 0, 0};
    assert_int_equal(due(w), 50000); /* once, not twice */
    world_free(w);
}

static void stays_of_their_own(void **state)
{
    (void)state;
    const struct accum own[] = {{2024, 390, ACCUM_STAYS, "level3", 1},
                                {2024, 390, ACCUM_DEDC, "ip/level3", 500}};
    assert_true(adjudicate_counted(own, 2));
    assert_false(adjudicate_counted(own + 1, 1));
    assert_false(adjudicate_counted(NULL, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moved_up_pays_the_difference), cmocka_unit_test(what_else_a_merge_pays),
        cmocka_unit_test(only_what_went_before),        cmocka_unit_test(the_nth_of_a_merged_stay),
        cmocka_unit_test(counts_by_situation),          cmocka_unit_test(stays_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
