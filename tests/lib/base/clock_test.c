/* lib/base/clock: units and direction. No bound on speed: a slow machine passes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <time.h>

#include "base/clock.h"

static void wall_clock_is_ms_since_the_epoch(void **state)
{
    (void)state;
    int64_t before_s = (int64_t)time(NULL);
    int64_t now_ms = clock_wall_ms();
    int64_t after_s = (int64_t)time(NULL);
    /* time() may lag by a tick. */
    assert_true(now_ms >= before_s * 1000 && now_ms < (after_s + 2) * 1000);
}

static void monotonic_clocks_agree_and_never_go_back(void **state)
{
    (void)state;
    int64_t last_us = clock_mono_us();
    for (int i = 0; i < 1000; i++) {
        int64_t ms = clock_mono_ms(), us = clock_mono_us();
        assert_true(us >= last_us);
        assert_true(ms >= last_us / 1000 && ms <= us / 1000);
        last_us = us;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wall_clock_is_ms_since_the_epoch),
        cmocka_unit_test(monotonic_clocks_agree_and_never_go_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
