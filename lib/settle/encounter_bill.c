/* A settled bill's lines never change, and it keeps the facts that it was settled with: whoever
 * adjudicates it again finds what it was made from. */
#include "settle/encounter_bill.h"

#include <stdio.h>
#include <string.h>

#include "base/money.h"

static void refuse_day(struct turn *turn, enum reason reason, const char *field, int64_t time_ms)
{
    char text[DATE_TEXT];
    turn_problem(turn, reason, field, date_format_time(time_ms, text));
}

/* ---- settle ---- */

static void check_stage(struct turn *turn, const struct encounter_bill_file *file)
{
    const struct encounter *e = &file->encounter;
    if (e->stage == ENCOUNTER_SETTLED)
        encounter_refuse_stage(turn, e, "2305");
    else if (file->mid && e->stage != ENCOUNTER_OPEN)
        encounter_refuse_stage(turn, e, "2405");
    else if (file->mid && e->bill == STAY_BILLS_MAX)
        problem_addf(turn->problems, REASON_ENCOUNTER_FULL, "mid_setl_flag", NULL, "%d",
                     STAY_BILLS_MAX);
    else if (e->care.med_type[0] == '\0')
        encounter_refuse_stage(turn, e, "2203");
}

static enum err find_bill(struct turn *turn, struct encounter_bill_file *file)
{
    const struct request *request = turn->request;
    struct encounter *e = &file->encounter;
    enum err err = encounter_find(turn, request->bill.mdtrt_id, request->claim.psn_no, e);
    if (err != ERR_OK || turn_has_problems(turn))
        return err;
    check_stage(turn, file);
    if (turn_has_problems(turn))
        return ERR_OK;
    file->chrg_bchno = encounter_batch(e, request->claim.chrg_bchno, file->batch);
    err = encounter_open_bill(turn, e, file->chrg_bchno, &file->bill);
    if (err != ERR_OK && err != ERR_NOTFOUND)
        return err;
    if (!turn_has_problems(turn) && file->bill.line_count == 0)
        turn_problem(turn, REASON_NOTHING_UPLOADED, "chrg_bchno", file->chrg_bchno);
    return ERR_OK;
}

static int64_t last_fee(const struct claim_line *lines, uint32_t count)
{
    int64_t last = 0;
    for (uint32_t i = 0; i < count; i++)
        last = lines[i].fee_ocur_time > last ? lines[i].fee_ocur_time : last;
    return last;
}

/* The end that the message gives, or the one that is known: the discharge; of an outpatient the
 * last fee; of a mid-stay settlement now. */
static int64_t find_end(struct turn *turn, const struct encounter_bill_file *file, int64_t begntime)
{
    const struct request *request = turn->request;
    const struct encounter *e = &file->encounter;
    const bool given = request->bill.endtime_given;
    const int64_t endtime = request->claim.endtime;
    if (file->mid)
        return given ? endtime : turn->now_ms;
    if (!e->inpatient) {
        const int64_t last = last_fee(file->lines, file->bill.line_count);
        return given ? endtime : last > begntime ? last : begntime;
    }
    if (e->stage == ENCOUNTER_DISCHARGED) {
        if (given && endtime != e->endtime)
            refuse_day(turn, REASON_ENCOUNTER_MISMATCH, "endtime", e->endtime);
        return e->endtime;
    }
    if (!given)
        encounter_refuse_stage(turn, e, "2402");
    return endtime;
}

/* Of a refund, its original's: they stand on one bill. */
static int64_t fee_time(const struct claim *all, const struct claim_line *const *order,
                        const struct claim_line *line)
{
    return claim_original(all, order, line)->fee_ocur_time;
}

/* Puts the lines that belong to a later day behind the others. */
static enum err part_lines(struct turn *turn, struct encounter_bill_file *file, int64_t endtime)
{
    const uint32_t count = file->bill.line_count;
    const struct claim all = {.line_count = count, .lines = file->lines};
    const int32_t last = date_of_time(endtime);
    file->taken = count;
    file->later = 0;
    if (!file->mid || date_of_time(last_fee(file->lines, count)) <= last)
        return ERR_OK;
    const struct claim_line **order = claim_order(&all, turn->arena);
    struct claim_line *parted = arena_alloc_raw(turn->arena, count * sizeof *parted);
    if (!order || !parted)
        return ERR_NOMEM;
    uint32_t taken = 0, later = 0;
    for (uint32_t i = 0; i < count; i++)
        if (date_of_time(fee_time(&all, order, &file->lines[i])) <= last)
            parted[taken++] = file->lines[i];
    for (uint32_t i = 0; i < count; i++)
        if (date_of_time(fee_time(&all, order, &file->lines[i])) > last)
            parted[taken + later++] = file->lines[i];
    file->lines = parted;
    file->taken = taken;
    file->later = later;
    if (taken == 0)
        refuse_day(turn, REASON_NOTHING_UPLOADED, "endtime", endtime);
    return ERR_OK;
}

/* Fees behind the discharge, when that was said after they were uploaded. A mid-stay settlement has
 * none: its lines were chosen by their day, and refunds of later stand with what they take back. */
static void check_fees(struct turn *turn, const struct encounter_bill_file *file, int64_t endtime)
{
    char text[DATE_TEXT];
    for (uint32_t i = 0; !file->mid && i < file->taken; i++)
        if (date_of_time(file->lines[i].fee_ocur_time) > date_of_time(endtime))
            problem_add(turn->problems, REASON_FEE_AFTER_CARE, "fee_ocur_time",
                        file->lines[i].feedetl_sn,
                        date_format(date_of_time(file->lines[i].fee_ocur_time), text));
}

static void check_sum(struct turn *turn, const struct encounter_bill_file *file)
{
    const int64_t stated = turn->request->claim.medfee_sumamt;
    char is[MONEY_TEXT], said[MONEY_TEXT];
    int64_t sum = 0;
    for (uint32_t i = 0; i < file->taken; i++)
        sum += file->lines[i].det_item_fee_sumamt;
    if (sum != stated)
        problem_addf(turn->problems, REASON_UPLOADED_SUM, "medfee_sumamt", NULL, "%s / %s",
                     money_yuan(sum, is), money_yuan(stated, said));
    else if (sum <= 0)
        turn_problem(turn, REASON_NOTHING_UPLOADED, "medfee_sumamt", money_yuan(sum, is));
}

/* The message's own words, beside what the encounter knows. */
static enum err make_claim(struct turn *turn, struct encounter_bill_file *file, int64_t begntime,
                           int64_t endtime)
{
    const struct claim *said = &turn->request->claim;
    struct claim claim = encounter_claim(&file->encounter, &file->encounter.care);
    claim.mdtrt_cert_type = said->mdtrt_cert_type;
    claim.mdtrt_cert_no = said->mdtrt_cert_no;
    claim.card_sn = said->card_sn;
    claim.invono = said->invono;
    claim.psn_setlway = said->psn_setlway;
    claim.medfee_sumamt = said->medfee_sumamt;
    claim.acct_used_flag = said->acct_used_flag;
    claim.agreed = said->agreed;
    claim.agreed_psn_cash_pay = said->agreed_psn_cash_pay;
    claim.agreed_acct_pay = said->agreed_acct_pay;
    claim.chrg_bchno = file->chrg_bchno;
    claim.begntime = begntime;
    claim.endtime = endtime;
    claim.lines = file->lines;
    claim.line_count = file->taken;
    return encounter_stand_in(turn, &claim) ? ERR_OK : ERR_NOMEM;
}

enum err encounter_bill_open(struct turn *turn, struct encounter_bill_file **out)
{
    struct encounter_bill_file *file = arena_alloc(turn->arena, sizeof *file);
    *out = file;
    if (!file)
        return ERR_NOMEM;
    file->mid = turn->request->bill.mid_setl_flag;
    enum err err = find_bill(turn, file);
    if (err != ERR_OK || turn_has_problems(turn))
        return err;
    const struct encounter *e = &file->encounter;
    err = state_bill_lines(turn->state, e->mdtrt_id, file->chrg_bchno, &file->bill, 0, turn->arena,
                           &file->lines);
    if (err != ERR_OK)
        return err;
    const int64_t begntime = file->bill.begntime ? file->bill.begntime : e->care.begntime;
    const int64_t endtime = find_end(turn, file, begntime);
    if (!turn_has_problems(turn) && endtime < begntime)
        refuse_day(turn, REASON_FEE_AFTER_CARE, "endtime", begntime);
    if (turn_has_problems(turn))
        return ERR_OK;
    err = part_lines(turn, file, endtime);
    if (err != ERR_OK || turn_has_problems(turn))
        return err;
    check_fees(turn, file, endtime);
    check_sum(turn, file);
    return turn_has_problems(turn) ? ERR_OK : make_claim(turn, file, begntime, endtime);
}

/* The stay goes on in the next bill, from where this one ends. */
static void open_next(struct turn *turn, struct encounter_bill_file *file, int64_t endtime)
{
    struct encounter *e = &file->encounter;
    struct encounter_bill next = {.begntime = endtime};
    char batch[BATCH_TEXT];
    if (file->later > 0)
        effects_set_lines(turn->effects, e->mdtrt_id, file->chrg_bchno, &file->bill, file->lines,
                          file->taken);
    e->bill++;
    const char *name = encounter_batch(e, "", batch);
    if (file->later > 0)
        effects_set_lines(turn->effects, e->mdtrt_id, name, &next, file->lines + file->taken,
                          file->later);
    effects_put_bill(turn->effects, e->mdtrt_id, name, &next);
}

void encounter_bill_close(struct turn *turn, struct encounter_bill_file *file,
                          const struct settlement *settlement)
{
    struct encounter *e = &file->encounter;
    if (file->mid) {
        open_next(turn, file, settlement->endtime);
    } else if (e->inpatient) {
        if (e->stage == ENCOUNTER_OPEN)
            effects_leave(turn->effects, turn->state, e);
        e->stage = ENCOUNTER_SETTLED;
        e->endtime = settlement->endtime;
    } else {
        encounter_forget_bill(e, file->chrg_bchno);
    }
    e->settled++;
    TEXT_SET(file->bill.setl_id, settlement->setl_id);
    file->bill.care = e->care;
    effects_put_bill(turn->effects, e->mdtrt_id, file->chrg_bchno, &file->bill);
    effects_put_encounter(turn->effects, e);
}

/* ---- void ---- */

/* Of a stay the last settlement: in stage SETTLED its open bill's, else the one before. */
static enum err check_last(struct turn *turn, const struct settlement *original,
                           const struct encounter *e, struct later *later)
{
    const uint32_t last = e->stage == ENCOUNTER_SETTLED ? e->bill : e->bill - 1;
    char batch[BATCH_TEXT];
    struct encounter_bill *bill = arena_alloc(turn->arena, sizeof *bill);
    if (!bill)
        return ERR_NOMEM;
    snprintf(batch, sizeof batch, "%u", last);
    if (strcmp(original->chrg_bchno, batch) == 0)
        return ERR_OK;
    enum err err = state_bill(turn->state, e->mdtrt_id, batch, bill);
    if (err != ERR_OK)
        return err == ERR_NOTFOUND ? ERR_CORRUPT : err;
    later->count = 1;
    later->setl_ids[0] = bill->setl_id;
    return ERR_OK;
}

/* The bills before and after a mid-stay settlement as one: it must be one that uploads could have
 * made. A number may stand in both, for a settled bill's are free again. */
static enum err check_merged(struct turn *turn, const struct encounter_void *v,
                             const struct claim_line *lines)
{
    const struct claim whole = {.line_count = v->bill.line_count + v->next.line_count,
                                .lines = (struct claim_line *)lines};
    const struct claim_line **order = claim_order(&whole, turn->arena);
    if (!order)
        return ERR_NOMEM;
    for (uint32_t i = 1; i < whole.line_count; i++)
        if (strcmp(order[i - 1]->feedetl_sn, order[i]->feedetl_sn) == 0)
            problem_add(turn->problems, REASON_LINE_UPLOADED, "feedetl_sn", order[i]->feedetl_sn,
                        "2302");
    encounter_check_room(turn, lines, whole.line_count, "2302");
    return ERR_OK;
}

/* What was uploaded since a mid-stay settlement, and whether it may go back into its bill. */
static enum err open_next_bill(struct turn *turn, struct encounter_void *v,
                               const struct settlement *original)
{
    const struct encounter *e = &v->encounter;
    struct claim_line *lines;
    char batch[BATCH_TEXT];
    const char *name = encounter_batch(e, "", batch);
    enum err err = state_bill(turn->state, e->mdtrt_id, name, &v->next);
    if (err != ERR_OK)
        return err == ERR_NOTFOUND ? ERR_CORRUPT : err;
    if (v->next.line_count == 0)
        return ERR_OK;
    err =
        state_bill_lines(turn->state, e->mdtrt_id, name, &v->next, 0, turn->arena, &v->next_lines);
    if (err == ERR_OK)
        err = state_bill_lines(turn->state, e->mdtrt_id, original->chrg_bchno, &v->bill,
                               v->next.line_count, turn->arena, &lines);
    if (err != ERR_OK)
        return err;
    memcpy(lines + v->bill.line_count, v->next_lines, v->next.line_count * sizeof *lines);
    return check_merged(turn, v, lines);
}

enum err encounter_void_check(struct turn *turn, const struct settlement *original,
                              struct encounter_void *out, struct later *later)
{
    const struct encounter *e = &out->encounter;
    enum err err = state_encounter(turn->state, original->mdtrt_id, &out->encounter);
    if (err == ERR_OK)
        err = state_bill(turn->state, original->mdtrt_id, original->chrg_bchno, &out->bill);
    if (err == ERR_NOTFOUND || (err == ERR_OK && strcmp(out->bill.setl_id, original->setl_id) != 0))
        return ERR_CORRUPT;
    if (err != ERR_OK)
        return err;
    if (e->inpatient)
        err = check_last(turn, original, e, later);
    else if (e->bills_count == OPEN_BILLS_MAX)
        problem_addf(turn->problems, REASON_ENCOUNTER_FULL, "mdtrt_id", NULL, "%d", OPEN_BILLS_MAX);
    if (err == ERR_OK && e->inpatient && e->stage != ENCOUNTER_SETTLED && later->count == 0)
        err = open_next_bill(turn, out, original);
    later->opposed = turn_has_problems(turn);
    return err;
}

/* What was uploaded since goes back into the bill that is open again. */
static void merge_next(struct turn *turn, struct encounter_void *v)
{
    struct encounter *e = &v->encounter;
    char batch[BATCH_TEXT], open[BATCH_TEXT];
    const char *name = encounter_batch(e, "", batch);
    const uint32_t count = v->next.line_count;
    effects_set_lines(turn->effects, e->mdtrt_id, name, &v->next, NULL, 0);
    effects_put_bill(turn->effects, e->mdtrt_id, name, NULL);
    e->bill--;
    if (count > 0)
        effects_add_lines(turn->effects, turn->state, e->mdtrt_id, encounter_batch(e, "", open),
                          &v->bill, v->next_lines, count);
}

void encounter_void_apply(struct turn *turn, const struct settlement *original,
                          struct encounter_void *v)
{
    struct encounter *e = &v->encounter;
    v->bill.setl_id[0] = '\0';
    if (e->inpatient && e->stage == ENCOUNTER_SETTLED)
        e->stage = ENCOUNTER_DISCHARGED;
    else if (e->inpatient)
        merge_next(turn, v);
    else
        TEXT_SET(e->bills[e->bills_count++], original->chrg_bchno);
    e->settled--;
    effects_put_bill(turn->effects, e->mdtrt_id, original->chrg_bchno, &v->bill);
    effects_put_encounter(turn->effects, e);
}

enum err encounter_bill_restore(struct state *state, const struct settlement *settlement,
                                struct arena *arena, struct claim *claim)
{
    struct encounter *e = arena_alloc_raw(arena, sizeof *e);
    struct encounter_bill *bill = arena_alloc_raw(arena, sizeof *bill);
    if (!e || !bill)
        return ERR_NOMEM;
    enum err err = state_encounter(state, settlement->mdtrt_id, e);
    if (err == ERR_OK)
        err = state_bill(state, settlement->mdtrt_id, settlement->chrg_bchno, bill);
    if (err != ERR_OK)
        return err == ERR_NOTFOUND ? ERR_CORRUPT : err;
    struct claim whole = encounter_claim(e, &bill->care);
    whole.mdtrt_cert_type = claim->mdtrt_cert_type;
    whole.psn_setlway = claim->psn_setlway;
    whole.acct_used_flag = claim->acct_used_flag;
    whole.medfee_sumamt = settlement->totals.medfee_sumamt;
    whole.begntime = settlement->begntime;
    whole.endtime = settlement->endtime;
    whole.line_count = bill->line_count;
    err = state_bill_lines(state, settlement->mdtrt_id, settlement->chrg_bchno, bill, 0, arena,
                           &whole.lines);
    *claim = whole;
    return err;
}
