/* A reversal ends what its sender does not know: whatever became of the original, nothing of it is
 * in force afterwards, and the answer says what it was. A settlement is voided by void.c's rules,
 * in a record that is a void like any other; where those rules hold it back, or the original is a
 * void, it stands, and its stored answer comes back for the sender's books.
 *
 * What has not arrived gets a tombstone. Past the window for new messages it needs none: it would
 * be refused by its date, and a later record's stamp is never earlier. */
#include "settle/reversal.h"

#include <string.h>

#include "base/limits.h"
#include "settle/encounter.h"
#include "settle/found.h"
#include "settle/posting.h"
#include "settle/stored_labels.h"
#include "settle/void.h"

struct reversal_file {
    struct found original, voided;
    struct later later;
};

static void say_fate(struct turn *turn, enum fate fate)
{
    const struct reversal_order *order = &turn->request->reversal;
    turn->reply->reversed.omsgid = order->omsgid;
    turn->reply->reversed.oinfno = order->oinfno;
    turn->reply->reversed.fate = fate;
}

/* Nothing to undo. */
static enum err done(struct turn *turn, enum fate fate)
{
    say_fate(turn, fate);
    return turn_record(turn, RECORD_REVERSAL);
}

static enum err reverse_absent(struct turn *turn)
{
    const char *omsgid = turn->request->reversal.omsgid;
    int64_t sent_ms;
    enum err err = id_parse_msgid(omsgid, &sent_ms);
    CHECK(err == ERR_OK);
    /* It could still be sent, years from now. */
    if (sent_ms > turn->now_ms + MSGID_AGE_MAX_MS) {
        problem_add(turn->problems, REASON_MSGID_DATE, "omsgid", NULL, NULL);
        return turn_refuse(turn);
    }
    if (sent_ms >= turn->now_ms - MSGID_AGE_MAX_MS)
        effects_put_barred(turn->effects, omsgid, turn->sequence);
    return done(turn, FATE_BARRED);
}

static const char *person_of(const struct request *original)
{
    switch (original->kind) {
    case REQUEST_SETTLE:
        return original->claim.psn_no;
    case REQUEST_VOID:
        return original->void_order.psn_no;
    case REQUEST_REGISTER:
        return original->encounter.psn_no;
    default:
        return "";
    }
}

/* Who reverses the wrong message must hear it before anything is undone. */
static void check_same(struct turn *turn, const struct request *original)
{
    const struct reversal_order *order = &turn->request->reversal;
    if (strcmp(order->oinfno, original->infno) != 0)
        problem_add(turn->problems, REASON_REVERSAL_MISMATCH, "oinfno", NULL, original->infno);
    else if (strcmp(order->psn_no, person_of(original)) != 0)
        problem_add(turn->problems, REASON_REVERSAL_MISMATCH, "psn_no", NULL, order->psn_no);
}

/* The stored answer of what stands, with its texts. *asks: the turn ends. */
static enum err bring(struct turn *turn, const struct found *found, bool *asks)
{
    found_reply(turn, found);
    enum err err = settle_labels(turn->settle, &found->record, turn->arena, turn->answer);
    *asks = err == ERR_OK && turn->answer->verdict == SETTLE_NEEDS;
    return *asks ? turn_need(turn, found->record.sequence) : err;
}

static enum err answer_voided(struct turn *turn, struct reversal_file *file)
{
    const struct settlement *original = &file->original.settlement;
    uint64_t sequence;
    bool asks = false;
    enum err err = id_parse_setl(original->void_setl_id, &sequence);
    if (err != ERR_OK)
        return ERR_CORRUPT;
    err = found_read(turn, sequence, &file->voided);
    if (err == ERR_NOTFOUND) {
        asks = true;
        err = turn_need(turn, sequence);
    } else if (err == ERR_OK) {
        err = bring(turn, &file->voided, &asks);
    }
    if (err != ERR_OK)
        return err;
    if (asks)
        return turn_need(turn, original->sequence);
    turn->reply->reversed.setl_id = original->setl_id;
    turn->reply->reversed.void_setl_id = original->void_setl_id;
    return done(turn, FATE_VOIDED);
}

static enum err refuse_held(struct turn *turn, struct reversal_file *file)
{
    bool asks;
    enum err err = bring(turn, &file->original, &asks);
    if (err != ERR_OK || asks)
        return err;
    turn->reply->setl_id = file->original.setl_id;
    return void_refuse_later(turn, &file->later);
}

static enum err reverse_settlement(struct turn *turn, struct reversal_file *file)
{
    struct settlement *original = &file->original.settlement;
    struct settlement *document = &file->voided.settlement;
    if (original->void_setl_id[0])
        return answer_voided(turn, file);
    posting_number(turn, document);
    say_fate(turn, FATE_VOIDED);
    turn->reply->reversed.setl_id = original->setl_id;
    turn->reply->reversed.void_setl_id = document->setl_id;
    enum err err = void_settlement(turn, original, &file->later);
    return err == ERR_OK && void_held(&file->later) ? refuse_held(turn, file) : err;
}

/* It would have to make its settlement anew, on accumulators that have moved since: that is what
 * settling again does, by today's figures, which somebody agrees to. */
static enum err refuse_void(struct turn *turn, const struct found *original)
{
    bool asks;
    enum err err = bring(turn, original, &asks);
    if (err != ERR_OK || asks)
        return err;
    problem_add(turn->problems, REASON_REVERSAL_OF_VOID, "oinfno", NULL, original->setl_id);
    turn->reply->setl_id = original->setl_id;
    return turn_refuse(turn);
}

/* An admission whose answer was lost: cancelled like any, when nothing was built on it. */
static enum err reverse_encounter(struct turn *turn, const struct record *record)
{
    char mdtrt_id[ID_SETL + 1];
    struct encounter *e = arena_alloc(turn->arena, sizeof *e);
    if (!e)
        return ERR_NOMEM;
    id_format_mdtrt(turn->settle->region, date_of_time(record->time_ms), record->sequence,
                    mdtrt_id);
    enum err err = state_encounter(turn->state, mdtrt_id, e);
    if (err != ERR_OK)
        return err == ERR_NOTFOUND ? ERR_CORRUPT : err;
    if (e->stage == ENCOUNTER_CANCELLED)
        encounter_reply(turn, e, "", NULL);
    else
        err = encounter_cancel(turn, e);
    if (err != ERR_OK)
        return err;
    return turn_has_problems(turn) ? turn_refuse(turn) : done(turn, FATE_CANCELLED);
}

enum err reversal_turn(struct turn *turn)
{
    struct message_entry entry;
    enum err err = state_message(turn->state, turn->request->reversal.omsgid, &entry);
    if (err == ERR_NOTFOUND)
        return reverse_absent(turn);
    if (err != ERR_OK)
        return err;
    if (message_is_barred(&entry))
        return done(turn, FATE_BARRED);
    struct reversal_file *file = arena_alloc(turn->arena, sizeof *file);
    if (!file)
        return ERR_NOMEM;
    err = found_read(turn, entry.sequence, &file->original);
    if (err != ERR_OK)
        return err == ERR_NOTFOUND ? turn_need(turn, entry.sequence) : err;
    check_same(turn, &file->original.request);
    if (turn_has_problems(turn))
        return turn_refuse(turn);
    switch (entry.kind) {
    case RECORD_SETTLEMENT:
        return reverse_settlement(turn, file);
    case RECORD_VOID:
        return refuse_void(turn, &file->original);
    case RECORD_REFUSAL:
        return done(turn, FATE_REFUSED);
    case RECORD_ENCOUNTER:
        return reverse_encounter(turn, &file->original.record);
    default:
        return ERR_CORRUPT;
    }
}
