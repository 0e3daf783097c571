/* daemon/lane: the depth follows the settler's pace, and one that is stuck is told from a slow one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "daemon/lane.h"

static _Atomic uint64_t taken, call;

static struct lane opened(void)
{
    struct lane lane;
    taken = 0;
    lane_open(&lane, &taken, &call);
    lane_turn(&lane, 1000);
    return lane;
}

/* Gives until it is full; how many it took. */
static uint64_t fill(struct lane *lane, int64_t now_ms)
{
    uint64_t given = 0;
    while (!lane_full(lane, now_ms) && given < 10000) {
        lane->given++;
        given++;
    }
    return given;
}

static void a_fast_settler_is_given_more(void **state)
{
    struct lane lane = opened();
    (void)state;
    assert_int_equal(fill(&lane, 1000), LANE_DEPTH_MIN);
    for (int turn = 1; turn < 10; turn++) {
        atomic_store(&taken, lane.given);
        lane_turn(&lane, 1000 + turn);
        (void)fill(&lane, 1000 + turn);
    }
    assert_int_equal(lane.depth, LANE_DEPTH_MAX);
}

static void a_slow_settler_is_given_less_again(void **state)
{
    struct lane lane = opened();
    (void)state;
    lane.depth = LANE_DEPTH_MAX;
    for (int turn = 1; turn < 100; turn++) {
        (void)fill(&lane, 1000 + turn);
        atomic_fetch_add(&taken, 1);
        lane_turn(&lane, 1000 + turn);
    }
    assert_in_range(lane.depth, LANE_DEPTH_MIN, LANE_DEPTH_MIN + LANE_DEPTH_MIN / 2);
    assert_in_range(lane_waiting(&lane), 0, LANE_DEPTH_MAX);
}

static void an_idle_lane_stays_as_it_is(void **state)
{
    struct lane lane = opened();
    (void)state;
    for (int turn = 1; turn < 10; turn++) {
        lane.given++;
        atomic_store(&taken, lane.given);
        lane_turn(&lane, 1000 + turn);
    }
    assert_int_equal(lane.depth, LANE_DEPTH_MIN);
}

static void stuck_is_full_and_unmoved(void **state)
{
    struct lane lane = opened();
    (void)state;
    (void)fill(&lane, 1000);
    assert_false(lane_stuck(&lane, 1000 + LANE_STUCK_MS));
    assert_true(lane_full(&lane, 1000 + LANE_STUCK_MS));
    lane_turn(&lane, 1001 + LANE_STUCK_MS);
    assert_true(lane_stuck(&lane, 1001 + LANE_STUCK_MS));
    /* Its frames are read, to be answered retry. */
    assert_false(lane_full(&lane, 1001 + LANE_STUCK_MS));
    atomic_fetch_add(&taken, 1);
    lane_turn(&lane, 1002 + LANE_STUCK_MS);
    assert_false(lane_stuck(&lane, 1002 + LANE_STUCK_MS));
}

/* However long it was idle before. */
static void a_lane_just_filled_is_not_stuck(void **state)
{
    struct lane lane = opened();
    (void)state;
    lane_turn(&lane, 900000);
    (void)fill(&lane, 900000);
    assert_false(lane_stuck(&lane, 900000));
}

static void the_settler_calls_at_half(void **state)
{
    struct lane lane = opened();
    (void)state;
    lane_ask_for_call(&lane);
    assert_true(call == UINT64_MAX); /* there is room */
    (void)fill(&lane, 1000);
    lane_ask_for_call(&lane);
    assert_int_equal(call, lane.given - LANE_DEPTH_MIN / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fast_settler_is_given_more),
        cmocka_unit_test(a_slow_settler_is_given_less_again),
        cmocka_unit_test(an_idle_lane_stays_as_it_is),
        cmocka_unit_test(stuck_is_full_and_unmoved),
        cmocka_unit_test(a_lane_just_filled_is_not_stuck),
        cmocka_unit_test(the_settler_calls_at_half),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
