/* The settler thread.
 *
 * DESIGN. Its inbox brings jobs from the gate, jobs that the reader or the compiler has served, and
 * the batch that the journal made durable. Jobs are settled in the order in which they came. A
 * turn: take what came, drop the frozen overlay if it was checkpointed, renew the store's read
 * transaction, settle as many jobs as a turn holds, hand the batch over if the journal is free.
 *
 * A job that writes is appended to the batch being built and applied to the state at once, by the
 * function that recovery uses; its reply goes to the gate with depends_on = its sequence and leaves
 * when the journal has made that durable. Replies that write nothing depend on the last sequence
 * applied when they were made. One batch is with the journal and one is being built
 * (GROUPS_AHEAD_MAX); when the second is full, jobs wait here. A batch's bytes are kept until it
 * comes back, so that a repeat of something just answered finds them.
 *
 * The overlay is frozen only when the batch being built has just been handed over, which is a group
 * boundary. */
#include "daemon/settler.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "daemon/activation.h"
#include "daemon/admin.h"
#include "daemon/answer.h"
#include "daemon/compiler.h"
#include "daemon/folder.h"
#include "daemon/handover.h"
#include "daemon/proof.h"
#include "daemon/region.h"
#include "daemon/signer.h"
#include "daemon/thread.h"
#include "settle/compile.h"

/* Jobs between two renewals of the read transaction. */
#define TURN_JOBS_MAX 128
/* A free journal does not wait for the end of a turn: it gets a batch of this many records. */
#define HAND_OVER_EARLY 64
/* Voids that look at past records at once. Each reads whole groups, several times over; a queue of
 * thousands would keep the reader, and every repeat behind it, busy for minutes. */
#define LOOKING_UP_MAX 32
/* Idle: whether a checkpoint has become due by age. */
#define TICK_MS 500

__attribute__((noreturn)) static void store_failed(const struct region *region, enum err err)
{
    log_event(LOG_ERROR, "store_failed",
              "region=%s error=\"%s\" text=\"the next start rebuilds LMDB from the ledger\"",
              region->code, err_text(err));
    if (folder_rebuild_mark(region->dir) != ERR_OK)
        log_event(LOG_ERROR, "rebuild_unmarked", "region=%s", region->code);
    process_end(EXIT_AGAIN);
}

static bool job_is_command(const struct job *job)
{
    return job->schema == SCHEMA_OPERATOR;
}

/* ---- answers ---- */

static void post(struct region *region, struct job *job)
{
    struct settler *settler = &region->settler;
    settler->looking_up -= job->evidence != NULL;
    uint64_t depends_on = job->barrier ? job->depends_on : 0;
    settler->answered = depends_on < settler->answered ? depends_on : settler->answered;
    replies_put(region->replies, job);
}

/* An answer that tells of the state. */
static void post_behind(struct region *region, struct job *job, bool wrote)
{
    job->barrier = &region->barrier;
    job->depends_on = state_sequence(region->state);
    job->wrote = wrote;
    post(region, job);
}

static void post_retry(struct region *region, struct job *job, enum reason reason)
{
    answer_retry(job, reason, region->code);
    job->barrier = NULL;
    post(region, job);
}

static void to_reader(struct region *region, struct job *job, enum job_stage stage)
{
    job->stage = stage;
    inbox_put(&region->inboxes[THREAD_READER], &job->parcel);
    region_wake(region, THREAD_READER);
}

/* ---- one job ---- */

/* A record takes effect; whether it has is no longer a question afterwards. */
static void after_record(struct region *region, struct job *job, const struct record *record)
{
    switch (record->kind) {
    case RECORD_PACK_ACTIVATE:
        if (record->outcome == OUTCOME_DONE)
            activation_done(region, job);
        region->board.outdated = true;
        break;
    case RECORD_CLOCK_CONFIRM:
        timekeeper_confirm(&region->settler.clock, clock_wall_ms(), clock_mono_ms());
        log_event(LOG_INFO, "clock_confirmed", "region=%s actor=%s", region->code, record->actor);
        break;
    case RECORD_KEY_CHANGE:
        signer_follow(region, record);
        region->board.outdated = true;
        break;
    default:
        break;
    }
}

/* False: no room in the batch; the job must be settled again later. */
static bool write_down(struct region *region, struct job *job, struct settle_answer *answer)
{
    struct settler *settler = &region->settler;
    const struct record *record = &answer->record;
    size_t size = record_size(record);
    if (size > RECORD_MAX) {
        log_event(LOG_ERROR, "record_too_large", "region=%s size=%zu", region->code, size);
        post_retry(region, job, REASON_OVERLOADED);
        return true;
    }
    if (!batch_has_room(settler->building, size))
        handover_batch(region);
    if (!batch_has_room(settler->building, size)) {
        settler->full = true;
        return false;
    }
    /* Packed first: an arena that cannot hold the reply must not leave a record behind. */
    if (!answer_settled(job, answer, answer->body)) {
        post_retry(region, job, REASON_OVERLOADED);
        return true;
    }
    batch_append(settler->building, record, size);
    enum err err = state_apply(region->state, record);
    if (err) {
        log_event(LOG_ERROR, "apply_failed", "region=%s sequence=%" PRIu64 " error=\"%s\"",
                  region->code, record->sequence, err_text(err));
        process_end(EXIT_AGAIN);
    }
    after_record(region, job, record);
    post_behind(region, job, true);
    return true;
}

static void go_on_proving(struct region *region, struct job *job, enum proof proof, enum err err)
{
    switch (proof) {
    case PROOF_READER:
        to_reader(region, job, job->stage);
        return;
    case PROOF_TAKEN:
        return;
    case PROOF_ANSWERED:
        post_behind(region, job, false);
        return;
    case PROOF_FAILED:
        store_failed(region, err);
    case PROOF_NONE:
    case PROOF_RETRY:
        post_retry(region, job, REASON_OVERLOADED);
    }
}

static void look_up(struct region *region, struct job *job, const struct settle_needs *needs)
{
    struct settler *settler = &region->settler;
    if (!job->evidence && settler->looking_up >= LOOKING_UP_MAX) {
        post_retry(region, job, REASON_OVERLOADED);
        return;
    }
    if (!job->evidence) {
        job->evidence = calloc(1, sizeof *job->evidence);
        settler->looking_up += job->evidence != NULL;
    }
    enum err err = job->evidence ? evidence_begin(job->evidence, needs, region->state,
                                                  &settler->old_pack_coming)
                                 : ERR_NOMEM;
    if (err == ERR_IO)
        store_failed(region, err);
    if (!err) {
        to_reader(region, job, JOB_EVIDENCE);
        return;
    }
    log_event(LOG_ERROR, "evidence_missing", "region=%s msgid=%s error=\"%s\"", region->code,
              job_msgid(job), err_text(err));
    post_retry(region, job, REASON_OVERLOADED);
}

static void repeat(struct region *region, struct job *job, struct slice record)
{
    struct settler *settler = &region->settler;
    enum err err = answer_stored(job, region->settle, record, &settler->answer);
    if (!err && settler->answer.verdict == SETTLE_NEEDS) {
        look_up(region, job, &settler->answer.needs);
        return;
    }
    if (!err) {
        post_behind(region, job, false);
        return;
    }
    log_event(LOG_ERROR, "unrepeatable", "region=%s msgid=%s error=\"%s\"", region->code,
              job_msgid(job), err_text(err));
    post_retry(region, job, REASON_OVERLOADED);
}

/* The stored bytes: in a batch that is not durable yet, or by way of the reader. */
static void find_and_repeat(struct region *region, struct job *job, uint64_t sequence)
{
    const struct batch *batches[] = {region->settler.building, region->settler.in_flight};
    for (size_t i = 0; i < ARRAY_LEN(batches); i++) {
        struct slice record = batches[i] ? batch_record(batches[i], sequence) : (struct slice){0};
        if (record.data) {
            repeat(region, job, record);
            return;
        }
    }
    job->stored = sequence;
    to_reader(region, job, JOB_STORED_REPLY);
}

/* What was settled last cannot become durable for want of space, and no answer leaves before it.
 * One that changes nothing is better asked again than held for nobody knows how long; a repeat is
 * held: its settlement is not undone. */
static bool held_up(const struct region *region)
{
    return atomic_load(&region->no_space) &&
           state_sequence(region->state) > atomic_load(&region->barrier.durable);
}

static bool conclude(struct region *region, struct job *job, struct settle_answer *answer)
{
    if (answer->reason == REASON_INTERNAL)
        log_event(LOG_ERROR, "internal_refusal", "region=%s msgid=%s outcome=%d", region->code,
                  job_msgid(job), (int)answer->outcome);
    switch (answer->verdict) {
    case SETTLE_ANSWER:
        if (held_up(region))
            post_retry(region, job, REASON_NO_SPACE);
        else if (answer_settled(job, answer, answer->body))
            post_behind(region, job, false);
        else
            post_retry(region, job, REASON_OVERLOADED);
        return true;
    case SETTLE_RECORD:
        if (atomic_load(&region->no_space)) {
            post_retry(region, job, REASON_NO_SPACE);
            return true;
        }
        return write_down(region, job, answer);
    case SETTLE_REPEAT:
        find_and_repeat(region, job, answer->sequence);
        return true;
    case SETTLE_NEEDS:
        if (job_is_command(job)) {
            enum err err;
            enum proof proof = proof_need_key(region, job, &err);
            go_on_proving(region, job, proof, err);
        } else {
            look_up(region, job, &answer->needs);
        }
        return true;
    }
    CHECK(!"a verdict");
    return true;
}

static bool is_rehearsed(const struct job *job)
{
    return job_is_command(job) &&
           (job->command.kind == COMMAND_PACK_SUBMIT || job->command.kind == COMMAND_PACK_ACTIVATE);
}

/* True when the job has gone elsewhere. */
static bool prepare(struct region *region, struct job *job)
{
    enum err err;
    if (!is_rehearsed(job))
        return false;
    switch (activation_prepare(region, job, &err)) {
    case ACTIVATION_SETTLE:
        break;
    case ACTIVATION_COMPILE:
        compiler_take(region, job);
        return true;
    case ACTIVATION_RETRY:
        post_retry(region, job, REASON_OVERLOADED);
        return true;
    case ACTIVATION_FAILED:
        store_failed(region, err);
    }
    return false;
}

static enum err settle_job(struct region *region, struct job *job, int64_t stamp_ms)
{
    struct settle_answer *answer = &region->settler.answer;
    struct arena *arena = region->settler.scratch;
    arena_reset(arena);
    if (job_is_command(job)) {
        const struct settle_rehearsal rehearsal = {job->faults, job->pack};
        return settle_command(region->settle, &job->command, job->actor, stamp_ms,
                              is_rehearsed(job) ? &rehearsal : NULL, arena, answer);
    }
    struct settle_evidence evidence = {0};
    if (job->evidence)
        evidence = evidence_view(job->evidence);
    return settle_request(region->settle, &job->request, stamp_ms, job->evidence ? &evidence : NULL,
                          arena, answer);
}

/* What a doubtful clock stops: everything that would be dated or computed by it. */
static bool needs_clock(const struct job *job)
{
    if (job_is_command(job))
        return job->command.kind != COMMAND_CLOCK_CONFIRM &&
               job->command.kind != COMMAND_IMPORT_PROGRESS;
    return request_writes(&job->request) || job->request.kind == REQUEST_PRE_SETTLE;
}

static bool may_write(const struct job *job)
{
    if (!job_is_command(job))
        return request_writes(&job->request);
    return job->command.kind != COMMAND_IMPORT_PROGRESS;
}

static enum reason reason_to_wait(struct region *region, const struct job *job, int64_t mono_ms)
{
    if (atomic_load(&region->stopping))
        return REASON_STOPPING;
    if (!job_is_command(job) && job->request.patience_ms > 0 &&
        mono_ms - job->first_byte_mono_ms > job->request.patience_ms)
        return REASON_PATIENCE;
    if (region->settler.clock.suspect && needs_clock(job))
        return REASON_CLOCK_SUSPECT;
    if (store_full(region->store) && may_write(job))
        return REASON_OVERLOADED;
    return REASON_NONE;
}

/* False: the job stays first in line until the journal has taken a batch. */
static bool take_up(struct region *region, struct job *job)
{
    struct settler *settler = &region->settler;
    int64_t wall_ms = clock_wall_ms(), mono_ms = clock_mono_ms();
    if (timekeeper_observe(&settler->clock, wall_ms, mono_ms))
        log_event(LOG_ERROR, "clock_suspect",
                  "region=%s text=\"the clock jumped; settling waits for copayctl clock confirm\"",
                  region->code);
    if (job->evidence) {
        evidence_old_pack(job->evidence, region->settle, &settler->old_pack_coming);
        if (job->evidence->failed) {
            post_retry(region, job, REASON_OVERLOADED);
            return true;
        }
    }
    if (job->record.data) {
        repeat(region, job, job->record);
        return true;
    }
    if (job_is_command(job)) {
        enum err failed;
        enum proof proof = proof_begin(region, job, &failed);
        if (proof != PROOF_NONE) {
            go_on_proving(region, job, proof, failed);
            return true;
        }
    }
    enum reason wait = reason_to_wait(region, job, mono_ms);
    if (wait != REASON_NONE) {
        post_retry(region, job, wait);
        return true;
    }
    /* Settled at every wake, it would be computed again and again for nothing. */
    if (settler->full)
        return false;
    if (prepare(region, job))
        return true;
    int64_t last_ms = state_time(region->state);
    enum err err = settle_job(region, job, wall_ms > last_ms ? wall_ms : last_ms);
    if (err == ERR_NOMEM) {
        post_retry(region, job, REASON_OVERLOADED);
        return true;
    }
    if (err)
        store_failed(region, err);
    if (job_is_command(job) && job->command.kind == COMMAND_CLOCK_CONFIRM &&
        settler->answer.verdict == SETTLE_RECORD && !settler->clock.suspect) {
        admin_refuse(job, REASON_CLOCK_FINE);
        post_behind(region, job, false);
        return true;
    }
    return conclude(region, job, &settler->answer);
}

/* ---- the loop ---- */

static void take_parcels(struct region *region)
{
    struct parcels came = {0};
    inbox_take(&region->inboxes[THREAD_SETTLER], &came);
    for (struct parcel *p = parcels_take(&came); p; p = parcels_take(&came)) {
        if (p->kind == PARCEL_BATCH)
            handover_return(region, (struct batch *)p);
        else
            parcels_append(&region->settler.pending, p);
    }
}

/* The next job's lookups are under way while this one is settled. */
static void warm_next(const struct region *region)
{
    const struct job *next = (const struct job *)region->settler.pending.first;
    if (next && next->stage == JOB_SETTLE && !job_is_command(next))
        settle_warm(region->settle, &next->request);
}

static void work(struct region *region)
{
    struct settler *settler = &region->settler;
    for (int i = 0; i < TURN_JOBS_MAX && settler->pending.first; i++) {
        struct job *job = (struct job *)parcels_take(&settler->pending);
        bool first = job->stage == JOB_SETTLE;
        warm_next(region);
        if (!take_up(region, job)) {
            parcels_prepend(&settler->pending, &job->parcel);
            return;
        }
        /* Only this thread raises it; the gate gives more as it rises. */
        if (first)
            atomic_store_explicit(&region->metrics.taken, region->metrics.taken + 1,
                                  memory_order_relaxed);
        /* The batch in flight comes back through the inbox, which a turn looks into once. */
        if (settler->building->count >= HAND_OVER_EARLY)
            handover_batch(region);
    }
}

/* For replies that nothing holds up. The journal wakes the gate for the others: it raises `durable`
 * before it wakes, and they were put before `durable` is looked at here, so none is missed. */
static void wake_gate(struct region *region)
{
    /* It sleeps over work that it would not give us yet. */
    atomic_thread_fence(memory_order_seq_cst);
    bool called = atomic_load(&region->metrics.taken) >= atomic_load(&region->metrics.call);
    if (called)
        atomic_store(&region->metrics.call, UINT64_MAX);
    if (called || region->settler.answered <= atomic_load(&region->barrier.durable))
        inbox_wake(&region->replies->inbox);
    region->settler.answered = UINT64_MAX;
}

void *settler_run(void *context)
{
    struct region *region = context;
    struct settler *settler = &region->settler;
    settler->answered = UINT64_MAX;
    for (;;) {
        inbox_wait(&region->inboxes[THREAD_SETTLER],
                   settler->pending.first && !settler->full ? 0 : TICK_MS);
        bool finishing = region_finishing(region, THREAD_SETTLER);
        take_parcels(region);
        enum err err = handover_thaw(region);
        if (!err)
            err = store_renew(region->store);
        if (err)
            store_failed(region, err);
        work(region);
        handover_batch(region);
        handover_freeze(region);
        notice_put_up(region);
        wake_gate(region);
        if (finishing && !settler->pending.first && !settler->in_flight &&
            settler->building->count == 0)
            return NULL;
    }
}
