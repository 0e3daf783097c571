/* Figures of several owners are read here by their rules: the store's by its owner thread, the rest
 * from atomics. */
#include "daemon/admin.h"

#include "daemon/answer.h"
#include "daemon/metrics.h"

static const char *policy_text(struct region *region, char text[HASH_TEXT])
{
    struct active_pack active;
    if (state_active_pack(region->state, &active) != ERR_OK)
        return NULL;
    return hash_format(&active.digest, text);
}

void admin_status(struct region *region, struct job *job)
{
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
    };
    store_map_use(region->store, &status.map_used_bytes, &status.map_bytes);
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
