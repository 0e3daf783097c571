/* What the funds leave: personal account, relatives, cash, 个人自付 and 个人自费, and the
 * accumulators that count the settlement itself. Settler's thread (and every offline tool). */
#include "adjudicate/delta.h"

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t payable(const struct run *r, const struct policy_purse *purse)
{
    int64_t sum = 0;
    for (uint8_t i = 0; i < purse->pay_count; i++)
        sum += r->left[purse->pays[i]];
    return sum;
}

/* Takes what the balance pays off the parts, in the purse's order; adds it to `sums`. */
static void spend(struct run *r, const struct policy_purse *purse, int64_t fen,
                  int64_t sums[FEE_PARTS])
{
    for (uint8_t i = 0; i < purse->pay_count; i++) {
        int64_t paid = least(r->left[purse->pays[i]], fen);
        r->left[purse->pays[i]] -= paid;
        sums[purse->pays[i]] += paid;
        fen -= paid;
    }
}

/* What a balance pays of what it may; with its row and step. */
static int64_t pay_from(struct run *r, const struct policy_purse *purse, int64_t balance,
                        struct fund_row row, enum step_code code)
{
    int64_t may = payable(r, purse);
    if (may == 0)
        return 0;
    int64_t paid = balance > 0 ? least(balance, may) : 0;
    spend(r, purse, paid, r->acct);
    step_add(r, code, row.layer,
             (struct step){.base = may, .limit = balance, .amount = paid, .clause = purse->clause});
    row.fund_pay_type = purse->fund_pay_type;
    row.field = FUND_FIELDS;
    row.base = may;
    row.amount = paid;
    row.clause = purse->clause;
    row_add(r, NULL, row);
    return paid;
}

static bool account_pays(const struct run *r)
{
    const struct policy_account *account = &r->in->policy->account;
    return r->in->claim->acct_used_flag && account->insutypes >> r->insutype & 1 &&
           account->kinds >> r->kind & 1;
}

static void pay_account(struct run *r)
{
    struct totals *t = &r->out->totals;
    t->acct_pay =
        pay_from(r, &r->in->policy->account.own, r->in->balance,
                 (struct fund_row){.layer = "account", .owner_kind = OWNER_ACCOUNT}, STEP_ACCOUNT);
    t->balc -= t->acct_pay;
}

void payers_first(struct run *r)
{
    r->out->totals.balc = r->in->balance;
    if (!r->in->policy->account.first || !account_pays(r))
        return;
    pay_account(r);
    for (uint32_t part = 0; part < FEE_PARTS; part++)
        r->gone[part] += r->acct[part];
}

static void pay_accounts(struct run *r)
{
    const struct policy_account *account = &r->in->policy->account;
    if (!account_pays(r))
        return;
    if (!account->first)
        pay_account(r);
    if (account->family.pay_count > 0 && r->in->family_balance > 0)
        r->out->totals.acct_mulaid_pay = pay_from(
            r, &account->family, r->in->family_balance,
            (struct fund_row){.layer = "family", .owner_kind = OWNER_RELATIVE}, STEP_FAMILY);
}

static void count_care(struct run *r)
{
    const struct policy *policy = r->in->policy;
    const char *grade = policy->grades[r->in->institution->dedc_grade];
    if (!(policy->inpatient_kinds >> r->kind & 1)) {
        delta_add(r, ACCUM_VISITS, policy->kinds[r->kind], 1);
        return;
    }
    if (r->uncounted)
        return;
    const int64_t count = r->periods > 0 ? r->periods : 1;
    delta_add(r, ACCUM_STAYS, grade, count);
    for (uint32_t left = policy->counted_dimensions; left != 0; left &= left - 1) {
        int i = __builtin_ctz(left);
        char scope[ACCUM_SCOPE + 1];
        const char *value = policy->dimensions[i].values[r->situations[i]].name;
        delta_add(r, ACCUM_STAYS, delta_scope(grade, value, scope), count);
    }
}

void payers_settle(struct run *r)
{
    struct totals *t = &r->out->totals;
    t->psn_part_amt = t->medfee_sumamt - t->fund_pay_sumamt - t->hosp_part_amt;
    for (uint32_t part = 0; part < FEE_PARTS; part++)
        r->left[part] += r->later[part];
    pay_accounts(r);
    t->psn_ownpay_amt =
        r->left[PART_OVERLMT] + r->acct[PART_OVERLMT] + r->left[PART_FULAMT] + r->acct[PART_FULAMT];
    t->psn_selfpay_amt = t->psn_part_amt - t->psn_ownpay_amt;
    /* A later layer may have paid some of it. */
    t->transfer_selfpay = least(t->transfer_selfpay, t->psn_selfpay_amt);
    t->psn_cash_pay = t->psn_part_amt - t->acct_pay - t->acct_mulaid_pay;
    step_add(r, STEP_CASH, "", (struct step){.amount = t->psn_cash_pay});

    count_care(r);
}
