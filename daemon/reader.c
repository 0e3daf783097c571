/* The reader thread.
 *
 * DESIGN. Its inbox brings jobs from the settler, served one after the other; each goes back to the
 * settler's inbox.
 *
 * JOB_EVIDENCE: fetches the records and compiles the packs that settle needs, or the old pack whose
 * words an answer wants; the job is settled again from the start, on the state of that moment.
 *
 * JOB_STORED_REPLY: fetches the record of an earlier attempt, whose reply is repeated.
 *
 * JOB_SIGNER makes a signing key; JOB_RECEIPT and JOB_KEYS are answered from here (proof.h). A
 * receipt that waits for a seal stands aside until the signer has made it.
 *
 * Sequences that are not durable yet are waited for: no reply could leave before that anyway. What
 * cannot be read is answered retry and logged; the ledger's verification tells more. */
#include "daemon/reader.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/log.h"
#include "daemon/answer.h"
#include "daemon/proof.h"
#include "daemon/pulse.h"
#include "daemon/region.h"

#define TICK_MS 1000

static enum err fetch(const struct region *region, struct job *job)
{
    uint8_t *bytes;
    size_t size;
    enum err err = ledger_fetch(region->ledger, job->stored, &bytes, &size);
    if (!err)
        job->record = (struct slice){bytes, size};
    return err;
}

/* The last sequence that must be durable before the job can be served. */
static uint64_t last_needed(const struct job *job)
{
    uint64_t last = 0;
    if (job->stage == JOB_STORED_REPLY || job->stage == JOB_RECEIPT || job->stage == JOB_KEYS)
        return job->stored;
    for (uint32_t i = 0; job->stage == JOB_EVIDENCE && i < job->evidence->needs.count; i++) {
        uint64_t sequence = job->evidence->needs.sequences[i];
        last = sequence > last ? sequence : last;
    }
    return last;
}

static void serve(struct region *region, struct job *job)
{
    enum err err = ERR_OK;
    pulse_long();
    switch (job->stage) {
    case JOB_EVIDENCE:
        err = evidence_gather(job->evidence, region->ledger, region->code);
        break;
    case JOB_STORED_REPLY:
        err = fetch(region, job);
        break;
    case JOB_SIGNER:
    case JOB_RECEIPT:
    case JOB_KEYS:
        err = proof_serve(region, job);
        break;
    case JOB_SETTLE:
    case JOB_COMPILE:
        CHECK(!"a job for the settler or the compiler");
    }
    if (err)
        log_event(LOG_ERROR, "unreadable", "region=%s stage=%d sequence=%" PRIu64 " error=\"%s\"",
                  region->code, (int)job->stage, last_needed(job), err_text(err));
    /* The settler counts jobs with evidence: it must see the failed ones too. */
    if (err && job->evidence)
        job->evidence->failed = err;
    if (err && !job->evidence) {
        answer_retry(job, REASON_OVERLOADED, region->code);
        replies_put_now(region->replies, job);
    } else if (job->stage == JOB_RECEIPT || job->stage == JOB_KEYS) {
        replies_put_now(region->replies, job);
    } else {
        region_submit(region, job);
    }
}

void *reader_run(void *context)
{
    struct region *region = context;
    struct inbox *inbox = &region->inboxes[THREAD_READER];
    struct parcels jobs = {0}, unsealed = {0};
    for (;;) {
        bool finishing = region_finishing(region, THREAD_READER);
        inbox_take(inbox, &jobs);
        struct job *job = (struct job *)unsealed.first;
        if (job && (finishing || !proof_waits(region, job))) {
            (void)parcels_take(&unsealed);
            serve(region, job);
            continue;
        }
        job = (struct job *)jobs.first;
        /* Said before `durable` is looked at, which the journal raises before it looks here. */
        atomic_store(&region->reader_waits, job != NULL);
        if (job && last_needed(job) <= atomic_load(&region->barrier.durable)) {
            (void)parcels_take(&jobs);
            if (proof_waits(region, job) && !finishing)
                parcels_append(&unsealed, &job->parcel);
            else
                serve(region, job);
            continue;
        }
        if (finishing)
            return NULL;
        inbox_wait(inbox, TICK_MS);
    }
}
