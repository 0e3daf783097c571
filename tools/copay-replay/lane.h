/* A terminal: one connection and the messages in flight on it, each until its answer is final. A
 * "retry" is repeated after the time the daemon asks for; after a lost connection everything
 * unanswered is repeated, byte for byte, under the same msgids. */
#ifndef REPLAY_LANE_H
#define REPLAY_LANE_H

#include "answer.h"
#include "connection.h"
#include "message.h"
#include "msgids.h"

struct lane;

struct slot {
    struct lane *lane;
    struct message message;
    bool busy, sent, waiting; /* waiting: for the time to repeat */
    int64_t begun_us;         /* when it was to be sent; latency counts from here */
    struct event timer;
    void *user; /* the owner's */
};

struct lane_counts {
    uint64_t sent, resent, retried, strays;
};

struct lane_owner {
    /* A slot came free, or the connection opened. */
    void (*idle)(struct lane *lane);
    /* Final, or a "retry" where these are not honoured. The slot is free afterwards unless the
     * owner sent something new in it. */
    void (*answered)(struct lane *lane, struct slot *slot, const struct answer *answer);
    void (*lost)(struct lane *lane);
};

struct lane {
    struct connection connection;
    struct terminal terminal;
    struct msgids *msgids; /* borrowed; shared by the institution's lanes */
    const struct lane_owner *owner;
    struct lane_counts *counts; /* borrowed */
    bool honour;                /* repeat what was answered "retry" */
    uint32_t depth, in_flight, index;
    struct slot *slots;
    uint32_t *free_slots; /* the first depth - in_flight are free */
    void *user;
};

/* connection's, terminal's and the fields from msgids to depth are set before. */
void lane_start(struct lane *lane);
/* A free slot, busy from now; NULL when all are. */
struct slot *lane_take(struct lane *lane);
/* Sends the slot's message, or will as soon as the connection is open. */
void lane_send(struct slot *slot, int64_t begun_us);
void lane_end(struct lane *lane);

#endif
