/* Counters that several threads raise and an operator's status command reads. */
#ifndef DAEMON_METRICS_H
#define DAEMON_METRICS_H

#include <stdatomic.h>
#include <stdint.h>

struct metrics {
    _Atomic uint32_t connections; /* open now */
    _Atomic uint64_t answered;    /* replies that left, retries among them */
    _Atomic uint64_t retried;     /* of these, with outcome retry */
};

extern struct metrics metrics;

#endif
