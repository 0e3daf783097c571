/* The identities that every answer satisfies (design decision 2), and equal amounts.
 * Pure; any thread. */
#include "model/result.h"

#include <stddef.h>
#include <string.h>

#include "base/check.h"

static bool same_rows(const struct result *a, const struct result *b)
{
    if (a->row_count != b->row_count)
        return false;
    for (uint32_t i = 0; i < a->row_count; i++)
        if (a->rows[i].field != b->rows[i].field || a->rows[i].amount != b->rows[i].amount ||
            a->rows[i].owner_kind != b->rows[i].owner_kind ||
            strcmp(a->rows[i].owner, b->rows[i].owner) != 0 ||
            strcmp(a->rows[i].layer, b->rows[i].layer) != 0)
            return false;
    return true;
}

/* What they move counts too: a later year's figures would rest on it. */
bool result_same_amounts(const struct result *a, const struct result *b)
{
    return totals_same(&a->totals, &b->totals) && same_rows(a, b) &&
           accums_same(a->deltas, a->delta_count, b->deltas, b->delta_count);
}

/* `value` counted in the direction of the document: not below zero in a settlement, not above it in
 * a void. */
static bool signed_well(int64_t value, int sign)
{
    return sign > 0 ? value >= 0 : value <= 0;
}

static const char *broken_lines(const struct result *result)
{
    const struct totals *t = &result->totals;
    struct line_split sum = {0};
    for (uint32_t i = 0; i < result->line_count; i++) {
        const struct line_split *l = &result->lines[i];
        if (l->det_item_fee_sumamt !=
            l->fulamt_ownpay_amt + l->overlmt_amt + l->preselfpay_amt + l->inscp_scp_amt)
            return "a line's parts do not add up to its fee";
        sum.det_item_fee_sumamt += l->det_item_fee_sumamt;
        sum.fulamt_ownpay_amt += l->fulamt_ownpay_amt;
        sum.overlmt_amt += l->overlmt_amt;
        sum.preselfpay_amt += l->preselfpay_amt;
        sum.inscp_scp_amt += l->inscp_scp_amt;
    }
    if (sum.det_item_fee_sumamt != t->medfee_sumamt)
        return "lines do not add up to medfee_sumamt";
    if (sum.fulamt_ownpay_amt != t->fulamt_ownpay_amt)
        return "lines do not add up to fulamt_ownpay_amt";
    if (sum.overlmt_amt != t->overlmt_selfpay)
        return "lines do not add up to overlmt_selfpay";
    if (sum.preselfpay_amt != t->preselfpay_amt)
        return "lines do not add up to preselfpay_amt";
    if (sum.inscp_scp_amt != t->inscp_scp_amt)
        return "lines do not add up to inscp_scp_amt";
    return NULL;
}

static const char *broken_totals(const struct totals *t, int sign)
{
    if (t->medfee_sumamt !=
        t->fulamt_ownpay_amt + t->overlmt_selfpay + t->preselfpay_amt + t->inscp_scp_amt)
        return "medfee_sumamt is not fulamt + overlmt + preselfpay + inscp";
    int64_t funds = 0;
    for (int i = 0; i < FUND_FIELDS; i++)
        funds += t->fund[i];
    if (funds != t->fund_pay_sumamt)
        return "fund_pay_sumamt is not the sum of the funds";
    if (t->medfee_sumamt != t->fund_pay_sumamt + t->psn_part_amt + t->hosp_part_amt)
        return "medfee_sumamt is not fund_pay_sumamt + psn_part_amt + hosp_part_amt";
    if (t->psn_part_amt != t->acct_pay + t->acct_mulaid_pay + t->psn_cash_pay)
        return "psn_part_amt is not acct_pay + acct_mulaid_pay + psn_cash_pay";
    if (t->psn_part_amt != t->psn_selfpay_amt + t->psn_ownpay_amt)
        return "psn_part_amt is not psn_selfpay_amt + psn_ownpay_amt";
    if (!signed_well(t->medfee_sumamt - t->fund_pay_sumamt, sign))
        return "the funds pay more than the fee";
    return NULL;
}

static const char *broken_signs(const struct totals *t, int sign)
{
    const int64_t totals[] = {t->medfee_sumamt,   t->fulamt_ownpay_amt, t->overlmt_selfpay,
                              t->preselfpay_amt,  t->inscp_scp_amt,     t->act_pay_dedc,
                              t->fund_pay_sumamt, t->psn_part_amt,      t->hosp_part_amt,
                              t->acct_pay,        t->acct_mulaid_pay,   t->psn_cash_pay,
                              t->psn_selfpay_amt, t->psn_ownpay_amt,    t->transfer_selfpay};
    for (size_t i = 0; i < ARRAY_LEN(totals); i++)
        if (!signed_well(totals[i], sign))
            return "a total has the wrong sign";
    for (int i = 0; i < FUND_FIELDS; i++)
        if (!signed_well(t->fund[i], sign))
            return "a fund has the wrong sign";
    if (!signed_well(t->psn_selfpay_amt - t->transfer_selfpay, sign))
        return "transfer_selfpay is above psn_selfpay_amt";
    return NULL;
}

static const char *broken_rows(const struct result *result, int sign)
{
    int64_t fund[FUND_FIELDS] = {0};
    int64_t account = 0, hospital = 0, relatives = 0;
    for (uint32_t i = 0; i < result->row_count; i++) {
        const struct fund_row *row = &result->rows[i];
        bool is_fund = row->field < FUND_FIELDS;
        bool fund_owner = row->owner_kind >= OWNER_COUNTY && row->owner_kind <= OWNER_ASSISTANCE;
        bool other_owner = row->owner_kind >= OWNER_ACCOUNT && row->owner_kind <= OWNER_RELATIVE;
        if (is_fund ? !fund_owner || row->owner[0] == '\0' : !other_owner)
            return "a row's money has no owner";
        if (!signed_well(row->amount, sign))
            return "a row has the wrong sign";
        if (is_fund)
            fund[row->field] += row->amount;
        else if (row->owner_kind == OWNER_ACCOUNT)
            account += row->amount;
        else if (row->owner_kind == OWNER_RELATIVE)
            relatives += row->amount;
        else
            hospital += row->amount;
    }
    for (int i = 0; i < FUND_FIELDS; i++)
        if (fund[i] != result->totals.fund[i])
            return "a fund's rows do not add up to its field";
    if (account != result->totals.acct_pay)
        return "the account's rows do not add up to acct_pay";
    if (relatives != result->totals.acct_mulaid_pay)
        return "the relatives' rows do not add up to acct_mulaid_pay";
    if (hospital != result->totals.hosp_part_amt)
        return "the hospital's rows do not add up to hosp_part_amt";
    return NULL;
}

const char *result_broken_identity(const struct result *result, int sign)
{
    const char *broken = broken_lines(result);
    if (!broken)
        broken = broken_totals(&result->totals, sign);
    if (!broken)
        broken = broken_signs(&result->totals, sign);
    if (!broken)
        broken = broken_rows(result, sign);
    return broken;
}
