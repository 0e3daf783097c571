/* Whether an answer adds up (design decision 2), by code of its own: the client believes no figure
 * that it can compute. Sums are taken in 128 bits, so that no answer can overflow them. Pure. */
#include "client/copay.h"
#include "client/counter.h"
#include "client/detail.h"
#include "client/encounter.h"
#include "client/filing.h"
#include "client/statement.h"

#include <string.h>

#include "base/check.h"
#include "base/reason.h"

typedef __int128 sum;

struct part {
    const char *field; /* as setldetail names it */
    int64_t amount;
};

#define FUNDS 8
#define PARTS (FUNDS + 3)

static void parts_of(const Copay__Settlement *s, struct part parts[PARTS])
{
    const struct part list[PARTS] = {{"hifp_pay", s->hifp_pay},
                                     {"cvlserv_pay", s->cvlserv_pay},
                                     {"hifes_pay", s->hifes_pay},
                                     {"hifmi_pay", s->hifmi_pay},
                                     {"hifob_pay", s->hifob_pay},
                                     {"hifdm_pay", s->hifdm_pay},
                                     {"maf_pay", s->maf_pay},
                                     {"oth_pay", s->oth_pay},
                                     {"acct_pay", s->acct_pay},
                                     {"acct_mulaid_pay", s->acct_mulaid_pay},
                                     {"hosp_part_amt", s->hosp_part_amt}};
    memcpy(parts, list, sizeof list);
}

static const char *check_totals(const Copay__Settlement *s)
{
    struct part parts[PARTS];
    sum funds = 0;
    parts_of(s, parts);
    for (int i = 0; i < FUNDS; i++)
        funds += parts[i].amount;
    if (s->medfee_sumamt !=
        (sum)s->fulamt_ownpay_amt + s->overlmt_selfpay + s->preselfpay_amt + s->inscp_scp_amt)
        return "medfee_sumamt = fulamt_ownpay_amt + overlmt_selfpay + preselfpay_amt + "
               "inscp_scp_amt";
    if (s->fund_pay_sumamt != funds)
        return "fund_pay_sumamt = the sum of the funds";
    if (s->medfee_sumamt != (sum)s->fund_pay_sumamt + s->psn_part_amt + s->hosp_part_amt)
        return "medfee_sumamt = fund_pay_sumamt + psn_part_amt + hosp_part_amt";
    if (s->psn_part_amt != (sum)s->acct_pay + s->acct_mulaid_pay + s->psn_cash_pay)
        return "psn_part_amt = acct_pay + acct_mulaid_pay + psn_cash_pay";
    if (s->psn_part_amt != (sum)s->psn_selfpay_amt + s->psn_ownpay_amt)
        return "psn_part_amt = psn_selfpay_amt + psn_ownpay_amt";
    return NULL;
}

/* A settlement has no negative total, a void no positive one. */
static const char *check_signs(const Copay__Settlement *s)
{
    const int64_t totals[] = {
        s->medfee_sumamt,   s->fulamt_ownpay_amt, s->overlmt_selfpay, s->preselfpay_amt,
        s->inscp_scp_amt,   s->act_pay_dedc,      s->hifp_pay,        s->cvlserv_pay,
        s->hifes_pay,       s->hifmi_pay,         s->hifob_pay,       s->hifdm_pay,
        s->maf_pay,         s->oth_pay,           s->fund_pay_sumamt, s->psn_part_amt,
        s->acct_pay,        s->acct_mulaid_pay,   s->psn_cash_pay,    s->hosp_part_amt,
        s->psn_selfpay_amt, s->psn_ownpay_amt,    s->transfer_selfpay};
    bool voided = s->has_refd_setl_flag && s->refd_setl_flag;
    for (size_t i = 0; i < ARRAY_LEN(totals); i++)
        if (voided ? totals[i] > 0 : totals[i] < 0)
            return voided ? "a void has no positive total" : "a settlement has no negative total";
    sum within = (sum)s->psn_selfpay_amt - s->transfer_selfpay;
    if (voided ? within > 0 : within < 0)
        return "transfer_selfpay is a part of psn_selfpay_amt";
    /* With I3 and no sign mixed, no fund is above the fee. */
    return NULL;
}

static const char *check_rows(const Copay__Settlement *s)
{
    struct part parts[PARTS];
    sum sums[PARTS] = {0};
    parts_of(s, parts);
    for (size_t i = 0; i < s->n_setldetail; i++) {
        int at = -1;
        for (int p = 0; p < PARTS && at < 0; p++)
            if (strcmp(parts[p].field, s->setldetail[i]->field) == 0)
                at = p;
        if (at < 0)
            return "setldetail names a field that is not in setlinfo";
        sums[at] += s->setldetail[i]->fund_payamt;
    }
    for (int p = 0; p < PARTS; p++)
        if (sums[p] != parts[p].amount)
            return "the sum of setldetail per field = that field";
    return NULL;
}

static const char *check_lines(const Copay__Settlement *s)
{
    sum fee = 0, own = 0, over = 0, first = 0, scope = 0;
    for (size_t i = 0; i < s->n_lines; i++) {
        const Copay__LineSplit *line = s->lines[i];
        if (line->det_item_fee_sumamt != (sum)line->fulamt_ownpay_amt + line->overlmt_amt +
                                             line->preselfpay_amt + line->inscp_scp_amt)
            return "a line's fee = its four parts";
        fee += line->det_item_fee_sumamt;
        own += line->fulamt_ownpay_amt;
        over += line->overlmt_amt;
        first += line->preselfpay_amt;
        scope += line->inscp_scp_amt;
    }
    if (s->n_lines > 0 &&
        (fee != s->medfee_sumamt || own != s->fulamt_ownpay_amt || over != s->overlmt_selfpay ||
         first != s->preselfpay_amt || scope != s->inscp_scp_amt))
        return "the sum of the lines = the totals";
    return NULL;
}

static const char *check_settlement(const Copay__Settlement *s)
{
    static const char *(*const checks[])(const Copay__Settlement *) = {check_totals, check_signs,
                                                                       check_rows, check_lines};
    for (size_t i = 0; i < ARRAY_LEN(checks); i++) {
        const char *broken = checks[i](s);
        if (broken)
            return broken;
    }
    return NULL;
}

static bool same(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

/* That the bill is the one that was asked for. */
static const char *check_bill(const Copay__Settle *asked, const Copay__Settlement *s)
{
    if (!same(asked->psn_no, s->psn_no))
        return "the settlement is of the person asked for";
    if (asked->medfee_sumamt != s->medfee_sumamt)
        return "the settlement's medfee_sumamt = the request's";
    if (asked->n_lines != s->n_lines)
        return "the settlement has the request's lines";
    for (size_t i = 0; i < asked->n_lines; i++)
        if (!same(asked->lines[i]->feedetl_sn, s->lines[i]->feedetl_sn) ||
            asked->lines[i]->det_item_fee_sumamt != s->lines[i]->det_item_fee_sumamt)
            return "the settlement's lines are the request's, in order";
    return NULL;
}

static const char *check_void(const Copay__Void *asked, const Copay__Settlement *s)
{
    if (!s->has_refd_setl_flag || !s->refd_setl_flag || !same(asked->setl_id, s->init_setl_id))
        return "the void is of the settlement asked for";
    if (!same(asked->psn_no, s->psn_no))
        return "the void is of the person asked for";
    return NULL;
}

/* An internal refusal keeps the failed figures as evidence: they are nobody's to pay, and the very
 * thing that may be broken. */
static bool is_evidence(const Copay__Reply *reply)
{
    for (size_t i = 0; i < reply->n_errors; i++)
        if (reply->errors[i]->code == REASON_INTERNAL)
            return reply->outcome == COPAY__OUTCOME__OUTCOME_REFUSED;
    return false;
}

/* The stored answer that a query found. */
static const char *check_found(const Copay__Found *found)
{
    Copay__Reply *stored = copay__reply__unpack(NULL, found->reply.len, found->reply.data);
    if (!stored)
        return "the stored answer can be read";
    const char *broken = NULL;
    if (!same(stored->msgid, found->msgid) || stored->outcome != found->outcome)
        broken = "the stored answer is of the message found";
    else if (stored->settlement && !is_evidence(stored))
        broken = check_settlement(stored->settlement);
    copay__reply__free_unpacked(stored, NULL);
    return broken;
}

static bool is_void_of(const Copay__Settlement *s, const Copay__Reversed *reversed,
                       const char *psn_no)
{
    return s->has_refd_setl_flag && s->refd_setl_flag && same(s->setl_id, reversed->void_setl_id) &&
           same(s->init_setl_id, reversed->setl_id) && same(s->psn_no, psn_no);
}

/* The void lies in the answer, or in the stored one of whoever made it. */
static const char *check_voided(const Copay__Reversal *asked, const Copay__Reply *reply)
{
    const Copay__Found *found = reply->settlement ? NULL : reply->found;
    Copay__Reply *stored =
        found ? copay__reply__unpack(NULL, found->reply.len, found->reply.data) : NULL;
    const Copay__Settlement *s = stored ? stored->settlement : reply->settlement;
    bool is_void = s && is_void_of(s, reply->reversed, asked->psn_no);
    if (stored)
        copay__reply__free_unpacked(stored, NULL);
    return is_void ? NULL : "a reversed settlement's void is of that settlement and person";
}

static const char *check_reversal(const Copay__Reversal *asked, const Copay__Reply *reply)
{
    const Copay__Reversed *reversed = reply->reversed;
    if (!reversed || !same(asked->omsgid, reversed->omsgid) ||
        !same(asked->oinfno, reversed->oinfno))
        return "a done reversal says what became of the message asked for";
    if (reversed->fate == COPAY__FATE__FATE_VOIDED)
        return check_voided(asked, reply);
    if (reversed->fate == COPAY__FATE__FATE_CANCELLED && !reply->encounter)
        return "a reversed admission's encounter is told";
    if (reversed->setl_id || reversed->void_setl_id || reply->settlement || reply->found)
        return "of a message that settled nothing there is no settlement";
    return NULL;
}

const char *copay_check(const Copay__Request *request, const Copay__Reply *reply)
{
    const Copay__Settlement *s = is_evidence(reply) ? NULL : reply->settlement;
    bool done = reply->outcome == COPAY__OUTCOME__OUTCOME_DONE;
    if (!same(request->infno, reply->infno))
        return "the answer is of the transaction asked for";
    if (done && (request->settle || request->void_order) && !s)
        return "a done settlement carries its figures";
    if (done && request->person_query && !reply->person)
        return "a done person query carries the person";
    if (done && request->settlement_query && !reply->found)
        return "a done settlement query carries what was found";
    const char *broken = s ? check_settlement(s) : NULL;
    if (!broken && s && request->settle)
        broken = check_bill(request->settle, s);
    if (!broken && s && request->void_order && done)
        broken = check_void(request->void_order, s);
    if (!broken && reply->found)
        broken = check_found(reply->found);
    if (!broken && done)
        broken = encounter_check(request, reply, s);
    if (!broken && done)
        broken = filing_check(request, reply);
    if (!broken && done && request->statement)
        broken = statement_check(request->statement, reply);
    if (!broken && done && request->statement_detail)
        broken = detail_check(request->statement_detail, reply);
    if (!broken && done)
        broken = counter_check(request, reply);
    if (!broken && done && request->reversal)
        broken = check_reversal(request->reversal, reply);
    return broken;
}
