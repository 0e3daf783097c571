/* Every amount by name, so that none is forgotten. Pure; any thread. */
#include "model/totals.h"

#include <stddef.h>
#include <string.h>

#include "base/money.h"

const char *const fund_field_names[FUND_FIELDS + 1] = {
    [FUND_HIFP] = "hifp_pay",   [FUND_CVLSERV] = "cvlserv_pay", [FUND_HIFES] = "hifes_pay",
    [FUND_HIFMI] = "hifmi_pay", [FUND_HIFOB] = "hifob_pay",     [FUND_HIFDM] = "hifdm_pay",
    [FUND_MAF] = "maf_pay",     [FUND_OTH] = "oth_pay",         [FUND_FIELDS] = NULL};

void totals_negate(struct totals *t)
{
    int64_t *const amounts[] = {&t->medfee_sumamt,   &t->fulamt_ownpay_amt, &t->overlmt_selfpay,
                                &t->preselfpay_amt,  &t->inscp_scp_amt,     &t->act_pay_dedc,
                                &t->fund_pay_sumamt, &t->psn_part_amt,      &t->hosp_part_amt,
                                &t->acct_pay,        &t->acct_mulaid_pay,   &t->psn_cash_pay,
                                &t->psn_selfpay_amt, &t->psn_ownpay_amt,    &t->transfer_selfpay};
    _Static_assert(sizeof *t == (ARRAY_LEN(amounts) + FUND_FIELDS + 1) * sizeof(int64_t),
                   "every total is negated");
    for (size_t i = 0; i < ARRAY_LEN(amounts); i++)
        *amounts[i] = -*amounts[i];
    for (size_t i = 0; i < FUND_FIELDS; i++)
        t->fund[i] = -t->fund[i];
}

bool totals_add(const struct totals *t, int64_t *medfee_sumamt, int64_t *fund_pay_sumamt,
                int64_t *acct_pay, int64_t *psn_cash_pay)
{
    return money_add(medfee_sumamt, t->medfee_sumamt) &&
           money_add(fund_pay_sumamt, t->fund_pay_sumamt) && money_add(acct_pay, t->acct_pay) &&
           money_add(psn_cash_pay, t->psn_cash_pay);
}

bool totals_same(const struct totals *a, const struct totals *b)
{
    struct totals x = *a, y = *b;
    x.balc = y.balc = 0;
    return memcmp(&x, &y, sizeof x) == 0;
}
