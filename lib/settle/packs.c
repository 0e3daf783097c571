/* Packs: chunks enter the ledger one by one; one record proposes what they make together, another
 * person's approves it, and a third puts it in force. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/utf8.h"
#include "policy/province.h"
#include "settle/command.h"
#include "settle/compile.h"

#define FREEZE_TEXT_MAX 150 /* bytes of a clause's text in a refusal */

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
    const struct faults *faults = ct->rehearsal->faults;
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

/* A pack takes the place of the one in force whole: without rules for today, no claim of today
 * could be settled any more. */
static enum err refuse_days(struct command_turn *ct)
{
    char zh[SETTLE_DAYS_TEXT], en[SETTLE_DAYS_TEXT];
    settle_days_text(ct->rehearsal->pack, ct->turn.today, zh, en);
    return refuse(ct, REASON_PACK_DAYS, "pack_digest", zh, en);
}

/* The chunks are here and make a pack without faults, for today; *done: it was answered that they
 * do not. */
static enum err check_pack(struct command_turn *ct, bool *done)
{
    const struct command *command = ct->command;
    uint8_t *bundle = NULL;
    size_t size;
    uint32_t missing = 0;
    *done = true;
    /* Chunks 0 means something else to the state. */
    if (command->chunk_count == 0)
        return refuse(ct, REASON_PACK_INCOMPLETE, "chunks", NULL, NULL);
    enum err err = state_pack_bundle(ct->turn.state, &command->pack_digest, command->chunk_count,
                                     &bundle, &size, &missing);
    free(bundle);
    if (err != ERR_OK)
        return refuse_bundle(ct, err, missing);
    const struct settle_rehearsal *rehearsal = ct->rehearsal;
    if (rehearsal && rehearsal->faults && rehearsal->faults->count > 0)
        return refuse_faults(ct);
    if (rehearsal && rehearsal->pack && !pack_policy(rehearsal->pack, ct->turn.today))
        return refuse_days(ct);
    *done = false;
    return ERR_OK;
}

static enum pack_scope scope_of(const struct command_turn *ct)
{
    return ct->command->province ? PACK_PROVINCE : PACK_REGION;
}

static enum err refuse_frozen(struct command_turn *ct, const struct province *province,
                              const struct freeze *freeze)
{
    const struct policy_clause *clause = province_clause(province, freeze->clause);
    char from[DATE_TEXT], to[DATE_TEXT], zh[300], en[200];
    date_format(freeze->begndate, from);
    date_format(freeze->enddate, to);
    const int shown = (int)utf8_whole(clause->text, strnlen(clause->text, FREEZE_TEXT_MAX));
    snprintf(zh, sizeof zh, "%s 至 %s（%s 省级条款 %s，%s：%.*s）", from, to,
             province_code(province), clause->id, provenance_zh(clause->provenance), shown,
             clause->text);
    snprintf(en, sizeof en, "%s to %s (province %s, clause %s, %s)", from, to,
             province_code(province), clause->id, provenance_key(clause->provenance));
    return refuse(ct, REASON_PACK_FROZEN, "pack_digest", zh, en);
}

/* The province takes no new local policy today: by the stamp that the record would carry, so that
 * verify comes to the same. Its own file is none. A file of the province that this engine cannot
 * read any more is a fault of the rehearsal already. *done: it was answered. */
static enum err check_freeze(struct command_turn *ct, bool *done)
{
    struct active_pack active;
    struct province *province = NULL;
    uint8_t *bundle = NULL;
    size_t size;
    *done = false;
    if (scope_of(ct) == PACK_PROVINCE)
        return ERR_OK;
    enum err err = state_active_bundle(ct->turn.state, PACK_PROVINCE, &active, &bundle, &size);
    if (err != ERR_OK)
        return err == ERR_NOTFOUND ? ERR_OK : err;
    struct faults *faults = calloc(1, sizeof *faults);
    err = faults ? province_compile_published((struct slice){bundle, size}, &province, faults)
                 : ERR_NOMEM;
    free(faults);
    free(bundle);
    if (err != ERR_OK)
        return err == ERR_INVALID ? ERR_OK : err;
    const struct freeze *freeze = province_freeze(province, ct->turn.today);
    *done = freeze != NULL;
    if (freeze)
        err = refuse_frozen(ct, province, freeze);
    province_free(province);
    return err;
}

/* What stands before a proposal and before its publication. */
static enum err check(struct command_turn *ct, bool *done)
{
    enum err err = check_freeze(ct, done);
    return err != ERR_OK || *done ? err : check_pack(ct, done);
}

enum err packs_submit(struct command_turn *ct)
{
    bool done;
    enum err err = check(ct, &done);
    if (err != ERR_OK || done)
        return err;
    struct proposal proposal = {
        .digest = ct->command->pack_digest,
        .chunks = ct->command->chunk_count,
        .submitted = ct->turn.sequence,
    };
    TEXT_SET(proposal.author, ct->actor);
    effects_put_proposal(ct->turn.effects, scope_of(ct), &proposal);
    return command_record(ct, RECORD_PACK_SUBMIT);
}

/* The pack that the command names, if it is the proposed one; ERR_NOTFOUND otherwise. */
static enum err find_proposal(const struct command_turn *ct, struct proposal *proposal)
{
    enum err err = state_proposal(ct->turn.state, scope_of(ct), proposal);
    if (err != ERR_OK)
        return err;
    const struct hash *named = &ct->command->pack_digest;
    return hash_equal(&proposal->digest, named) ? ERR_OK : ERR_NOTFOUND;
}

enum err packs_approve(struct command_turn *ct)
{
    struct proposal proposal;
    enum err err = find_proposal(ct, &proposal);
    if (err == ERR_NOTFOUND)
        return refuse(ct, REASON_PACK_UNKNOWN, "pack_digest", NULL, NULL);
    if (err != ERR_OK)
        return err;
    if (proposal_same_person(proposal.author, ct->actor))
        return refuse(ct, REASON_SAME_PERSON, "pack_digest", proposal.author, proposal.author);
    proposal.approved = ct->turn.sequence;
    TEXT_SET(proposal.approver, ct->actor);
    effects_put_proposal(ct->turn.effects, scope_of(ct), &proposal);
    return command_record(ct, RECORD_PACK_APPROVE);
}

enum err packs_activate(struct command_turn *ct)
{
    const struct active_pack pack = {
        .digest = ct->command->pack_digest,
        .chunks = ct->command->chunk_count,
        .sequence = ct->turn.sequence,
    };
    struct proposal proposal;
    bool done;
    enum err err = find_proposal(ct, &proposal);
    if (err == ERR_NOTFOUND)
        return refuse(ct, REASON_PACK_UNKNOWN, "pack_digest", NULL, NULL);
    if (err != ERR_OK)
        return err;
    if (proposal.approved == 0)
        return refuse(ct, REASON_PACK_UNAPPROVED, "pack_digest", NULL, NULL);
    err = check(ct, &done);
    if (err != ERR_OK || done)
        return err;
    ct->approver = proposal.approver;
    effects_put_active_pack(ct->turn.effects, scope_of(ct), &pack);
    effects_put_proposal(ct->turn.effects, scope_of(ct), NULL);
    return command_record(ct, RECORD_PACK_ACTIVATE);
}

static enum err show(struct command_turn *ct, enum pack_scope scope, struct pack_state *out)
{
    struct active_pack active;
    struct state *state = ct->turn.state;
    enum err err = state_active_pack(state, scope, &active);
    if (err != ERR_OK && err != ERR_NOTFOUND)
        return err;
    out->has_active = err == ERR_OK;
    if (out->has_active) {
        out->active = active.digest;
        out->activated = active.sequence;
    }
    err = state_proposal(state, scope, &out->proposal);
    out->has_proposal = err == ERR_OK;
    return err == ERR_NOTFOUND ? ERR_OK : err;
}

enum err packs_show(struct command_turn *ct)
{
    struct pack_state *packs = arena_alloc(ct->turn.arena, PACK_SCOPES * sizeof *packs);
    if (!packs)
        return ERR_NOMEM;
    enum err err = show(ct, PACK_REGION, &packs[0]);
    if (err == ERR_OK)
        err = show(ct, PACK_PROVINCE, &packs[1]);
    ct->reply->packs = packs;
    return err == ERR_OK ? command_answer(ct) : err;
}
