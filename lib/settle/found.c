/* The record's own number tells what it settled: state has it under that, or the record settled
 * nothing. */
#include "settle/found.h"

#include "wire/codec.h"

static enum err settled_by(struct turn *turn, struct found *found)
{
    const struct record *record = &found->record;
    found->setl_id[0] = '\0';
    if (record->kind != RECORD_SETTLEMENT && record->kind != RECORD_VOID)
        return ERR_OK;
    id_format_setl(turn->settle->region, date_of_time(record->time_ms), record->sequence,
                   found->setl_id);
    return state_settlement(turn->state, found->setl_id, &found->settlement);
}

enum err found_read(struct turn *turn, uint64_t sequence, struct found *found)
{
    enum err err = turn_evidence(turn, sequence, &found->record);
    if (err != ERR_OK)
        return err;
    err = wire_read_request_body(found->record.request, turn->arena, &found->request,
                                 &found->problems);
    if (err == ERR_OK)
        err = settled_by(turn, found);
    return err == ERR_INVALID || err == ERR_NOTFOUND ? ERR_CORRUPT : err;
}

void found_reply(struct turn *turn, const struct found *found)
{
    struct reply *reply = turn->reply;
    reply->found.infno = found->request.infno;
    reply->found.msgid = found->request.msgid;
    reply->found.outcome = (enum outcome)found->record.outcome;
    reply->found.setl_id = found->setl_id;
    reply->found.void_setl_id = found->setl_id[0] ? found->settlement.void_setl_id : NULL;
    reply->found.reply = found->record.reply;
}
