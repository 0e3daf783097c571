/* Packs: chunks enter the ledger one by one, then one record activates what they make together. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "settle/command.h"

static enum err refuse(struct command_turn *ct, enum reason reason, const char *field,
                       const char *zh, const char *en)
{
    enum err err = command_problem(ct, reason, 0, field, zh, en);
    return err == ERR_OK ? command_refuse(ct) : err;
}

static enum err record_chunk(struct command_turn *ct)
{
    const struct command *command = ct->command;
    effects_put_chunk(ct->turn.effects, &command->pack_digest, command->chunk_number,
                      command->chunk);
    return command_record(ct, RECORD_PACK_CHUNK);
}

/* A chunk of that number is here already. The same bytes need no second record; other bytes may
 * replace a spoilt upload, but never a pack that is whole: it may be the active one. */
static enum err answer_present(struct command_turn *ct, struct slice present)
{
    const struct command *command = ct->command;
    uint8_t *bundle = NULL;
    size_t size;
    uint32_t missing;
    if (present.size == command->chunk.size &&
        memcmp(present.data, command->chunk.data, present.size) == 0)
        return command_answer(ct);
    enum err err =
        state_pack_bundle(ct->turn.state, &command->pack_digest, 0, &bundle, &size, &missing);
    free(bundle);
    if (err == ERR_OK)
        return refuse(ct, REASON_PACK_INVALID, "number", "该政策包已完整",
                      "the pack is whole already");
    return err == ERR_NOTFOUND || err == ERR_CORRUPT ? record_chunk(ct) : err;
}

enum err packs_chunk(struct command_turn *ct)
{
    const struct command *command = ct->command;
    struct slice present = {0};
    uint8_t *bytes = NULL;
    if (command->chunk_number >= PACK_CHUNKS_MAX)
        return refuse(ct, REASON_PACK_INVALID, "number", "分块序号超过上限",
                      "the chunk's number is over its limit");
    enum err err = state_chunk(ct->turn.state, &command->pack_digest, command->chunk_number, &bytes,
                               &present.size);
    if (err == ERR_NOTFOUND)
        return record_chunk(ct);
    if (err != ERR_OK)
        return err;
    present.data = bytes;
    err = answer_present(ct, present);
    free(bytes);
    return err;
}

/* What the compiler found, each with its file and line. */
static enum err refuse_faults(struct command_turn *ct)
{
    const struct faults *faults = ct->faults;
    for (uint32_t i = 0; i < faults->count; i++) {
        const struct fault *fault = &faults->list[i];
        uint32_t before = ct->reply->problem_count;
        enum err err =
            command_problem(ct, REASON_PACK_INVALID, fault->line > 0 ? (uint32_t)fault->line : 0,
                            fault->key[0] ? fault->key : NULL, fault->zh, fault->en);
        if (err != ERR_OK)
            return err;
        if (ct->reply->problem_count > before && fault->file[0])
            ct->reply->problems[before].file = fault->file;
    }
    ct->reply->more += faults->more;
    return command_refuse(ct);
}

static enum err refuse_bundle(struct command_turn *ct, enum err err, uint32_t missing)
{
    char zh[64], en[64];
    snprintf(zh, sizeof zh, "缺第 %" PRIu32 " 块", missing);
    snprintf(en, sizeof en, "chunk %" PRIu32, missing);
    if (err == ERR_NOTFOUND)
        return refuse(ct, REASON_PACK_INCOMPLETE, "chunks", zh, en);
    if (err == ERR_CORRUPT)
        return refuse(ct, REASON_PACK_INVALID, "pack_digest", "内容与摘要不符",
                      "the chunks do not make that digest");
    if (err == ERR_LIMIT)
        return refuse(ct, REASON_PACK_INVALID, "chunks", "分块数超过上限", "too many chunks");
    return err;
}

enum err packs_activate(struct command_turn *ct)
{
    const struct command *command = ct->command;
    const struct active_pack pack = {
        .digest = command->pack_digest,
        .chunks = command->chunk_count,
        .sequence = ct->turn.sequence,
    };
    uint8_t *bundle = NULL;
    size_t size;
    uint32_t missing = 0;
    /* Chunks 0 means something else to the state. */
    if (command->chunk_count == 0)
        return refuse(ct, REASON_PACK_INCOMPLETE, "chunks", NULL, NULL);
    enum err err = state_pack_bundle(ct->turn.state, &command->pack_digest, command->chunk_count,
                                     &bundle, &size, &missing);
    free(bundle);
    if (err != ERR_OK)
        return refuse_bundle(ct, err, missing);
    if (ct->faults && ct->faults->count > 0)
        return refuse_faults(ct);
    effects_put_active_pack(ct->turn.effects, &pack);
    return command_record(ct, RECORD_PACK_ACTIVATE);
}
