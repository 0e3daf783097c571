/* daemon/pulse: silence is told from rest and from long work, by times that the test gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>

#include "base/clock.h"
#include "daemon/pulse.h"

#define LIMIT_MS 1000

static uint32_t stalled_after(int64_t ms)
{
    static struct pulse_stall stalls[PULSES_MAX];
    uint32_t count = pulse_stalled(clock_mono_ms() + ms, LIMIT_MS, stalls);
    if (count > 0)
        assert_string_equal(stalls[0].name, "worker");
    return count;
}

static void nobody_is_watched_unasked(void **state)
{
    (void)state;
    pulse_beat();
    pulse_rest();
    assert_int_equal(stalled_after(INT32_MAX), 0);
}

static void work_without_a_beat_is_a_stall(void **state)
{
    (void)state;
    pulse_begin("worker");
    assert_int_equal(stalled_after(0), 0);
    assert_int_equal(stalled_after(LIMIT_MS + 100), 1);
    pulse_end();
    assert_int_equal(stalled_after(LIMIT_MS + 100), 0);
}

static void rest_may_last_longer(void **state)
{
    (void)state;
    pulse_begin("worker");
    pulse_rest();
    assert_int_equal(stalled_after(LIMIT_MS + 100), 0);
    /* But its wait has an end, which a lost wake-up does not move. */
    assert_int_equal(stalled_after(LIMIT_MS + PULSE_REST_EXTRA_MS + 100), 1);
    pulse_end();
}

/* Uses the processor until its clock has moved. */
static void toil(void)
{
    volatile uint64_t sum = 0;
    for (uint64_t i = 0; i < 20000000; i++)
        sum += i;
}

static void long_work_lives_by_the_processor(void **state)
{
    (void)state;
    pulse_begin("worker");
    pulse_long();
    assert_int_equal(stalled_after(LIMIT_MS + 100), 0); /* first looked at now */
    toil();
    assert_int_equal(stalled_after(5 * LIMIT_MS), 0);
    pulse_beat();
    assert_int_equal(stalled_after(LIMIT_MS + 100), 1); /* no longer long */
    pulse_end();
}

/* In another thread, whose processor clock stands still while it waits. */
static pthread_barrier_t meet;

static void *hang(void *context)
{
    (void)context;
    pulse_begin("worker");
    pulse_long();
    (void)pthread_barrier_wait(&meet);
    (void)pthread_barrier_wait(&meet);
    pulse_end();
    return NULL;
}

static void long_work_that_hangs_is_a_stall(void **state)
{
    pthread_t thread;
    (void)state;
    assert_int_equal(pthread_barrier_init(&meet, NULL, 2), 0);
    assert_int_equal(pthread_create(&thread, NULL, hang, NULL), 0);
    (void)pthread_barrier_wait(&meet);
    /* Until it sleeps: its clock moves no more, and looks an hour apart find it silent. */
    uint32_t stalled = 0;
    for (int look = 1; look < 1000 && stalled == 0; look++)
        stalled = stalled_after((int64_t)look * 3600000);
    assert_int_equal(stalled, 1);
    (void)pthread_barrier_wait(&meet);
    pthread_join(thread, NULL);
    assert_int_equal(pthread_barrier_destroy(&meet), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_is_watched_unasked),
        cmocka_unit_test(work_without_a_beat_is_a_stall),
        cmocka_unit_test(rest_may_last_longer),
        cmocka_unit_test(long_work_lives_by_the_processor),
        cmocka_unit_test(long_work_that_hangs_is_a_stall),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
