/* The process's counters. */
#include "daemon/metrics.h"

#include "base/check.h"

struct metrics metrics;

const char *closing_name(enum closing closing)
{
    static const char *const names[CLOSINGS] = {
        [CLOSING_FINISHED] = "finished",
        [CLOSING_READ] = "read",
        [CLOSING_WRITE] = "write",
        [CLOSING_UNREAD] = "unread",
        [CLOSING_MEMORY] = "memory",
        [CLOSING_REVOKED] = "revoked",
        [CLOSING_SENDER_FULL] = "sender_full",
        [CLOSING_FULL] = "full",
        [CLOSING_STOPPING] = "stopping",
        [CLOSING_HANDSHAKE] = "handshake",
        [CLOSING_HANDSHAKE_SLOW] = "handshake_slow",
        [CLOSING_HANDSHAKE_PUSHED_OUT] = "handshake_pushed_out",
        [CLOSING_IDENTITY] = "identity",
    };
    return names[closing];
}

void metrics_closed(enum closing closing)
{
    metrics.closed[closing]++;
}

void metrics_retry(enum reason reason)
{
    unsigned place = (unsigned)reason - METRICS_RETRY_FIRST;
    metrics.retries[place < METRICS_RETRY_REASONS ? place : METRICS_RETRY_REASONS - 1]++;
    metrics.retried++;
}
