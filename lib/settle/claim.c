/* Pre-settle and settle: gather the facts that the state knows, adjudicate, compare with what was
 * agreed, post. A pre-settlement takes the same way and stops before posting. */
#include "settle/claim.h"

#include <string.h>

#include "adjudicate/adjudicate.h"
#include "base/money.h"
#include "settle/bill.h"
#include "settle/dispensed.h"
#include "settle/encounter_bill.h"
#include "settle/facts.h"
#include "settle/posting.h"

/* What a claim is adjudicated from and what comes of it; large, so in the arena. */
struct case_file {
    struct encounter_bill_file *encounter; /* NULL: the message brought the whole bill */
    struct facts facts;
    struct dispensed boxes;
    struct years after;
    struct result result;
    struct settlement settlement;
};

/* The second key (design decision 4): a system that restarts and sends again under a new msgid. */
static enum err check_visit(struct turn *turn)
{
    const struct request *request = turn->request;
    const struct claim *claim = &request->claim;
    char *setl_id = arena_alloc(turn->arena, ID_SETL + 1);
    if (!setl_id)
        return ERR_NOMEM;
    enum err err = state_visit(turn->state, request->fixmedins_code, claim->ipt_otp_no,
                               bill_batch(claim), setl_id);
    if (err == ERR_NOTFOUND)
        return ERR_OK;
    if (err != ERR_OK)
        return err;
    if (setl_id[0] != 'M') {
        turn_problem(turn, REASON_VISIT_SETTLED, "ipt_otp_no", setl_id);
        turn->reply->setl_id = setl_id;
    } else if (!request->bill.mdtrt_id[0]) {
        turn_problem(turn, REASON_ENCOUNTER_REGISTERED, "ipt_otp_no", setl_id);
        turn->reply->mdtrt_id = setl_id;
    }
    return ERR_OK;
}

/* The visit last: the store finds a person's rows together. */
static enum err gather(struct turn *turn, struct case_file *file)
{
    enum err err = facts_gather(turn, &file->facts);
    if (err == ERR_OK)
        err = dispensed_check(turn, &file->boxes);
    return err == ERR_OK ? check_visit(turn) : err;
}

/* ERR_INVALID: a broken identity. Its figures are copied into the bill without their deltas: they
 * are evidence and move nothing. */
static enum err judge(struct turn *turn, struct case_file *file)
{
    struct result *result = &file->result;
    result->lines =
        arena_alloc(turn->arena, file->facts.in.claim->line_count * sizeof result->lines[0]);
    if (!result->lines)
        return ERR_NOMEM;
    enum err err = adjudicate(&file->facts.in, turn->arena, result);
    if (err != ERR_OK && err != ERR_INVALID)
        return err;
    if (err == ERR_OK && result->problems.count > 0) {
        *turn->problems = result->problems;
        return ERR_OK;
    }
    bill_fill(turn, &file->facts.in, result, &file->settlement);
    TEXT_SET(file->settlement.mdtrt_id, turn->request->bill.mdtrt_id);
    file->settlement.spans = file->facts.before.spans;
    years_copy(&file->after, &file->facts.before);
    return err;
}

static bool changed(const struct claim *claim, const struct totals *totals)
{
    return claim->agreed && (claim->agreed_psn_cash_pay != totals->psn_cash_pay ||
                             claim->agreed_acct_pay != totals->acct_pay);
}

static void refuse_changed(struct turn *turn, const struct claim *claim,
                           const struct totals *totals)
{
    char was[MONEY_TEXT], is[MONEY_TEXT];
    turn->reply->agreed_given = true;
    problem_addf(turn->problems, REASON_CHANGED, "psn_cash_pay", NULL, "%s -> %s",
                 money_yuan(claim->agreed_psn_cash_pay, was), money_yuan(totals->psn_cash_pay, is));
    problem_addf(turn->problems, REASON_CHANGED, "acct_pay", NULL, "%s -> %s",
                 money_yuan(claim->agreed_acct_pay, was), money_yuan(totals->acct_pay, is));
}

/* An internal refusal of a claim: the failed result stays in the reply, the only place of a record
 * that keeps it for ever. */
static enum err refuse_broken(struct turn *turn, struct case_file *file, const char *what)
{
    file->settlement.sequence = 0;
    file->settlement.setl_id[0] = '\0';
    return turn_internal(turn, what);
}

static enum err post(struct turn *turn, struct case_file *file)
{
    struct settlement *s = &file->settlement;
    posting_number(turn, s);
    if (file->encounter)
        encounter_bill_close(turn, file->encounter, s);
    enum err err = dispensed_take(turn, &file->boxes, s->setl_id);
    if (err == ERR_OK)
        err = posting_effects(turn, s, &file->after);
    if (err == ERR_LIMIT)
        return refuse_broken(turn, file, "a tally, book or list would leave its bounds");
    return err == ERR_OK ? turn_record(turn, RECORD_SETTLEMENT) : err;
}

/* An encounter's bill becomes the turn's claim. */
static enum err open_bill(struct turn *turn, struct case_file *file)
{
    file->encounter = NULL;
    return turn->request->bill.mdtrt_id[0] ? encounter_bill_open(turn, &file->encounter) : ERR_OK;
}

enum err claim_turn(struct turn *turn)
{
    if (!turn->pack)
        return turn_retry(turn, REASON_NO_POLICY);
    /* Every part is filled before it is read; clearing it all would cost as much as adjudicating.
     */
    struct case_file *file = arena_alloc_raw(turn->arena, sizeof *file);
    if (!file)
        return ERR_NOMEM;
    enum err err = open_bill(turn, file);
    if (err == ERR_OK && !turn_has_problems(turn))
        err = gather(turn, file);
    if (err != ERR_OK)
        return err;
    if (turn_has_problems(turn))
        return turn_refuse(turn);
    const struct claim *claim = &turn->request->claim;
    enum err judged = judge(turn, file);
    if (judged != ERR_OK && judged != ERR_INVALID)
        return judged;
    if (turn_has_problems(turn))
        return turn_refuse(turn);
    err = bill_reply(turn, &file->facts.in, &file->result, &file->settlement,
                     &file->after.own.accums);
    if (err != ERR_OK)
        return err;
    if (judged == ERR_INVALID) {
        *turn->problems = file->result.problems;
        return turn_refuse(turn);
    }
    if (file->facts.in.policy->sums_days)
        years_forget(&file->after, turn->today);
    if (years_move(&file->after, file->result.deltas, file->result.delta_count, 1) != ERR_OK)
        return refuse_broken(turn, file, "an accumulator does not fit");
    if (turn->request->kind != REQUEST_SETTLE)
        return turn_answer(turn);
    if (changed(claim, &file->result.totals)) {
        refuse_changed(turn, claim, &file->result.totals);
        return turn_refuse(turn);
    }
    return post(turn, file);
}
