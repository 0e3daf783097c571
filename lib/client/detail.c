/* Each difference stands on its side and, where it names a row, really differs from it. Pure. */
#include "client/detail.h"

#include <stdbool.h>
#include <string.h>

#define OURS_MORE 1
#define THEIRS_MORE 2
#define DIFFERS 3

static const char *check_ours(const Copay__StatementDifference *d)
{
    if (!d->setl_id || !d->msgid || !d->infno || !d->psn_no || !d->has_medfee_sumamt ||
        !d->has_fund_pay_sumamt || !d->has_acct_pay || !d->has_business_date)
        return "a document that only copayd has is told whole";
    return NULL;
}

static const char *check_difference(const Copay__StatementDetail *asked,
                                    const Copay__StatementDifference *d)
{
    if (d->stmt_rslt < OURS_MORE || d->stmt_rslt > DIFFERS)
        return "a difference is on one side";
    if ((d->stmt_rslt != OURS_MORE) != d->has_row || (d->has_row && d->row >= asked->n_rows))
        return "what the list has names its row";
    if (d->stmt_rslt == THEIRS_MORE)
        return NULL;
    return d->stmt_rslt == DIFFERS && !d->field ? "what differs is named" : check_ours(d);
}

/* Or a program that follows it would not come to an end. */
static bool goes_on(const Copay__StatementDetail *asked, const Copay__StatementDifferences *found)
{
    const Copay__StatementCursor *from = asked->from, *next = found->next;
    if (!next)
        return true;
    if (next->row > asked->n_rows || (found->row_cnt == 0 && found->setl_cnt == 0))
        return false;
    if (!from || next->row != from->row)
        return !from || next->row > from->row;
    if (next->business_date != from->business_date)
        return next->business_date > from->business_date || !from->has_business_date;
    if (next->refd_setl_flag != from->refd_setl_flag)
        return next->refd_setl_flag;
    return from->sequence == 0 || next->sequence < from->sequence;
}

const char *detail_check(const Copay__StatementDetail *asked, const Copay__Reply *reply)
{
    const Copay__StatementDifferences *found = reply->stmtdetail;
    if (!found)
        return "a done comparison carries what it found";
    for (size_t i = 0; i < found->n_differences; i++) {
        const char *broken = check_difference(asked, found->differences[i]);
        if (broken)
            return broken;
    }
    return goes_on(asked, found) ? NULL : "a comparison goes on where it has not been";
}
