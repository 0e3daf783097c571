/* Figures of several owners: the settler's notice, the rest from atomics. */
#include "daemon/admin.h"

#include "base/clock.h"
#include "base/log.h"
#include "daemon/answer.h"
#include "daemon/metrics.h"
#include "daemon/watchdog.h"

static void read_histogram(const struct histogram *in, struct status_histogram *out)
{
    _Static_assert(HISTOGRAM_BUCKETS == STATUS_BUCKETS_MAX, "the same buckets");
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++)
        out->buckets[i] = atomic_load(&in->buckets[i]);
    out->sum = atomic_load(&in->sum);
    out->max = atomic_load(&in->max);
}

static void count(struct status_counters *counters, const char *name, uint64_t value)
{
    if (value > 0 && counters->count < STATUS_COUNTERS_MAX)
        counters->list[counters->count++] = (struct status_counter){name, value};
}

static void read_counters(struct status_figures *out)
{
    _Static_assert(CLOSINGS <= STATUS_COUNTERS_MAX, "each has its counter");
    for (unsigned i = 0; i < METRICS_RETRY_REASONS; i++) {
        enum reason reason = (enum reason)(METRICS_RETRY_FIRST + i);
        bool last = i == METRICS_RETRY_REASONS - 1;
        count(&out->retries, last ? "OTHER" : reason_name(reason),
              atomic_load(&metrics.retries[i]));
    }
    for (int i = 0; i < CLOSINGS; i++)
        count(&out->closed, closing_name((enum closing)i), atomic_load(&metrics.closed[i]));
}

static void read_region(const struct region *region, const struct notice *notice,
                        struct status_figures *out)
{
    const struct region_metrics *m = &region->metrics;
    int64_t now_ms = clock_mono_ms();
    int64_t since_ms = atomic_load(&m->sync_since_mono_ms);
    int64_t checkpoint_ms = atomic_load(&m->checkpoint_mono_ms);
    out->barrier_lag_ms = since_ms > 0 && now_ms > since_ms ? (uint64_t)(now_ms - since_ms) : 0;
    read_histogram(&m->sync_us, &out->sync_us);
    read_histogram(&m->group, &out->group);
    out->overlay_frozen_bytes = notice->overlay_frozen_bytes;
    out->checkpoint_given = checkpoint_ms > 0;
    out->checkpoint_age_ms = (uint64_t)(now_ms - checkpoint_ms);
    out->checkpoint_ms = (uint64_t)atomic_load(&m->checkpoint_ms);
    uint64_t given = atomic_load(&m->given), taken = atomic_load(&m->taken);
    uint64_t durable = atomic_load(&region->barrier.durable);
    out->queue_settler = given > taken ? given - taken : 0; /* raised by two threads */
    out->queue_journal = notice->sequence > durable ? notice->sequence - durable : 0;
    out->segment_ready = atomic_load(&m->segment_ready);
    out->disk_free_bytes = atomic_load(&m->disk_free_bytes);
    out->disk_bytes = atomic_load(&m->disk_bytes);
}

static void read_process(struct status_figures *out)
{
    out->queue_gate = atomic_load(&metrics.unanswered);
    out->answers_per_second = atomic_load(&metrics.answers_per_second);
    out->handshakes = atomic_load(&metrics.handshakes);
    out->shaken = atomic_load(&metrics.shaken);
    out->resumed = atomic_load(&metrics.resumed);
    out->log_dropped = log_dropped();
    out->uptime_ms = (uint64_t)(clock_mono_ms() - metrics.started_mono_ms);
    out->buffer_bytes = atomic_load(&metrics.buffer_bytes);
    out->message_bytes = atomic_load(&metrics.message_bytes);
    read_counters(out);
}

/* `names` keeps the texts. */
static void read_stalled(struct pulse_stall names[], struct status_figures *out)
{
    uint32_t stalled = watchdog_stalled(names);
    for (uint32_t i = 0; i < stalled; i++)
        count(&out->stalled, names[i].name, (uint64_t)names[i].ms);
}

void admin_status(struct region *region, struct job *job)
{
    static _Thread_local struct pulse_stall stalled[PULSES_MAX];
    const struct notice notice = notice_read(region);
    char policy[HASH_TEXT], key[KEY_ID_TEXT];
    struct command_status status = {
        .version = COPAYD_VERSION,
        .sequence = notice.sequence,
        .durable_sequence = atomic_load(&region->barrier.durable),
        .checkpoint_sequence = notice.checkpoint_sequence,
        .epoch = region->barrier.epoch,
        .policy = notice.has_policy ? hash_format(&notice.policy, policy) : NULL,
        .objections = notice.objections,
        .key = notice.has_key ? key_id_format(notice.key, key) : NULL,
        .overlay_bytes = notice.overlay_bytes,
        .map_used_bytes = notice.map_used_bytes,
        .map_bytes = notice.map_bytes,
        .clock_suspect = notice.clock_suspect,
        .connections = atomic_load(&metrics.connections),
        .answered = atomic_load(&metrics.answered),
        .retried = atomic_load(&metrics.retried),
        .signed_sequence = atomic_load(&region->signer.sealed),
    };
    read_region(region, &notice, &status.figures);
    read_process(&status.figures);
    read_stalled(stalled, &status.figures);
    struct command_reply *reply = arena_alloc(job->arena, sizeof *reply);
    if (!reply)
        return;
    reply->msgid = job->command.msgid;
    reply->outcome = OUTCOME_DONE;
    reply->status = &status;
    answer_command(job, reply);
}

void admin_refuse(struct job *job, enum reason reason)
{
    struct problems *problems = arena_alloc(job->arena, sizeof *problems);
    if (!problems)
        return;
    problem_add(problems, reason, NULL, NULL, NULL);
    answer_refused(job, problems);
}
