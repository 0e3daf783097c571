/* 5203: the stored reply is fetched from the ledger and handed back inside a new one. */
#include "settle/query.h"

#include <string.h>

#include "settle/stored_labels.h"
#include "wire/codec.h"

struct found {
    char setl_id[ID_SETL + 1];
    uint64_t sequence;
    struct settlement settlement;
    struct record record;
    struct request request; /* of the record */
    struct problems problems;
};

static enum err refuse(struct turn *turn, enum reason reason, const char *field, const char *value)
{
    problem_add(turn->problems, reason, field, NULL, value);
    return turn_refuse(turn);
}

/* Somebody else's settlement reads as none. ERR_NOTFOUND then. */
static enum err find_settlement(struct turn *turn, const char *setl_id, struct found *found)
{
    enum err err = state_settlement(turn->state, setl_id, &found->settlement);
    if (err != ERR_OK)
        return err;
    if (strcmp(found->settlement.fixmedins_code, turn->request->fixmedins_code) != 0)
        return ERR_NOTFOUND;
    TEXT_SET(found->setl_id, setl_id);
    found->sequence = found->settlement.sequence;
    return ERR_OK;
}

static enum err find_message(struct turn *turn, const char *msgid, struct found *found)
{
    struct message_entry entry;
    /* A msgid begins with its institution. */
    if (strncmp(msgid, turn->request->fixmedins_code, ID_FIXMEDINS) != 0)
        return ERR_NOTFOUND;
    enum err err = state_message(turn->state, msgid, &entry);
    if (err == ERR_OK)
        found->sequence = entry.sequence;
    return err;
}

/* What the record settled, when it did: its number follows from its sequence and stamp. */
static enum err settled_by(struct turn *turn, struct found *found)
{
    const struct record *record = &found->record;
    if (record->kind != RECORD_SETTLEMENT && record->kind != RECORD_VOID)
        return ERR_OK;
    id_format_setl(turn->settle->region, date_of_time(record->time_ms), record->sequence,
                   found->setl_id);
    enum err err = state_settlement(turn->state, found->setl_id, &found->settlement);
    return err == ERR_NOTFOUND ? ERR_CORRUPT : err;
}

static enum err answer_found(struct turn *turn, struct found *found)
{
    struct reply *reply = turn->reply;
    enum err err = wire_read_request_body(found->record.request, turn->arena, &found->request,
                                          &found->problems);
    if (err == ERR_OK)
        err = settled_by(turn, found);
    if (err != ERR_OK)
        return err == ERR_INVALID ? ERR_CORRUPT : err;
    reply->found.infno = found->request.infno;
    reply->found.msgid = found->request.msgid;
    reply->found.outcome = (enum outcome)found->record.outcome;
    reply->found.setl_id = found->setl_id;
    reply->found.void_setl_id = found->setl_id[0] ? found->settlement.void_setl_id : NULL;
    reply->found.reply = found->record.reply;
    err = settle_labels(turn->settle, &found->record, turn->arena, turn->answer);
    if (err != ERR_OK)
        return err;
    return turn->answer->verdict == SETTLE_NEEDS ? turn_need(turn, found->sequence)
                                                 : turn_answer(turn);
}

enum err query_settlement(struct turn *turn)
{
    const struct settlement_query *query = &turn->request->settlement;
    struct found *found = arena_alloc(turn->arena, sizeof *found);
    if (!found)
        return ERR_NOMEM;
    bool by_number = query->setl_id[0] != '\0';
    enum err err = by_number ? find_settlement(turn, query->setl_id, found)
                             : find_message(turn, query->msgid, found);
    if (err == ERR_NOTFOUND && by_number)
        return refuse(turn, REASON_SETTLEMENT_UNKNOWN, "setl_id", query->setl_id);
    if (err == ERR_NOTFOUND)
        return refuse(turn, REASON_MESSAGE_UNKNOWN, "msgid", query->msgid);
    if (err != ERR_OK)
        return err;
    /* Both names must mean the same. */
    if (by_number && query->msgid[0] && strcmp(query->msgid, found->settlement.msgid) != 0)
        return refuse(turn, REASON_SETTLEMENT_UNKNOWN, "msgid", query->msgid);
    err = turn_evidence(turn, found->sequence, &found->record);
    if (err == ERR_NOTFOUND)
        return turn_need(turn, found->sequence);
    return err == ERR_OK ? answer_found(turn, found) : err;
}
