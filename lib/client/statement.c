/* Sums are taken in 128 bits, so that no answer can overflow them. Pure. */
#include "client/statement.h"

#include <stdbool.h>
#include <stddef.h>

typedef __int128 sum;

#define FIGURES 5

static void figures_of(const Copay__StatementSums *s, int64_t out[FIGURES])
{
    const int64_t list[FIGURES] = {s->setl_cnt, s->medfee_sumamt, s->fund_pay_sumamt, s->acct_pay,
                                   s->psn_cash_pay};
    for (int i = 0; i < FIGURES; i++)
        out[i] = list[i];
}

/* Voids take away from the count with theirs, from the amounts with their sign. */
static bool net_holds(const Copay__StatementTotals *t)
{
    int64_t gross[FIGURES], voids[FIGURES], net[FIGURES];
    figures_of(t->gross, gross);
    figures_of(t->voids, voids);
    figures_of(t->net, net);
    for (int i = 0; i < FIGURES; i++)
        if (net[i] != (i == 0 ? (sum)gross[i] - voids[i] : (sum)gross[i] + voids[i]))
            return false;
    return gross[0] >= 0 && voids[0] >= 0;
}

static void add(sum to[FIGURES], const Copay__StatementSums *s)
{
    int64_t figures[FIGURES];
    figures_of(s, figures);
    for (int i = 0; i < FIGURES; i++)
        to[i] += figures[i];
}

static bool same(const sum sums[FIGURES], const Copay__StatementSums *s)
{
    int64_t figures[FIGURES];
    figures_of(s, figures);
    for (int i = 0; i < FIGURES; i++)
        if (sums[i] != figures[i])
            return false;
    return true;
}

static const char *check_days(const Copay__Statement *asked, const Copay__StatementInfo *info)
{
    sum gross[FIGURES] = {0}, voids[FIGURES] = {0};
    int64_t before = (int64_t)asked->stmt_begndate - 1;
    for (size_t i = 0; i < info->n_days; i++) {
        const Copay__StatementDay *day = info->days[i];
        if (day->business_date <= before || day->business_date > asked->stmt_enddate)
            return "a statement's days are those asked for, in order";
        if (!net_holds(day->totals))
            return "a statement's net = its settlements less its voids";
        before = day->business_date;
        add(gross, day->totals->gross);
        add(voids, day->totals->voids);
    }
    return same(gross, info->totals->gross) && same(voids, info->totals->voids)
               ? NULL
               : "the sum of a statement's days = its totals";
}

static const char *check_kinds(const Copay__StatementInfo *info)
{
    sum gross[FIGURES] = {0}, voids[FIGURES] = {0};
    for (size_t i = 0; i < info->n_kinds; i++) {
        if (!net_holds(info->kinds[i]->totals))
            return "a statement's net = its settlements less its voids";
        add(gross, info->kinds[i]->totals->gross);
        add(voids, info->kinds[i]->totals->voids);
    }
    if (info->has_kinds_more ||
        (same(gross, info->totals->gross) && same(voids, info->totals->voids)))
        return NULL;
    return "the sum of a statement's kinds = its totals";
}

/* Even exactly where it is. */
static const char *check_result(const Copay__Statement *asked, const Copay__StatementInfo *info)
{
    const Copay__StatementTotals *t = info->totals;
    const Copay__StatementSums *ours = !asked->has_refd_setl_flag ? t->net
                                       : asked->refd_setl_flag    ? t->voids
                                                                  : t->gross;
    if (info->has_stmt_rslt != asked->has_medfee_sumamt)
        return "a statement is compared when figures are sent, and only then";
    bool even = ours->setl_cnt == asked->fixmedins_setl_cnt &&
                ours->medfee_sumamt == asked->medfee_sumamt &&
                ours->fund_pay_sumamt == asked->fund_pay_sumamt &&
                ours->acct_pay == asked->acct_pay;
    if (info->has_stmt_rslt && even != (info->stmt_rslt == 0))
        return "stmt_rslt is 0 exactly where the figures are the same";
    return NULL;
}

const char *statement_check(const Copay__Statement *asked, const Copay__Reply *reply)
{
    const Copay__StatementInfo *info = reply->stmtinfo;
    if (!info)
        return "a done statement carries its figures";
    if (!net_holds(info->totals))
        return "a statement's net = its settlements less its voids";
    const char *broken =
        asked->insutype && asked->insutype[0] ? check_days(asked, info) : check_kinds(info);
    return broken ? broken : check_result(asked, info);
}
