/* daemon/timekeeper: what raises suspicion of the clock, and what clears it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "daemon/timekeeper.h"

#define WALL INT64_C(1700000000000)
#define MONO INT64_C(5000000)

static void a_steady_clock_is_believed(void **state)
{
    (void)state;
    struct timekeeper keeper;
    timekeeper_start(&keeper, WALL, MONO, WALL);
    assert_false(keeper.suspect);
    for (int64_t ms = 0; ms < 100000000; ms += 999983)
        assert_false(timekeeper_observe(&keeper, WALL + ms, MONO + ms));
    assert_false(keeper.suspect);
}

static void a_jump_is_suspect_until_confirmed(void **state)
{
    (void)state;
    static const int64_t signs[] = {1, -1};
    for (size_t i = 0; i < 2; i++) {
        struct timekeeper keeper;
        int64_t jump = signs[i] * CLOCK_JUMP_MAX_MS;
        timekeeper_start(&keeper, WALL, MONO, 0);
        assert_false(timekeeper_observe(&keeper, WALL + jump, MONO));
        assert_true(timekeeper_observe(&keeper, WALL + jump + signs[i], MONO));
        assert_true(keeper.suspect);
        /* Reported once, and jumping back does not undo it. */
        assert_false(timekeeper_observe(&keeper, WALL, MONO));
        assert_true(keeper.suspect);
        timekeeper_confirm(&keeper, WALL + jump + signs[i], MONO);
        assert_false(keeper.suspect);
        assert_false(timekeeper_observe(&keeper, WALL + jump + signs[i], MONO));
        assert_true(timekeeper_observe(&keeper, WALL - signs[i], MONO));
    }
}

static void small_steps_add_up(void **state)
{
    (void)state;
    struct timekeeper keeper;
    int64_t step = CLOCK_JUMP_MAX_MS / 2;
    timekeeper_start(&keeper, WALL, MONO, 0);
    assert_false(timekeeper_observe(&keeper, WALL + step, MONO));
    assert_false(timekeeper_observe(&keeper, WALL + 2 * step, MONO));
    assert_true(timekeeper_observe(&keeper, WALL + 3 * step, MONO));
}

static void a_start_before_the_last_record_is_suspect(void **state)
{
    (void)state;
    struct timekeeper keeper;
    timekeeper_start(&keeper, WALL, MONO, WALL + 1);
    assert_true(keeper.suspect);
    timekeeper_start(&keeper, WALL, MONO, WALL);
    assert_false(keeper.suspect);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_steady_clock_is_believed),
        cmocka_unit_test(a_jump_is_suspect_until_confirmed),
        cmocka_unit_test(small_steps_add_up),
        cmocka_unit_test(a_start_before_the_last_record_is_suspect),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
