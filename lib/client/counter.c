/* Answers of 9001 and 9002, and of queries. Pure. */
#include "client/counter.h"

#include <stdbool.h>
#include <string.h>

static bool same(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

static const char *check_shift(const Copay__Request *request, const Copay__Shift *shift,
                               bool signed_out)
{
    if (!shift || !same(shift->opter, request->opter) || !shift->sign_no[0])
        return "a done sign-in or sign-out tells the operator's shift";
    if ((shift->has_sign_out_time && shift->sign_out_time >= shift->sign_time) != signed_out)
        return "a shift runs until it is signed out";
    for (size_t i = 0; i < shift->n_totals; i++) {
        const Copay__ShiftTotal *t = shift->totals[i];
        const __int128 own = (__int128)t->fund_pay_sumamt + t->acct_pay + t->psn_cash_pay;
        const bool voids = t->refd_setl_flag;
        if (t->setl_cnt == 0 || (voids ? t->medfee_sumamt > 0 : t->medfee_sumamt < 0) ||
            (voids ? own < t->medfee_sumamt : own > t->medfee_sumamt))
            return "a shift's total is of settlements, or of voids, and within their fees";
    }
    return NULL;
}

/* Another person's visit must not be shown at the window. */
static const char *check_visits(const Copay__Query *asked, const Copay__Reply *reply)
{
    for (size_t i = 0; asked->psn_no && i < reply->n_visits; i++)
        if (!same(reply->visits[i]->psn_no, asked->psn_no))
            return "the visits are of the person asked for";
    if (asked->mdtrt_id && reply->n_visits > 0 &&
        !same(reply->visits[0]->mdtrt_id, asked->mdtrt_id))
        return "the visit is the one asked for";
    return NULL;
}

static const char *check_query(const Copay__Request *request, const Copay__Reply *reply)
{
    const char *infno = request->infno;
    if (same(infno, "1201"))
        return reply->medinsinfo ? NULL : "a done institution query carries the institution";
    if (same(infno, "1901"))
        return reply->dictionary ? NULL : "a done dictionary query carries the dictionary";
    if (same(infno, "5204"))
        return reply->bill ? NULL : "a done query of fees says whose they are";
    return check_visits(request->query, reply);
}

const char *counter_check(const Copay__Request *request, const Copay__Reply *reply)
{
    const char *broken = request->query ? check_query(request, reply) : NULL;
    if (request->sign_in && reply->closed_shift)
        broken = check_shift(request, reply->closed_shift, true);
    if (!broken && request->sign_in)
        broken = check_shift(request, reply->shift, false);
    if (!broken && request->sign_out)
        broken = check_shift(request, reply->shift, true);
    if (!broken && request->sign_out && !same(request->sign_out->sign_no, reply->shift->sign_no))
        broken = "the shift is the one that was signed out";
    return broken;
}
