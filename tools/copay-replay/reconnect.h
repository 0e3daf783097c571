/* All terminals hang up at once and come back: the morning after the power was gone. They
 * resume their TLS sessions, as those of libcopay do, or shake hands anew (run_plan.fresh). */
#ifndef REPLAY_RECONNECT_H
#define REPLAY_RECONNECT_H

#include "run.h"

struct reconnect_result {
    uint64_t answered;
    uint64_t resumed;  /* of those that came back */
    int64_t served_us; /* from the hang-up until every terminal was answered again; -1: not all */
};

/* Opens every terminal and has one message answered on each, calls ready() (which may wait), then
 * hangs up and comes back. False: it could not start, or not all came back in time. */
bool reconnect_all(const struct run_plan *plan, void (*ready)(void *user), void *user,
                   struct reconnect_result *result);

#endif
