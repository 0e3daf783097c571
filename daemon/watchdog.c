/* The watchdog's thread.
 *
 * DESIGN. Every PACE_MS it asks each thread's pulse. While all live, it sends WATCHDOG=1 to the
 * service manager (which is owed one in the time it named), or, before the daemon serves,
 * EXTEND_TIMEOUT_USEC, since recovery and a rebuild take as long as they take. A thread silent for
 * STALL_MS is named in the log, again each time the silence has doubled, and again when it is over;
 * meanwhile the manager hears nothing and may end us: what was answered is durable, so that costs
 * nobody anything. */
#include "daemon/watchdog.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "daemon/metrics.h"
#include "daemon/notify.h"
#include "daemon/thread.h"

#define PACE_MS 250
/* No sync of a group, not even on a bad day of a bad disk, should take as long. */
#define STALL_MS 10000
/* Asked for at a time while starting. */
#define EXTEND_MS 60000
#define EXTEND_EVERY_MS 5000

static struct {
    pthread_t thread;
    bool running;
    atomic_bool serving, end;
    pthread_mutex_t lock; /* of what follows */
    struct pulse_stall stalls[PULSES_MAX];
    uint32_t stall_count;
} watchdog = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* What was said about a thread, by its name. */
struct complaint {
    char name[PULSE_NAME];
    int64_t ms;
};

/* Half of what the manager allows, so that the log names the thread before we are ended. */
static int64_t stall_limit_ms(void)
{
    int64_t wanted_ms = notify_watchdog_ms();
    return wanted_ms > 0 && wanted_ms / 2 < STALL_MS ? wanted_ms / 2 : STALL_MS;
}

static const struct pulse_stall *find(const struct pulse_stall stalls[], uint32_t count,
                                      const char *name)
{
    for (uint32_t i = 0; i < count; i++) {
        if (strcmp(stalls[i].name, name) == 0)
            return &stalls[i];
    }
    return NULL;
}

static void complain(struct complaint complaints[], uint32_t *count,
                     const struct pulse_stall stalls[], uint32_t stall_count)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < *count; i++) {
        const struct pulse_stall *stall = find(stalls, stall_count, complaints[i].name);
        if (stall)
            complaints[kept++] = complaints[i];
        else
            log_event(LOG_INFO, "thread_moving", "thread=%s", complaints[i].name);
    }
    *count = kept;
    for (uint32_t i = 0; i < stall_count; i++) {
        uint32_t k = 0;
        while (k < *count && strcmp(complaints[k].name, stalls[i].name) != 0)
            k++;
        if (k < *count && stalls[i].ms < 2 * complaints[k].ms)
            continue;
        log_event(LOG_ERROR, "thread_stalled", "thread=%s ms=%" PRId64, stalls[i].name,
                  stalls[i].ms);
        memcpy(complaints[k].name, stalls[i].name, PULSE_NAME);
        complaints[k].ms = stalls[i].ms;
        *count = k < *count ? *count : *count + 1;
    }
}

static void report(const struct pulse_stall stalls[], uint32_t count)
{
    if (count > 0)
        notify_send("STATUS=stalled: %s, for %" PRId64 " ms", stalls[0].name, stalls[0].ms);
    else
        notify_send("WATCHDOG=1\nSTATUS=%" PRIu64 " answered, %" PRIu64 " of them retry, %u "
                    "connections",
                    atomic_load(&metrics.answered), atomic_load(&metrics.retried),
                    atomic_load(&metrics.connections));
}

static void *watchdog_run(void *context)
{
    static struct pulse_stall stalls[PULSES_MAX];
    static struct complaint complaints[PULSES_MAX];
    uint32_t complained = 0;
    int64_t pace_ms = stall_limit_ms() / 2 < PACE_MS ? stall_limit_ms() / 2 : PACE_MS;
    int64_t extended_ms = 0, reported_ms = 0;
    (void)context;
    while (!atomic_load(&watchdog.end)) {
        int64_t now_ms = clock_mono_ms();
        uint32_t count = pulse_stalled(now_ms, stall_limit_ms(), stalls);
        complain(complaints, &complained, stalls, count);
        CHECK(pthread_mutex_lock(&watchdog.lock) == 0);
        memcpy(watchdog.stalls, stalls, count * sizeof stalls[0]);
        watchdog.stall_count = count;
        CHECK(pthread_mutex_unlock(&watchdog.lock) == 0);
        if (!atomic_load(&watchdog.serving)) {
            if (count == 0 && now_ms - extended_ms >= EXTEND_EVERY_MS) {
                notify_send("EXTEND_TIMEOUT_USEC=%d", EXTEND_MS * 1000);
                extended_ms = now_ms;
            }
        } else if (now_ms - reported_ms >= stall_limit_ms() / 4) {
            report(stalls, count);
            reported_ms = now_ms;
        }
        (void)usleep((useconds_t)pace_ms * 1000);
    }
    return NULL;
}

enum err watchdog_start(void)
{
    enum err err = thread_start_unwatched(&watchdog.thread, "watchdog", watchdog_run, NULL);
    watchdog.running = err == ERR_OK;
    return err;
}

void watchdog_serving(void)
{
    notify_send("READY=1\nSTATUS=serving");
    atomic_store(&watchdog.serving, true);
}

void watchdog_stopping(void)
{
    notify_send("STOPPING=1\nSTATUS=answering what was accepted");
}

void watchdog_stop(void)
{
    if (!watchdog.running)
        return;
    atomic_store(&watchdog.end, true);
    CHECK(pthread_join(watchdog.thread, NULL) == 0);
    watchdog.running = false;
}

uint32_t watchdog_stalled(struct pulse_stall stalls[])
{
    CHECK(pthread_mutex_lock(&watchdog.lock) == 0);
    uint32_t count = watchdog.stall_count;
    memcpy(stalls, watchdog.stalls, count * sizeof stalls[0]);
    CHECK(pthread_mutex_unlock(&watchdog.lock) == 0);
    return count;
}
