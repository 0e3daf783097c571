/* An encounter's lines and diagnoses stand in the state; those of a whole bill lie in the ledger,
 * in the message that settled it. */
#include "settle/fees.h"

#include <string.h>

#include "settle/found.h"
#include "settle/named.h"

#define LINES_PAGE 1000 /* of a whole bill */

/* The message that settled a whole bill; *found NULL: it was asked for, and the turn ends. */
static enum err read_record(struct turn *turn, const struct settlement *s, struct found **found)
{
    *found = arena_alloc(turn->arena, sizeof **found);
    if (!*found)
        return ERR_NOMEM;
    enum err err = found_read(turn, s->sequence, *found);
    if (err != ERR_NOTFOUND)
        return err;
    *found = NULL;
    return turn_need(turn, s->sequence);
}

enum err fees_diagnoses(struct turn *turn)
{
    struct reply *reply = turn->reply;
    struct visit *v = arena_alloc_raw(turn->arena, sizeof *v);
    struct named named;
    struct found *found;
    if (!v)
        return ERR_NOMEM;
    enum err err = named_find(turn, &named);
    if (err == ERR_OK && !turn_has_problems(turn))
        err = named_tell(turn, &named);
    if (err != ERR_OK || turn_has_problems(turn))
        return named_answer(turn, err);
    if (named.encounter) {
        reply->told.diagnoses = named.encounter->diagnoses;
        reply->told.diagnosis_count = named.encounter->diagnosis_count;
        return turn_answer(turn);
    }
    err = read_record(turn, named.settlement, &found);
    if (err != ERR_OK || !found)
        return err;
    *v = reply->told.visits[0];
    v->dise_codg = found->request.claim.dise_codg;
    reply->told.visits = v;
    return turn_answer(turn);
}

static enum err fees_of_record(struct turn *turn, const struct settlement *s)
{
    struct reply *reply = turn->reply;
    const uint32_t from = named_page(turn) * LINES_PAGE;
    struct visit_bill *bill = arena_alloc_raw(turn->arena, sizeof *bill);
    struct found *found;
    if (!bill)
        return ERR_NOMEM;
    if (turn_has_problems(turn))
        return named_answer(turn, ERR_OK);
    enum err err = read_record(turn, s, &found);
    if (err != ERR_OK || !found)
        return err;
    const struct claim *claim = &found->request.claim;
    named_tell_settled(bill, s);
    bill->line_cnt = claim->line_count;
    reply->told.bill = bill;
    if (from < claim->line_count) {
        const uint32_t left = claim->line_count - from;
        reply->told.lines = claim->lines + from;
        reply->told.line_count = left < LINES_PAGE ? left : LINES_PAGE;
        if (left > LINES_PAGE)
            err = named_number(turn, from / LINES_PAGE + 1, &reply->told.next);
    }
    return named_answer(turn, err);
}

/* The bill that is meant. */
static enum err name_bill(struct turn *turn, const struct named *named, const char **chrg_bchno)
{
    const struct encounter *e = named->encounter;
    *chrg_bchno =
        named->settlement ? named->settlement->chrg_bchno : turn->request->query.chrg_bchno;
    if (!(*chrg_bchno)[0] && e->inpatient)
        return named_number(turn, e->bill, chrg_bchno);
    if (!(*chrg_bchno)[0])
        turn_problem(turn, REASON_FIELD_MISSING, "chrg_bchno", NULL);
    return ERR_OK;
}

/* Of a settlement that was named, its bill must be what it settled: a void opens it again, and what
 * is uploaded or cancelled then was not on it. */
static enum err find_bill(struct turn *turn, const struct named *named, const char *chrg_bchno,
                          struct encounter_bill *bill)
{
    const struct settlement *s = named->settlement;
    enum err err = state_bill(turn->state, named->encounter->mdtrt_id, chrg_bchno, bill);
    if (err == ERR_NOTFOUND)
        turn_problem(turn, REASON_NOTHING_UPLOADED, "chrg_bchno", chrg_bchno);
    else if (err == ERR_OK && s && strcmp(bill->setl_id, s->setl_id) != 0)
        turn_problem(turn, REASON_SETTLEMENT_VOIDED, "setl_id", s->void_setl_id);
    return err == ERR_NOTFOUND ? ERR_OK : err;
}

static enum err fees_of_encounter(struct turn *turn, const struct named *named)
{
    const struct encounter *e = named->encounter;
    struct reply *reply = turn->reply;
    const uint32_t chunk = named_page(turn) * BILL_PAGE;
    struct encounter_bill *bill = arena_alloc_raw(turn->arena, sizeof *bill);
    struct visit_bill *told = arena_alloc_raw(turn->arena, sizeof *told);
    struct claim_line *lines;
    const char *chrg_bchno;
    if (!bill || !told)
        return ERR_NOMEM;
    enum err err = name_bill(turn, named, &chrg_bchno);
    if (err != ERR_OK || turn_has_problems(turn))
        return named_answer(turn, err);
    err = find_bill(turn, named, chrg_bchno, bill);
    if (err != ERR_OK || turn_has_problems(turn))
        return named_answer(turn, err);
    err = state_bill_page(turn->state, e->mdtrt_id, chrg_bchno, bill, chunk, turn->arena, &lines,
                          &reply->told.line_count);
    reply->told.lines = lines;
    named_tell_bill(told, chrg_bchno, bill);
    reply->told.bill = told;
    if (err == ERR_OK && chunk + BILL_PAGE < bill->chunk_count)
        err = named_number(turn, chunk / BILL_PAGE + 1, &reply->told.next);
    return named_answer(turn, err);
}

enum err fees_query(struct turn *turn)
{
    struct named named;
    enum err err = named_find(turn, &named);
    if (err != ERR_OK || turn_has_problems(turn))
        return named_answer(turn, err);
    return named.encounter ? fees_of_encounter(turn, &named)
                           : fees_of_record(turn, named.settlement);
}
