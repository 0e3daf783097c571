/* Operators' commands about filings. What an operator entered takes effect when another approves
 * it; a county's operators see and decide about who is insured there. */
#include <string.h>

#include "model/proposal.h"
#include "settle/command.h"
#include "settle/filing.h"

/* Refused, and not recorded: whose the county is does not stand in the command. */
static bool out_of_scope(struct command_turn *ct, const struct person *person)
{
    const char *county = ct->command->county;
    for (uint32_t i = 0; i < person->insurance_count; i++)
        if (strcmp(person->insurances[i].insuplc_admdvs, county) == 0)
            return false;
    return county[0] != '\0';
}

static enum err refuse_scope(struct command_turn *ct)
{
    enum err err = command_problem(ct, REASON_NOT_AUTHORISED, 0, "psn_no", "该人员由其他区县参保",
                                   "another county insures the person");
    return err == ERR_OK ? command_refuse(ct) : err;
}

static enum err refuse(struct command_turn *ct, enum reason reason, const char *field,
                       const char *value)
{
    enum err err = command_problem(ct, reason, 0, field, value, value);
    return err == ERR_OK ? command_refuse(ct) : err;
}

static struct filing_work *new_work(struct command_turn *ct)
{
    return arena_alloc(ct->turn.arena, sizeof(struct filing_work));
}

static enum err finish(struct command_turn *ct, struct filing_work *work)
{
    filing_finish(&ct->turn, work);
    ct->turn.reply->filings.steps = true;
    ct->reply->filings = ct->turn.reply;
    return command_record(ct, RECORD_FILING);
}

enum err filings_enter(struct command_turn *ct)
{
    struct filing_work *work = new_work(ct);
    if (!work)
        return ERR_NOMEM;
    enum err err = filing_apply(&ct->turn, &ct->command->filing, ct->actor, work);
    if (err != ERR_OK)
        return err;
    if (work->person.psn_no[0] && out_of_scope(ct, &work->person))
        return refuse_scope(ct);
    return turn_has_problems(&ct->turn) ? command_refuse_found(ct) : finish(ct, work);
}

static enum filing_stage stage_of(enum command_kind kind)
{
    switch (kind) {
    case COMMAND_FILING_ASSESS:
        return FILING_ASSESSED;
    case COMMAND_FILING_APPROVE:
        return FILING_APPROVED;
    case COMMAND_FILING_REFUSE:
        return FILING_REFUSED;
    default:
        return FILING_WITHDRAWN;
    }
}

/* Whoever entered or assessed it. */
static bool had_a_hand(const struct filing_file *file, const char *actor)
{
    for (uint32_t i = 0; i < file->step_count; i++)
        if (proposal_same_person(file->steps[i].who, actor))
            return true;
    return false;
}

enum err filings_decide(struct command_turn *ct)
{
    const struct command *command = ct->command;
    const enum filing_stage to = stage_of(command->kind);
    struct filing_work *work = new_work(ct);
    if (!work)
        return ERR_NOMEM;
    enum err err = filing_load(&ct->turn, command->number, work);
    if (err == ERR_NOTFOUND)
        return refuse(ct, REASON_FILING_UNKNOWN, "number", command->number);
    if (err != ERR_OK)
        return err;
    if (out_of_scope(ct, &work->person))
        return refuse_scope(ct);
    if (!filing_may(&ct->turn, &work->file, to))
        return command_refuse_found(ct);
    if (to == FILING_APPROVED && had_a_hand(&work->file, ct->actor))
        return refuse(ct, REASON_SAME_PERSON, "number", command->number);
    filing_step(&ct->turn, &work->file, to, ct->actor, command->note);
    return finish(ct, work);
}

/* A look at a person, and recorded like one. */
enum err filings_list(struct command_turn *ct)
{
    const char *psn_no = ct->command->psn_no;
    struct filing_work *work = new_work(ct);
    if (!work)
        return ERR_NOMEM;
    enum err err = state_person(ct->turn.state, psn_no, &work->person);
    if (err == ERR_NOTFOUND)
        return refuse(ct, REASON_PERSON_UNKNOWN, "psn_no", psn_no);
    if (err != ERR_OK)
        return err;
    if (out_of_scope(ct, &work->person))
        return refuse_scope(ct);
    err = filings_reply(&ct->turn, psn_no, NULL);
    ct->turn.reply->filings.steps = true;
    ct->reply->filings = ct->turn.reply;
    return err == ERR_OK ? command_record(ct, RECORD_PERSON_LOOK) : err;
}
