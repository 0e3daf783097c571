/* The checkpoint thread.
 *
 * DESIGN. No parcels; it is woken and looks. The settler sets `frozen` to the sequence that it
 * froze the overlay at; when the journal has made that sequence durable, and not before, the
 * overlay is written to LMDB, a slice at a time, so that claims never wait for much of it: neither
 * for the disk nor for a processor. Then `checkpointed` tells the settler to renew its read
 * transaction and drop the frozen overlay; the settler clears `frozen` with it, and wakes this
 * thread to sweep what it dropped. At each turn one piece of the next ledger segment is made ready,
 * so that neither waits long for the other.
 *
 * At a stop, after all other threads, what is left in the overlay is written too if it is little.
 *
 * No room: the frozen overlay is kept and tried again, and the settler answers retry when the
 * active one is full too. A disk error: LMDB may hold anything now, so the process ends and the
 * next start folds the ledger into a new environment. */
#include "daemon/checkpoint.h"

#include <inttypes.h>
#include <sys/statvfs.h>

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

/* Something done piece by piece. One that finds no room is tried again after a pause, which is said
 * now and then. Monotonic times; 0: none yet. */
struct task {
    int64_t due_us, began_ms, said_ms;
};

/* How long the thread may sleep for it; 0: it is due. */
static int task_wait(const struct task *task)
{
    int64_t us = task->due_us - clock_mono_us();
    return us > PAUSE_MIN_US ? (int)((us + 999) / 1000) : 0;
}

static int task_pause(struct task *task, int64_t from_us, int64_t pause_us)
{
    task->due_us = from_us + pause_us;
    return task_wait(task);
}

static void complain(struct task *task, const struct region *region, const char *event,
                     enum err err)
{
    int64_t now_ms = clock_mono_ms();
    task->due_us = (now_ms + FULL_PAUSE_MS) * 1000;
    if (task->said_ms && now_ms - task->said_ms < COMPLAIN_EVERY_MS)
        return;
    task->said_ms = now_ms;
    log_event(LOG_ERROR, event, "region=%s error=\"%s\" text=\"trying again\"", region->code,
              err_text(err));
}

static void written(struct region *region, struct task *task, uint64_t frozen)
{
    int64_t now_ms = clock_mono_ms(), ms = now_ms - task->began_ms;
    log_event(LOG_DEBUG, "checkpoint", "region=%s sequence=%" PRIu64 " ms=%" PRId64, region->code,
              frozen, ms);
    *task = (struct task){0};
    atomic_store(&region->metrics.checkpoint_mono_ms, now_ms);
    atomic_store(&region->metrics.checkpoint_ms, ms);
    atomic_store(&region->checkpointed, true);
    region_wake(region, THREAD_SETTLER);
}

__attribute__((noreturn)) static void broken(const struct region *region, enum err err)
{
    log_event(LOG_ERROR, "checkpoint_failed",
              "region=%s error=\"%s\" text=\"the next start rebuilds LMDB from the ledger\"",
              region->code, err_text(err));
    err = folder_rebuild_mark(region->dir);
    if (err)
        log_event(LOG_ERROR, "rebuild_unmarked", "region=%s error=\"%s\"", region->code,
                  err_text(err));
    process_end(EXIT_AGAIN);
}

/* One slice of the frozen overlay, when it is due; returns how long the thread may sleep. */
static int write_frozen(struct region *region, struct task *task)
{
    /* In this order: a thaw clears `frozen` before it clears `checkpointed`, so a false one means
     * that what is read behind it is not the sequence of an overlay already dropped. */
    bool done = atomic_load(&region->checkpointed);
    uint64_t frozen = atomic_load(&region->frozen);
    if (done || frozen == 0 || atomic_load(&region->barrier.durable) < frozen)
        return TICK_MS;
    int wait_ms = task_wait(task);
    if (wait_ms > 0)
        return wait_ms;
    int64_t began_us = clock_mono_us(), pause_us;
    if (task->began_ms == 0)
        task->began_ms = began_us / 1000;
    pulse_long();
    enum err err = store_checkpoint_step(region->store, &pause_us);
    pulse_beat();
    switch (err) {
    case ERR_AGAIN:
        return task_pause(task, began_us, pause_us);
    case ERR_OK:
        written(region, task, frozen);
        return TICK_MS;
    case ERR_FULL:
    case ERR_NOMEM:
        complain(task, region, "checkpoint_postponed", err);
        return TICK_MS;
    default:
        broken(region, err);
    }
}

/* One piece of the next segment, when it is due; returns how long the thread may sleep. Tried at
 * every wake on a full disk, it would only be in the way. */
static int ready_segment(struct region *region, struct task *task)
{
    int wait_ms = task_wait(task);
    if (wait_ms > 0)
        return wait_ms;
    int64_t pause_us;
    pulse_long();
    enum err err = ledger_prepare_step(region->ledger, &pause_us);
    pulse_beat();
    atomic_store(&region->metrics.segment_ready, err == ERR_OK);
    if (err == ERR_AGAIN)
        return task_pause(task, clock_mono_us(), pause_us);
    /* A writer that failed ends the process in the journal. */
    if (err == ERR_FULL || err == ERR_NOMEM)
        complain(task, region, "segment_postponed", err);
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

static void look_at_disk(struct region *region)
{
    struct statvfs disk;
    if (statvfs(region->dir, &disk) != 0)
        return;
    atomic_store(&region->metrics.disk_free_bytes, (uint64_t)disk.f_bavail * disk.f_frsize);
    atomic_store(&region->metrics.disk_bytes, (uint64_t)disk.f_blocks * disk.f_frsize);
}

void *checkpoint_run(void *context)
{
    struct region *region = context;
    struct task checkpoint = {0}, segment = {0};
    struct inbox *inbox = &region->inboxes[THREAD_CHECKPOINT];
    struct parcels none = {0};
    int sleep_ms = TICK_MS;
    look_at_disk(region);
    for (;;) {
        inbox_wait(inbox, sleep_ms);
        inbox_take(inbox, &none);
        CHECK(!none.first);
        if (region_finishing(region, THREAD_CHECKPOINT)) {
            finish(region);
            return NULL;
        }
        store_sweep(region->store);
        look_at_disk(region);
        int overlay_ms = write_frozen(region, &checkpoint);
        int segment_ms = ready_segment(region, &segment);
        sleep_ms = overlay_ms < segment_ms ? overlay_ms : segment_ms;
    }
}
