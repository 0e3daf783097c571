/* A page has a bounded number of lookups. */
#include "settle/visits.h"

#include <string.h>

#include "settle/named.h"

#define VISITS_PAGE 64
/* Settlements of a person's year that one message looks at, whosever they are: three a day. */
#define LOOKED_MAX 1100

/* Whether it is of the person asked about, and the sender's own. */
static bool is_mine(const struct turn *turn, const struct settlement *s)
{
    return strcmp(s->psn_no, turn->request->query.psn_no) == 0 &&
           strcmp(s->fixmedins_code, turn->request->fixmedins_code) == 0;
}

/* ---- 5201 ---- */

static enum err add_stay(struct turn *turn, struct visit *list)
{
    struct named named = {0};
    char mdtrt_id[ID_SETL + 1];
    enum err err = state_stay(turn->state, turn->request->query.psn_no, mdtrt_id);
    if (err == ERR_OK)
        err = named_encounter(turn, mdtrt_id, &named);
    if (err != ERR_OK)
        return err == ERR_NOTFOUND ? ERR_OK : err;
    struct visit *v = &list[turn->reply->told.visit_count++];
    named_tell_encounter(v, named.encounter);
    return named_add_bills(turn, v, named.encounter);
}

/* The newest settlement that the page may hold: the year's, or the one before the last that was
 * told, which must be that person's and the sender's own. "": there is none. */
static enum err first_settlement(struct turn *turn, struct settlement *at, char first[ID_SETL + 1])
{
    const struct request *request = turn->request;
    const struct counter_query *q = &request->query;
    struct person_year *year = arena_alloc_raw(turn->arena, sizeof *year);
    if (!year)
        return ERR_NOMEM;
    if (q->next[0]) {
        enum err err = state_settlement(turn->state, q->next, at);
        if (err == ERR_NOTFOUND || (err == ERR_OK && !is_mine(turn, at)))
            turn_problem(turn, REASON_FIELD_INVALID, "next", q->next);
        text_set(first, ID_SETL + 1, err == ERR_OK ? at->prev_setl_id : "");
        return err == ERR_NOTFOUND ? ERR_OK : err;
    }
    const struct policy *policy = turn->pack ? pack_policy(turn->pack, turn->today) : NULL;
    const uint16_t now =
        policy ? dates_year(&policy->dates, turn->today) : (uint16_t)date_year(turn->today);
    enum err err = state_person_year(turn->state, q->psn_no, q->year ? q->year : now, year);
    text_set(first, ID_SETL + 1, err == ERR_OK ? year->setl_id : "");
    return err;
}

static enum err add_settled(struct turn *turn, const struct settlement *at, struct visit *list)
{
    struct named named = {0};
    enum err err = named_settlement(turn, at->setl_id, &named);
    if (err != ERR_OK)
        return err;
    return named_tell_settlement(turn, &list[turn->reply->told.visit_count++], &named);
}

/* The stay, then the year's settlements from the newest. Where the page ends is told by one of the
 * sender's own: the number of another's would tell when somebody was treated elsewhere. */
static enum err list_person(struct turn *turn)
{
    struct reply *reply = turn->reply;
    struct settlement *at = arena_alloc_raw(turn->arena, sizeof *at);
    struct visit *list = arena_alloc(turn->arena, (VISITS_PAGE + 1) * sizeof *list);
    char setl_id[ID_SETL + 1] = "";
    uint32_t told = 0;
    if (!at || !list)
        return ERR_NOMEM;
    reply->told.visits = list;
    enum err err = turn->request->query.next[0] ? ERR_OK : add_stay(turn, list);
    if (err == ERR_OK)
        err = first_settlement(turn, at, setl_id);
    if (turn_has_problems(turn))
        return err;
    for (int looked = 0; err == ERR_OK && setl_id[0] && looked < LOOKED_MAX; looked++) {
        err = state_settlement(turn->state, setl_id, at);
        if (err != ERR_OK)
            return err == ERR_NOTFOUND ? ERR_CORRUPT : err;
        if (is_mine(turn, at) && !at->refd_setl_flag) {
            err = add_settled(turn, at, list);
            told++;
        }
        if (told == VISITS_PAGE) {
            reply->told.next = at->prev_setl_id[0] ? arena_copy(turn->arena, setl_id, ID_SETL) : "";
            return reply->told.next ? err : ERR_NOMEM;
        }
        TEXT_SET(setl_id, at->prev_setl_id);
    }
    return err;
}

enum err visits_query(struct turn *turn)
{
    const struct counter_query *q = &turn->request->query;
    struct named named;
    if (!q->mdtrt_id[0] && !q->ipt_otp_no[0])
        return named_answer(turn, list_person(turn));
    enum err err = named_find(turn, &named);
    if (err == ERR_OK && !turn_has_problems(turn))
        err = named_tell(turn, &named);
    return named_answer(turn, err);
}

/* ---- 5303 ---- */

static enum err tell_inpatient(struct turn *turn, const char *mdtrt_id, struct visit *v)
{
    struct named named = {0};
    struct person *person = arena_alloc_raw(turn->arena, sizeof *person);
    struct encounter_bill bill;
    const char *open;
    if (!person)
        return ERR_NOMEM;
    enum err err = named_encounter(turn, mdtrt_id, &named);
    if (err == ERR_OK)
        err = state_person(turn->state, named.encounter->psn_no, person);
    if (err != ERR_OK)
        return err == ERR_NOTFOUND ? ERR_CORRUPT : err;
    const struct encounter *e = named.encounter;
    named_tell_encounter(v, e);
    v->psn_name = person->psn_name;
    err = named_number(turn, e->bill, &open);
    if (err == ERR_OK)
        err = state_bill(turn->state, e->mdtrt_id, open, &bill);
    if (err != ERR_OK && err != ERR_NOTFOUND)
        return err;
    const int64_t begins = bill.begntime ? bill.begntime : e->care.begntime;
    v->since_last_year = date_year(date_of_time(begins)) < date_year(turn->today);
    return named_add_bills(turn, v, e);
}

enum err visits_inpatients(struct turn *turn)
{
    struct reply *reply = turn->reply;
    const uint32_t number = named_page(turn);
    struct inpatients *page = arena_alloc_raw(turn->arena, sizeof *page);
    struct visit *list = arena_alloc(turn->arena, INPATIENTS_PAGE * sizeof *list);
    if (!page || !list)
        return ERR_NOMEM;
    if (turn_has_problems(turn))
        return turn_refuse(turn);
    enum err err = state_inpatients(turn->state, turn->request->fixmedins_code, number, page);
    if (err == ERR_NOTFOUND)
        return turn_answer(turn);
    reply->told.visits = list;
    for (uint32_t i = 0; err == ERR_OK && i < page->count; i++)
        err = tell_inpatient(turn, page->mdtrt_ids[i], &list[reply->told.visit_count++]);
    if (err == ERR_OK && page->count == INPATIENTS_PAGE)
        err = named_number(turn, number + 1, &reply->told.next);
    return named_answer(turn, err);
}
