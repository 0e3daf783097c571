/* What a bill comes to, setlinfo's amounts, in fen. Pure. */
#ifndef MODEL_TOTALS_H
#define MODEL_TOTALS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"

/* The setlinfo fields of the funds, in the order of fund_pay_sumamt. */
enum fund_field {
    FUND_HIFP,    /* 基本医疗保险统筹基金 */
    FUND_CVLSERV, /* 公务员医疗补助 */
    FUND_HIFES,   /* 企业补充 */
    FUND_HIFMI,   /* 居民大病保险 */
    FUND_HIFOB,   /* 职工大额补助 */
    FUND_HIFDM,   /* 伤残人员 */
    FUND_MAF,     /* 医疗救助 */
    FUND_OTH,     /* 其他 */
    FUND_FIELDS
};

/* "hifp_pay" ... in that order; ends with NULL. */
extern const char *const fund_field_names[FUND_FIELDS + 1];

/* setlinfo: identities I1 to I4 of interface.md hold, or the claim is refused as internal. */
struct totals {
    int64_t medfee_sumamt, fulamt_ownpay_amt, overlmt_selfpay, preselfpay_amt, inscp_scp_amt;
    int64_t act_pay_dedc;
    int64_t fund[FUND_FIELDS];
    int64_t fund_pay_sumamt;
    int64_t psn_part_amt, hosp_part_amt;
    int64_t acct_pay, acct_mulaid_pay, psn_cash_pay;
    int64_t psn_selfpay_amt; /* 个人自付: within the policy; + psn_ownpay_amt = psn_part_amt */
    int64_t psn_ownpay_amt;  /* 个人自费: outside the policy */
    /* 转外自付: of psn_selfpay_amt, what was taken off before the deductible for care elsewhere. */
    int64_t transfer_selfpay;
    int64_t balc; /* personal account after */
};

/* The exact negative, the balance aside, which is a state and no amount. */
void totals_negate(struct totals *totals);
/* Whether all amounts are the same, the balance aside. */
bool totals_same(const struct totals *a, const struct totals *b);
/* Adds what a document comes to, to sums of documents. False: one would leave its range. */
bool totals_add(const struct totals *totals, int64_t *medfee_sumamt, int64_t *fund_pay_sumamt,
                int64_t *acct_pay, int64_t *psn_cash_pay) MUST_CHECK;

#endif
