/* A run: terminals, their schedule and what came of it. */
#ifndef REPLAY_RUN_H
#define REPLAY_RUN_H

#include "histogram.h"
#include "traffic.h"

#define REASONS_MAX 10000

struct run_plan {
    const char *dir;
    const char *host, *port;
    uint32_t connections, depth, lines, bills;
    uint32_t rate;    /* messages a second on a fixed schedule; 0: closed loop */
    uint64_t count;   /* messages to send; 0: by time */
    uint32_t seconds; /* measured, after warmup */
    uint32_t warmup, patience_ms;
    bool names, no_retry, progress;
    struct mix mix;
    double site_exponent, member_exponent; /* 0: uniform */
};

struct run_result {
    uint64_t sent, done, refused, retry, unknown, lost, resent, retried, strays;
    uint64_t reasons[REASONS_MAX]; /* of refusals and final retries */
    uint64_t kinds[KINDS];         /* finals */
    uint64_t measured;             /* finals inside the measured time */
    int64_t measured_us, cpu_us;   /* its length; our own CPU time in it */
    int64_t handshake_us;          /* from the first connect until every one was open */
    struct histogram latency;
};

/* False: it could not start; stderr says why. */
bool run_plan(const struct run_plan *plan, struct run_result *result);

#endif
