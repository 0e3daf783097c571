/* lib/adjudicate/payers: account, cash, 个人自付 and 个人自费. */
#include "fixture.h"

/* 100.00 in scope at 60 %, 10 % first self-pay of 50.00, 20.00 wholly own, 5.00 over a cap. */
static struct world *bill(void)
{
    struct world *w = world_new();
    world_employee(w, "1101");
    w->claim.med_type = "11";
    layer_ratio(w, world_layer(w, "op", FUND_HIFP), everyone, 6000);
    world_line(w, 1, 5500, 0);
    w->stated[0].pric_uplmt_amt = INT64_C(50) * PRIC_ONE;
    world_line(w, 2, 5000, 1000);
    world_line(w, 3, 2000, 0);
    w->claim.acct_used_flag = true;
    w->in.balance = 1000000;
    return w;
}

static void the_account_pays_what_the_pack_lets_it(void **state)
{
    (void)state;
    struct world *w = bill();
    const struct result *r = world_run(w, 0);
    const struct totals *t = &r->totals;
    assert_int_equal(t->fund_pay_sumamt, 5700); /* 95.00 x 0.6 */
    assert_int_equal(t->psn_part_amt, 6800);
    assert_int_equal(t->psn_ownpay_amt, 2500);
    assert_int_equal(t->psn_selfpay_amt, 4300);
    assert_int_equal(t->acct_pay, 3800 + 500);
    assert_int_equal(t->psn_cash_pay, 2500);
    assert_int_equal(t->balc, 1000000 - 4300);
    const struct fund_row *row = &r->rows[r->row_count - 1];
    assert_string_equal(row->layer, "account");
    assert_string_equal(row->fund_pay_type, "310201");
    assert_int_equal(row->owner_kind, OWNER_ACCOUNT);
    assert_int_equal(row->field, FUND_FIELDS);
    assert_string_equal(row->owner, "");
    assert_int_equal(find_step(r, STEP_ACCOUNT, "account")->base, 4300);
    assert_int_equal(find_step(r, STEP_CASH, "")->amount, 2500);

    w->policy.account.own =
        (struct policy_purse){/* R14 */
                              4,
                              {PART_INSCP, PART_PRESELFPAY, PART_OVERLMT, PART_FULAMT},
                              "310201",
                              50};
    assert_int_equal(world_run(w, 0)->totals.acct_pay, 6800);
    w->policy.account.own = (struct policy_purse){2, {PART_FULAMT, PART_OVERLMT}, "310201", 50};
    assert_int_equal(world_run(w, 0)->totals.acct_pay, 2500);
    world_free(w);
}

static void the_account_needs_money_the_flag_and_its_kind(void **state)
{
    (void)state;
    struct world *w = bill();
    w->in.balance = 123;
    assert_int_equal(world_run(w, 0)->totals.acct_pay, 123);
    assert_int_equal(w->result.totals.balc, 0);
    w->in.balance = -5; /* an overdrawn account pays nothing and stays as it is */
    assert_int_equal(world_run(w, 0)->totals.acct_pay, 0);
    assert_int_equal(w->result.totals.balc, -5);
    w->in.balance = 123;
    w->claim.acct_used_flag = false;
    assert_int_equal(world_run(w, 0)->totals.acct_pay, 0);
    assert_int_equal(w->result.totals.balc, 123);
    w->claim.acct_used_flag = true;
    w->policy.account.kinds = 1u << INPATIENT;
    assert_int_equal(world_run(w, 0)->totals.acct_pay, 0);
    w->policy.account.kinds = 7;
    w->policy.account.insutypes = 2;
    assert_int_equal(world_run(w, 0)->totals.acct_pay, 0);
    world_free(w);
}

/* R05: everything below the deductible, paid from the account with the first self-pay. */
static void r05_from_the_account(void **state)
{
    (void)state;
    struct world *w = world_new();
    world_employee(w, "1101");
    w->claim.med_type = "11";
    struct layer *l = world_layer(w, "op", FUND_HIFP);
    l->accrual = PER_YEAR;
    layer_deductible(w, l, everyone, 100000, 0);
    layer_ratio(w, l, everyone, 5000);
    world_line(w, 2, 452, 500);
    w->claim.acct_used_flag = true;
    w->in.balance = 137815;
    const struct totals *t = &world_run(w, 0)->totals;
    assert_int_equal(t->preselfpay_amt, 23);
    assert_int_equal(t->act_pay_dedc, 429);
    assert_int_equal(t->acct_pay, 452);
    assert_int_equal(t->psn_cash_pay, 0);
    assert_int_equal(t->balc, 137363);
    world_free(w);
}

/* Funds that reach into first self-pay leave less of it to the account. */
static void the_account_pays_nothing_twice(void **state)
{
    (void)state;
    struct world *w = bill();
    struct layer *l = &w->policy.layers[0];
    const struct base_term terms[] = {{RATIO_ONE, AMOUNT_INSCP, 0},
                                      {RATIO_ONE, AMOUNT_PRESELFPAY, 0}};
    layer_base(l, 2, terms);
    world_rules(w, l)->ratios[0].bands[0].ratio = 9700; /* 97.00 of 100.00 */
    const struct totals *t = &world_run(w, 0)->totals;
    assert_int_equal(t->fund_pay_sumamt, 9700);
    assert_int_equal(t->acct_pay, 300);
    assert_int_equal(t->psn_part_amt, 2800);
    world_free(w);
}

/* Shanghai: the account first, then the deductible on what is left. */
static void the_account_first(void **state)
{
    (void)state;
    struct world *w = bill();
    struct layer *l = &w->policy.layers[0];
    l->accrual = PER_YEAR;
    layer_deductible(w, l, everyone, 1000, 0);
    w->policy.account.first = true;
    w->in.balance = 3000;
    const struct result *r = world_run(w, 0);
    const struct totals *t = &r->totals;
    assert_int_equal(t->acct_pay, 3000);
    assert_int_equal(t->fund_pay_sumamt, 3300); /* (95.00 - 30.00 - 10.00) x 0.6 */
    assert_int_equal(t->psn_part_amt, 12500 - 3300);
    assert_int_equal(t->psn_ownpay_amt, 2500);
    assert_int_equal(t->psn_cash_pay, 12500 - 3300 - 3000);
    assert_int_equal(t->balc, 0);
    /* In its own order, and of wholly-own money too: it stays the patient's. */
    w->policy.account.own = (struct policy_purse){2, {PART_FULAMT, PART_INSCP}, "310201", 50};
    t = &world_run(w, 0)->totals;
    assert_int_equal(t->fund_pay_sumamt, 4500); /* (95.00 - 10.00 - 10.00) x 0.6 */
    assert_int_equal(t->psn_ownpay_amt, 2500);
    w->claim.acct_used_flag = false;
    assert_int_equal(world_run(w, 0)->totals.fund_pay_sumamt, 5100);
    world_free(w);
}

static void relatives_pay_last(void **state)
{
    (void)state;
    struct world *w = bill();
    w->in.balance = 2000;
    w->in.family_balance = 3000;
    assert_int_equal(world_run(w, 0)->totals.acct_mulaid_pay, 0); /* the pack knows of none */
    w->policy.account.family = (struct policy_purse){1, {PART_INSCP}, "310202", 51};
    const struct result *r = world_run(w, 0);
    const struct totals *t = &r->totals;
    assert_int_equal(t->acct_pay, 2000);
    assert_int_equal(t->acct_mulaid_pay, 1800); /* of 38.00 in scope */
    assert_int_equal(t->psn_cash_pay, 6800 - 3800);
    assert_int_equal(t->balc, 0);
    const struct fund_row *row = &r->rows[r->row_count - 1];
    assert_string_equal(row->layer, "family");
    assert_string_equal(row->fund_pay_type, "310202");
    assert_int_equal(row->owner_kind, OWNER_RELATIVE);
    assert_int_equal(find_step(r, STEP_FAMILY, "family")->limit, 3000);
    assert_int_equal(find_step(r, STEP_FAMILY, "family")->base, 1800);
    w->in.family_balance = 500;
    assert_int_equal(world_run(w, 0)->totals.acct_mulaid_pay, 500);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_account_pays_what_the_pack_lets_it),
        cmocka_unit_test(the_account_needs_money_the_flag_and_its_kind),
        cmocka_unit_test(r05_from_the_account),
        cmocka_unit_test(the_account_pays_nothing_twice),
        cmocka_unit_test(the_account_first),
        cmocka_unit_test(relatives_pay_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
