/* Lookups and borrowed texts; what is told lies in the turn's arena. */
#include "settle/named.h"

#include <stdio.h>
#include <string.h>

#include "settle/encounter.h"
#include "state/keys.h"

#define NUMBER_TEXT_MAX 12

enum err named_number(struct turn *turn, uint32_t number, const char **out)
{
    char text[NUMBER_TEXT_MAX];
    int size = snprintf(text, sizeof text, "%u", number);
    *out = arena_copy(turn->arena, text, (size_t)size);
    return *out ? ERR_OK : ERR_NOMEM;
}

/* Which page: "" is the first. */
uint32_t named_page(struct turn *turn)
{
    const char *next = turn->request->query.next;
    uint32_t page = 0;
    size_t digits = strspn(next, "0123456789");
    if (next[digits] || digits > 7)
        turn_problem(turn, REASON_FIELD_INVALID, "next", next);
    for (size_t i = 0; i < digits && digits <= 7; i++)
        page = page * 10 + (uint32_t)(next[i] - '0');
    return page;
}

/* ---- finding ---- */

enum err named_encounter(struct turn *turn, const char *mdtrt_id, struct named *named)
{
    struct encounter *e = arena_alloc_raw(turn->arena, sizeof *e);
    if (!e)
        return ERR_NOMEM;
    enum err err = state_encounter(turn->state, mdtrt_id, e);
    if (err == ERR_OK && strcmp(e->fixmedins_code, turn->request->fixmedins_code) != 0)
        return ERR_NOTFOUND;
    named->encounter = e;
    return err;
}

/* A void is of the visit that its original settled. */
enum err named_settlement(struct turn *turn, const char *setl_id, struct named *named)
{
    struct settlement *s = arena_alloc_raw(turn->arena, sizeof *s);
    if (!s)
        return ERR_NOMEM;
    enum err err = state_settlement(turn->state, setl_id, s);
    if (err != ERR_OK)
        return err;
    if (strcmp(s->fixmedins_code, turn->request->fixmedins_code) != 0)
        return ERR_NOTFOUND;
    if (s->refd_setl_flag) {
        char original[ID_SETL + 1];
        TEXT_SET(original, s->init_setl_id);
        err = state_settlement(turn->state, original, s);
    }
    named->settlement = s;
    if (err == ERR_OK && s->mdtrt_id[0])
        err = named_encounter(turn, s->mdtrt_id, named);
    return err == ERR_NOTFOUND ? ERR_CORRUPT : err;
}

/* The number of a visit that its settlement registered says which settlement that was. */
static enum err take_registered(struct turn *turn, const char *mdtrt_id, struct named *named)
{
    char setl_id[ID_SETL + 1];
    if (strlen(mdtrt_id) != ID_SETL || mdtrt_id[0] != 'M')
        return ERR_NOTFOUND;
    TEXT_SET(setl_id, mdtrt_id);
    setl_id[0] = turn->settle->region[0];
    enum err err = named_settlement(turn, setl_id, named);
    const bool other =
        err == ERR_OK && (named->encounter || strcmp(named->settlement->setl_id, setl_id) != 0);
    return other ? ERR_NOTFOUND : err;
}

static const char *person_of(const struct named *named)
{
    return named->encounter ? named->encounter->psn_no : named->settlement->psn_no;
}

/* By mdtrt_id, setl_id or the institution's own number, whichever was said; what is not to be had
 * is among the turn's problems. */
enum err named_find(struct turn *turn, struct named *named)
{
    const struct counter_query *q = &turn->request->query;
    const char *batch = q->chrg_bchno[0] ? q->chrg_bchno : VISIT_BATCH;
    char holder[ID_SETL + 1];
    enum err err;
    *named = (struct named){0};
    if (q->setl_id[0]) {
        err = named_settlement(turn, q->setl_id, named);
    } else if (q->mdtrt_id[0]) {
        err = named_encounter(turn, q->mdtrt_id, named);
        if (err == ERR_NOTFOUND) {
            named->encounter = NULL;
            err = take_registered(turn, q->mdtrt_id, named);
        }
    } else {
        err = state_visit(turn->state, turn->request->fixmedins_code, q->ipt_otp_no, batch, holder);
        if (err == ERR_OK)
            err = holder[0] == 'M' ? named_encounter(turn, holder, named)
                                   : named_settlement(turn, holder, named);
    }
    if (err != ERR_OK && err != ERR_NOTFOUND)
        return err;
    if (err == ERR_NOTFOUND && q->setl_id[0])
        turn_problem(turn, REASON_SETTLEMENT_UNKNOWN, "setl_id", q->setl_id);
    else if (err == ERR_NOTFOUND)
        turn_problem(turn, REASON_ENCOUNTER_UNKNOWN, q->mdtrt_id[0] ? "mdtrt_id" : "ipt_otp_no",
                     q->mdtrt_id[0] ? q->mdtrt_id : q->ipt_otp_no);
    else if (strcmp(person_of(named), q->psn_no) != 0)
        turn_problem(turn, REASON_ENCOUNTER_MISMATCH, "psn_no", q->psn_no);
    return ERR_OK;
}

/* ---- telling ---- */

void named_tell_bill(struct visit_bill *out, const char *chrg_bchno,
                     const struct encounter_bill *bill)
{
    *out = (struct visit_bill){.chrg_bchno = chrg_bchno,
                               .setl_id = bill->setl_id,
                               .void_setl_id = "",
                               .line_cnt = bill->line_count,
                               .medfee_sumamt = bill->medfee_sumamt};
}

void named_tell_settled(struct visit_bill *out, const struct settlement *s)
{
    *out = (struct visit_bill){.chrg_bchno = s->chrg_bchno,
                               .setl_id = s->setl_id,
                               .void_setl_id = s->void_setl_id,
                               .medfee_sumamt = s->totals.medfee_sumamt};
}

/* All but its bills. */
void named_tell_encounter(struct visit *v, const struct encounter *e)
{
    *v = (struct visit){.mdtrt_id = e->mdtrt_id,
                        .psn_no = e->psn_no,
                        .psn_name = "",
                        .ipt_otp_no = e->ipt_otp_no,
                        .stage = encounter_stage_name(e->stage),
                        .insutype = e->care.insutype,
                        .med_type = e->care.med_type,
                        .dept_code = e->dept_code,
                        .bed = e->bed,
                        .atddr_no = e->atddr_no,
                        .dise_codg = e->care.dise_codg,
                        .inpatient = e->inpatient,
                        .begntime = e->care.begntime,
                        .endtime = e->endtime,
                        .settled = e->settled};
}

/* The bill behind the others, when it is there. */
static enum err read_bill(struct turn *turn, const struct encounter *e, const char *chrg_bchno,
                          struct visit_bill *out, uint32_t *count)
{
    struct encounter_bill *bill = arena_alloc_raw(turn->arena, sizeof *bill);
    if (!bill)
        return ERR_NOMEM;
    enum err err = state_bill(turn->state, e->mdtrt_id, chrg_bchno, bill);
    if (err == ERR_OK)
        named_tell_bill(&out[(*count)++], chrg_bchno, bill);
    return err == ERR_NOTFOUND ? ERR_OK : err;
}

/* A stay's bills are all there; of an outpatient's encounter the open ones. */
enum err named_add_bills(struct turn *turn, struct visit *v, const struct encounter *e)
{
    const uint32_t most = e->inpatient ? e->bill : e->bills_count;
    enum err err = ERR_OK;
    struct visit_bill *bills = arena_alloc_raw(turn->arena, (most + 1) * sizeof *bills);
    if (!bills)
        return ERR_NOMEM;
    v->bills = bills;
    for (uint32_t i = 0; err == ERR_OK && i < most; i++) {
        const char *name = e->bills[i];
        if (e->inpatient)
            err = named_number(turn, i + 1, &name);
        if (err == ERR_OK)
            err = read_bill(turn, e, name, bills, &v->bill_count);
    }
    return err;
}

/* A settlement with its one bill; of an encounter, as that stands. */
enum err named_tell_settlement(struct turn *turn, struct visit *v, const struct named *named)
{
    const struct settlement *s = named->settlement;
    char *mdtrt_id = arena_alloc(turn->arena, ID_SETL + 1);
    struct visit_bill *bill = arena_alloc_raw(turn->arena, sizeof *bill);
    const char *insutype;
    enum err err = named_number(turn, s->insutype, &insutype);
    if (!mdtrt_id || !bill || err != ERR_OK)
        return ERR_NOMEM;
    settlement_mdtrt_id(s, mdtrt_id);
    named_tell_settled(bill, s);
    if (named->encounter)
        named_tell_encounter(v, named->encounter);
    else
        *v = (struct visit){.mdtrt_id = mdtrt_id,
                            .psn_no = s->psn_no,
                            .psn_name = "",
                            .ipt_otp_no = s->ipt_otp_no,
                            .stage = encounter_stage_name(s->void_setl_id[0] ? ENCOUNTER_CANCELLED
                                                                             : ENCOUNTER_SETTLED),
                            .dept_code = "",
                            .bed = "",
                            .atddr_no = "",
                            .dise_codg = "",
                            .inpatient = strcmp(s->infno, "2304") == 0,
                            .begntime = s->begntime,
                            .endtime = s->endtime,
                            .settled = s->void_setl_id[0] ? 0 : 1};
    v->insutype = insutype;
    v->med_type = s->med_type;
    v->bills = bill;
    v->bill_count = 1;
    return ERR_OK;
}

enum err named_tell(struct turn *turn, const struct named *named)
{
    struct visit *v = arena_alloc(turn->arena, sizeof *v);
    if (!v)
        return ERR_NOMEM;
    turn->reply->told.visits = v;
    turn->reply->told.visit_count = 1;
    if (!named->encounter)
        return named_tell_settlement(turn, v, named);
    named_tell_encounter(v, named->encounter);
    return named_add_bills(turn, v, named->encounter);
}

/* The end of every query. */
enum err named_answer(struct turn *turn, enum err err)
{
    if (err != ERR_OK)
        return err;
    if (!turn_has_problems(turn))
        return turn_answer(turn);
    memset(&turn->reply->told, 0, sizeof turn->reply->told);
    return turn_refuse(turn);
}
