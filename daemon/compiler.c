/* The compiler thread.
 *
 * DESIGN. Its inbox brings bundles of packs that are to be submitted or activated, one job after
 * the other: each is compiled, its cases are run, it is held against the province's locks, and goes
 * back to the settler. The largest pack's catalogue and cases take seconds. Repeats, voids and
 * receipts, which the reader serves, do not wait behind it, only other packs do.
 *
 * What comes of a job while the region ends would reach a settler that is gone: then none is
 * begun. */
#include "daemon/compiler.h"

#include <stdlib.h>

#include "base/log.h"
#include "daemon/answer.h"
#include "daemon/pulse.h"
#include "settle/compile.h"

#define TICK_MS 1000

static enum err compile(const struct region *region, struct job *job)
{
    job->faults = calloc(1, sizeof *job->faults);
    if (!job->faults)
        return ERR_NOMEM;
    const struct slice bundle = {job->bundle, job->bundle_size};
    const struct slice locks = {job->locks, job->locks_size};
    enum err err = job->command.province
                       ? settle_rehearse_province(bundle, region->code, NULL, job->faults)
                       : settle_rehearse(bundle, locks, region->code, &job->pack, job->faults);
    if (err && err != ERR_INVALID)
        return err;
    job->compiled = true;
    return ERR_OK;
}

static void serve(struct region *region, struct job *job)
{
    pulse_long();
    enum err err = compile(region, job);
    if (!err) {
        region_submit(region, job);
        return;
    }
    log_event(LOG_ERROR, "uncompiled", "region=%s error=\"%s\"", region->code, err_text(err));
    answer_retry(job, REASON_OVERLOADED, region->code);
    replies_put_now(region->replies, job);
}

void compiler_take(struct region *region, struct job *job)
{
    job->stage = JOB_COMPILE;
    inbox_put(&region->inboxes[THREAD_COMPILER], &job->parcel);
    region_wake(region, THREAD_COMPILER);
}

void *compiler_run(void *context)
{
    struct region *region = context;
    struct inbox *inbox = &region->inboxes[THREAD_COMPILER];
    struct parcels jobs = {0};
    for (;;) {
        bool finishing = region_finishing(region, THREAD_COMPILER);
        inbox_take(inbox, &jobs);
        struct job *job = (struct job *)parcels_take(&jobs);
        if (job && finishing)
            job_free(job);
        else if (job)
            serve(region, job);
        else if (finishing)
            return NULL;
        else
            inbox_wait(inbox, TICK_MS);
    }
}
