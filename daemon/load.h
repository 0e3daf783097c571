/* What one sender (institution or operator) has going on over all its connections. Reading takes
 * turns over senders, not over connections, and beyond its share a sender is not read, so that a
 * busy institution slows itself and nobody else (design decision 17). Gate thread. */
#ifndef DAEMON_LOAD_H
#define DAEMON_LOAD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/check.h"
#include "daemon/buffer.h"
#include "daemon/identity.h"

struct session;
struct load;
TAILQ_HEAD(session_list, session);
TAILQ_HEAD(load_rota, load);
LIST_HEAD(load_list, load);

/* What one sender may have at a time. */
struct load_share {
    uint32_t connections, in_flight;
    size_t buffer_bytes, message_bytes;
};

/* Connections and jobs in flight each hold one use. */
struct load {
    LIST_ENTRY(load) entry;
    enum sender_role role;
    char name[ACTOR_MAX + 1];
    const struct load_share *share;
    uint32_t uses, connections, in_flight;
    struct budget buffers;        /* of its connections */
    size_t message_bytes;         /* decoded and not yet answered */
    struct session_list readable; /* sessions that have something, in turn */
    bool waiting;                 /* on the rota */
    int64_t waiting_mono_ms;      /* since then */
    TAILQ_ENTRY(load) rota_entry;
};

#define LOAD_BUCKETS 1024
struct loads {
    struct load_share share;
    struct budget *buffers; /* of all */
    struct load_list buckets[LOAD_BUCKETS];
    struct load_rota rota; /* senders with something to be read, the next one first */
    uint32_t waiting;      /* on it */
};

/* Borrows `buffers` for ever. */
void loads_open(struct loads *loads, const struct load_share *share, struct budget *buffers);

/* The sender's load with one more use; NULL when memory is gone. */
struct load *load_use(struct loads *loads, const struct sender *sender) MUST_CHECK;
void load_drop(struct load *load);

/* It has its share in flight: not to be read until something has been answered. */
bool load_full(const struct load *load);
/* Puts it at the end of the rota when it has something to be read and may be; takes it off. */
void load_queue(struct loads *loads, struct load *load, int64_t mono_ms);
void load_unqueue(struct loads *loads, struct load *load);

#endif
