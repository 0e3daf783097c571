/* A process of its own makes the trouble, so that its work never stands between a well-behaved
 * terminal's message and the clock that measures it. Where it shakes a thousand hands it steps back
 * behind the daemon, too: in earnest each terminal has a processor of its own. The two processes
 * share one page of atomics. */
#include "storm.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/background.h"
#include "base/clock.h"
#include "reconnect.h"

#define READY_LIMIT_MS 30000
#define FLOOD_CONNECTIONS 16
#define FLOOD_DEPTH 64
#define UNREAD_DEPTH 8192 /* some 10 MB of requests a terminal */
#define RATE 500          /* of the well-behaved, when none is given */
/* So many that a terminal has sent its last message long before the next: one that waits for its
 * own slot would be measured, not the daemon. */
#define WELL_BEHAVED 64

/* What the two processes tell each other. */
struct shared {
    atomic_bool ready, go, stop, failed;
    _Atomic int64_t served_us;
    _Atomic uint64_t done, retried, closed, resumed;
};

enum storm_kind storm_of(const char *name)
{
    static const char *const names[] = {"", "reconnect", "flood", "unread"};
    for (int kind = STORM_RECONNECT; kind <= STORM_UNREAD; kind++)
        if (strcmp(names[kind], name) == 0)
            return (enum storm_kind)kind;
    return STORM_NONE;
}

static uint32_t trouble_connections(enum storm_kind kind, const struct run_plan *plan)
{
    if (kind == STORM_RECONNECT)
        return plan->connections;
    if (kind == STORM_FLOOD)
        return FLOOD_CONNECTIONS;
    return plan->connections / 10 ? plan->connections / 10 : 1;
}

/* ---- the child ---- */

static bool told_to_stop(void *user)
{
    const struct shared *shared = user;
    return atomic_load(&shared->stop);
}

static void wait_for(const atomic_bool *flag, const atomic_bool *instead)
{
    while (!atomic_load(flag) && !atomic_load(instead))
        usleep(500);
}

static void drive_trouble(enum storm_kind kind, const struct run_plan *plan, struct shared *shared)
{
    static struct run_result result;
    struct run_plan own = *plan;
    own.rate = 0;
    own.count = 0;
    own.warmup = 0;
    own.seconds = 1000000;
    own.connections = trouble_connections(kind, plan);
    own.depth = kind == STORM_FLOOD ? FLOOD_DEPTH : UNREAD_DEPTH;
    own.one_site = kind == STORM_FLOOD;
    own.deaf = kind == STORM_UNREAD;
    own.enough = told_to_stop;
    own.user = shared;
    atomic_store(&shared->ready, true);
    wait_for(&shared->go, &shared->stop);
    if (!run_plan(&own, &result))
        atomic_store(&shared->failed, true);
    atomic_store(&shared->done, result.done);
    atomic_store(&shared->retried, result.retried);
    atomic_store(&shared->closed, result.closed);
}

static void reconnect_ready(void *user)
{
    struct shared *shared = user;
    atomic_store(&shared->ready, true);
    wait_for(&shared->go, &shared->stop);
}

static void reconnect_trouble(const struct run_plan *plan, struct shared *shared)
{
    struct reconnect_result result;
    struct run_plan own = *plan;
    background_begin();
    own.depth = 1;
    own.rate = 0;
    if (!reconnect_all(&own, reconnect_ready, shared, &result))
        atomic_store(&shared->failed, true);
    atomic_store(&shared->done, result.answered);
    atomic_store(&shared->resumed, result.resumed);
    atomic_store(&shared->served_us, result.served_us);
    atomic_store(&shared->stop, true); /* the storm is over */
}

static void trouble(enum storm_kind kind, const struct run_plan *plan, struct shared *shared)
{
    struct run_plan quiet = *plan;
    quiet.progress = false;
    if (kind == STORM_RECONNECT)
        reconnect_trouble(&quiet, shared);
    else
        drive_trouble(kind, &quiet, shared);
    atomic_store(&shared->ready, true); /* also when it failed before */
}

/* ---- the parent ---- */

static void begin_trouble(void *user)
{
    struct shared *shared = user;
    atomic_store(&shared->go, true);
}

static bool wait_until_ready(struct shared *shared)
{
    for (int ms = 0; ms < READY_LIMIT_MS && !atomic_load(&shared->ready); ms += 10)
        usleep(10000);
    return atomic_load(&shared->ready) && !atomic_load(&shared->failed);
}

static bool measure(enum storm_kind kind, const struct run_plan *plan, struct shared *shared,
                    struct storm_result *result)
{
    struct run_plan well = *plan;
    well.rate = plan->rate ? plan->rate : RATE;
    well.count = 0;
    well.warmup = plan->warmup ? plan->warmup : 1;
    well.user = shared;
    if (kind != STORM_UNREAD)
        well.connections = WELL_BEHAVED;
    if (!wait_until_ready(shared) || !run_plan(&well, &result->calm) || result->calm.interrupted)
        return false;
    well.measuring = begin_trouble;
    if (kind == STORM_RECONNECT)
        well.enough = told_to_stop;
    return run_plan(&well, &result->storm);
}

bool storm_run(enum storm_kind kind, const struct run_plan *plan, struct storm_result *result)
{
    struct shared *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return false;
    atomic_store(&shared->served_us, -1);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* no storm outlives who made it */
        trouble(kind, plan, shared);
        _exit(0);
    }
    bool measured = child > 0 && measure(kind, plan, shared, result);
    atomic_store(&shared->stop, true);
    int status = 1;
    if (child > 0)
        waitpid(child, &status, 0);
    result->trouble = trouble_connections(kind, plan);
    result->trouble_done = atomic_load(&shared->done);
    result->trouble_retried = atomic_load(&shared->retried);
    result->trouble_closed = atomic_load(&shared->closed);
    result->resumed = atomic_load(&shared->resumed);
    result->served_us = atomic_load(&shared->served_us);
    measured = measured && status == 0 && !atomic_load(&shared->failed);
    munmap(shared, sizeof *shared);
    return measured;
}
