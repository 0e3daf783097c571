/* A filing counts from the record that brought it into force, for whatever days it says: a late one
 * serves the next settlement and changes none that was made. Who may decide about it stands in
 * model/filing.c. */
#include "settle/filing.h"

#include <stdio.h>
#include <string.h>

#include "adjudicate/adjudicate.h"
#include "base/utf8.h"
#include "state/encounters.h"

enum err filings_find(struct state *state, const char *psn_no, uint64_t sequence,
                      struct filings *out)
{
    struct person_filings all;
    enum err err = state_filings(state, psn_no, &all);
    if (err == ERR_OK)
        filings_at(&all, sequence, out);
    return err;
}

/* "2501 转诊备案, 2505 ...": what the pack has instead. */
static void refuse_category(struct turn *turn, const struct policy *policy, const char *category)
{
    char list[TEXT_ERROR_MAX];
    size_t size = (size_t)snprintf(list, sizeof list, "%s ->", category);
    for (uint8_t i = 0; i < policy->filing_count && size < sizeof list; i++)
        for (uint8_t j = 0; j < policy->filings[i].code_count && size < sizeof list; j++)
            size += (size_t)snprintf(list + size, sizeof list - size, " %s %s;",
                                     policy->filings[i].codes[j], policy->filings[i].name_zh);
    list[utf8_whole(list, strlen(list))] = '\0';
    turn_problem(turn, REASON_FILING_CATEGORY, "category", list);
}

static const struct policy *policy_today(const struct turn *turn)
{
    return turn->pack ? pack_policy(turn->pack, turn->today) : NULL;
}

static void check_category(struct turn *turn, const struct filing *filing)
{
    char text[DATE_TEXT];
    const struct policy *policy = policy_today(turn);
    if (!policy)
        turn_problem(turn, REASON_UNCOVERED_DATE, NULL, date_format(turn->today, text));
    else if (policy_filing(policy, filing->category) < 0)
        refuse_category(turn, policy, filing->category);
    /* Elsewhere the care may be in institutions that are none of ours. */
    if (turn->pack && filing->fixmedins_code[0] &&
        strncmp(filing->fixmedins_code + 1, turn->settle->region, 4) == 0 &&
        !pack_institution(turn->pack, filing->fixmedins_code))
        turn_problem(turn, REASON_INSTITUTION_UNKNOWN, "fixmedins_code", filing->fixmedins_code);
}

/* On its first day, or today when that has passed. */
static void check_person(struct turn *turn, const struct person *person,
                         const struct filing *filing)
{
    char text[DATE_TEXT];
    const struct policy *policy = policy_today(turn);
    const int32_t day = filing->begndate;
    if (person->death_date != DATE_NONE && person->death_date < day)
        turn_problem(turn, REASON_PERSON_DEAD, "begndate", date_format(person->death_date, text));
    else if (policy && !adjudicate_cover(policy, person, 0, day))
        turn_problem(turn, REASON_NOT_INSURED, "begndate", date_format(day, text));
}

static bool same_thing(const struct filing *a, const struct filing *b)
{
    return strcmp(a->category, b->category) == 0 &&
           strcmp(a->fixmedins_code, b->fixmedins_code) == 0 &&
           strcmp(a->dise_codg, b->dise_codg) == 0 && a->begndate <= b->enddate &&
           b->begndate <= a->enddate;
}

static void check_list(struct turn *turn, const struct filing_work *work)
{
    for (uint32_t i = 0; i < work->all.count; i++) {
        const struct filed *other = &work->all.list[i];
        const bool over = other->stage == FILING_REFUSED || other->stage == FILING_WITHDRAWN;
        if (!over && same_thing(&other->filing, &work->file.filed.filing))
            turn_problem(turn, REASON_FILING_DUPLICATE, "category", other->number);
    }
    if (work->all.count == FILINGS_MAX && filings_dispensable(&work->all, turn->today) < 0)
        problem_addf(turn->problems, REASON_FILINGS_FULL, "psn_no", NULL, "%d", FILINGS_MAX);
}

enum err filing_apply(struct turn *turn, const struct filing_order *order, const char *who,
                      struct filing_work *work)
{
    struct filing_file *file = &work->file;
    *file = (struct filing_file){.filed = {.kind = order->kind, .filing = order->filing}};
    if (!file->filed.filing.category[0])
        TEXT_SET(file->filed.filing.category, filing_rule(order->kind)->infno);
    TEXT_SET(file->psn_no, order->psn_no);
    TEXT_SET(file->dcla_souc, order->dcla_souc);
    enum err err = state_person(turn->state, order->psn_no, &work->person);
    if (err == ERR_NOTFOUND) {
        turn_problem(turn, REASON_PERSON_UNKNOWN, "psn_no", order->psn_no);
        return ERR_OK;
    }
    if (err == ERR_OK)
        err = state_filings(turn->state, order->psn_no, &work->all);
    if (err != ERR_OK)
        return err;
    check_category(turn, &file->filed.filing);
    check_person(turn, &work->person, &file->filed.filing);
    check_list(turn, work);
    if (turn_has_problems(turn))
        return ERR_OK;
    if (work->all.count == FILINGS_MAX)
        effects_drop_filing(turn->effects, &work->all,
                            (uint32_t)filings_dispensable(&work->all, turn->today));
    id_format_filing(turn->settle->region, turn->today, turn->sequence, file->filed.number);
    filing_step(turn, file, FILING_APPLIED, who, order->note);
    return ERR_OK;
}

enum err filing_load(struct turn *turn, const char *number, struct filing_work *work)
{
    enum err err = state_filing(turn->state, number, &work->file);
    if (err != ERR_OK)
        return err;
    err = state_filings(turn->state, work->file.psn_no, &work->all);
    if (err == ERR_OK)
        err = state_person(turn->state, work->file.psn_no, &work->person);
    return err == ERR_NOTFOUND ? ERR_CORRUPT : err;
}

bool filing_may(struct turn *turn, const struct filing_file *file, enum filing_stage to)
{
    const enum filing_stage from = file->filed.stage;
    const bool waits = from == FILING_APPLIED || from == FILING_ASSESSED;
    bool may = waits;
    if (to == FILING_ASSESSED)
        may = from == FILING_APPLIED;
    if (to == FILING_WITHDRAWN)
        may = waits || from == FILING_APPROVED;
    if (!may)
        problem_addf(turn->problems, REASON_FILING_STAGE, "trt_dcla_detl_sn", NULL, "%s -> %s",
                     filing_stage_name(from), filing_stage_name(to));
    return may;
}

void filing_step(struct turn *turn, struct filing_file *file, enum filing_stage to, const char *who,
                 const char *note)
{
    CHECK(file->step_count < FILING_STEPS_MAX);
    struct filing_step *step = &file->steps[file->step_count++];
    *step = (struct filing_step){.stage = to, .time_ms = turn->now_ms};
    TEXT_SET(step->who, who);
    TEXT_SET(step->note, note);
    file->filed.stage = to;
    if (to == FILING_APPROVED)
        file->filed.since = turn->sequence;
    if (to == FILING_WITHDRAWN && file->filed.since != 0)
        file->filed.until = turn->sequence;
}

void filing_finish(struct turn *turn, struct filing_work *work)
{
    effects_put_filing(turn->effects, &work->all, &work->file);
    turn->reply->texts.policy = policy_today(turn);
    turn->reply->filings.name = filing_category_name;
    turn->reply->filings.list = &work->file;
    turn->reply->filings.count = 1;
}

const char *filing_category_name(const void *policy, const char *category)
{
    const struct policy *p = policy;
    const int index = p ? policy_filing(p, category) : -1;
    return index < 0 ? NULL : p->filings[index].name_zh;
}

/* ---- institutions ---- */

/* From today on, or from within the stay that the person is in. */
static enum err begins_in_time(struct turn *turn, const struct filing_file *file, bool *in_time)
{
    char mdtrt_id[ID_SETL + 1];
    *in_time = file->filed.filing.begndate >= turn->today;
    if (*in_time)
        return ERR_OK;
    struct encounter *stay = arena_alloc_raw(turn->arena, sizeof *stay);
    if (!stay)
        return ERR_NOMEM;
    enum err err = state_stay(turn->state, file->psn_no, mdtrt_id);
    if (err != ERR_OK)
        return err == ERR_NOTFOUND ? ERR_OK : err;
    err = state_encounter(turn->state, mdtrt_id, stay);
    if (err != ERR_OK)
        return err == ERR_NOTFOUND ? ERR_CORRUPT : err;
    *in_time = file->filed.filing.begndate >= date_of_time(stay->care.begntime);
    return ERR_OK;
}

static void name_sender(const struct turn *turn, char who[ACTOR_MAX + 1])
{
    snprintf(who, ACTOR_MAX + 1, "%s %s", turn->request->fixmedins_code, turn->request->opter);
}

static enum err file_turn(struct turn *turn, struct filing_work *work)
{
    const struct filing_order *order = &turn->request->filing;
    char who[ACTOR_MAX + 1];
    bool in_time = false;
    name_sender(turn, who);
    if (!pack_institution(turn->pack, turn->request->fixmedins_code))
        turn_problem(turn, REASON_INSTITUTION_UNKNOWN, "fixmedins_code",
                     turn->request->fixmedins_code);
    enum err err = filing_apply(turn, order, who, work);
    if (err == ERR_OK && !turn_has_problems(turn) && filing_rule(order->kind)->at_once)
        err = begins_in_time(turn, &work->file, &in_time);
    if (err != ERR_OK)
        return err;
    if (turn_has_problems(turn))
        return turn_refuse(turn);
    TEXT_SET(work->file.institution, turn->request->fixmedins_code);
    if (in_time)
        filing_step(turn, &work->file, FILING_APPROVED, who, "");
    filing_finish(turn, work);
    return turn_record(turn, RECORD_FILING);
}

static enum err unfile_turn(struct turn *turn, struct filing_work *work)
{
    const struct request *request = turn->request;
    const struct filing_order *name = &request->filing;
    char who[ACTOR_MAX + 1];
    name_sender(turn, who);
    enum err err = filing_load(turn, name->number, work);
    if (err != ERR_OK && err != ERR_NOTFOUND)
        return err;
    /* Somebody else's reads as none. */
    if (err == ERR_NOTFOUND || strcmp(work->file.institution, request->fixmedins_code) != 0)
        turn_problem(turn, REASON_FILING_UNKNOWN, "trt_dcla_detl_sn", name->number);
    else if (strcmp(work->file.psn_no, name->psn_no) != 0)
        turn_problem(turn, REASON_FILING_MISMATCH, "psn_no", name->psn_no);
    else if (work->file.filed.kind != name->kind)
        turn_problem(turn, REASON_FILING_MISMATCH, "infno",
                     filing_rule(work->file.filed.kind)->name_zh);
    else if (filing_may(turn, &work->file, FILING_WITHDRAWN))
        filing_step(turn, &work->file, FILING_WITHDRAWN, who, name->note);
    if (turn_has_problems(turn))
        return turn_refuse(turn);
    filing_finish(turn, work);
    return turn_record(turn, RECORD_FILING);
}

enum err filings_reply(struct turn *turn, const char *psn_no, const char *query)
{
    struct person_filings *all = arena_alloc_raw(turn->arena, sizeof *all);
    struct filing_file *list = arena_alloc_raw(turn->arena, FILINGS_MAX * sizeof *list);
    if (!all || !list)
        return ERR_NOMEM;
    enum err err = state_filings(turn->state, psn_no, all);
    turn->reply->texts.policy = policy_today(turn);
    turn->reply->filings.name = filing_category_name;
    turn->reply->filings.list = list;
    for (uint32_t i = 0; err == ERR_OK && i < all->count; i++) {
        const char *own = filing_rule(all->list[i].kind)->query;
        if (query && (!own || strcmp(own, query) != 0))
            continue;
        err = state_filing(turn->state, all->list[i].number, &list[turn->reply->filings.count++]);
    }
    return err == ERR_NOTFOUND ? ERR_CORRUPT : err;
}

static enum err filings_turn(struct turn *turn)
{
    struct person *person = arena_alloc_raw(turn->arena, sizeof *person);
    const char *psn_no = turn->request->filing.psn_no;
    if (!person)
        return ERR_NOMEM;
    enum err err = state_person(turn->state, psn_no, person);
    if (err == ERR_NOTFOUND) {
        turn_problem(turn, REASON_PERSON_UNKNOWN, "psn_no", psn_no);
        return turn_refuse(turn);
    }
    if (err == ERR_OK)
        err = filings_reply(turn, psn_no, turn->request->infno);
    return err == ERR_OK ? turn_answer(turn) : err;
}

enum err filing_turn(struct turn *turn)
{
    struct filing_work *work = arena_alloc_raw(turn->arena, sizeof *work);
    if (!work)
        return ERR_NOMEM;
    if (!turn->pack)
        return turn_retry(turn, REASON_NO_POLICY);
    if (turn->request->kind == REQUEST_FILINGS)
        return filings_turn(turn);
    return turn->request->kind == REQUEST_FILE ? file_turn(turn, work) : unfile_turn(turn, work);
}
