/* Owned by the gate thread; other threads only put.
 *
 * A reply that wrote nothing says what the state was; a writer that another one has replaced must
 * not say that, so such a reply also waits for a ledger_confirm() made after it arrived (design
 * section 7). One confirm serves all that arrived before it. */
#include "daemon/replies.h"

enum err replies_open(struct replies *replies, replies_deliver deliver, void *context)
{
    replies->deliver = deliver;
    replies->context = context;
    return inbox_open(&replies->inbox);
}

void replies_close(struct replies *replies)
{
    inbox_close(&replies->inbox);
}

void replies_put(struct replies *replies, struct job *job)
{
    inbox_put(&replies->inbox, &job->parcel);
}

void replies_put_now(struct replies *replies, struct job *job)
{
    job->barrier = NULL;
    replies_put(replies, job);
    inbox_wake(&replies->inbox);
}

/* A settler's sequence never falls, so its replies come in the order in which they may leave. */
static void hold(struct job *job)
{
    struct barrier *barrier = job->barrier;
    CHECK(job->depends_on >= barrier->held_last);
    barrier->held_last = job->depends_on;
    parcels_append(&barrier->held, &job->parcel);
}

static enum err release(struct replies *replies, struct barrier *barrier)
{
    uint64_t durable = atomic_load(&barrier->durable);
    bool confirmed = false;
    while (barrier->held.first) {
        struct job *job = (struct job *)barrier->held.first;
        if (job->depends_on > durable)
            break;
        if (!job->wrote && !confirmed) {
            enum err err = ledger_confirm(barrier->ledger, barrier->epoch);
            if (err)
                return err;
            confirmed = true;
        }
        (void)parcels_take(&barrier->held);
        replies->deliver(replies->context, job);
    }
    return ERR_OK;
}

enum err replies_release(struct replies *replies, struct barrier *const barriers[], uint32_t count)
{
    struct parcels came = {0};
    inbox_take(&replies->inbox, &came);
    for (struct parcel *p = parcels_take(&came); p; p = parcels_take(&came)) {
        struct job *job = (struct job *)p;
        /* A retry, or a refusal by the message alone, says nothing about the state. */
        if (!job->barrier)
            replies->deliver(replies->context, job);
        else
            hold(job);
    }
    for (uint32_t i = 0; i < count; i++) {
        enum err err = release(replies, barriers[i]);
        if (err)
            return err;
    }
    return ERR_OK;
}
