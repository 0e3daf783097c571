/* 5203: the stored reply is fetched from the ledger and handed back inside a new one. */
#include "settle/query.h"

#include <string.h>

#include "settle/found.h"
#include "settle/stored_labels.h"

/* What was asked for, and where its answer lies. */
struct target {
    uint64_t sequence;
    char msgid[ID_MSGID + 1]; /* of the settlement that was named; "" */
};

static enum err refuse(struct turn *turn, enum reason reason, const char *field, const char *value)
{
    problem_add(turn->problems, reason, field, NULL, value);
    return turn_refuse(turn);
}

/* Somebody else's settlement reads as none. ERR_NOTFOUND then. */
static enum err find_settlement(struct turn *turn, const char *setl_id, struct target *target)
{
    struct settlement *settlement = arena_alloc_raw(turn->arena, sizeof *settlement);
    if (!settlement)
        return ERR_NOMEM;
    enum err err = state_settlement(turn->state, setl_id, settlement);
    if (err != ERR_OK)
        return err;
    if (strcmp(settlement->fixmedins_code, turn->request->fixmedins_code) != 0)
        return ERR_NOTFOUND;
    TEXT_SET(target->msgid, settlement->msgid);
    target->sequence = settlement->sequence;
    return ERR_OK;
}

/* A message that was reversed before it came has no answer, and never will: *barred. */
static enum err find_message(struct turn *turn, const char *msgid, struct target *target,
                             bool *barred)
{
    struct message_entry entry;
    /* A msgid begins with its institution. */
    if (strncmp(msgid, turn->request->fixmedins_code, ID_FIXMEDINS) != 0)
        return ERR_NOTFOUND;
    enum err err = state_message(turn->state, msgid, &entry);
    if (err != ERR_OK)
        return err;
    *barred = message_is_barred(&entry);
    target->sequence = entry.sequence;
    return ERR_OK;
}

static enum err answer_found(struct turn *turn, uint64_t sequence)
{
    struct found *found = arena_alloc(turn->arena, sizeof *found);
    if (!found)
        return ERR_NOMEM;
    enum err err = found_read(turn, sequence, found);
    if (err == ERR_NOTFOUND)
        return turn_need(turn, sequence);
    if (err != ERR_OK)
        return err;
    found_reply(turn, found);
    err = settle_labels(turn->settle, &found->record, turn->arena, turn->answer);
    if (err != ERR_OK)
        return err;
    return turn->answer->verdict == SETTLE_NEEDS ? turn_need(turn, sequence) : turn_answer(turn);
}

enum err query_settlement(struct turn *turn)
{
    const struct settlement_query *query = &turn->request->settlement;
    struct target target = {0};
    bool by_number = query->setl_id[0] != '\0', barred = false;
    enum err err = by_number ? find_settlement(turn, query->setl_id, &target)
                             : find_message(turn, query->msgid, &target, &barred);
    if (err == ERR_NOTFOUND && by_number)
        return refuse(turn, REASON_SETTLEMENT_UNKNOWN, "setl_id", query->setl_id);
    if (err == ERR_NOTFOUND)
        return refuse(turn, REASON_MESSAGE_UNKNOWN, "msgid", query->msgid);
    if (err != ERR_OK)
        return err;
    if (barred)
        return refuse(turn, REASON_REVERSED, "msgid", query->msgid);
    /* Both names must mean the same. */
    if (by_number && query->msgid[0] && strcmp(query->msgid, target.msgid) != 0)
        return refuse(turn, REASON_SETTLEMENT_UNKNOWN, "msgid", query->msgid);
    return answer_found(turn, target.sequence);
}
