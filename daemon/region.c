/* Lifecycle of a region: open, start, stop, close. Main thread, except region_submit(). */
#include "daemon/region.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "daemon/checkpoint.h"
#include "daemon/compiler.h"
#include "daemon/copier.h"
#include "daemon/folder.h"
#include "daemon/journal.h"
#include "daemon/keyring.h"
#include "daemon/reader.h"
#include "daemon/recovery.h"
#include "daemon/settler.h"
#include "daemon/signer.h"
#include "daemon/thread.h"
#include "ledger/lock.h"

/* A stamp may be ahead of a clock that was set back a little; so short a wait needs no operator. */
#define CLOCK_WAIT_MAX_MS 5000

static enum err open_inboxes(struct region *region)
{
    for (size_t i = 0; i < THREADS; i++) {
        enum err err = inbox_open(&region->inboxes[i]);
        if (err)
            return err;
    }
    return ERR_OK;
}

/* What settling a bill of ordinary size takes. */
#define SCRATCH_FIRST ((size_t)256 * 1024)

static enum err open_settler(struct region *region)
{
    struct settler *settler = &region->settler;
    settler->building = batch_new();
    settler->spare = batch_new();
    settler->scratch = arena_new_sized(REQUEST_ARENA_MAX, SCRATCH_FIRST);
    return settler->building && settler->spare && settler->scratch ? ERR_OK : ERR_NOMEM;
}

/* The lock comes first: from here on nobody else touches the folder. */
static enum err open_folder(struct region *region, const char *data)
{
    enum err err = folder_make(data);
    if (!err)
        err = folder_path(data, region->code, region->dir, sizeof region->dir);
    if (!err)
        err = folder_make(region->dir);
    if (err) {
        log_event(LOG_ERROR, "folder_refused", "region=%s folder=\"%s\" error=\"%s\"", region->code,
                  data, err_text(err));
        return err;
    }
    err = lock_take(region->dir, &region->lock_fd);
    if (err) {
        region->lock_fd = -1;
        log_event(LOG_ERROR, "lock_refused", "region=%s folder=\"%s\" error=\"%s\"", region->code,
                  region->dir, err_text(err));
        return err;
    }
    err = folder_salt_key(region->dir, region->salt_key, &region->salt_fresh);
    if (err)
        log_event(
            LOG_ERROR, "salt_key_refused", "region=%s error=\"%s\"%s", region->code, err_text(err),
            err == ERR_NOTFOUND ? " text=\"there is a ledger but no salt.key; restore it\"" : "");
    return err;
}

static void start_clock(struct region *region)
{
    int64_t last_ms = state_time(region->state);
    int64_t behind_ms = last_ms - clock_wall_ms();
    if (behind_ms > 0 && behind_ms <= CLOCK_WAIT_MAX_MS)
        (void)usleep((useconds_t)(behind_ms + 1) * 1000);
    timekeeper_start(&region->settler.clock, clock_wall_ms(), clock_mono_ms(), last_ms);
    if (region->settler.clock.suspect)
        log_event(LOG_ERROR, "clock_suspect",
                  "region=%s text=\"the clock is before the last record; settling waits for "
                  "copayctl clock confirm\"",
                  region->code);
}

enum err region_open(const struct config *config, const struct config_region *which,
                     struct region **out)
{
    struct region *region = calloc(1, sizeof *region);
    if (!region)
        return ERR_NOMEM;
    region->config = config;
    CHECK(pthread_mutex_init(&region->signer.lock, NULL) == 0);
    notice_open(&region->board);
    region->lock_fd = -1;
    for (size_t i = 0; i < THREADS; i++)
        region->inboxes[i].fd = -1;
    (void)snprintf(region->code, sizeof region->code, "%s", which->code);
    enum err err = open_inboxes(region);
    if (!err)
        err = open_settler(region);
    if (!err)
        err = open_folder(region, which->data);
    if (!err)
        err = recovery_run(region);
    if (!err)
        err = keyring_open(region);
    if (err) {
        log_event(LOG_ERROR, "region_refused", "region=%s error=\"%s\"", region->code,
                  err_text(err));
        region_close(region);
        return err;
    }
    start_clock(region);
    *out = region;
    return ERR_OK;
}

static const struct {
    const char *name;
    void *(*run)(void *region);
} threads[THREADS] = {
    [THREAD_SETTLER] = {"settler", settler_run},
    [THREAD_READER] = {"reader", reader_run},
    [THREAD_JOURNAL] = {"journal", journal_run},
    [THREAD_CHECKPOINT] = {"checkpoint", checkpoint_run},
    [THREAD_SIGNER] = {"signer", signer_run},
    [THREAD_COMPILER] = {"compiler", compiler_run},
    [THREAD_COPIER] = {"copier", copier_run},
};

enum err region_record(struct region *region, const struct record *record)
{
    struct batch *batch = batch_new();
    uint64_t durable;
    if (!batch)
        return ERR_NOMEM;
    batch_append(batch, record, record_size(record));
    enum err err = ledger_submit(region->ledger, batch->records, 1);
    if (!err)
        err = ledger_reap(region->ledger, &durable);
    if (!err)
        err = state_apply(region->state, record);
    if (!err)
        atomic_store(&region->barrier.durable, durable);
    batch_free(batch);
    return err;
}

enum err region_start(struct region *region, struct replies *replies)
{
    region->replies = replies;
    notice_put_up(region);
    for (size_t i = 0; i < THREADS; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "%.8s-%s", threads[i].name, region->code);
        enum err err = thread_start(&region->threads[i], name, threads[i].run, region);
        if (err) {
            log_event(LOG_ERROR, "thread_refused", "region=%s thread=%s error=\"%s\"", region->code,
                      threads[i].name, err_text(err));
            return err;
        }
        region->running++;
    }
    return ERR_OK;
}

bool region_finishing(const struct region *region, enum region_thread thread)
{
    return atomic_load(&region->finishing) > (uint32_t)thread;
}

void region_wake(struct region *region, enum region_thread thread)
{
    inbox_wake(&region->inboxes[thread]);
}

void region_submit(struct region *region, struct job *job)
{
    inbox_put(&region->inboxes[THREAD_SETTLER], &job->parcel);
    region_wake(region, THREAD_SETTLER);
}

enum err region_stop(struct region *region, int64_t until_mono_ms)
{
    atomic_store(&region->stopping, true);
    for (uint32_t i = 0; i < region->running; i++) {
        atomic_store(&region->finishing, i + 1);
        region_wake(region, (enum region_thread)i);
        while (pthread_tryjoin_np(region->threads[i], NULL) != 0) {
            if (clock_mono_ms() > until_mono_ms) {
                log_event(LOG_WARNING, "thread_busy", "region=%s thread=%s", region->code,
                          threads[i].name);
                return ERR_TIMEOUT;
            }
            (void)usleep(1000);
        }
    }
    region->running = 0;
    return ERR_OK;
}

/* Only a stop that ran out of time leaves any. */
static void drop_jobs(struct inbox *inbox)
{
    struct parcels left = {0};
    if (inbox->fd < 0)
        return;
    inbox_take(inbox, &left);
    for (struct parcel *p = parcels_take(&left); p; p = parcels_take(&left)) {
        CHECK(p->kind == PARCEL_JOB);
        job_free((struct job *)p);
    }
}

void region_close(struct region *region)
{
    if (!region)
        return;
    settle_free(region->settle);
    pack_free(region->pack);
    state_free(region->state);
    store_close(region->store);
    ledger_close(region->ledger);
    sign_key_free(region->signer.key);
    pthread_mutex_destroy(&region->signer.lock);
    notice_close(&region->board);
    batch_free(region->settler.building);
    batch_free(region->settler.in_flight);
    batch_free(region->settler.spare);
    arena_free(region->settler.scratch);
    for (size_t i = 0; i < THREADS; i++) {
        drop_jobs(&region->inboxes[i]);
        inbox_close(&region->inboxes[i]);
    }
    if (region->lock_fd >= 0)
        close(region->lock_fd);
    free(region);
}
