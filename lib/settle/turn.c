/* The ends of a turn: reply bytes, record head, verdict. Nothing here knows any business. */
#include "settle/turn.h"

#include <stddef.h>
#include <string.h>

#include "wire/codec.h"

void text_set(char *out, size_t capacity, const char *text)
{
    size_t length = strlen(text);
    CHECK(length < capacity);
    memcpy(out, text, length + 1);
}

/* A pack that was activated but not handed over yet must not be stood in for by the old one: a
 * record would name a policy that did not make it. */
static void find_pack(struct turn *turn)
{
    struct active_pack active;
    turn->pack = turn->settle->stand_in;
    if (turn->pack || state_active_pack(turn->state, PACK_REGION, &active) != ERR_OK)
        return;
    turn->policy = active.digest;
    turn->policy_since = active.sequence;
    if (!turn->settle->pack)
        return;
    struct hash compiled = pack_digest(turn->settle->pack);
    if (hash_equal(&compiled, &active.digest))
        turn->pack = turn->settle->pack;
}

enum err turn_begin(struct turn *turn, const struct settle *settle, int64_t now_ms,
                    struct arena *arena, struct settle_answer *answer)
{
    CHECK(now_ms >= state_time(settle->state));
    memset(answer, 0, offsetof(struct settle_answer, labels)); /* which are counted */
    *turn = (struct turn){
        .settle = settle,
        .state = settle->state,
        .arena = arena,
        .now_ms = now_ms,
        .today = date_of_time(now_ms),
        .sequence = state_sequence(settle->state) + 1,
        .answer = answer,
        .problems = arena_alloc_raw(arena, sizeof *turn->problems), /* counted, not cleared */
        .reply = arena_alloc(arena, sizeof *turn->reply),
        .effects = effects_new(arena),
    };
    if (!turn->problems || !turn->reply || !turn->effects)
        return ERR_NOMEM;
    turn->problems->count = turn->problems->more = 0;
    find_pack(turn);
    return ERR_OK;
}

bool turn_has_problems(const struct turn *turn)
{
    return turn->problems->count > 0;
}

void turn_problem(struct turn *turn, enum reason reason, const char *field, const char *value)
{
    problem_add(turn->problems, reason, field, NULL, value);
}

bool problems_recorded(const struct problems *problems)
{
    bool by_state = false;
    for (uint32_t i = 0; i < problems->count; i++) {
        switch (reason_class(problems->list[i].reason)) {
        case REASON_CLASS_INTERNAL:
            return true;
        case REASON_CLASS_STATE:
            by_state = true;
            break;
        case REASON_CLASS_MESSAGE:
        case REASON_CLASS_RETRY:
            return false;
        }
    }
    return by_state;
}

void turn_refmsgid(char out[ID_MSGID + 1], const char *region, int64_t now_ms, uint64_t sequence)
{
    char compact[DATE_TEXT];
    memcpy(out, region, ID_ADMDVS);
    memcpy(out + ID_ADMDVS, date_format_compact(now_ms, compact), 14);
    *id_digits(out + ID_ADMDVS + 14, sequence, 10) = '\0';
}

static enum err pack_reply(struct turn *turn, enum outcome outcome, uint64_t sequence)
{
    struct reply *reply = turn->reply;
    reply->request = turn->request;
    reply->outcome = outcome;
    reply->problems = turn->problems;
    turn_refmsgid(reply->inf_refmsgid, turn->settle->region, turn->now_ms, sequence);
    turn->answer->outcome = outcome;
    turn->answer->reason = turn_has_problems(turn) ? turn->problems->list[0].reason : REASON_NONE;
    return wire_write_reply(reply, turn->arena, &turn->answer->body);
}

static enum err answer(struct turn *turn, enum outcome outcome)
{
    turn->answer->verdict = SETTLE_ANSWER;
    turn->answer->sequence = state_sequence(turn->state);
    return pack_reply(turn, outcome, turn->answer->sequence);
}

enum err turn_answer(struct turn *turn)
{
    return answer(turn, OUTCOME_DONE);
}

enum err turn_retry(struct turn *turn, enum reason reason)
{
    /* Long enough for a pack to compile or a checkpoint to end, short enough for a window. */
    const uint32_t retry_after_ms = 1000;
    turn->problems->count = turn->problems->more = 0;
    problem_add(turn->problems, reason, NULL, NULL, NULL);
    turn->answer->retry_after_ms = retry_after_ms;
    return answer(turn, OUTCOME_RETRY);
}

/* The salt keeps a leaf of the Merkle tree from being guessed; derived, so that nothing in a record
 * is random. */
static struct hash_short salt_of(const struct settle *settle, uint64_t sequence)
{
    uint8_t bytes[8];
    struct writer w = writer_on(bytes, sizeof bytes);
    write_u64(&w, sequence);
    if (!settle->salted)
        return (struct hash_short){0};
    struct hash mac = hash_hmac(&settle->salt_key, bytes, sizeof bytes);
    return hash_shorten(&mac);
}

enum err turn_fill_record(struct turn *turn, const struct record *head, struct slice body)
{
    struct record *record = &turn->answer->record;
    *record = *head;
    record->sequence = turn->sequence;
    record->time_ms = turn->now_ms;
    record->engine = ENGINE_VERSION;
    record->policy = turn->policy;
    record->salt = salt_of(turn->settle, turn->sequence);
    record->reply = body;
    turn->answer->verdict = SETTLE_RECORD;
    turn->answer->sequence = turn->sequence;
    enum err err = effects_done(turn->effects, &record->effects);
    /* What could not be written as effects is a state that does not fit its own bounds. */
    return err == ERR_INVALID || err == ERR_LIMIT ? ERR_CORRUPT : err;
}

static enum err record_terminal(struct turn *turn, enum record_kind kind, enum outcome outcome)
{
    const struct request *request = turn->request;
    enum err err = pack_reply(turn, outcome, turn->sequence);
    if (err != ERR_OK)
        return err;
    struct record head = {
        .kind = kind,
        .schema = SCHEMA_TERMINAL,
        .outcome = (uint8_t)outcome,
        .request_hash = hash_shorten(&request->body_hash),
        .request = request->body,
    };
    TEXT_SET(head.actor, request->fixmedins_code);
    TEXT_SET(head.msgid, request->msgid);
    return turn_fill_record(turn, &head, turn->answer->body);
}

enum err turn_record(struct turn *turn, enum record_kind kind)
{
    return record_terminal(turn, kind, OUTCOME_DONE);
}

enum err turn_refuse(struct turn *turn)
{
    CHECK(turn_has_problems(turn));
    turn->reply->reversed.omsgid = NULL; /* nothing was */
    if (request_writes(turn->request) && problems_recorded(turn->problems))
        return record_terminal(turn, RECORD_REFUSAL, OUTCOME_REFUSED);
    return answer(turn, OUTCOME_REFUSED);
}

enum err turn_internal(struct turn *turn, const char *what)
{
    turn->effects = effects_new(turn->arena);
    if (!turn->effects)
        return ERR_NOMEM;
    turn->problems->count = turn->problems->more = 0;
    problem_add(turn->problems, REASON_INTERNAL, NULL, NULL, what);
    return turn_refuse(turn);
}

enum err turn_need(struct turn *turn, uint64_t sequence)
{
    struct settle_needs *needs = &turn->answer->needs;
    CHECK(needs->count < SETTLE_NEEDS_MAX);
    turn->answer->verdict = SETTLE_NEEDS;
    turn->answer->sequence = state_sequence(turn->state);
    needs->sequences[needs->count++] = sequence;
    return ERR_OK;
}

void turn_need_old_pack(struct turn *turn, const struct hash *digest)
{
    turn->answer->verdict = SETTLE_NEEDS;
    turn->answer->sequence = state_sequence(turn->state);
    turn->answer->needs.wants_old_pack = true;
    turn->answer->needs.old_pack = *digest;
}

enum err turn_evidence(const struct turn *turn, uint64_t sequence, struct record *record)
{
    const struct settle_evidence *evidence = turn->evidence;
    for (uint32_t i = 0; evidence && i < evidence->count; i++) {
        if (evidence->sequences[i] != sequence)
            continue;
        enum err err = record_read(evidence->records[i], record);
        return err == ERR_OK && record->sequence != sequence ? ERR_CORRUPT : err;
    }
    return ERR_NOTFOUND;
}

enum err turn_policy_text(const struct turn *turn, const char **text)
{
    static const struct hash none;
    char digits[HASH_TEXT];
    *text = turn->pack ? pack_digest_text(turn->pack) : NULL;
    if (*text)
        return ERR_OK;
    if (hash_equal(&turn->policy, &none))
        return ERR_OK;
    *text = arena_copy(turn->arena, hash_format(&turn->policy, digits), PACK_DIGITS);
    return *text ? ERR_OK : ERR_NOMEM;
}
