/* Storms: a child process makes trouble while this one drives well-behaved terminals at a paced
 * rate, first alone and then in the storm, and compares what they felt. */
#ifndef REPLAY_STORM_H
#define REPLAY_STORM_H

#include "run.h"

enum storm_kind {
    STORM_NONE,
    STORM_RECONNECT, /* `connections` terminals hang up and come back at once */
    STORM_FLOOD,     /* one institution with deep pipelines on `storm_connections` */
    STORM_UNREAD,    /* a tenth of the terminals send and never read */
};

/* STORM_NONE when there is no such storm. */
enum storm_kind storm_of(const char *name);

struct storm_result {
    struct run_result calm, storm;            /* of the well-behaved */
    uint32_t trouble;                         /* terminals that made it */
    uint64_t trouble_done;                    /* their messages answered "done" */
    uint64_t trouble_retried, trouble_closed; /* answered "retry"; closed by the daemon */
    uint64_t resumed;                         /* reconnect: handshakes that resumed a session */
    int64_t
        served_us; /* reconnect: from the hang-up until every one was answered again; -1: never */
};

/* False: it could not be done; stderr says why. */
bool storm_run(enum storm_kind kind, const struct run_plan *plan, struct storm_result *result);

#endif
