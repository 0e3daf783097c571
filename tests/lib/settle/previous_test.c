/* lib/settle/previous: the stay before, in claims and in voids. */
#include "fixture.h"

/* Primary 200, then 100; level 3 1,200, then 600. A stay moved up pays the difference. */
static const char merging[] =
    "      unused: lost\n"
    "      merge:\n"
    "        - {within_days: 1, transfers: [up], pays: difference, clause: R-IP}\n"
    "        - {within_days: 1, transfers: [down, same_hospital], pays: none, clause: R-IP}\n";

static const struct bill visit = {.lines = {{DRUG_A, 1000}}};
static const struct bill low = {
    .infno = "2304", .med_type = "21", .fixmedins = TOWNSHIP, .lines = {{DRUG_A, 500000}}};
static const struct bill high = {
    .infno = "2304", .med_type = "21", .fixmedins = HOSPITAL, .lines = {{DRUG_A, 500000}}};

static void merge(struct world *w)
{
    world_activate_bundle(w, world_bundle_changed("      unused: lost\n", merging));
}

static void assert_due(struct world *w, const struct bill *bill, int64_t fen)
{
    free(world_settled(w, bill));
    assert_int_equal(w->reply->settlement->act_pay_dedc, fen);
}

static void a_stay_moved_up_pays_the_difference(void **state)
{
    struct world *w = *state;
    merge(w);
    assert_due(w, &low, YUAN(200));
    w->now_ms += DAY_MS;
    free(world_settled(w, &visit)); /* no stay */
    assert_due(w, &high, YUAN(1000));
    assert_int_equal(world_accum(w, RESIDENT, 390, ACCUM_STAYS, "level3"), 0);
    assert_due(w, &low, 0); /* down again, the same day */
    w->now_ms += DAY_MS;
    assert_due(w, &high, 0); /* what the three consumed is the whole */
    w->now_ms += 2 * DAY_MS;
    assert_due(w, &low, YUAN(100)); /* too late: the second of its grade */
}

static void other_people_and_packs_have_none(void **state)
{
    struct world *w = *state;
    struct bill poor = high;
    poor.psn_no = POOR;
    assert_due(w, &low, YUAN(200));
    assert_due(w, &high, YUAN(1200)); /* this pack does not look back */
    merge(w);
    assert_due(w, &poor, YUAN(1200));
}

static void a_void_stay_is_not_looked_back_at(void **state)
{
    struct world *w = *state;
    merge(w);
    char *first = world_settled(w, &low);
    world_void(w, "2305", TOWNSHIP, RESIDENT, first);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    assert_due(w, &high, YUAN(1200));
    free(first);
}

/* The second rests on the first by the difference alone: no accumulator tells it. */
static void a_merged_stay_rests_on_the_one_before(void **state)
{
    struct world *w = *state;
    merge(w);
    char *first = world_settled(w, &low), *second = world_settled(w, &high);
    world_void(w, "2305", TOWNSHIP, RESIDENT, first);
    assert_needs_void_of(w, second);
    world_void(w, "2305", HOSPITAL, RESIDENT, second);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    world_void(w, "2305", TOWNSHIP, RESIDENT, first);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    assert_int_equal(world_accum(w, RESIDENT, 390, ACCUM_STAYS, "primary"), 0);
    free(first);
    free(second);
}

/* Without the one between, the last is moved up from the first, and is two days late for it. */
static void a_stay_that_moved_nothing_may_matter(void **state)
{
    struct world *w = *state;
    const struct bill own = {
        .infno = "2304", .med_type = "21", .fixmedins = TOWNSHIP, .lines = {{DRUG_C, 1000}}};
    merge(w);
    free(world_settled(w, &low));
    w->now_ms += DAY_MS;
    char *between = world_settled(w, &own);
    assert_int_equal(w->answer.record.kind, RECORD_SETTLEMENT);
    w->now_ms += DAY_MS;
    char *last = world_settled(w, &high);
    assert_int_equal(w->reply->settlement->act_pay_dedc, YUAN(1000));
    world_void(w, "2305", TOWNSHIP, RESIDENT, between);
    assert_needs_void_of(w, last);
    free(between);
    free(last);
}

static void an_unrelated_void_is_free(void **state)
{
    struct world *w = *state;
    merge(w);
    char *seen = world_settled(w, &visit);
    free(world_settled(w, &low));
    free(world_settled(w, &high));
    world_void(w, "2208", TOWNSHIP, RESIDENT, seen);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    free(seen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(a_stay_moved_up_pays_the_difference),
        WORLD_TEST(other_people_and_packs_have_none),
        WORLD_TEST(a_void_stay_is_not_looked_back_at),
        WORLD_TEST(a_merged_stay_rests_on_the_one_before),
        WORLD_TEST(a_stay_that_moved_nothing_may_matter),
        WORLD_TEST(an_unrelated_void_is_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
