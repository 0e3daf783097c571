/* The way in: who has answered this message already, and whose business it is. */
#include "settle/settle.h"

#include <stdlib.h>
#include <string.h>

#include "adjudicate/adjudicate.h"
#include "settle/claim.h"
#include "settle/detail.h"
#include "settle/encounter.h"
#include "settle/fees.h"
#include "settle/filing.h"
#include "settle/lookup.h"
#include "settle/old_packs.h"
#include "settle/query.h"
#include "settle/reversal.h"
#include "settle/shift.h"
#include "settle/statement.h"
#include "settle/turn.h"
#include "settle/upload.h"
#include "settle/visits.h"
#include "settle/void.h"
#include "state/keys.h"
#include "wire/codec.h"

enum err settle_new(const struct settle_options *options, struct settle **out)
{
    if (!id_is_admdvs(options->region))
        return ERR_INVALID;
    const char *stored = state_region(options->state);
    if (stored[0] && strcmp(stored, options->region) != 0)
        return ERR_INVALID;
    struct settle *settle = calloc(1, sizeof *settle);
    if (!settle)
        return ERR_NOMEM;
    TEXT_SET(settle->region, options->region);
    settle->state = options->state;
    settle->old_packs = options->labels ? old_packs_new() : NULL;
    if (options->labels && !settle->old_packs) {
        settle_free(settle);
        return ERR_NOMEM;
    }
    settle->salted = options->salt_key != NULL;
    if (settle->salted)
        hash_key_set(&settle->salt_key, options->salt_key, HASH_SIZE);
    *out = settle;
    return ERR_OK;
}

void settle_free(struct settle *settle)
{
    if (!settle)
        return;
    explicit_bzero(&settle->salt_key, sizeof settle->salt_key);
    old_packs_free(settle->old_packs);
    free(settle);
}

void settle_set_pack(struct settle *settle, const struct pack *pack)
{
    settle->pack = pack;
}

void settle_stand_in(struct settle *settle, const struct pack *pack)
{
    settle->stand_in = pack;
}

/* Whether it carries a claim to be adjudicated. */
static bool request_bills(const struct request *request)
{
    return request->kind == REQUEST_SETTLE || request->kind == REQUEST_PRE_SETTLE;
}

/* A text that becomes part of a key. Wire bounds lengths; that no control character can make two
 * keys read the same is checked where the keys are made. */
static void check_key_text(struct turn *turn, const char *field, const char *text)
{
    if (!key_text_valid(text))
        problem_add(turn->problems, REASON_FIELD_INVALID, field, NULL, NULL);
}

static void check_key_texts(struct turn *turn)
{
    const struct request *request = turn->request;
    check_key_text(turn, "dev_no", request->dev_no);
    if (request_bills(request)) {
        check_key_text(turn, "psn_no", request->claim.psn_no);
        check_key_text(turn, "ipt_otp_no", request->claim.ipt_otp_no);
        check_key_text(turn, "chrg_bchno", request->claim.chrg_bchno);
    } else if (request->kind == REQUEST_REGISTER) {
        check_key_text(turn, "psn_no", request->encounter.psn_no);
        check_key_text(turn, "ipt_otp_no", request->encounter.ipt_otp_no);
    } else if (request->kind == REQUEST_UPLOAD) {
        check_key_text(turn, "chrg_bchno", request->upload.chrg_bchno);
    } else if (request->kind == REQUEST_SIGN_IN) {
        check_key_text(turn, "opter", request->opter);
    } else if (request->kind == REQUEST_FILE) {
        check_key_text(turn, "psn_no", request->filing.psn_no);
    }
}

/* What a new message must be, whatever it asks for. */
static void check_message(struct turn *turn)
{
    const struct request *request = turn->request;
    struct problems *problems = turn->problems;
    int64_t sent_ms = 0;
    if (id_parse_msgid(request->msgid, &sent_ms) != ERR_OK) {
        problem_add(problems, REASON_MSGID_FORM, "msgid", NULL, NULL);
        return;
    }
    if (strncmp(request->msgid, request->fixmedins_code, ID_FIXMEDINS) != 0)
        problem_add(problems, REASON_MSGID_OWNER, "msgid", NULL, NULL);
    if (sent_ms > turn->now_ms + MSGID_AGE_MAX_MS || sent_ms < turn->now_ms - MSGID_AGE_MAX_MS)
        problem_add(problems, REASON_MSGID_DATE, "msgid", NULL, NULL);
    check_key_texts(turn);
}

static enum err answer_query(struct turn *turn)
{
    switch (turn->request->query.asked) {
    case ASKED_VISITS:
        return visits_query(turn);
    case ASKED_DIAGNOSES:
        return fees_diagnoses(turn);
    case ASKED_FEES:
        return fees_query(turn);
    case ASKED_INPATIENTS:
        return visits_inpatients(turn);
    case ASKED_CUMULATED:
        return lookup_cumulated(turn);
    case ASKED_MEDINS:
        return lookup_medins(turn);
    case ASKED_DICTIONARY:
        return lookup_dictionary(turn);
    }
    check_failed("query", __FILE__, __LINE__);
}

static enum err dispatch(struct turn *turn)
{
    switch (turn->request->kind) {
    case REQUEST_PERSON:
        return query_person(turn);
    case REQUEST_PRE_SETTLE:
    case REQUEST_SETTLE:
        return claim_turn(turn);
    case REQUEST_VOID:
        return void_turn(turn);
    case REQUEST_REVERSAL:
        return reversal_turn(turn);
    case REQUEST_SETTLEMENT:
        return query_settlement(turn);
    case REQUEST_STATEMENT:
        return statement_turn(turn);
    case REQUEST_DETAIL:
        return detail_turn(turn);
    case REQUEST_REGISTER:
    case REQUEST_CHANGE:
    case REQUEST_DISCHARGE:
    case REQUEST_UNDO_REGISTER:
    case REQUEST_UNDO_DISCHARGE:
        return encounter_turn(turn);
    case REQUEST_UPLOAD:
        return upload_turn(turn);
    case REQUEST_CANCEL:
        return cancel_turn(turn);
    case REQUEST_SIGN_IN:
    case REQUEST_SIGN_OUT:
        return shift_turn(turn);
    case REQUEST_QUERY:
        return answer_query(turn);
    case REQUEST_FILE:
    case REQUEST_UNFILE:
    case REQUEST_FILINGS:
        return filing_turn(turn);
    case REQUEST_ENTITLEMENT:
        return query_entitlement(turn);
    }
    check_failed("request kind", __FILE__, __LINE__);
}

/* The same content is the same answer, byte for byte; other content is refused. What was reversed
 * before it came is refused whatever it says, and when it writes, that is its stored answer from
 * then on. */
static enum err answer_known(struct turn *turn, const struct message_entry *entry)
{
    const struct hash *hash = &turn->request->body_hash;
    if (message_is_barred(entry)) {
        problem_add(turn->problems, REASON_REVERSED, "msgid", NULL, turn->request->msgid);
        return turn_refuse(turn);
    }
    if (memcmp(entry->request_hash.bytes, hash->bytes, HASH_SHORT_SIZE) != 0) {
        problem_add(turn->problems, REASON_MSGID_REUSED, "msgid", NULL, turn->request->msgid);
        return turn_refuse(turn);
    }
    turn->answer->verdict = SETTLE_REPEAT;
    turn->answer->outcome = entry->outcome;
    turn->answer->sequence = entry->sequence;
    return ERR_OK;
}

static enum err take_turn(struct turn *turn)
{
    struct message_entry entry;
    if (strcmp(turn->request->insuplc_admdvs, turn->settle->region) != 0) {
        problem_add(turn->problems, REASON_REGION_WRONG, "insuplc_admdvs", NULL,
                    turn->request->insuplc_admdvs);
        return turn_refuse(turn);
    }
    enum err err = state_message(turn->state, turn->request->msgid, &entry);
    if (err == ERR_OK)
        return answer_known(turn, &entry);
    if (err != ERR_NOTFOUND)
        return err;
    check_message(turn);
    err = turn_has_problems(turn) ? ERR_OK : shift_open(turn);
    if (err != ERR_OK)
        return err;
    return turn_has_problems(turn) ? turn_refuse(turn) : dispatch(turn);
}

enum err settle_request(struct settle *settle, const struct request *request, int64_t now_ms,
                        const struct settle_evidence *evidence, struct arena *arena,
                        struct settle_answer *answer)
{
    struct turn turn;
    enum err err = turn_begin(&turn, settle, now_ms, arena, answer);
    if (err != ERR_OK)
        return err;
    turn.request = request;
    turn.evidence = evidence;
    return take_turn(&turn);
}

void settle_warm(const struct settle *settle, const struct request *request)
{
    if (!settle->pack || !request_bills(request))
        return;
    state_warm_person(settle->state, request->claim.psn_no);
    adjudicate_warm(pack_catalogue(settle->pack), &request->claim);
}

enum err settle_genesis(struct settle *settle, int64_t now_ms, struct arena *arena,
                        struct record *record)
{
    struct turn turn;
    struct settle_answer *answer = arena_alloc(arena, sizeof *answer);
    const struct record head = {.kind = RECORD_GENESIS, .outcome = OUTCOME_DONE};
    CHECK(state_sequence(settle->state) == 0);
    if (!answer)
        return ERR_NOMEM;
    enum err err = turn_begin(&turn, settle, now_ms, arena, answer);
    if (err != ERR_OK)
        return err;
    effects_put_region(turn.effects, settle->region);
    err = turn_fill_record(&turn, &head, (struct slice){0});
    *record = answer->record;
    return err;
}

enum err settle_retry(const struct request *request, enum reason reason, int64_t now_ms,
                      const char *region, struct arena *arena, struct slice *body)
{
    struct reply *reply = arena_alloc(arena, sizeof *reply);
    struct problems *problems = arena_alloc(arena, sizeof *problems);
    if (!reply || !problems)
        return ERR_NOMEM;
    problem_add(problems, reason, NULL, NULL, NULL);
    reply->request = request;
    reply->outcome = OUTCOME_RETRY;
    reply->problems = problems;
    turn_refmsgid(reply->inf_refmsgid, region, now_ms, 0);
    return wire_write_reply(reply, arena, body);
}
