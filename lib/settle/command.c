/* Operators' commands: idempotent under (actor, msgid) as terminals' messages are under theirs. */
#include "settle/command.h"

#include <string.h>

#include "settle/query.h"
#include "state/keys.h"

static enum err add_problem(struct command_turn *ct, enum reason reason, uint32_t row,
                            const char *field, const char *zh_text, const char *en_text)
{
    struct command_reply *reply = ct->reply;
    struct arena *arena = ct->turn.arena;
    if (reply->problem_count == ROW_PROBLEMS_MAX) {
        reply->more++;
        return ERR_OK;
    }
    struct row_problem *problem = &reply->problems[reply->problem_count];
    *problem = (struct row_problem){
        .reason = reason,
        .row = row,
        .field = field,
        .zh = arena_copy(arena, zh_text, strlen(zh_text)),
        .en = arena_copy(arena, en_text, strlen(en_text)),
    };
    if (!problem->zh || !problem->en)
        return ERR_NOMEM;
    reply->problem_count++;
    return ERR_OK;
}

enum err command_problem(struct command_turn *ct, enum reason reason, uint32_t row,
                         const char *field, const char *zh, const char *en)
{
    char zh_text[TEXT_ERROR_MAX + 1], en_text[TEXT_ERROR_MAX + 1];
    problem_zh(zh_text, reason, zh);
    problem_en(en_text, reason, en);
    return add_problem(ct, reason, row, field, zh_text, en_text);
}

enum err command_refuse_found(struct command_turn *ct)
{
    const struct problems *found = ct->turn.problems;
    enum err err = ERR_OK;
    for (uint32_t i = 0; err == ERR_OK && i < found->count; i++) {
        const struct problem *p = &found->list[i];
        err = add_problem(ct, p->reason, 0, p->field[0] ? p->field : NULL, p->zh, p->en);
    }
    return err == ERR_OK ? command_refuse(ct) : err;
}

/* Commands whose answer is a record. */
static bool command_writes(const struct command *command)
{
    switch (command->kind) {
    case COMMAND_IMPORT_MEMBERS:
        return !command->dry_run;
    case COMMAND_PACK_CHUNK:
    case COMMAND_PACK_SUBMIT:
    case COMMAND_PACK_APPROVE:
    case COMMAND_PACK_ACTIVATE:
    case COMMAND_CLOCK_CONFIRM:
    case COMMAND_PERSON_LOOK:
    case COMMAND_KEY_CHANGE:
    case COMMAND_FILING_ENTER:
    case COMMAND_FILING_ASSESS:
    case COMMAND_FILING_APPROVE:
    case COMMAND_FILING_REFUSE:
    case COMMAND_FILING_WITHDRAW:
    case COMMAND_FILING_LIST:
        return true;
    case COMMAND_IMPORT_PROGRESS:
    case COMMAND_PACK_SHOW:
    case COMMAND_STATUS:
    case COMMAND_RECEIPT:
    case COMMAND_KEY_SHOW:
    case COMMAND_STORE_COPY:
        return false;
    }
    return false;
}

static enum err pack_reply(struct command_turn *ct, enum outcome outcome)
{
    struct settle_answer *answer = ct->turn.answer;
    struct command_reply *reply = ct->reply;
    reply->msgid = ct->command->msgid;
    reply->outcome = outcome;
    answer->outcome = outcome;
    answer->reason = reply->problem_count ? reply->problems[0].reason : REASON_NONE;
    return wire_write_command_reply(reply, ct->turn.arena, &answer->body);
}

static enum err answer(struct command_turn *ct, enum outcome outcome)
{
    ct->turn.answer->verdict = SETTLE_ANSWER;
    ct->turn.answer->sequence = state_sequence(ct->turn.state);
    return pack_reply(ct, outcome);
}

static enum err record(struct command_turn *ct, enum record_kind kind, enum outcome outcome)
{
    const struct command *command = ct->command;
    struct record head = {
        .kind = kind,
        .schema = SCHEMA_OPERATOR,
        .outcome = (uint8_t)outcome,
        .request_hash = hash_shorten(&command->body_hash),
        .request = command->body,
    };
    TEXT_SET(head.actor, ct->actor);
    TEXT_SET(head.approver, ct->approver);
    TEXT_SET(head.msgid, command->msgid);
    ct->reply->sequence = ct->turn.sequence;
    enum err err = pack_reply(ct, outcome);
    return err == ERR_OK ? turn_fill_record(&ct->turn, &head, ct->turn.answer->body) : err;
}

enum err command_answer(struct command_turn *ct)
{
    return answer(ct, OUTCOME_DONE);
}

enum err command_record(struct command_turn *ct, enum record_kind kind)
{
    return record(ct, kind, OUTCOME_DONE);
}

static bool by_state(const struct command_reply *reply)
{
    for (uint32_t i = 0; i < reply->problem_count; i++)
        if (reason_class(reply->problems[i].reason) != REASON_CLASS_STATE)
            return false;
    return true;
}

enum err command_refuse(struct command_turn *ct)
{
    CHECK(ct->reply->problem_count > 0);
    if (command_writes(ct->command) && by_state(ct->reply))
        return record(ct, RECORD_REFUSAL, OUTCOME_REFUSED);
    return answer(ct, OUTCOME_REFUSED);
}

static enum err refuse(struct command_turn *ct, enum reason reason, const char *field,
                       const char *value)
{
    enum err err = command_problem(ct, reason, 0, field, value, value);
    return err == ERR_OK ? command_refuse(ct) : err;
}

/* The look itself is the record; its reply is what was seen. */
static enum err person_look(struct command_turn *ct)
{
    const char *psn_no = ct->command->psn_no;
    enum err err = query_fill_person(&ct->turn, psn_no, ct->turn.today, "");
    if (err == ERR_NOTFOUND)
        return refuse(ct, REASON_PERSON_UNKNOWN, "psn_no", psn_no);
    if (err != ERR_OK)
        return err;
    ct->reply->person = ct->turn.reply;
    return command_record(ct, RECORD_PERSON_LOOK);
}

static enum err dispatch(struct command_turn *ct)
{
    switch (ct->command->kind) {
    case COMMAND_IMPORT_MEMBERS:
        return members_import(ct);
    case COMMAND_IMPORT_PROGRESS:
        return members_progress(ct);
    case COMMAND_PACK_CHUNK:
        return packs_chunk(ct);
    case COMMAND_PACK_SUBMIT:
        return packs_submit(ct);
    case COMMAND_PACK_APPROVE:
        return packs_approve(ct);
    case COMMAND_PACK_ACTIVATE:
        return packs_activate(ct);
    case COMMAND_PACK_SHOW:
        return packs_show(ct);
    case COMMAND_CLOCK_CONFIRM: /* whether there is anything to confirm is the daemon's to know */
        return command_record(ct, RECORD_CLOCK_CONFIRM);
    case COMMAND_PERSON_LOOK:
        return person_look(ct);
    case COMMAND_KEY_CHANGE:
        return signer_change(ct);
    case COMMAND_FILING_ENTER:
        return filings_enter(ct);
    case COMMAND_FILING_ASSESS:
    case COMMAND_FILING_APPROVE:
    case COMMAND_FILING_REFUSE:
    case COMMAND_FILING_WITHDRAW:
        return filings_decide(ct);
    case COMMAND_FILING_LIST:
        return filings_list(ct);
    case COMMAND_STATUS:
    case COMMAND_RECEIPT:
    case COMMAND_KEY_SHOW:
    case COMMAND_STORE_COPY:
        break;
    }
    check_failed("command kind", __FILE__, __LINE__);
}

static enum err answer_known(struct command_turn *ct, const struct message_entry *entry)
{
    const struct command *command = ct->command;
    if (memcmp(entry->request_hash.bytes, command->body_hash.bytes, HASH_SHORT_SIZE) != 0)
        return refuse(ct, REASON_MSGID_REUSED, "msgid", command->msgid);
    ct->turn.answer->verdict = SETTLE_REPEAT;
    ct->turn.answer->outcome = entry->outcome;
    ct->turn.answer->sequence = entry->sequence;
    return ERR_OK;
}

static enum err take_turn(struct command_turn *ct)
{
    const struct command *command = ct->command;
    struct message_entry entry;
    if (strcmp(command->region, ct->turn.settle->region) != 0)
        return refuse(ct, REASON_REGION_WRONG, "region", command->region);
    if (!key_text_valid(command->msgid) || command->msgid[0] == '\0')
        return refuse(ct, REASON_FIELD_INVALID, "msgid", NULL);
    enum err err = state_operator_message(ct->turn.state, ct->actor, command->msgid, &entry);
    if (err == ERR_OK)
        return answer_known(ct, &entry);
    return err == ERR_NOTFOUND ? dispatch(ct) : err;
}

enum err settle_command(struct settle *settle, const struct command *command, const char *actor,
                        int64_t now_ms, const struct settle_rehearsal *rehearsal,
                        struct arena *arena, struct settle_answer *answer_out)
{
    struct command_turn ct = {
        .command = command, .actor = actor, .rehearsal = rehearsal, .approver = ""};
    enum err err = turn_begin(&ct.turn, settle, now_ms, arena, answer_out);
    if (err != ERR_OK)
        return err;
    ct.reply = arena_alloc(arena, sizeof *ct.reply);
    return ct.reply ? take_turn(&ct) : ERR_NOMEM;
}
