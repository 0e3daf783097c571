/* The reader thread.
 *
 * DESIGN. Its inbox brings jobs from the settler, served one after the other:
 *   JOB_EVIDENCE      fetches the records that settle needs; the job goes back to the settler,
 * which settles it again from the start on the state of that moment JOB_COMPILE       compiles a
 * pack's bundle; back to the settler JOB_STORED_REPLY  fetches the stored reply of an earlier
 * attempt and goes straight to the gate, behind the barrier that the settler set Sequences that are
 * not durable yet are waited for: no reply could leave before that anyway. A record that cannot be
 * read is answered retry and logged; the ledger's verification tells more. */
#include "daemon/reader.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/log.h"
#include "daemon/answer.h"
#include "daemon/region.h"

#define TICK_MS 1000

static enum err fetch(struct region *region, uint64_t sequence, struct slice *out)
{
    uint8_t *bytes;
    size_t size;
    enum err err = ledger_fetch(region->ledger, sequence, &bytes, &size);
    if (!err)
        *out = (struct slice){bytes, size};
    else
        log_event(LOG_ERROR, "record_unreadable", "region=%s sequence=%" PRIu64 " error=\"%s\"",
                  region->code, sequence, err_text(err));
    return err;
}

static bool has_evidence(const struct evidence *evidence, uint64_t sequence)
{
    for (uint32_t i = 0; i < evidence->count; i++) {
        if (evidence->sequences[i] == sequence)
            return true;
    }
    return false;
}

static enum err gather(struct region *region, struct job *job)
{
    if (!job->evidence)
        job->evidence = calloc(1, sizeof *job->evidence);
    struct evidence *evidence = job->evidence;
    if (!evidence)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < job->needs.count; i++) {
        uint64_t sequence = job->needs.sequences[i];
        if (has_evidence(evidence, sequence))
            continue;
        if (evidence->count == EVIDENCE_MAX)
            return ERR_LIMIT;
        enum err err = fetch(region, sequence, &evidence->records[evidence->count]);
        if (err)
            return err;
        evidence->sequences[evidence->count++] = sequence;
    }
    return ERR_OK;
}

static enum err compile(struct job *job)
{
    job->faults = calloc(1, sizeof *job->faults);
    if (!job->faults)
        return ERR_NOMEM;
    struct slice bundle = {job->bundle, job->bundle_size};
    enum err err = pack_compile(bundle, &job->pack, job->faults);
    if (err && err != ERR_INVALID)
        return err;
    job->compiled = true;
    return ERR_OK;
}

static enum err repeat(struct region *region, struct job *job)
{
    struct slice record;
    enum err err = fetch(region, job->stored, &record);
    if (err)
        return err;
    err = answer_stored(job, record);
    free((void *)record.data);
    return err;
}

/* The last sequence that must be durable before the job can be served. */
static uint64_t last_needed(const struct job *job)
{
    uint64_t last = job->stage == JOB_STORED_REPLY ? job->stored : 0;
    for (uint32_t i = 0; job->stage == JOB_EVIDENCE && i < job->needs.count; i++)
        last = job->needs.sequences[i] > last ? job->needs.sequences[i] : last;
    return last;
}

static void serve(struct region *region, struct job *job)
{
    enum err err = ERR_OK;
    switch (job->stage) {
    case JOB_EVIDENCE:
        err = gather(region, job);
        break;
    case JOB_COMPILE:
        err = compile(job);
        break;
    case JOB_STORED_REPLY:
        err = repeat(region, job);
        break;
    case JOB_SETTLE:
        CHECK(!"a job for the settler");
    }
    if (err) {
        answer_retry(job, REASON_OVERLOADED, region->code);
        job->barrier = NULL;
    }
    if (err || job->stage == JOB_STORED_REPLY) {
        replies_put(region->replies, job);
        inbox_wake(&region->replies->inbox);
    } else {
        region_submit(region, job);
    }
}

void *reader_run(void *context)
{
    struct region *region = context;
    struct inbox *inbox = &region->inboxes[THREAD_READER];
    struct parcels jobs = {0};
    for (;;) {
        bool finishing = region_finishing(region, THREAD_READER);
        inbox_take(inbox, &jobs);
        struct job *job = (struct job *)jobs.first;
        if (job && last_needed(job) <= atomic_load(&region->barrier.durable)) {
            (void)parcels_take(&jobs);
            serve(region, job);
            continue;
        }
        if (finishing)
            return NULL;
        inbox_wait(inbox, TICK_MS);
    }
}
