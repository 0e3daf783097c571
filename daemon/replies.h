/* The barrier (design section 3): a reply leaves when the ledger is durable up to what the reply
 * depends on, and not before. replies_release() is the one function that lets replies go. */
#ifndef DAEMON_REPLIES_H
#define DAEMON_REPLIES_H

#include "daemon/inbox.h"
#include "daemon/job.h"
#include "ledger/ledger.h"

/* A region's durability as its replies see it. */
struct barrier {
    _Atomic uint64_t durable; /* raised by the ledger's writer, after ledger_reap() */
    struct ledger *ledger;
    uint64_t epoch;
    /* Gate: replies that wait, in the order of what they depend on. */
    struct parcels held;
    uint64_t held_last;
};

/* Puts the job where it belongs; takes it. Gate thread. */
typedef void (*replies_deliver)(void *context, struct job *job);

struct replies {
    struct inbox inbox;
    replies_deliver deliver;
    void *context;
};

enum err replies_open(struct replies *replies, replies_deliver deliver, void *context) MUST_CHECK;
void replies_close(struct replies *replies);

/* Any thread. Takes an answered job; the gate sees it after inbox_wake(&replies->inbox). */
void replies_put(struct replies *replies, struct job *job);
/* The same of an answer that depends on nothing that is not durable yet; wakes the gate. */
void replies_put_now(struct replies *replies, struct job *job);
/* Gate. Takes in what came and delivers everything of `barriers` that may go. Anything but ERR_OK
 * means that this writer has been deposed or has failed: send nothing more. */
enum err replies_release(struct replies *replies, struct barrier *const barriers[],
                         uint32_t count) MUST_CHECK;

#endif
