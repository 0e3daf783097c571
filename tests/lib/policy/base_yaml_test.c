/* A layer's base. */
#include "fixture.h"

#include "base/money.h"

static void bases(void **state)
{
    (void)state;
    int line;
    char *text = spoil(policy_text, "base: [inscp_scp_amt, -basic.paid]",
                       "base: [rest_total, {amount: medfee_sumamt, times: -0.10}, "
                       "-basic.deductible, {amount: basic.excess, times: 0.3333}, -rest_inscp]",
                       &line);
    static const struct base_term expected[] = {{RATIO_ONE, AMOUNT_REST_TOTAL, 0},
                                                {-1000, AMOUNT_MEDFEE, 0},
                                                {-RATIO_ONE, AMOUNT_LAYER_DEDUCTIBLE, 0},
                                                {3333, AMOUNT_LAYER_EXCESS, 0},
                                                {-RATIO_ONE, AMOUNT_REST_INSCP, 0}};
    struct pack *pack = policy_pack(text);
    const struct layer *l = &pack_policy(pack, date_of(2024, 5, 1))->layers[1];
    assert_int_equal(l->term_count, ARRAY_LEN(expected));
    for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
        assert_int_equal(l->terms[i].times, expected[i].times);
        assert_int_equal(l->terms[i].amount, expected[i].amount);
        assert_int_equal(l->terms[i].layer, expected[i].layer);
    }
    assert_int_equal(l->opens, PARTS_ALL);
    pack_free(pack);
    free(text);
}

static void faults_of_bases(void **state)
{
    (void)state;
    assert_policy_fault("-basic.paid", "-critical.paid", 0, "layers[1].base[1]",
                        "no such layer before this one");
    assert_policy_fault("-basic.paid", "-basic.due", 0, "layers[1].base[1]", "names no amount");
    assert_policy_fault("-basic.paid", "-inscp_scp_amt", 0, "layers[1].base[1]", "occurs twice");
    assert_policy_fault("[inscp_scp_amt, -basic.paid]", "[-basic.paid]", 0, "layers[1].base",
                        "no positive term");
    assert_policy_fault("-basic.paid", "{amount: basic.paid, times: 0}", 0,
                        "layers[1].base[1].times", "other than 0");
    assert_policy_fault("-basic.paid", "{amount: basic.paid, times: -1.0001}", 0,
                        "layers[1].base[1].times", "other than 0");
    assert_policy_fault("-basic.paid", "{amount: -basic.paid, times: 0.5}", 0,
                        "layers[1].base[1].amount", "no such layer");
    assert_policy_fault("-basic.paid", "{amount: basic.paid}", 0, "layers[1].base[1].times",
                        "missing");
    assert_policy_fault("[inscp_scp_amt, -basic.paid]", "[rest_inscp, -basic.paid]", 0,
                        "layers[1].base", "taken off twice");
    assert_policy_fault("base: [inscp_scp_amt]\n    scope: {any",
                        "base: [inscp_scp_amt, -critical.deductible]\n    scope: {any", 1,
                        "layers[2].scope", "alone");
    /* A layer without a cap has no excess. */
    int line;
    char *text = spoil(policy_text,
                       "    caps:\n      - {on: payment, yuan: 150000.00, jointly: [stay], "
                       "clause: A}\n",
                       "", &line);
    char *both = spoil(text, "-basic.paid", "basic.excess", &line);
    struct faults *faults = faults_new();
    struct pack *pack;
    assert_int_equal(pack_compile_policy("p", text_of(both), &pack, faults), ERR_INVALID);
    assert_fault(faults, line, "layers[1].base[1]", "no cap to exceed");
    free(faults);
    free(both);
    free(text);
    /* Nor one without a deductible what it consumed: pool has none. */
    char *more = malloc(POLICY_TEXT_MAX);
    assert_non_null(more);
    snprintf(
        more, POLICY_TEXT_MAX, "%s%s", policy_text,
        "  - {layer: last, zh: 末, fund_pay_type: \"390101\", field: oth_pay, owner: county,\n"
        "     when: {insutypes: [\"390\"], kinds: [outpatient]}, needs_pool: true, scope: all,\n"
        "     base: [rest_inscp, -pool.deductible], accumulates: last,\n"
        "     ratio: {table: [{ratio: 1, clause: A}]}}\n");
    faults = faults_new();
    assert_int_equal(pack_compile_policy("p", text_of(more), &pack, faults), ERR_INVALID);
    assert_int_equal(faults->count, 1);
    assert_non_null(strstr(faults->list[0].en, "layer pool has no deductible"));
    free(faults);
    free(more);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bases),
        cmocka_unit_test(faults_of_bases),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
