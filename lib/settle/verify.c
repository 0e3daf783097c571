/* The scratch state, the packs compiled so far, and the re-making of one record after the other. */
#include "settle/verify.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cases/pack_cases.h"
#include "settle/compare.h"
#include "settle/compile.h"
#include "settle/replica.h"
#include "wire/codec.h"

/* A reversal's original first, then the records behind it, then the packs that stand in them. */
#define ROUNDS_MAX 4

struct verify {
    struct replica replica;
    bool salted;
    enum err (*fetch)(void *context, uint64_t sequence, uint8_t **record, size_t *size);
    void *context;
    uint32_t pack_count, pack_capacity;
    struct pack **packs;          /* every one that was compiled, in the order of activation */
    struct pack *compiled;        /* of the record under way; not yet active */
    const struct pack *rehearsed; /* of the record under way; NULL: its days are not asked about */
    bool checked;                 /* the record under way is of a pack that the checker looks at */
    struct faults *faults;
    struct settlement stored, made;
    struct verify_report report;
};

enum err verify_new(const struct verify_options *options, struct verify **out)
{
    struct verify *verify = calloc(1, sizeof *verify);
    if (!verify)
        return ERR_NOMEM;
    verify->salted = options->salt_key != NULL;
    verify->fetch = options->fetch;
    verify->context = options->context;
    verify->faults = malloc(sizeof *verify->faults);
    enum err err = verify->faults
                       ? replica_open(&verify->replica, options->region, options->salt_key)
                       : ERR_NOMEM;
    if (err != ERR_OK) {
        verify_free(verify);
        return err;
    }
    *out = verify;
    return ERR_OK;
}

void verify_free(struct verify *verify)
{
    if (!verify)
        return;
    replica_close(&verify->replica);
    for (uint32_t i = 0; i < verify->pack_count; i++)
        pack_free(verify->packs[i]);
    pack_free(verify->compiled);
    free(verify->packs);
    free(verify->faults);
    free(verify);
}

const struct verify_report *verify_report(const struct verify *verify)
{
    return &verify->report;
}

enum err verify_digest(struct verify *verify, struct hash *digest)
{
    return store_digest(verify->replica.store, digest);
}

static void list(struct verify *verify, const struct record *record, enum verify_part part,
                 const char *what)
{
    struct verify_report *report = &verify->report;
    if (report->listed == VERIFY_LISTED_MAX)
        return;
    struct verify_difference *d = &report->list[report->listed++];
    *d = (struct verify_difference){.sequence = record->sequence, .part = part};
    snprintf(d->what, sizeof d->what, "%s", what);
    if (record->kind == RECORD_SETTLEMENT || record->kind == RECORD_VOID)
        id_format_setl(verify->replica.region, date_of_time(record->time_ms), record->sequence,
                       d->setl_id);
}

static void differ(struct verify *verify, const struct record *record, enum verify_part part,
                   const char *what)
{
    verify->report.difference_count++;
    list(verify, record, part, what);
}

/* Evidence that settle asked for, as long as one call needs it. */
struct fetched {
    struct settle_evidence evidence;
    struct slice records[SETTLE_NEEDS_MAX];
    uint64_t sequences[SETTLE_NEEDS_MAX];
    const struct pack *packs[SETTLE_PACKS_MAX];
};

static void fetched_drop(struct fetched *fetched)
{
    for (uint32_t i = 0; i < fetched->evidence.count; i++)
        free((void *)fetched->records[i].data);
    fetched->evidence = (struct settle_evidence){0};
}

static enum err fetched_fill(struct verify *verify, const struct settle_needs *needs,
                             struct fetched *fetched)
{
    struct settle_evidence *evidence = &fetched->evidence;
    fetched_drop(fetched);
    evidence->sequences = fetched->sequences;
    evidence->records = fetched->records;
    evidence->packs = fetched->packs;
    for (uint32_t i = 0; i < needs->count; i++) {
        uint8_t *record = NULL;
        size_t size = 0;
        enum err err = verify->fetch
                           ? verify->fetch(verify->context, needs->sequences[i], &record, &size)
                           : ERR_NOTFOUND;
        if (err != ERR_OK)
            return err;
        fetched->sequences[i] = needs->sequences[i];
        fetched->records[i] = (struct slice){.data = record, .size = size};
        evidence->count++;
    }
    for (uint32_t i = 0; i < needs->pack_count; i++)
        for (uint32_t j = 0; j < verify->pack_count; j++) {
            struct hash digest = pack_digest(verify->packs[j]);
            if (hash_equal(&digest, &needs->packs[i])) {
                fetched->packs[evidence->pack_count++] = verify->packs[j];
                break;
            }
        }
    return ERR_OK;
}

static enum err make_terminal(struct verify *verify, const struct record *record,
                              struct settle_answer *answer)
{
    struct request request;
    struct fetched fetched = {0};
    enum err err = replica_request(&verify->replica, record, &request);
    if (err == ERR_OK && strcmp(request.fixmedins_code, record->actor) != 0)
        err = ERR_INVALID;
    for (int round = 0; err == ERR_OK && round < ROUNDS_MAX; round++) {
        arena_reset(verify->replica.turn_arena);
        err = settle_request(verify->replica.settle, &request, record->time_ms, &fetched.evidence,
                             verify->replica.turn_arena, answer);
        if (err != ERR_OK || answer->verdict != SETTLE_NEEDS)
            break;
        err = fetched_fill(verify, &answer->needs, &fetched);
    }
    fetched_drop(&fetched);
    return err;
}

static bool pack_known(const struct verify *verify, const struct hash *digest, struct pack **pack)
{
    for (uint32_t i = 0; i < verify->pack_count; i++) {
        struct hash have = pack_digest(verify->packs[i]);
        *pack = verify->packs[i];
        if (hash_equal(&have, digest))
            return true;
    }
    return false;
}

/* A pack that was compiled for an earlier record: its cases have not changed since. */
static enum err rehearse_known(struct verify *verify, struct slice bundle, struct slice locks,
                               bool asks)
{
    const bool lacks = asks && !pack_cases_present(bundle, verify->faults);
    enum err err = settle_hold(bundle, locks, verify->faults);
    return err == ERR_OK && lacks ? ERR_INVALID : err;
}

/* The same of a new one. Before engine 3 it was taken without a case. */
static enum err rehearse_new(struct verify *verify, struct slice bundle, struct slice locks,
                             bool asks)
{
    const char *region = verify->replica.region;
    if (asks || pack_cases_present(bundle, NULL))
        return settle_rehearse(bundle, locks, region, &verify->compiled, verify->faults);
    enum err err = settle_compile(bundle, region, &verify->compiled, verify->faults);
    if (err != ERR_OK && err != ERR_INVALID)
        return err;
    enum err held = settle_hold(bundle, locks, verify->faults);
    return held == ERR_OK ? err : held;
}

/* What the daemon did before it settled the command, with the province's file of that moment.
 * `asks`: the engine of that moment asked for a case, and for rules for the day. */
static enum err rehearse(struct verify *verify, const struct command *command, struct slice bundle,
                         bool asks)
{
    const char *region = verify->replica.region;
    struct active_pack province;
    struct pack *known;
    uint8_t *bytes = NULL;
    size_t size = 0;
    if (command->province)
        return settle_rehearse_province(bundle, region, NULL, verify->faults);
    enum err err =
        state_active_bundle(verify->replica.state, PACK_PROVINCE, &province, &bytes, &size);
    if (err != ERR_OK && err != ERR_NOTFOUND)
        return err;
    const struct slice locks = {bytes, size};
    const bool is_known = pack_known(verify, &command->pack_digest, &known);
    err = is_known ? rehearse_known(verify, bundle, locks, asks)
                   : rehearse_new(verify, bundle, locks, asks);
    if (asks)
        verify->rehearsed = is_known ? known : verify->compiled;
    free(bytes);
    return err;
}

/* Chunks that are not whole leave it to the state machine to say so. */
static enum err compile(struct verify *verify, const struct command *command, bool asks)
{
    uint8_t *bundle = NULL;
    size_t size;
    uint32_t missing;
    memset(verify->faults, 0, sizeof *verify->faults);
    verify->rehearsed = NULL;
    enum err err = state_pack_bundle(verify->replica.state, &command->pack_digest,
                                     command->chunk_count, &bundle, &size, &missing);
    if (err != ERR_OK)
        return err == ERR_NOMEM || err == ERR_IO ? err : ERR_OK;
    err = rehearse(verify, command, (struct slice){.data = bundle, .size = size}, asks);
    free(bundle);
    return err == ERR_INVALID ? ERR_OK : err;
}

/* A key is made by nobody's rule: it is taken from the record, and whether its signatures hold is
 * for whoever checks the ledger's seals. */
static enum err take_signer(struct verify *verify, const struct record *record, struct signer **out)
{
    struct reader effects = reader_on(record->effects.data, record->effects.size);
    struct slice key, value;
    *out = arena_alloc(verify->replica.request_arena, sizeof **out);
    if (!*out)
        return ERR_NOMEM;
    if (!effect_read(&effects, &key, &value))
        return ERR_INVALID;
    struct reader r = reader_on(value.data, value.size);
    signer_read(&r, *out);
    return reader_done(&r) ? ERR_OK : ERR_INVALID;
}

static enum err make_first_signer(struct verify *verify, const struct record *record,
                                  struct settle_answer *answer)
{
    struct signer *signer, present;
    *answer = (struct settle_answer){.verdict = SETTLE_RECORD};
    enum err err = take_signer(verify, record, &signer);
    if (!err && state_signer(verify->replica.state, &present) != ERR_NOTFOUND)
        err = ERR_INVALID;
    return err ? err
               : settle_first_signer(verify->replica.settle, signer, record->time_ms,
                                     verify->replica.turn_arena, &answer->record);
}

static enum err make_operator(struct verify *verify, const struct record *record,
                              struct settle_answer *answer)
{
    struct problems *problems = arena_alloc(verify->replica.request_arena, sizeof *problems);
    struct command command;
    if (!problems)
        return ERR_NOMEM;
    enum err err =
        wire_read_command_body(record->request, verify->replica.request_arena, &command, problems);
    if (err == ERR_OK && (command.kind == COMMAND_STATUS || command.kind == COMMAND_RECEIPT ||
                          command.kind == COMMAND_KEY_SHOW || command.kind == COMMAND_PACK_SHOW ||
                          command.kind == COMMAND_STORE_COPY))
        err = ERR_INVALID;
    struct signer *signer = NULL;
    if (err == ERR_OK && command.kind == COMMAND_KEY_CHANGE && record->kind == RECORD_KEY_CHANGE)
        err = take_signer(verify, record, &signer);
    command.signer = signer;
    memset(verify->faults, 0, sizeof *verify->faults);
    verify->checked = command.kind == COMMAND_PACK_SUBMIT || command.kind == COMMAND_PACK_ACTIVATE;
    if (err == ERR_OK && verify->checked)
        err = compile(verify, &command, record->engine >= 3);
    if (err != ERR_OK)
        return err;
    const struct settle_rehearsal rehearsal = {verify->faults, verify->rehearsed};
    return settle_command(verify->replica.settle, &command, record->actor, record->time_ms,
                          verify->checked ? &rehearsal : NULL, verify->replica.turn_arena, answer);
}

static enum err make_genesis(struct verify *verify, const struct record *record,
                             struct settle_answer *answer)
{
    *answer = (struct settle_answer){.verdict = SETTLE_RECORD};
    if (record->sequence != 1)
        return ERR_INVALID;
    return settle_genesis(verify->replica.settle, record->time_ms, verify->replica.turn_arena,
                          &answer->record);
}

/* ERR_INVALID: the stored request is none, or not of that record. */
static enum err make(struct verify *verify, const struct record *record,
                     struct settle_answer *answer)
{
    if (record->kind == RECORD_GENESIS)
        return make_genesis(verify, record, answer);
    if (record->kind == RECORD_KEY_CHANGE && record->request.size == 0)
        return make_first_signer(verify, record, answer);
    return record->schema == SCHEMA_TERMINAL ? make_terminal(verify, record, answer)
                                             : make_operator(verify, record, answer);
}

/* Of a settlement or a void; both records must hold its document. */
static bool compare_figures(struct verify *verify, const struct record *stored,
                            const struct record *made, char *what, size_t size)
{
    char setl_id[ID_SETL + 1];
    if (stored->kind != RECORD_SETTLEMENT && stored->kind != RECORD_VOID)
        return false;
    id_format_setl(verify->replica.region, date_of_time(stored->time_ms), stored->sequence,
                   setl_id);
    if (!compare_find_settlement(stored, setl_id, &verify->stored) ||
        !compare_find_settlement(made, setl_id, &verify->made)) {
        snprintf(what, size, "the settlement is not among the effects");
        return true;
    }
    return compare_settlements(&verify->stored, &verify->made, what, size);
}

static enum err wordless(struct verify *verify, const struct record *record, struct slice *out)
{
    *out = record->reply;
    if (record->kind != RECORD_REFUSAL || record->schema != SCHEMA_OPERATOR)
        return ERR_OK;
    enum err err = wire_command_reply_wordless(record->reply, verify->replica.turn_arena, out);
    return err == ERR_INVALID ? ERR_OK : err;
}

/* Two records' replies, without the words of a pack's faults: these are no promise (policy.5) and
 * change from release to release, with no engine of their own. */
struct replies {
    struct slice stored, made;
    bool faults_stored, faults_made; /* it is a refusal for a pack's faults */
};

static enum err read_replies(struct verify *verify, const struct record *stored,
                             const struct record *made, struct replies *out)
{
    enum err err = wordless(verify, stored, &out->stored);
    if (err == ERR_OK)
        err = wordless(verify, made, &out->made);
    out->faults_stored = out->stored.data != stored->reply.data;
    out->faults_made = out->made.data != made->reply.data;
    return err;
}

static struct verify_engine *engine_of(struct verify_report *report, const struct record *record)
{
    for (uint32_t i = 0; i < report->engine_count; i++)
        if (report->engines[i].version == record->engine)
            return &report->engines[i];
    if (report->engine_count == VERIFY_ENGINES_MAX)
        return &report->engines[VERIFY_ENGINES_MAX - 1];
    struct verify_engine *engine = &report->engines[report->engine_count++];
    engine->version = record->engine;
    return engine;
}

/* Which faults a pack has is its engine's to find: another finds others. The stored answer stays,
 * and so does what it put in force. True: that is all there is to say of the record. */
static bool differs_by_checker(struct verify *verify, const struct record *stored,
                               const struct record *made, const struct replies *replies)
{
    char what[200];
    if (!verify->checked || stored->engine == made->engine ||
        !(replies->faults_stored || replies->faults_made))
        return false;
    if (replies->faults_stored && replies->faults_made) {
        if (!compare_bytes(replies->stored, replies->made, what, sizeof what))
            return false;
        snprintf(what, sizeof what, "engine %u found other faults in the pack", stored->engine);
    } else if (replies->faults_stored) {
        snprintf(what, sizeof what, "engine %u refused the pack for faults, this one does not",
                 stored->engine);
    } else {
        snprintf(what, sizeof what, "engine %u found no such faults in the pack: %.140s",
                 stored->engine, verify->faults->count ? verify->faults->list[0].en : "");
    }
    engine_of(&verify->report, stored)->differences++;
    list(verify, stored, VERIFY_ENGINE, what);
    return true;
}

static enum err compare(struct verify *verify, const struct record *stored,
                        const struct record *made)
{
    char what[200];
    struct replies replies;
    const bool same_engine = stored->engine == made->engine;
    if (!same_engine)
        engine_of(&verify->report, stored)->records++;
    enum err err = read_replies(verify, stored, made, &replies);
    if (err != ERR_OK || differs_by_checker(verify, stored, made, &replies))
        return err;
    if (compare_heads(stored, made, what, sizeof what))
        differ(verify, stored, VERIFY_HEAD, what);
    if (verify->salted && memcmp(stored->salt.bytes, made->salt.bytes, HASH_SHORT_SIZE) != 0)
        differ(verify, stored, VERIFY_SALT, "salt differs");
    if (compare_figures(verify, stored, made, what, sizeof what))
        differ(verify, stored, VERIFY_FIGURES, what);
    else if (same_engine && compare_effects(stored, made, what, sizeof what))
        differ(verify, stored, VERIFY_EFFECTS, what);
    if (same_engine && compare_bytes(replies.stored, replies.made, what, sizeof what))
        differ(verify, stored, VERIFY_REPLY, what);
    return ERR_OK;
}

static void count(struct verify_report *report, const struct record *record)
{
    report->records++;
    if (record->kind == RECORD_REFUSAL)
        report->refusals++;
    else if (record->schema == SCHEMA_OPERATOR)
        report->commands++;
    else if (record->kind == RECORD_SETTLEMENT)
        report->settlements++;
    else if (record->kind == RECORD_VOID)
        report->voids++;
    else if (record->kind == RECORD_REVERSAL)
        report->reversals++;
}

/* Makes room for one more pack. */
static bool packs_grow(struct verify *verify)
{
    if (verify->pack_count < verify->pack_capacity)
        return true;
    uint32_t capacity = verify->pack_capacity ? 2 * verify->pack_capacity : 4;
    struct pack **packs = realloc(verify->packs, capacity * sizeof(struct pack *));
    if (!packs)
        return false;
    verify->packs = packs;
    verify->pack_capacity = capacity;
    return true;
}

/* A pack that was put in force although this engine refuses it: the claims that followed were
 * settled with it all the same. */
static enum err compile_active(struct verify *verify)
{
    struct active_pack active;
    uint8_t *bundle;
    size_t size;
    enum err err = state_active_bundle(verify->replica.state, PACK_REGION, &active, &bundle, &size);
    if (err != ERR_OK)
        return err == ERR_NOMEM || err == ERR_IO ? err : ERR_OK;
    faults_clear(verify->faults);
    err = settle_compile_published((struct slice){bundle, size}, verify->replica.region,
                                   &verify->compiled, verify->faults);
    free(bundle);
    return err == ERR_INVALID ? ERR_OK : err;
}

/* The stored records say which pack is active, whatever was made of them here. */
static enum err activate(struct verify *verify)
{
    struct active_pack active;
    struct pack *pack = NULL;
    if (state_active_pack(verify->replica.state, PACK_REGION, &active) != ERR_OK)
        return ERR_OK;
    enum err err = ERR_OK;
    if (!verify->compiled && !pack_known(verify, &active.digest, &pack))
        err = compile_active(verify);
    if (err != ERR_OK)
        return err;
    if (verify->compiled) {
        if (!packs_grow(verify))
            return ERR_NOMEM;
        verify->packs[verify->pack_count++] = verify->compiled;
        verify->compiled = NULL;
    }
    settle_set_pack(verify->replica.settle,
                    pack_known(verify, &active.digest, &pack) ? pack : NULL);
    return ERR_OK;
}

static enum err fold(struct verify *verify, const struct record *record)
{
    enum err err = state_apply(verify->replica.state, record);
    if (err == ERR_CORRUPT)
        differ(verify, record, VERIFY_EFFECTS, "the effects do not parse");
    if (err == ERR_OK && record->kind == RECORD_PACK_ACTIVATE)
        err = activate(verify);
    pack_free(verify->compiled);
    verify->compiled = NULL;
    verify->rehearsed = NULL;
    verify->checked = false;
    return err;
}

enum err verify_record(struct verify *verify, uint64_t sequence, struct slice bytes)
{
    const struct record unknown = {.sequence = sequence};
    const char *what;
    struct record record;
    enum err err = replica_read(&verify->replica, sequence, bytes, &record, &what);
    if (err != ERR_OK) {
        differ(verify, &unknown, VERIFY_HEAD, what);
        return err;
    }
    count(&verify->report, &record);
    struct settle_answer *answer = arena_alloc(verify->replica.request_arena, sizeof *answer);
    if (!answer)
        return ERR_NOMEM;
    err = make(verify, &record, answer);
    if (err == ERR_INVALID)
        differ(verify, &record, VERIFY_UNMADE, "the stored request cannot be read");
    else if (err == ERR_CORRUPT)
        differ(verify, &record, VERIFY_UNMADE, "what it rests on, stored before it, is damaged");
    else if (err != ERR_OK)
        return err;
    else if (answer->verdict != SETTLE_RECORD)
        differ(verify, &record, VERIFY_UNMADE, "the request makes no record");
    else
        err = compare(verify, &record, &answer->record);
    return err == ERR_NOMEM ? err : fold(verify, &record);
}
