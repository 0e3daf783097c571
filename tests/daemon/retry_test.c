/* daemon/retry: bounded, longer with the queue, spread over the msgids. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "daemon/metrics.h"
#include "daemon/retry.h"

static uint64_t average(enum reason reason, uint64_t unanswered, uint64_t per_second)
{
    uint64_t sum = 0;
    for (int i = 0; i < 1000; i++) {
        char msgid[32];
        (void)snprintf(msgid, sizeof msgid, "H4310029900120261122%010d", i);
        uint32_t ms = retry_spread_ms(reason, unanswered, per_second, msgid);
        assert_in_range(ms, RETRY_AFTER_MIN_MS, RETRY_AFTER_MAX_MS);
        sum += ms;
    }
    return sum / 1000;
}

static void follows_the_queue(void **state)
{
    (void)state;
    /* 5,000 waiting at 10,000 a second: half a second, twice. */
    assert_in_range(average(REASON_OVERLOADED, 5000, 10000), 900, 1100);
    assert_in_range(average(REASON_PATIENCE, 20000, 10000), 3600, 4400);
    assert_in_range(average(REASON_OVERLOADED, 0, 10000), RETRY_AFTER_MIN_MS, 200);
}

static void is_bounded(void **state)
{
    (void)state;
    assert_in_range(average(REASON_OVERLOADED, 1000000, 0), 5000, RETRY_AFTER_MAX_MS);
    assert_in_range(average(REASON_OVERLOADED, UINT32_MAX, 1), 5000, RETRY_AFTER_MAX_MS);
}

static void what_a_person_mends_does_not_follow_it(void **state)
{
    (void)state;
    assert_int_equal(average(REASON_CLOCK_SUSPECT, 0, 1000),
                     average(REASON_CLOCK_SUSPECT, 100000, 1));
    assert_in_range(average(REASON_STOPPING, 0, 0), 1000, 3000);
}

static void the_same_message_hears_the_same(void **state)
{
    (void)state;
    assert_int_equal(retry_spread_ms(REASON_OVERLOADED, 900, 1000, "a"),
                     retry_spread_ms(REASON_OVERLOADED, 900, 1000, "a"));
}

static void reasons_are_counted_apart(void **state)
{
    (void)state;
    metrics_retry(REASON_PATIENCE);
    metrics_retry(REASON_OVERLOADED);
    metrics_retry(REASON_NONE);
    assert_int_equal(metrics.retried, 3);
    assert_int_equal(metrics.retries[REASON_PATIENCE - METRICS_RETRY_FIRST], 1);
    assert_int_equal(metrics.retries[0], 1);
    assert_int_equal(metrics.retries[METRICS_RETRY_REASONS - 1], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follows_the_queue),
        cmocka_unit_test(is_bounded),
        cmocka_unit_test(what_a_person_mends_does_not_follow_it),
        cmocka_unit_test(the_same_message_hears_the_same),
        cmocka_unit_test(reasons_are_counted_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
