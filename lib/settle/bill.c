/* From the adjudicator's result to the document that is kept. Copies; computes nothing. */
#include "settle/bill.h"

#include <stddef.h>
#include <string.h>

#include "policy/labels.h"
#include "settle/labels.h"

const char *bill_batch(const struct claim *claim)
{
    return claim->chrg_bchno[0] ? claim->chrg_bchno : "1";
}

static void fill_rows(const struct result *result, struct settlement *s)
{
    s->row_count = result->row_count;
    for (uint32_t i = 0; i < result->row_count; i++) {
        const struct fund_row *from = &result->rows[i];
        struct settlement_row *to = &s->rows[i];
        *to = (struct settlement_row){0};
        TEXT_SET(to->layer, from->layer);
        TEXT_SET(to->fund_pay_type, from->fund_pay_type);
        TEXT_SET(to->owner, from->owner);
        to->field = from->field;
        to->owner_kind = from->owner_kind;
        to->base = from->base;
        to->ratio = from->ratio;
        to->amount = from->amount;
    }
    s->delta_count = result->delta_count;
    memcpy(s->deltas, result->deltas, result->delta_count * sizeof result->deltas[0]);
}

static void fill_heads(const struct request *request, const struct claim *claim,
                       struct settlement *s)
{
    TEXT_SET(s->infno, request->infno);
    TEXT_SET(s->msgid, request->msgid);
    TEXT_SET(s->fixmedins_code, request->fixmedins_code);
    TEXT_SET(s->mdtrtarea_admvs, request->mdtrtarea_admvs);
    TEXT_SET(s->opter, request->opter);
    TEXT_SET(s->dev_no, request->dev_no);
    TEXT_SET(s->psn_no, claim->psn_no);
    TEXT_SET(s->ipt_otp_no, claim->ipt_otp_no);
    TEXT_SET(s->chrg_bchno, bill_batch(claim));
    TEXT_SET(s->invono, claim->invono);
    TEXT_SET(s->mdtrt_cert_type, claim->mdtrt_cert_type);
    TEXT_SET(s->med_type, claim->med_type);
    s->begntime = claim->begntime;
    s->endtime = claim->endtime;
}

void bill_fill(const struct turn *turn, const struct adjudication *in, const struct result *result,
               struct settlement *settlement)
{
    struct settlement *s = settlement;
    /* The lists behind the counts stay as they are: 5 KB of a claim's cache. */
    memset(s, 0, offsetof(struct settlement, rows));
    fill_heads(turn->request, in->claim, s);
    s->against = result->against;
    s->insutype = result->insutype;
    s->year = result->year;
    TEXT_SET(s->psn_type, result->psn_type);
    TEXT_SET(s->identities, result->identities);
    TEXT_SET(s->insuplc_admdvs, result->insuplc_admdvs);
    TEXT_SET(s->clr_type, result->clr_type);
    TEXT_SET(s->clr_way, result->clr_way);
    TEXT_SET(s->clr_optins, in->institution->admdvs);
    TEXT_SET(s->setl_optins, result->insuplc_admdvs);
    s->setl_time = turn->now_ms;
    s->business_date = turn->today;
    s->balance_before = in->balance;
    s->totals = result->totals;
    fill_rows(result, s);
}

void bill_texts(struct turn *turn, const struct policy *made)
{
    turn->reply->texts = (struct reply_texts){
        .policy = made,
        .clause_count = made->clause_count,
        .clause_ids = made->labels->clause_ids,
    };
}

enum err bill_reply(struct turn *turn, const struct adjudication *in, const struct result *result,
                    const struct settlement *settlement, const struct accums *after)
{
    struct reply *reply = turn->reply;
    const struct policy *made = policy_made(in->policy, result->against);
    reply->settlement = settlement;
    reply->result = result;
    reply->accums_after = after;
    reply->psn_name = in->person->psn_name;
    bill_texts(turn, made);
    labels_of_result(turn, made, result);
    return turn_policy_text(turn, &reply->policy_digest);
}
