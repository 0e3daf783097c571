/* lib/settle/years: settlements that move two benefit years, and what undoes them. */
#include "settle/years.h"

#include "fixture.h"

static const struct world_version splitting[] = {
    {.effective = "effective: {from: 2020-01-01}",
     .outpatient_ratio = "0.70",
     .clause = "居民门诊, p",
     .stays = "stay_across_years: split, split: {deductible: each, nth: each}"}};

/* From 30 November 2025 to 10 March 2026. */
static const struct bill across = {
    .infno = "2304",
    .med_type = "21",
    .fixmedins = HOSPITAL,
    .days_ago = 100,
    .lines = {{DRUG_A, 500000, .days_ago = 90}, {DRUG_A, 400000, .days_ago = 10}}};
static const struct bill stay = {
    .infno = "2304", .med_type = "21", .fixmedins = HOSPITAL, .lines = {{DRUG_A, 500000}}};
static const struct bill visit = {.lines = {{DRUG_A, 10000}}};

static int64_t accum_of(struct world *w, uint16_t year, enum accum_kind kind, const char *scope)
{
    struct person_year facts;
    OK(state_person_year(w->state, RESIDENT, year, &facts));
    return accum_get(&facts.accums, year, 390, kind, scope);
}

static void deltas_go_both_ways_each_to_its_year(void **state)
{
    (void)state;
    struct years *years = calloc(2, sizeof *years);
    const struct accum deltas[] = {{2025, 390, ACCUM_DEDC, "inpatient", 5},
                                   {2026, 390, ACCUM_PAID, "inpatient", 7}};
    years->year = 2026;
    OK(years_move(years, deltas, 2, 1));
    assert_int_equal(years->own.accums.count, 1);
    assert_int_equal(years->before.accums.count, 0);
    years->spans = true;
    OK(years_move(years, deltas, 2, 1));
    years_copy(&years[1], years);
    assert_int_equal(accum_get(&years[1].own.accums, 2026, 390, ACCUM_PAID, "inpatient"), 14);
    assert_int_equal(accum_get(&years[1].before.accums, 2025, 390, ACCUM_DEDC, "inpatient"), 5);
    OK(years_move(years, deltas, 2, -1));
    assert_int_equal(years->before.accums.count, 0);
    const struct accum huge = {2025, 390, ACCUM_PAID, "x", INT64_C(9999999999999999)};
    OK(years_move(years, &huge, 1, 1));
    assert_int_equal(years_move(years, &huge, 1, 1), ERR_LIMIT);
    free(years);
}

/* 2025: (5,000 - 1,200) x 0.65; 2026: (4,000 - 1,200) x 0.65. */
static void a_split_stay_and_its_void(void **state)
{
    struct world *w = *state;
    struct settlement settlement;
    struct person_year year;
    world_activate_bundle(w, world_bundle_versions(splitting, 1));
    char *setl_id = world_settled(w, &across);
    assert_int_equal(w->reply->settlement->act_pay_dedc, 240000);
    assert_int_equal(w->reply->settlement->hifp_pay, 247000 + 182000);
    OK(state_settlement(w->state, setl_id, &settlement));
    assert_true(settlement.spans);
    assert_int_equal(settlement.year, 2026);
    assert_int_equal(accum_of(w, 2025, ACCUM_PAID, "inpatient"), 247000);
    assert_int_equal(accum_of(w, 2026, ACCUM_PAID, "inpatient"), 182000);
    assert_int_equal(accum_of(w, 2025, ACCUM_STAYS, "level3"), 1);
    OK(state_person_year(w->state, RESIDENT, 2025, &year));
    assert_string_equal(year.setl_id, ""); /* it hangs on the year it is filed under */
    world_void(w, "2305", HOSPITAL, RESIDENT, setl_id);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    assert_int_equal(w->reply->settlement->hifp_pay, -429000);
    for (uint16_t y = 2025; y <= 2026; y++) {
        OK(state_person_year(w->state, RESIDENT, y, &year));
        assert_int_equal(year.accums.count, 0);
    }
    free(setl_id);
}

static void a_stay_inside_a_year_moves_that_one(void **state)
{
    struct world *w = *state;
    struct settlement settlement;
    world_activate_bundle(w, world_bundle_versions(splitting, 1));
    char *setl_id = world_settled(w, &stay);
    OK(state_settlement(w->state, setl_id, &settlement));
    assert_false(settlement.spans);
    assert_int_equal(accum_of(w, 2025, ACCUM_STAYS, "level3"), 0);
    free(setl_id);
}

static void later_ones_of_both_years(void **state)
{
    struct world *w = *state;
    struct bill first_year = across;
    first_year.lines[1] = first_year.lines[2]; /* nothing arose in 2026 */
    world_activate_bundle(w, world_bundle_versions(splitting, 1));
    char *first = world_settled(w, &first_year), *second = world_settled(w, &across);
    assert_int_equal(w->reply->settlement->act_pay_dedc, 60000 + 120000);
    char *third = world_settled(w, &stay);
    assert_int_equal(w->reply->settlement->act_pay_dedc, 60000);
    world_void(w, "2305", HOSPITAL, RESIDENT, first);
    assert_needs_void_of(w, second);
    world_void(w, "2305", HOSPITAL, RESIDENT, second);
    assert_needs_void_of(w, third);
    world_void(w, "2305", HOSPITAL, RESIDENT, third);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    world_void(w, "2305", HOSPITAL, RESIDENT, second);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    world_void(w, "2305", HOSPITAL, RESIDENT, first);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    free(first);
    free(second);
    free(third);
}

/* A stay of the year before that was settled late rests on the split one, too. */
static void a_late_one_of_the_year_before(void **state)
{
    struct world *w = *state;
    struct bill late = stay;
    late.days_ago = 95;
    late.ended_ago = late.lines[0].days_ago = 80;
    world_activate_bundle(w, world_bundle_versions(splitting, 1));
    char *split = world_settled(w, &across), *later = world_settled(w, &late);
    assert_int_equal(w->reply->settlement->act_pay_dedc, 60000);
    world_void(w, "2305", HOSPITAL, RESIDENT, split);
    assert_needs_void_of(w, later);
    free(split);
    free(later);
}

/* An older one of the year before: what the split stay found in its own year is known only with all
 * that came after it there taken off. */
static void a_split_stay_of_the_year_after(void **state)
{
    struct world *w = *state;
    world_activate_bundle(w, world_bundle_versions(splitting, 1));
    char *outpatient = world_settled(w, &visit), *inpatient = world_settled(w, &stay);
    w->now_ms = date_start_ms(date_of(2027, 1, 20));
    char *split = world_settled(w, &across);
    assert_int_equal(w->reply->settlement->act_pay_dedc, 60000 + 120000);
    char *after = world_settled(w, &stay);
    world_void(w, "2208", TOWNSHIP, RESIDENT, outpatient);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    world_void(w, "2305", HOSPITAL, RESIDENT, inpatient);
    assert_needs_void_of(w, split);
    free(outpatient);
    free(inpatient);
    free(split);
    free(after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deltas_go_both_ways_each_to_its_year),
        WORLD_TEST(a_split_stay_and_its_void),
        WORLD_TEST(a_stay_inside_a_year_moves_that_one),
        WORLD_TEST(later_ones_of_both_years),
        WORLD_TEST(a_late_one_of_the_year_before),
        WORLD_TEST(a_split_stay_of_the_year_after),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
