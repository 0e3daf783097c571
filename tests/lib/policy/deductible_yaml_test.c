/* The deductible of a layer. */
#include "fixture.h"

static void faults_of_deductibles(void **state)
{
    (void)state;
    assert_policy_fault("      nth: same_grade\n", "", -2, "layers[0].deductible.nth", "missing");
    assert_policy_fault("per: stay", "per: week", 0, "layers[0].deductible.per",
                        "stay, visit, day, month");
    assert_policy_fault("per: stay", "per: month", 1, "layers[0].deductible.nth",
                        "only a deductible per stay has it");
    assert_policy_fault("per: stay", "per: visit", 0, "layers[0].deductible.per", "is a stay");
    assert_policy_fault("deductible: {per: year", "deductible: {per: month", 0,
                        "layers[1].deductible.per", "cumulative");
    assert_policy_fault("[200.00, 100.00]", "[200.00, 100.005]", 0,
                        "layers[0].deductible.table[0].yuan[1]", "two decimals");
    assert_policy_fault("yuan: 1100.00, clause: B", "yuan: 1100.00", 0,
                        "layers[0].deductible.table[1].clause", "missing");
    assert_policy_fault("table: [{yuan: 16000.00", "table: [{yuan: [16000.00, 1.00]", 0,
                        "layers[1].deductible.table[0].yuan", "only a deductible per stay");
    assert_policy_fault("deductible: {per: year", "deductible: {per: stay", 0,
                        "layers[1].deductible.per", "cumulative");
    assert_policy_fault("kinds: [inpatient]}", "kinds: [outpatient]}", 7,
                        "layers[0].deductible.per", "is not a stay");
    assert_policy_fault("      unused: lost\n", "", -3, "layers[0].deductible.unused", "missing");
    assert_policy_fault("unused: lost", "unused: kept", 0, "layers[0].deductible.unused",
                        "lost, carried");
    assert_policy_fault("deductible: {per: year", "deductible: {per: year, unused: lost", 0,
                        "layers[1].deductible.unused", "only a deductible per stay has it");
    assert_policy_fault("deductible: {per: year", "deductible: {per: year, top_up: true", 0,
                        "layers[1].deductible.top_up", "not cumulative");
}

static void periods(void **state)
{
    (void)state;
    int line;
    const char *per = "      per: stay\n", *unused = "      unused: lost\n";
    char *bare = spoil(policy_text, unused, "", &line);
    char *text = spoil(bare, per, "      per: period\n      period_days: 90\n", &line);
    struct pack *pack = policy_pack(text);
    const struct policy *p = pack_policy(pack, date_of(2024, 5, 1));
    assert_int_equal(p->layers[0].accrual, PER_PERIOD);
    assert_int_equal(p->period_days[0], 0);
    assert_int_equal(p->period_days[1], 90);
    pack_free(pack);
    assert_text_fault(bare, per, "      per: period\n", -1, "layers[0].deductible.period_days",
                      "missing");
    assert_text_fault(bare, per, "      per: period\n      period_days: 0\n", 1,
                      "layers[0].deductible.period_days", "1 to 366");
    assert_policy_fault(per, "      per: period\n      period_days: 90\n", 3,
                        "layers[0].deductible.unused", "only a deductible per stay has it");
    assert_policy_fault(per, "      per: stay\n      period_days: 90\n", 1,
                        "layers[0].deductible.period_days", "only a deductible per period");
    /* The same stays, by another length or none. */
    char *other = spoil(text,
                        "    cumulative: {reach_back: true, year: benefit}\n"
                        "    deductible: {per: year, ceiling: {yuan: 16000.00, clause: A}",
                        "    deductible: {per: period, period_days: 90, nth: all_stays", &line);
    assert_text_fault(other, "base: [inscp_scp_amt, -basic.paid]", "base: [medfee_sumamt]", 4,
                      "layers[1].deductible.per", "[inscp_scp_amt] alone");
    assert_text_fault(other, "period_days: 90, nth", "period_days: 60, nth", 0,
                      "layers[1].deductible.period_days", "not the period of");
    assert_text_fault(other, "per: period, period_days: 90, nth", "per: stay, unused: lost, nth", 0,
                      "layers[1].deductible.per", "have periods or not");
    free(other);
    free(text);
    free(bare);
}

/* A grade of fifteen bytes and a scope as long leave no room for what stands between them. */
static void scopes_fit(void **state)
{
    (void)state;
    int line;
    char *graded = spoil(policy_text, "grades: [primary, level3]",
                         "grades: [primary, level3, fifteen_letters]", &line);
    char *text = spoil(graded, "accumulates: stay", "accumulates: also_of_fifteen", &line);
    struct faults *faults = faults_new();
    struct pack *pack;
    assert_int_equal(pack_compile_policy("policy.yaml", text_of(text), &pack, faults), ERR_INVALID);
    assert_fault(faults, line + 3, "layers[0].deductible.per", "make 32 bytes, at most 31");
    free(faults);
    free(text);
    free(graded);
}

static void assert_amounts(const char *yuan, uint8_t count, const int64_t *fen)
{
    int line;
    char *text = spoil(policy_text, "yuan: [200.00, 100.00]", yuan, &line);
    struct pack *pack = policy_pack(text);
    const struct deductible_rule *rule =
        &pack_policy(pack, date_of(2024, 5, 1))->layers[0].deductibles[0];
    assert_int_equal(rule->nth_count, count);
    assert_memory_equal(rule->nth_fen, fen, count * sizeof *fen);
    pack_free(pack);
    free(text);
}

static void series_become_lists(void **state)
{
    (void)state;
    assert_amounts("yuan: {first: 350.00, again: {minus: 100.00, floor: 100.00}}", 4,
                   (const int64_t[]){35000, 25000, 15000, 10000});
    assert_amounts("yuan: {first: 100.00, again: {minus: 100.00, floor: 100.00}}", 1,
                   (const int64_t[]){10000});
    /* Each rounded before the next follows from it. */
    assert_amounts("yuan: {first: 100.01, again: {times: 0.50, floor: 20.00}}", 4,
                   (const int64_t[]){10001, 5001, 2501, 2000});
    assert_amounts("yuan: {first: 333.33, again: {less_of_first: [0.50]}}", 2,
                   (const int64_t[]){33333, 16667}); /* 166.665, half up */
    assert_amounts("yuan: {first: 800.00, again: {less_of_first: [0.20, 0.30]}}", 3,
                   (const int64_t[]){80000, 64000, 56000});
    assert_amounts("yuan: {first: 800.00, again: {less_of_first: [0.20, 0.90], floor: 100.00}}", 3,
                   (const int64_t[]){80000, 64000, 10000});
    int64_t longest[RULE_NTH_MAX];
    for (int i = 0; i < RULE_NTH_MAX; i++)
        longest[i] = 410000 - 10000 * i;
    assert_amounts("yuan: {first: 4100.00, again: {minus: 100.00, floor: 200.00}}", RULE_NTH_MAX,
                   longest);
}

static void fault_of_amounts(const char *yuan, const char *key, const char *en)
{
    char path[64];
    snprintf(path, sizeof path, "layers[0].deductible.table[0].yuan%s", key);
    assert_policy_fault("yuan: [200.00, 100.00]", yuan, 0, path, en);
}

static void faults_of_amounts(void **state)
{
    (void)state;
    fault_of_amounts("yuan: {first: 200.00}", ".again", "missing");
    fault_of_amounts("yuan: {first: 200.00, again: {floor: 0.00}}", ".again", "expected one of");
    fault_of_amounts("yuan: {first: 200.00, again: {minus: 1.00, times: 0.50, floor: 0.00}}",
                     ".again", "expected one of");
    fault_of_amounts("yuan: {first: 200.00, again: {minus: 50.00}}", ".again.floor", "missing");
    fault_of_amounts("yuan: {first: 200.00, again: {minus: 0.00, floor: 0.00}}", ".again.minus",
                     "above zero");
    fault_of_amounts("yuan: {first: 200.00, again: {minus: 1.00, floor: 0.00}}", ".again",
                     "not reached by the 40th");
    fault_of_amounts("yuan: {first: 200.00, again: {minus: 50.00, floor: 300.00}}", ".again.floor",
                     "above the first");
    fault_of_amounts("yuan: {first: 200.00, again: {times: 1, floor: 0.00}}", ".again.times",
                     "below 1");
    fault_of_amounts("yuan: {first: 200.00, again: {times: 0.99, floor: 0.00}}", ".again",
                     "not reached by the 40th");
    fault_of_amounts("yuan: {first: 200.00, again: {less_of_first: [0.30, 0.20]}}",
                     ".again.less_of_first[1]", "must ascend");
    fault_of_amounts("yuan: {first: 200.00, again: {plus: 0.30}}", ".again.plus", "unknown key");
    assert_policy_fault("table: [{yuan: 16000.00", "table: [{yuan: {first: 1.00}", 0,
                        "layers[1].deductible.table[0].yuan", "only a deductible per stay");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_of_deductibles),
        cmocka_unit_test(scopes_fit),
        cmocka_unit_test(periods),
        cmocka_unit_test(series_become_lists),
        cmocka_unit_test(faults_of_amounts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
