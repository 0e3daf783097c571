/* A layer's guarantee. */
#include "fixture.h"

#define HEAD                                                                                       \
    "  - {layer: floor, zh: 兜底, fund_pay_type: \"640101\", field: oth_pay, owner: county,\n"   \
    "     when: {insutypes: [\"310\"], kinds: [inpatient]}, needs_pool: true, scope: all,\n"       \
    "     accumulates: floor,\n"

static char *with(const char *rest)
{
    char *text = malloc(POLICY_TEXT_MAX);
    assert_non_null(text);
    snprintf(text, POLICY_TEXT_MAX, "%s%s%s", policy_text, HEAD, rest);
    return text;
}

static void guarantees(void **state)
{
    (void)state;
    char *text = with("     guarantee: {to: 0.90, of: [medfee_sumamt, -fulamt_ownpay_amt], "
                      "counting: all, clause: B}}\n");
    struct pack *pack = policy_pack(text);
    const struct layer *l = &pack_policy(pack, date_of(2024, 5, 1))->layers[3];
    assert_int_equal(l->guarantee, 7);
    assert_int_equal(l->guarantee_clause, 2);
    assert_int_equal(l->ratio_count, 1);
    assert_int_equal(l->ratios[0].bands[0].ratio, 9000);
    assert_int_equal(l->ratio_index.by_grade[1] & l->ratio_index.by_class[1], 1);
    assert_int_equal(l->term_count, 2);
    pack_free(pack);
    free(text);
    text =
        with("     guarantee: {to: 1, of: [inscp_scp_amt], counting: [basic, pool], "
             "clause: B},\n     caps: [{on: payment, yuan: 1.00, jointly: [floor], clause: A}]}\n");
    pack = policy_pack(text);
    assert_int_equal(pack_policy(pack, date_of(2024, 5, 1))->layers[3].guarantee, 5);
    pack_free(pack);
    free(text);
}

static void assert_fault_of(const char *rest, const char *key, const char *en)
{
    char *text = with(rest);
    struct faults *faults = faults_new();
    struct pack *pack;
    int line = 0;
    for (const char *p = text; *p; p++)
        line += *p == '\n';
    assert_int_equal(pack_compile_policy("policy.yaml", text_of(text), &pack, faults), ERR_INVALID);
    assert_fault(faults, line, key, en);
    free(faults);
    free(text);
}

static void faults_of_guarantees(void **state)
{
    (void)state;
    assert_fault_of(
        "     guarantee: {to: 0.9, of: [inscp_scp_amt], counting: [floor], clause: A}}\n",
        "layers[3].guarantee.counting[0]", "not defined");
    assert_fault_of("     guarantee: {to: 0.9, of: [inscp_scp_amt], counting: none, clause: A}}\n",
                    "layers[3].guarantee.counting", "one of");
    assert_fault_of("     guarantee: {to: 0.9, of: [inscp_scp_amt], clause: A}}\n",
                    "layers[3].guarantee.counting", "missing");
    assert_fault_of("     base: [inscp_scp_amt], guarantee: {to: 0.9, of: [inscp_scp_amt], "
                    "counting: all, clause: A}}\n",
                    "layers[3].base", "has no base");
    assert_fault_of("     guarantee: {to: 0.9, of: [inscp_scp_amt], counting: all, clause: A}, "
                    "caps: [{on: eligible, yuan: 1.00, jointly: [floor], clause: A}]}\n",
                    "layers[3].caps[0]", "on payment");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guarantees),
        cmocka_unit_test(faults_of_guarantees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
