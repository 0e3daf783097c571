/* An upload is checked against the bill as it stands and split with it, so that what a refund or a
 * ceiling does to a line is answered now. All of it is taken, or nothing. */
#include "settle/upload.h"

#include <stdlib.h>
#include <string.h>

#include "settle/bill.h"
#include "settle/encounter.h"
#include "settle/facts.h"
#include "settle/labels.h"

struct upload {
    struct encounter encounter;
    char batch[BATCH_TEXT]; /* room for an inpatient's */
    const char *chrg_bchno;
    bool is_new; /* the bill */
    struct encounter_bill bill;
    uint32_t count; /* of all lines, the bill's and then the message's */
    struct claim_line *lines;
    struct facts facts;
    struct result result;
};

/* The encounter's open bill of that name. */
static enum err find_bill(struct turn *turn, const char *mdtrt_id, const char *psn_no,
                          const char *chrg_bchno, struct upload *u)
{
    struct encounter *e = &u->encounter;
    enum err err = encounter_find(turn, mdtrt_id, psn_no, e);
    if (err != ERR_OK || turn_has_problems(turn))
        return err;
    if (e->stage == ENCOUNTER_SETTLED) {
        encounter_refuse_stage(turn, e, "2305");
        return ERR_OK;
    }
    u->chrg_bchno = encounter_batch(e, chrg_bchno, u->batch);
    err = encounter_open_bill(turn, e, u->chrg_bchno, &u->bill);
    u->is_new = err == ERR_NOTFOUND;
    return u->is_new ? ERR_OK : err;
}

/* ---- upload ---- */

static void check_room(struct turn *turn, const struct upload *u, uint32_t more)
{
    const struct encounter *e = &u->encounter;
    if (u->bill.line_count + more > STAY_LINES_MAX)
        problem_addf(turn->problems, REASON_ENCOUNTER_FULL, "lines", NULL, "%u > %d",
                     u->bill.line_count + more, STAY_LINES_MAX);
    if (!e->inpatient && u->is_new && e->bills_count >= NEW_BILLS_MAX)
        problem_addf(turn->problems, REASON_ENCOUNTER_FULL, "chrg_bchno", NULL, "%d",
                     NEW_BILLS_MAX);
    if (e->care.med_type[0] == '\0')
        encounter_refuse_stage(turn, e, "2203");
}

/* Fees lie between the bill's beginning, less what a policy may let stand before it, and the end of
 * the care or, while it lasts, now. */
static void check_day(struct turn *turn, const struct upload *u, const struct claim_line *line)
{
    char text[DATE_TEXT];
    const struct encounter *e = &u->encounter;
    const int64_t begins = u->bill.begntime ? u->bill.begntime : e->care.begntime;
    const int64_t ends = e->endtime ? e->endtime : turn->now_ms + DAY_MS;
    const int32_t day = date_of_time(line->fee_ocur_time);
    if (day > date_of_time(ends))
        problem_add(turn->problems, REASON_FEE_AFTER_CARE, "fee_ocur_time", line->feedetl_sn,
                    date_format(day, text));
    if (day < date_of_time(begins) - BEFORE_DAYS_MAX)
        problem_add(turn->problems, REASON_FEE_BEFORE_CARE, "fee_ocur_time", line->feedetl_sn,
                    date_format(day, text));
}

/* What is left of each line when all refunds so far are taken from it. */
struct left {
    int64_t cnt, amount;
};

static void check_refund(struct turn *turn, const struct claim *claim,
                         const struct claim_line *const *order, struct left *left,
                         const struct claim_line *line)
{
    const int64_t at = claim_order_find(claim, order, line->init_feedetl_sn);
    if (at < 0 || claim_line_is_refund(order[at])) {
        problem_add(turn->problems, REASON_LINE_NOT_UPLOADED, "init_feedetl_sn", line->feedetl_sn,
                    line->init_feedetl_sn);
        return;
    }
    if (strcmp(order[at]->med_list_codg, line->med_list_codg) != 0) {
        problem_add(turn->problems, REASON_LINE_NOT_UPLOADED, "med_list_codg", line->feedetl_sn,
                    order[at]->med_list_codg);
        return;
    }
    struct left *l = &left[at];
    if (l->cnt + line->cnt < 0 || l->amount + line->det_item_fee_sumamt < 0) {
        problem_add(turn->problems, REASON_LINE_SPENT, "det_item_fee_sumamt", line->feedetl_sn,
                    line->init_feedetl_sn);
        return;
    }
    l->cnt += line->cnt;
    l->amount += line->det_item_fee_sumamt;
}

/* Each new line among all: its number is nobody else's, its original is there and covers it.
 * Amounts are in range, line by line (claim_check_upload()). */
static enum err check_lines(struct turn *turn, const struct upload *u)
{
    const struct claim claim = {.line_count = u->count, .lines = u->lines};
    const struct claim_line **order = claim_order(&claim, turn->arena);
    struct left *left = arena_alloc(turn->arena, u->count * sizeof *left);
    if (!order || !left)
        return ERR_NOMEM;
    const struct claim_line *const new = u->lines + u->bill.line_count;
    encounter_check_room(turn, u->lines, u->count, u->encounter.inpatient ? "2304" : "2207");
    for (uint32_t i = 0; i < u->count; i++) {
        left[i].cnt = order[i]->cnt;
        left[i].amount = order[i]->det_item_fee_sumamt;
        if (i > 0 && strcmp(order[i - 1]->feedetl_sn, order[i]->feedetl_sn) == 0)
            problem_add(turn->problems, REASON_LINE_UPLOADED, "feedetl_sn", order[i]->feedetl_sn,
                        NULL);
    }
    for (const struct claim_line *line = u->lines; line < u->lines + u->count; line++) {
        const int64_t at = claim_line_is_refund(line) && line < new
                               ? claim_order_find(&claim, order, line->init_feedetl_sn)
                               : -1;
        if (at >= 0) { /* one that was taken already */
            left[at].cnt += line->cnt;
            left[at].amount += line->det_item_fee_sumamt;
        }
        if (line < new)
            continue;
        check_day(turn, u, line);
        if (claim_line_is_refund(line))
            check_refund(turn, &claim, order, left, line);
    }
    return ERR_OK;
}

/* The bill with its new lines, split. */
static enum err split(struct turn *turn, struct upload *u)
{
    const struct encounter *e = &u->encounter;
    struct claim claim = encounter_claim(e, &e->care);
    if (u->bill.begntime)
        claim.begntime = u->bill.begntime;
    claim.endtime = e->endtime ? e->endtime : turn->now_ms;
    if (claim.endtime < claim.begntime)
        claim.endtime = claim.begntime;
    claim.lines = u->lines;
    claim.line_count = u->count;
    u->result.lines = arena_alloc(turn->arena, u->count * sizeof u->result.lines[0]);
    if (!u->result.lines || !encounter_stand_in(turn, &claim))
        return ERR_NOMEM;
    enum err err = facts_gather(turn, &u->facts);
    if (err != ERR_OK || turn_has_problems(turn))
        return err;
    err = adjudicate_lines(&u->facts.in, turn->arena, &u->result);
    if (err == ERR_OK && u->result.problems.count > 0)
        *turn->problems = u->result.problems;
    return err;
}

static void answer_splits(struct turn *turn, const struct upload *u, uint32_t first)
{
    const struct policy *made = u->facts.in.policy;
    struct reply *reply = turn->reply;
    reply->results.count = u->count - first;
    reply->results.lines = u->lines + first;
    reply->results.splits = u->result.lines + first;
    bill_texts(turn, made);
    labels_of_splits(turn, made, u->result.lines + first, u->count - first);
}

static enum err take(struct turn *turn, struct upload *u, uint32_t more)
{
    struct encounter *e = &u->encounter;
    const uint32_t first = u->bill.line_count;
    effects_add_lines(turn->effects, turn->state, e->mdtrt_id, u->chrg_bchno, &u->bill,
                      u->lines + first, more);
    effects_put_bill(turn->effects, e->mdtrt_id, u->chrg_bchno, &u->bill);
    if (!e->inpatient && u->is_new) {
        TEXT_SET(e->bills[e->bills_count], u->chrg_bchno);
        e->bills_count++;
        effects_put_encounter(turn->effects, e);
    }
    answer_splits(turn, u, first);
    encounter_reply(turn, e, u->chrg_bchno, &u->bill);
    return turn_record(turn, RECORD_LINES);
}

enum err upload_turn(struct turn *turn)
{
    const struct upload_order *order = &turn->request->upload;
    const struct claim *brought = &order->claim;
    struct upload *u = arena_alloc(turn->arena, sizeof *u);
    if (!u)
        return ERR_NOMEM;
    if (!turn->pack)
        return turn_retry(turn, REASON_NO_POLICY);
    enum err err = find_bill(turn, order->mdtrt_id, order->psn_no, order->chrg_bchno, u);
    if (err == ERR_OK && !turn_has_problems(turn))
        check_room(turn, u, brought->line_count);
    if (err != ERR_OK)
        return err;
    if (turn_has_problems(turn))
        return turn_refuse(turn);
    err = state_bill_lines(turn->state, order->mdtrt_id, u->chrg_bchno, &u->bill,
                           brought->line_count, turn->arena, &u->lines);
    if (err != ERR_OK)
        return err;
    memcpy(u->lines + u->bill.line_count, brought->lines,
           brought->line_count * sizeof brought->lines[0]);
    u->count = u->bill.line_count + brought->line_count;
    err = check_lines(turn, u);
    const uint32_t more = brought->line_count;
    if (err == ERR_OK && !turn_has_problems(turn))
        err = split(turn, u);
    if (err != ERR_OK)
        return err;
    return turn_has_problems(turn) ? turn_refuse(turn) : take(turn, u, more);
}

/* ---- cancel ---- */

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_named(const struct cancel_order *order, const char *feedetl_sn)
{
    return order->count > 0 && bsearch(&feedetl_sn, order->feedetl_sn, order->count,
                                       sizeof order->feedetl_sn[0], compare_texts);
}

/* Keeps what is not named, in order. A refund goes before what it was taken from. */
static void keep(struct turn *turn, const struct cancel_order *order, struct upload *u)
{
    uint32_t kept = 0, gone = 0;
    for (uint32_t i = 0; i < u->count; i++) {
        const struct claim_line *line = &u->lines[i];
        if (is_named(order, line->feedetl_sn)) {
            gone++;
            continue;
        }
        if (is_named(order, line->init_feedetl_sn))
            problem_add(turn->problems, REASON_ENCOUNTER_FEES, "feedetl_sn", line->init_feedetl_sn,
                        line->feedetl_sn);
        u->lines[kept++] = *line;
    }
    u->count = kept;
    if (gone < order->count)
        problem_addf(turn->problems, REASON_LINE_NOT_UPLOADED, "feedetl_sn", NULL, "%u / %u", gone,
                     order->count);
}

/* An inpatient's bill stays, for it says from when its fees may be. */
static void empty_bill(struct turn *turn, struct encounter *e, const char *chrg_bchno,
                       struct encounter_bill *bill)
{
    effects_set_lines(turn->effects, e->mdtrt_id, chrg_bchno, bill, NULL, 0);
    effects_put_bill(turn->effects, e->mdtrt_id, chrg_bchno, e->inpatient ? bill : NULL);
}

static enum err cancel_everything(struct turn *turn, struct upload *u)
{
    struct encounter *e = &u->encounter;
    for (uint32_t i = 0; i < e->bills_count; i++) {
        enum err err = state_bill(turn->state, e->mdtrt_id, e->bills[i], &u->bill);
        if (err != ERR_OK)
            return err == ERR_NOTFOUND ? ERR_CORRUPT : err;
        empty_bill(turn, e, e->bills[i], &u->bill);
    }
    e->bills_count = 0;
    effects_put_encounter(turn->effects, e);
    encounter_reply(turn, e, "", NULL);
    return turn_record(turn, RECORD_LINES);
}

static enum err cancel_bill(struct turn *turn, struct upload *u)
{
    struct encounter *e = &u->encounter;
    empty_bill(turn, e, u->chrg_bchno, &u->bill);
    if (!e->inpatient) {
        encounter_forget_bill(e, u->chrg_bchno);
        effects_put_encounter(turn->effects, e);
    }
    encounter_reply(turn, e, u->chrg_bchno, &u->bill);
    return turn_record(turn, RECORD_LINES);
}

static enum err cancel_named(struct turn *turn, const struct cancel_order *order, struct upload *u)
{
    const struct encounter *e = &u->encounter;
    enum err err = state_bill_lines(turn->state, e->mdtrt_id, u->chrg_bchno, &u->bill, 0,
                                    turn->arena, &u->lines);
    if (err != ERR_OK)
        return err;
    u->count = u->bill.line_count;
    qsort(order->feedetl_sn, order->count, sizeof order->feedetl_sn[0], compare_texts);
    keep(turn, order, u);
    if (turn_has_problems(turn))
        return turn_refuse(turn);
    effects_set_lines(turn->effects, e->mdtrt_id, u->chrg_bchno, &u->bill, u->lines, u->count);
    effects_put_bill(turn->effects, e->mdtrt_id, u->chrg_bchno, &u->bill);
    encounter_reply(turn, e, u->chrg_bchno, &u->bill);
    return turn_record(turn, RECORD_LINES);
}

enum err cancel_turn(struct turn *turn)
{
    const struct cancel_order *order = &turn->request->cancel;
    const bool everything = strcmp(order->chrg_bchno, CANCEL_ALL) == 0;
    struct upload *u = arena_alloc(turn->arena, sizeof *u);
    if (!u)
        return ERR_NOMEM;
    enum err err = everything
                       ? encounter_find(turn, order->mdtrt_id, order->psn_no, &u->encounter)
                       : find_bill(turn, order->mdtrt_id, order->psn_no, order->chrg_bchno, u);
    if (err != ERR_OK)
        return err;
    const uint32_t open = everything ? u->encounter.bills_count : u->bill.line_count;
    if (!turn_has_problems(turn) && open == 0)
        turn_problem(turn, REASON_NOTHING_UPLOADED, "mdtrt_id", NULL);
    if (turn_has_problems(turn))
        return turn_refuse(turn);
    if (everything)
        return cancel_everything(turn, u);
    return order->count == 0 ? cancel_bill(turn, u) : cancel_named(turn, order, u);
}
