/* The personal account. */
#include "fixture.h"

static void accounts(void **state)
{
    (void)state;
    struct pack *pack = policy_pack(policy_text);
    const struct policy_account *account = &pack_policy(pack, date_of(2024, 5, 1))->account;
    assert_int_equal(account->insutypes, 1);
    assert_int_equal(account->kinds, 1u << 2);
    assert_false(account->first);
    assert_int_equal(account->own.pay_count, 1);
    assert_int_equal(account->own.pays[0], PART_INSCP);
    assert_string_equal(account->own.fund_pay_type, "310201");
    assert_int_equal(account->family.pay_count, 0);
    pack_free(pack);
    int line;
    char *text = spoil(policy_text, "pays: [inscp_scp_amt], fund",
                       "order: first, family: {pays: [fulamt_ownpay_amt], fund_pay_type: "
                       "\"310202\", clause: B}, pays: [overlmt_selfpay, inscp_scp_amt], fund",
                       &line);
    pack = policy_pack(text);
    account = &pack_policy(pack, date_of(2024, 5, 1))->account;
    assert_true(account->first);
    assert_int_equal(account->own.pay_count, 2);
    assert_int_equal(account->own.pays[0], PART_OVERLMT);
    assert_int_equal(account->own.pays[1], PART_INSCP);
    assert_int_equal(account->family.pay_count, 1);
    assert_int_equal(account->family.pays[0], PART_FULAMT);
    assert_string_equal(account->family.fund_pay_type, "310202");
    assert_int_equal(account->family.clause, 2);
    pack_free(pack);
    free(text);
}

static void faults_of_accounts(void **state)
{
    (void)state;
    assert_policy_fault("pays: [inscp_scp_amt]", "pays: [inscp_scp_amt, cash]", 0,
                        "account.pays[1]", "one of");
    assert_policy_fault("pays: [inscp_scp_amt]", "pays: [inscp_scp_amt, inscp_scp_amt]", 0,
                        "account.pays[1]", "twice");
    assert_policy_fault("pays: [inscp_scp_amt]", "order: second, pays: [inscp_scp_amt]", 0,
                        "account.order", "one of");
    assert_policy_fault("pays: [inscp_scp_amt]",
                        "family: {pays: [inscp_scp_amt], clause: A}, pays: [inscp_scp_amt]", 0,
                        "account.family.fund_pay_type", "missing");
    /* Which lines an account that pays first paid, nobody can tell. */
    int line;
    char *text = spoil(policy_text, "account: {insutypes: [\"310\"], kinds: [shop]",
                       "account: {order: first, insutypes: [\"390\"], kinds: [outpatient]", &line);
    struct faults *faults = faults_new();
    struct pack *pack;
    assert_int_equal(pack_compile_policy("p", text_of(text), &pack, faults), ERR_INVALID);
    assert_int_equal(faults->count, 1);
    assert_non_null(strstr(faults->list[0].en, "no line in particular"));
    free(faults);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accounts),
        cmocka_unit_test(faults_of_accounts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
