/* What one sender (institution or operator) has in flight over all its connections: beyond the cap
 * its connections are not read, so that one busy institution cannot fill the queue of all. Gate
 * thread. */
#ifndef DAEMON_LOAD_H
#define DAEMON_LOAD_H

#include <stdint.h>
#include <sys/queue.h>

#include "base/check.h"
#include "daemon/identity.h"

struct session;
TAILQ_HEAD(session_list, session);
LIST_HEAD(load_list, load);

/* Connections and jobs in flight each hold one use. */
struct load {
    LIST_ENTRY(load) entry;
    enum sender_role role;
    char name[ACTOR_MAX + 1];
    uint32_t uses, in_flight;
    struct session_list parked; /* sessions not read until something is answered */
};

#define LOAD_BUCKETS 1024
struct loads {
    struct load_list buckets[LOAD_BUCKETS];
};

/* The sender's load with one more use; NULL when memory is gone. */
struct load *load_use(struct loads *loads, const struct sender *sender) MUST_CHECK;
void load_drop(struct load *load);

#endif
