/* Figures of several owners are read here by their rules: the store's by its owner thread, the rest
 * from atomics. */
#include "daemon/admin.h"

#include <sys/statvfs.h>

#include "base/clock.h"
#include "base/log.h"
#include "daemon/answer.h"
#include "daemon/metrics.h"
#include "daemon/watchdog.h"

static const char *policy_text(struct region *region, char text[HASH_TEXT])
{
    struct active_pack active;
    if (state_active_pack(region->state, &active) != ERR_OK)
        return NULL;
    return hash_format(&active.digest, text);
}

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

static void read_disk(const struct region *region, struct status_figures *out)
{
    struct statvfs disk;
    if (statvfs(region->dir, &disk) != 0)
        return;
    out->disk_free_bytes = (uint64_t)disk.f_bavail * disk.f_frsize;
    out->disk_bytes = (uint64_t)disk.f_blocks * disk.f_frsize;
}

static void read_region(const struct region *region, struct status_figures *out)
{
    const struct region_metrics *m = &region->metrics;
    int64_t now_ms = clock_mono_ms();
    int64_t since_ms = atomic_load(&m->sync_since_mono_ms);
    int64_t checkpoint_ms = atomic_load(&m->checkpoint_mono_ms);
    out->barrier_lag_ms = since_ms > 0 && now_ms > since_ms ? (uint64_t)(now_ms - since_ms) : 0;
    read_histogram(&m->sync_us, &out->sync_us);
    read_histogram(&m->group, &out->group);
    out->overlay_frozen_bytes = store_frozen_bytes(region->store);
    out->checkpoint_given = checkpoint_ms > 0;
    out->checkpoint_age_ms = (uint64_t)(now_ms - checkpoint_ms);
    out->checkpoint_ms = (uint64_t)atomic_load(&m->checkpoint_ms);
    uint64_t given = atomic_load(&m->given), taken = atomic_load(&m->taken);
    out->queue_settler = given > taken ? given - taken : 0; /* raised by two threads */
    out->queue_journal = state_sequence(region->state) - atomic_load(&region->barrier.durable);
    out->segment_ready = atomic_load(&m->segment_ready);
    read_disk(region, out);
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
    char policy[HASH_TEXT];
    struct command_status status = {
        .version = COPAYD_VERSION,
        .sequence = state_sequence(region->state),
        .durable_sequence = atomic_load(&region->barrier.durable),
        .checkpoint_sequence = store_sequence(region->store),
        .epoch = region->barrier.epoch,
        .policy = policy_text(region, policy),
        .overlay_bytes = store_dirty_bytes(region->store),
        .clock_suspect = region->settler.clock.suspect,
        .connections = atomic_load(&metrics.connections),
        .answered = atomic_load(&metrics.answered),
        .retried = atomic_load(&metrics.retried),
        .signed_sequence = atomic_load(&region->signer.sealed),
    };
    struct signer signer;
    char key[KEY_ID_TEXT];
    if (state_signer(region->state, &signer) == ERR_OK)
        status.key = key_id_format(signer.id, key);
    store_map_use(region->store, &status.map_used_bytes, &status.map_bytes);
    read_region(region, &status.figures);
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
