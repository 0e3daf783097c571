/* The journal thread, and what it does for a batch.
 *
 * DESIGN. Its inbox brings batches from the settler, in order, one at a time: the settler hands the
 * next one over only after the last came back. A batch becomes one ledger group: hashed, chained,
 * appended, synced. When ledger_reap() says durable, the sequence is published in barrier.durable
 * and then everybody who waits for it is woken: the gate (replies may leave), the settler (the
 * batch goes back, the next may come), the checkpoint (its frozen overlay may be written), the
 * reader.
 *
 * A batch of few records the settler writes itself, with journal_write(), while this thread sleeps:
 * to wake it and be woken would take longer than the settler could use meanwhile. Both are the
 * ledger's writer then, never at once: this one only while a batch is in flight.
 *
 * A full disk wrote nothing: the batch is tried again while new work is answered retry. Any other
 * failure ends the process without another word, because what was answered from then on could not
 * be proved; the next start recovers. */
#include "daemon/journal.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/log.h"
#include "daemon/region.h"
#include "daemon/signer.h"
#include "daemon/thread.h"

#define TICK_MS 1000
#define FULL_RETRY_MS 200

static void fail(const struct region *region, const struct batch *batch, const char *step,
                 enum err err)
{
    log_event(LOG_ERROR, "ledger_failed",
              "region=%s step=%s error=\"%s\" first=%" PRIu64 " count=%u text=\"answering nothing "
              "more; the next start recovers\"",
              region->code, step, err_text(err), batch->first, batch->count);
    process_end(EXIT_LEDGER);
}

static void submit(struct region *region, const struct batch *batch)
{
    struct inbox *inbox = &region->inboxes[THREAD_JOURNAL];
    struct parcels none = {0};
    enum err err;
    while ((err = ledger_submit(region->ledger, batch->records, batch->count)) == ERR_FULL) {
        if (!atomic_exchange(&region->no_space, true))
            log_event(LOG_ERROR, "no_space",
                      "region=%s text=\"the ledger has no room; new work is answered retry\"",
                      region->code);
        /* Perhaps only the next segment is not ready yet. */
        region_wake(region, THREAD_CHECKPOINT);
        inbox_wait(inbox, FULL_RETRY_MS);
        inbox_take(inbox, &none);
        CHECK(!none.first);
    }
    if (err)
        fail(region, batch, "append", err);
    if (atomic_exchange(&region->no_space, false))
        log_event(LOG_INFO, "space_back", "region=%s", region->code);
}

/* The batch was submitted; everybody who waits for it to be durable is woken. */
static void make_durable(struct region *region, const struct batch *batch, int64_t began_us)
{
    uint64_t durable;
    enum err err = ledger_reap(region->ledger, &durable);
    if (err)
        fail(region, batch, "sync", err);
    histogram_add(&region->metrics.sync_us, clock_mono_us() - began_us);
    histogram_add(&region->metrics.group, batch->count);
    atomic_store(&region->metrics.sync_since_mono_ms, 0);
    CHECK(durable == batch->first + batch->count - 1);
    atomic_store(&region->barrier.durable, durable);
    inbox_wake(&region->replies->inbox);
    /* These two sleep through most groups: to wake them for nothing costs a claim its core. What
     * was frozen before this group began has had its wake. */
    uint64_t frozen = atomic_load(&region->frozen);
    if (frozen >= batch->first && frozen <= durable)
        region_wake(region, THREAD_CHECKPOINT);
    if (atomic_load(&region->reader_waits))
        region_wake(region, THREAD_READER);
    if (++region->signer.groups >= SIGNER_GROUPS_MAX) {
        region->signer.groups = 0;
        region_wake(region, THREAD_SIGNER);
    }
}

static int64_t begin(struct region *region)
{
    int64_t began_us = clock_mono_us();
    atomic_store(&region->metrics.sync_since_mono_ms, began_us / 1000);
    return began_us;
}

bool journal_write(struct region *region, const struct batch *batch)
{
    if (atomic_load(&region->no_space))
        return false;
    int64_t began_us = begin(region);
    enum err err = ledger_submit(region->ledger, batch->records, batch->count);
    if (err == ERR_FULL)
        return false;
    if (err)
        fail(region, batch, "append", err);
    make_durable(region, batch, began_us);
    return true;
}

static void write_batch(struct region *region, struct batch *batch)
{
    int64_t began_us = begin(region);
    submit(region, batch);
    make_durable(region, batch, began_us);
    inbox_put(&region->inboxes[THREAD_SETTLER], &batch->parcel);
    region_wake(region, THREAD_SETTLER);
}

void *journal_run(void *context)
{
    struct region *region = context;
    struct inbox *inbox = &region->inboxes[THREAD_JOURNAL];
    struct parcels batches = {0};
    for (;;) {
        /* Asked before looking: what the settler put before it ended is then in the inbox. */
        bool finishing = region_finishing(region, THREAD_JOURNAL);
        inbox_take(inbox, &batches);
        struct parcel *parcel = parcels_take(&batches);
        if (parcel)
            write_batch(region, (struct batch *)parcel);
        else if (finishing)
            return NULL;
        else
            inbox_wait(inbox, TICK_MS);
    }
}
