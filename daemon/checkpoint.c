/* The checkpoint thread.
 *
 * DESIGN. No parcels; it is woken and looks. The settler sets `frozen` to the sequence that it
 * froze the overlay at; when the journal has made that sequence durable, and not before, the
 * overlay is written to LMDB in one transaction. Then `checkpointed` tells the settler to renew its
 * read transaction and drop the frozen overlay; the settler clears `frozen` with it. At each turn
 * one piece of the next ledger segment is made ready, so that neither waits long for the other.
 *
 * At a stop, after all other threads, what is left in the overlay is written too if it is little.
 *
 * No room: the frozen overlay is kept and tried again, and the settler answers retry when the
 * active one is full too. A disk error: LMDB may hold anything now, so the process ends and the
 * next start folds the ledger into a new environment. */
#include "daemon/checkpoint.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/log.h"
#include "daemon/folder.h"
#include "daemon/pulse.h"
#include "daemon/region.h"
#include "daemon/thread.h"

#define TICK_MS 1000
/* Of the overlay, written at a stop: about a second. */
#define FINISH_BYTES_MAX (UINT64_C(64) << 20)
/* Not worth a sleep. */
#define PAUSE_MIN_US 500
#define COMPLAIN_EVERY_MS 60000
#define FULL_PAUSE_MS 1000

/* Something that has no room: tried again after a pause, said now and then. Monotonic times. */
struct complaint {
    int64_t last_ms; /* 0: none yet */
    int64_t retry_ms;
};

static void complain(struct complaint *complaint, const struct region *region, const char *event,
                     enum err err)
{
    int64_t now_ms = clock_mono_ms();
    complaint->retry_ms = now_ms + FULL_PAUSE_MS;
    if (complaint->last_ms && now_ms - complaint->last_ms < COMPLAIN_EVERY_MS)
        return;
    complaint->last_ms = now_ms;
    log_event(LOG_ERROR, event, "region=%s error=\"%s\" text=\"trying again\"", region->code,
              err_text(err));
}

static void write_frozen(struct region *region, struct complaint *complaint)
{
    /* In this order: a thaw clears `frozen` before it clears `checkpointed`, so a false one means
     * that what is read behind it is not the sequence of an overlay already dropped. */
    bool written = atomic_load(&region->checkpointed);
    uint64_t frozen = atomic_load(&region->frozen);
    int64_t began_ms = clock_mono_ms();
    if (written || frozen == 0 || began_ms < complaint->retry_ms ||
        atomic_load(&region->barrier.durable) < frozen)
        return;
    pulse_long();
    enum err err = store_checkpoint(region->store);
    pulse_beat();
    switch (err) {
    case ERR_OK:
        log_event(LOG_DEBUG, "checkpoint", "region=%s sequence=%" PRIu64 " ms=%" PRId64,
                  region->code, frozen, clock_mono_ms() - began_ms);
        complaint->last_ms = 0;
        atomic_store(&region->metrics.checkpoint_mono_ms, clock_mono_ms());
        atomic_store(&region->metrics.checkpoint_ms, clock_mono_ms() - began_ms);
        atomic_store(&region->checkpointed, true);
        region_wake(region, THREAD_SETTLER);
        return;
    case ERR_FULL:
    case ERR_NOMEM:
        complain(complaint, region, "checkpoint_postponed", err);
        return;
    default:
        log_event(LOG_ERROR, "checkpoint_failed",
                  "region=%s error=\"%s\" text=\"the next start rebuilds LMDB from the ledger\"",
                  region->code, err_text(err));
        err = folder_rebuild_mark(region->dir);
        if (err)
            log_event(LOG_ERROR, "rebuild_unmarked", "region=%s error=\"%s\"", region->code,
                      err_text(err));
        process_end(EXIT_AGAIN);
    }
}

/* One piece of the next segment, when it is due; returns how long the thread may sleep. Tried at
 * every wake on a full disk, it would only be in the way. */
static int ready_segment(struct region *region, struct complaint *complaint, int64_t *due_us)
{
    int64_t pause_us = *due_us - clock_mono_us();
    if (clock_mono_ms() < complaint->retry_ms)
        return TICK_MS;
    if (pause_us > PAUSE_MIN_US)
        return (int)(pause_us / 1000) + 1;
    pulse_long();
    enum err err = ledger_prepare_step(region->ledger, &pause_us);
    pulse_beat();
    atomic_store(&region->metrics.segment_ready, err == ERR_OK);
    if (err == ERR_AGAIN) {
        *due_us = clock_mono_us() + pause_us;
        return pause_us > PAUSE_MIN_US ? (int)(pause_us / 1000) + 1 : 0;
    }
    /* A writer that failed ends the process in the journal. */
    if (err == ERR_FULL || err == ERR_NOMEM)
        complain(complaint, region, "segment_postponed", err);
    return TICK_MS;
}

/* What the settler has frozen is written and dropped, as the settler would; it has ended. */
static enum err write_last(struct region *region, uint64_t sequence)
{
    enum err err = ERR_OK;
    if (store_frozen(region->store) > 0) {
        if (!atomic_load(&region->checkpointed))
            err = store_checkpoint(region->store);
        if (!err)
            err = store_thaw(region->store);
    }
    if (err || sequence <= store_sequence(region->store))
        return err;
    store_freeze(region->store, sequence);
    return store_checkpoint(region->store);
}

/* After the other threads: everything applied is durable, so that the next start has nothing to
 * fold. Only where it is cheap, for a stop has its time; whatever goes wrong, the next start folds.
 */
static void finish(struct region *region)
{
    uint64_t durable = atomic_load(&region->barrier.durable);
    if (store_dirty_bytes(region->store) > FINISH_BYTES_MAX ||
        durable < store_frozen(region->store))
        return;
    int64_t began_ms = clock_mono_ms();
    pulse_long();
    enum err err = write_last(region, durable);
    pulse_beat();
    log_event(err ? LOG_WARNING : LOG_INFO, "last_checkpoint",
              "region=%s sequence=%" PRIu64 " ms=%" PRId64 " error=\"%s\"", region->code, durable,
              clock_mono_ms() - began_ms, err_text(err));
    if (err == ERR_IO || err == ERR_CORRUPT)
        err = folder_rebuild_mark(region->dir);
}

void *checkpoint_run(void *context)
{
    struct region *region = context;
    struct complaint checkpoint = {0}, segment = {0};
    struct inbox *inbox = &region->inboxes[THREAD_CHECKPOINT];
    struct parcels none = {0};
    int64_t segment_due_us = 0;
    int sleep_ms = TICK_MS;
    for (;;) {
        inbox_wait(inbox, sleep_ms);
        inbox_take(inbox, &none);
        CHECK(!none.first);
        if (region_finishing(region, THREAD_CHECKPOINT)) {
            finish(region);
            return NULL;
        }
        write_frozen(region, &checkpoint);
        sleep_ms = ready_segment(region, &segment, &segment_due_us);
    }
}
