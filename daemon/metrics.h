/* Counters that several threads raise and an operator's status command reads. Never a person. */
#ifndef DAEMON_METRICS_H
#define DAEMON_METRICS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/reason.h"
#include "daemon/histogram.h"

/* Why a connection was closed; the names stand in metrics.c. */
enum closing {
    CLOSING_FINISHED,             /* the peer ended it, or everything was answered */
    CLOSING_READ,                 /* broken while reading */
    CLOSING_WRITE,                /* broken while writing */
    CLOSING_UNREAD,               /* the peer does not read its replies */
    CLOSING_MEMORY,               /* no buffers left, for all or for this sender */
    CLOSING_REVOKED,              /* the certificate is no longer good */
    CLOSING_SENDER_FULL,          /* the sender has its share of connections */
    CLOSING_FULL,                 /* all connections are taken */
    CLOSING_STOPPING,             /* we end */
    CLOSING_HANDSHAKE,            /* TLS failed, the certificate among the reasons */
    CLOSING_HANDSHAKE_SLOW,       /* not done in time */
    CLOSING_HANDSHAKE_PUSHED_OUT, /* idle, while others wanted in */
    CLOSING_IDENTITY,             /* the certificate names nobody we know */
    CLOSINGS,
};
const char *closing_name(enum closing closing);

/* Reasons of a retry that are counted apart; any other counts as the last. */
#define METRICS_RETRY_FIRST REASON_OVERLOADED
#define METRICS_RETRY_REASONS 8

struct metrics {
    int64_t started_mono_ms;
    _Atomic uint32_t connections; /* open now */
    _Atomic uint32_t handshakes;  /* shaking hands now */
    _Atomic uint64_t shaken;      /* handshakes done, resumed ones among them */
    _Atomic uint64_t resumed;
    _Atomic uint64_t answered; /* replies that left, retries among them */
    _Atomic uint64_t retried;  /* of these, with outcome retry */
    _Atomic uint64_t retries[METRICS_RETRY_REASONS];
    _Atomic uint64_t closed[CLOSINGS];
    _Atomic uint64_t unanswered;         /* messages taken in and not yet answered */
    _Atomic uint64_t answers_per_second; /* lately */
    _Atomic uint64_t buffer_bytes, message_bytes;
};

extern struct metrics metrics;

void metrics_retry(enum reason reason);
void metrics_closed(enum closing closing);

/* One region's, by the thread that raises each. */
struct region_metrics {
    /* The ledger's writer, journal or settler. */
    struct histogram sync_us;           /* append and sync of one group */
    struct histogram group;             /* records of one group */
    _Atomic int64_t sync_since_mono_ms; /* of the group that is being written; 0: none */
    _Atomic uint64_t given;             /* gate: jobs for the settler */
    _Atomic uint64_t taken;             /* settler: of these, taken up */
    _Atomic uint64_t call;              /* gate: to be woken when so many are */
    /* Checkpoint. */
    _Atomic int64_t checkpoint_mono_ms; /* end of the last one; 0: none since the start */
    _Atomic int64_t checkpoint_ms;      /* how long it took */
    atomic_bool segment_ready;          /* the next one */
    _Atomic uint64_t disk_free_bytes, disk_bytes;
};

#endif
