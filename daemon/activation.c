/* The bundle is put together from the stored chunks, so that what is compiled is what recovery will
 * compile. Whether chunks are missing or wrong, or the command is a repeat, is for settle to say.
 */
#include "daemon/activation.h"

enum activation activation_prepare(struct region *region, struct job *job, enum err *err)
{
    const struct command *command = &job->command;
    struct message_entry entry;
    uint32_t missing;
    if (job->compiled)
        return ACTIVATION_SETTLE;
    *err = state_operator_message(region->state, job->actor, command->msgid, &entry);
    if (*err == ERR_OK)
        return ACTIVATION_SETTLE;
    if (*err == ERR_NOTFOUND)
        *err = state_pack_bundle(region->state, &command->pack_digest, command->chunk_count,
                                 &job->bundle, &job->bundle_size, &missing);
    switch (*err) {
    case ERR_OK:
        return ACTIVATION_COMPILE;
    case ERR_NOTFOUND:
    case ERR_CORRUPT:
    case ERR_LIMIT:
        return ACTIVATION_SETTLE;
    case ERR_NOMEM:
        return ACTIVATION_RETRY;
    default:
        return ACTIVATION_FAILED;
    }
}

void activation_done(struct region *region, struct job *job)
{
    if (!job->pack)
        return;
    settle_set_pack(region->settle, job->pack);
    pack_free(region->pack);
    region->pack = job->pack;
    job->pack = NULL;
}
