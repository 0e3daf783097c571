/* What the funds leave: personal account, cash, 个人自付 and 个人自费, and the accumulators that
 * count the settlement itself. Settler's thread (and every offline tool). */
#include "adjudicate/run.h"

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* The parts of the patient's share that the pack lets the account pay. Funds are taken off in-scope
 * money first, then off first self-pay, over-limit and wholly-own money, as layers open them. */
static int64_t payable(const struct run *r, const struct policy_account *account)
{
    const struct totals *t = &r->out->totals;
    const struct {
        int64_t amount;
        bool pays;
    } parts[] = {{t->inscp_scp_amt, account->inscp},
                 {t->preselfpay_amt, account->preselfpay},
                 {t->overlmt_selfpay, account->overlmt},
                 {t->fulamt_ownpay_amt, account->fulamt}};
    int64_t funds = t->fund_pay_sumamt, sum = 0;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        int64_t covered = least(funds, parts[i].amount);
        funds -= covered;
        sum += parts[i].pays ? parts[i].amount - covered : 0;
    }
    return sum;
}

static void pay_account(struct run *r)
{
    const struct policy_account *account = &r->in->policy->account;
    struct totals *t = &r->out->totals;
    int64_t balance = r->in->balance;
    t->balc = balance;
    if (!r->in->claim->acct_used_flag || !(account->insutypes >> r->insutype & 1) ||
        !(account->kinds >> r->kind & 1))
        return;
    int64_t may = payable(r, account);
    if (may == 0)
        return;
    t->acct_pay = balance > 0 ? least(balance, may) : 0;
    t->balc = balance - t->acct_pay;
    step_add(r, STEP_ACCOUNT, "account",
             (struct step){
                 .base = may, .limit = balance, .amount = t->acct_pay, .clause = account->clause});
    row_add(r, NULL,
            (struct fund_row){.layer = "account",
                              .fund_pay_type = account->fund_pay_type,
                              .field = FUND_FIELDS,
                              .owner_kind = OWNER_ACCOUNT,
                              .base = may,
                              .amount = t->acct_pay,
                              .clause = account->clause});
}

void payers_settle(struct run *r)
{
    struct totals *t = &r->out->totals;
    t->psn_part_amt = t->medfee_sumamt - t->fund_pay_sumamt - t->hosp_part_amt;
    t->psn_ownpay_amt = least(t->fulamt_ownpay_amt + t->overlmt_selfpay, t->psn_part_amt);
    t->psn_selfpay_amt = t->psn_part_amt - t->psn_ownpay_amt;
    pay_account(r);
    t->psn_cash_pay = t->psn_part_amt - t->acct_pay - t->acct_mulaid_pay;
    step_add(r, STEP_CASH, "", (struct step){.amount = t->psn_cash_pay});

    const struct policy *policy = r->in->policy;
    if (policy->inpatient_kinds >> r->kind & 1)
        delta_add(r, ACCUM_STAYS, policy->grades[r->in->institution->dedc_grade], 1);
    else
        delta_add(r, ACCUM_VISITS, policy->kinds[r->kind], 1);
}
