/* The pace of preparation: gentle while nothing presses, in time when something does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ledger/pace.h"
#include "ledger/spare.h"

#define MIB (UINT64_C(1) << 20)
#define PIECE SPARE_PIECE
#define SIZE (256 * MIB)

static void test_idle(void **state)
{
    (void)state;
    struct pace pace = {0};
    int64_t idle_us = INT64_C(1000000) * PIECE / PACE_IDLE_RATE;
    for (int64_t now_us = 1; now_us < 2000000; now_us += 100000)
        assert_int_equal(pace_next_us(&pace, now_us, 7, 200 * MIB, SIZE, SIZE), idle_us);
}

static void test_no_room(void **state)
{
    (void)state;
    struct pace pace = {0};
    assert_int_equal(pace_next_us(&pace, 1, 0, 0, SIZE, SIZE), 0);
    assert_int_equal(pace_next_us(&pace, 1, 0, 10 * MIB, SIZE, SIZE), 0);
}

/* A writer of `rate` MiB/s fills a segment of 256 MiB while the next is made piece by piece, each
 * taking `piece_us`. Returns what was left in the segment when the next one was ready. */
static uint64_t race(uint64_t rate, int64_t piece_us)
{
    struct pace pace = {0};
    int64_t now_us = 1;
    uint64_t room = 256 * MIB, left = 256 * MIB, before = 5000 * MIB;
    /* It has written before. */
    for (int i = 0; i < 20; i++, now_us += 100000)
        (void)pace_next_us(&pace, now_us, before += rate * MIB / 10, room, SIZE, left);
    int64_t began_us = now_us;
    while (left > 0) {
        uint64_t filled = rate * MIB * (uint64_t)(now_us - began_us) / 1000000;
        if (filled >= room)
            return 0;
        int64_t next_us = pace_next_us(&pace, now_us, before + filled, room - filled, SIZE, left);
        left -= PIECE;
        now_us += next_us > piece_us ? next_us : piece_us;
    }
    return room - rate * MIB * (uint64_t)(now_us - began_us) / 1000000;
}

static void test_never_late(void **state)
{
    (void)state;
    for (uint64_t rate = 1; rate <= 370; rate += 7)
        assert_true(race(rate, 500) > 60 * MIB);
    /* And not sooner than it must. */
    assert_true(race(100, 500) < 80 * MIB);
}

/* A burst is seen at once; a lull is not believed at once. */
static void test_rises_fast_falls_slowly(void **state)
{
    (void)state;
    struct pace pace = {0};
    (void)pace_next_us(&pace, 1, 0, 200 * MIB, SIZE, 100 * MIB);
    int64_t quiet_us = pace_next_us(&pace, 100001, 0, 200 * MIB, SIZE, 100 * MIB);
    int64_t burst_us = pace_next_us(&pace, 200001, 40 * MIB, 160 * MIB, SIZE, 100 * MIB);
    assert_true(burst_us < quiet_us / 4);
    int64_t lull_us = pace_next_us(&pace, 300001, 40 * MIB, 160 * MIB, SIZE, 100 * MIB);
    assert_true(lull_us < quiet_us / 2);
    for (int64_t now_us = 400001; now_us < 10000000; now_us += 100000)
        lull_us = pace_next_us(&pace, now_us, 40 * MIB, 160 * MIB, SIZE, 100 * MIB);
    assert_int_equal(lull_us, quiet_us);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_idle),
        cmocka_unit_test(test_no_room),
        cmocka_unit_test(test_never_late),
        cmocka_unit_test(test_rises_fast_falls_slowly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
