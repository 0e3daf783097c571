/* A fixed table: one slot a thread, written by that thread and read by the watchdog. A slot's name
 * is set before `used` and never changes while it is. */
#include "daemon/pulse.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"

enum activity { ACTIVITY_REST, ACTIVITY_WORK, ACTIVITY_LONG };

struct pulse {
    _Alignas(64) atomic_bool taken, used;
    char name[PULSE_NAME];
    clockid_t clock; /* of the thread's processor time */
    _Atomic int64_t beat_mono_ms;
    _Atomic int activity;
    /* The watchdog's. */
    int64_t processor_ns, life_mono_ms;
};

static struct pulse pulses[PULSES_MAX];
static _Thread_local struct pulse *mine;

static void show(enum activity activity)
{
    if (!mine)
        return;
    atomic_store_explicit(&mine->beat_mono_ms, clock_mono_ms(), memory_order_relaxed);
    atomic_store_explicit(&mine->activity, activity, memory_order_release);
}

void pulse_begin(const char *name)
{
    CHECK(!mine);
    for (size_t i = 0; i < PULSES_MAX; i++) {
        struct pulse *pulse = &pulses[i];
        if (atomic_exchange(&pulse->taken, true))
            continue;
        (void)snprintf(pulse->name, sizeof pulse->name, "%s", name);
        CHECK(pthread_getcpuclockid(pthread_self(), &pulse->clock) == 0);
        mine = pulse;
        show(ACTIVITY_WORK);
        atomic_store(&pulse->used, true);
        return;
    }
    CHECK(!"a pulse for every thread");
}

void pulse_end(void)
{
    if (!mine)
        return;
    atomic_store(&mine->used, false);
    atomic_store(&mine->taken, false);
    mine = NULL;
}

void pulse_beat(void)
{
    show(ACTIVITY_WORK);
}

void pulse_rest(void)
{
    show(ACTIVITY_REST);
}

void pulse_long(void)
{
    show(ACTIVITY_LONG);
}

/* Of a thread that has just ended there is nothing to be read any more. */
static int64_t processor_ns(const struct pulse *pulse)
{
    struct timespec used;
    if (clock_gettime(pulse->clock, &used) != 0)
        return 0;
    return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
}

static int64_t silent_ms(struct pulse *pulse, int64_t now_mono_ms)
{
    int64_t beat_ms = atomic_load(&pulse->beat_mono_ms);
    if (atomic_load(&pulse->activity) == ACTIVITY_LONG) {
        int64_t ns = processor_ns(pulse);
        if (ns != pulse->processor_ns || pulse->life_mono_ms < beat_ms)
            pulse->life_mono_ms = now_mono_ms;
        pulse->processor_ns = ns;
        beat_ms = pulse->life_mono_ms;
    }
    return now_mono_ms - beat_ms;
}

uint32_t pulse_stalled(int64_t now_mono_ms, int64_t limit_ms, struct pulse_stall stalls[])
{
    uint32_t count = 0;
    for (size_t i = 0; i < PULSES_MAX; i++) {
        struct pulse *pulse = &pulses[i];
        if (!atomic_load(&pulse->used))
            continue;
        int64_t ms = silent_ms(pulse, now_mono_ms);
        bool rests = atomic_load(&pulse->activity) == ACTIVITY_REST;
        if (ms <= limit_ms + (rests ? PULSE_REST_EXTRA_MS : 0))
            continue;
        memcpy(stalls[count].name, pulse->name, PULSE_NAME);
        stalls[count++].ms = ms;
    }
    return count;
}
