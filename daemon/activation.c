/* The bundle is put together from the stored chunks, so that what is compiled is what recovery will
 * compile. Whether chunks are missing or wrong, or the command is a repeat, is for settle to say.
 *
 * While the compiler was at it, the province may have published another file: what settle is told
 * must be by the one in force when the record is made, or verify would come to another answer. */
#include "daemon/activation.h"

#include <stdlib.h>

/* The digest of the province's file that binds the pack; zeros when none does. */
static enum err province_now(struct region *region, const struct job *job, struct hash *digest)
{
    struct active_pack active;
    *digest = (struct hash){0};
    if (job->command.province)
        return ERR_OK;
    enum err err = state_active_pack(region->state, PACK_PROVINCE, &active);
    if (err == ERR_OK)
        *digest = active.digest;
    return err == ERR_NOTFOUND ? ERR_OK : err;
}

static void forget(struct job *job)
{
    pack_free(job->pack);
    free(job->faults);
    free(job->bundle);
    free(job->locks);
    job->pack = NULL;
    job->faults = NULL;
    job->bundle = job->locks = NULL;
    job->locks_size = 0;
    job->compiled = false;
}

static enum activation failed(enum err err)
{
    return err == ERR_NOMEM ? ACTIVATION_RETRY : ACTIVATION_FAILED;
}

/* Both bundles, for the compiler. What is wrong with the pack's own chunks is for settle to say;
 * without the province's nothing may be settled. */
static enum activation gather(struct region *region, struct job *job, enum err *err)
{
    const struct command *command = &job->command;
    struct active_pack active;
    uint32_t missing;
    *err = state_pack_bundle(region->state, &command->pack_digest, command->chunk_count,
                             &job->bundle, &job->bundle_size, &missing);
    if (*err == ERR_NOTFOUND || *err == ERR_CORRUPT || *err == ERR_LIMIT)
        return ACTIVATION_SETTLE;
    if (*err != ERR_OK)
        return failed(*err);
    if (command->province)
        return ACTIVATION_COMPILE;
    *err =
        state_active_bundle(region->state, PACK_PROVINCE, &active, &job->locks, &job->locks_size);
    return *err == ERR_OK || *err == ERR_NOTFOUND ? ACTIVATION_COMPILE : failed(*err);
}

enum activation activation_prepare(struct region *region, struct job *job, enum err *err)
{
    struct message_entry entry;
    struct hash province;
    *err = state_operator_message(region->state, job->actor, job->command.msgid, &entry);
    if (*err == ERR_OK)
        return ACTIVATION_SETTLE;
    if (*err == ERR_NOTFOUND)
        *err = province_now(region, job, &province);
    if (*err != ERR_OK)
        return failed(*err);
    if (job->compiled && hash_equal(&province, &job->province))
        return ACTIVATION_SETTLE;
    forget(job);
    job->province = province;
    return gather(region, job, err);
}

void activation_done(struct region *region, struct job *job)
{
    if (!job->pack)
        return;
    settle_set_pack(region->settle, job->pack);
    pack_free(region->pack);
    region->pack = job->pack;
    region->board.objections = 0;
    job->pack = NULL;
}
