/* The adjustments of a layer, as a pack writes them. */
#include "fixture.h"

#define ROW "{identities: [poor], deductible_times: 0.50, points: 0.05, uncapped: true, clause: B}"

static void assert_row_fault(const char *row, const char *key, const char *en)
{
    assert_policy_fault(ROW, row, 0, key, en);
}

static void every_key(void **state)
{
    (void)state;
    int line;
    char *text = spoil(policy_text, ROW,
                       ROW ", {grades: [level3], age: {from: 70}, first_selfpay: 0.10, "
                           "multiply: 0.85, deductible_plus: 100.00, clause: A}, "
                           "{classes: [active], personal_share: 0.60, clause: A}, "
                           "{points: -0.10, clause: A}",
                       &line);
    struct pack *pack = policy_pack(text);
    const struct layer *layer = &pack_policy(pack, date_of(2024, 5, 1))->layers[1];
    const struct adjust_rule *rules = layer->adjusts;
    assert_int_equal(layer->adjust_count, 4);
    assert_int_equal(rules[0].who.identities, 1);
    assert_int_equal(rules[0].ratio, ADJUST_POINTS);
    assert_int_equal(rules[0].ratio_by, 500);
    assert_int_equal(rules[0].dedc, ADJUST_DEDC_TIMES);
    assert_int_equal(rules[0].dedc_by, 5000);
    assert_true(rules[0].uncapped);
    assert_int_equal(rules[0].clause, 2);
    assert_int_equal(rules[1].who.grades, 2);
    assert_int_equal(rules[1].who.age_min, 70);
    assert_int_equal(rules[1].first_selfpay, 1000);
    assert_int_equal(rules[1].ratio, ADJUST_MULTIPLY);
    assert_int_equal(rules[1].ratio_by, 8500);
    assert_int_equal(rules[1].dedc, ADJUST_DEDC_PLUS);
    assert_int_equal(rules[1].dedc_by, 10000);
    assert_false(rules[1].uncapped);
    assert_int_equal(rules[2].ratio, ADJUST_PERSONAL_SHARE);
    assert_int_equal(rules[3].ratio_by, -1000);
    assert_true(layer->adjust_index.by_grade[1] == 15 && layer->adjust_index.by_grade[0] == 13);
    pack_free(pack);
    free(text);
}

/* D36: the three readings are named with what each pays. */
static void what_could_be_read_otherwise_is_refused(void **state)
{
    (void)state;
    assert_row_fault("{less: 0.20, clause: B}", "layers[1].adjust[0].less", "multiply 0.60");
    assert_row_fault("{lowered_by: 0.20, clause: B}", "layers[1].adjust[0].lowered_by",
                     "12,960 by points -0.20, 14,820 by first_selfpay 0.20");
    assert_row_fault("{points: 0.05, multiply: 0.90, clause: B}", "layers[1].adjust[0]",
                     "one of points, multiply, personal_share a row");
    assert_row_fault("{deductible_times: 0.5, deductible_plus: 1.00, clause: B}",
                     "layers[1].adjust[0]", "one of deductible_times, deductible_plus a row");
}

static void what_means_nothing_is_refused(void **state)
{
    (void)state;
    assert_row_fault("{identities: [poor], clause: B}", "layers[1].adjust[0]", "nothing");
    assert_row_fault("{points: 0, clause: B}", "layers[1].adjust[0].points", "not 0");
    assert_row_fault("{points: 1.05, clause: B}", "layers[1].adjust[0].points", "from -1 to 1");
    assert_row_fault("{points: -1.05, clause: B}", "layers[1].adjust[0].points", "from -1 to 1");
    assert_row_fault("{first_selfpay: 0, clause: B}", "layers[1].adjust[0].first_selfpay",
                     "takes nothing");
    assert_row_fault("{first_selfpay: 0.1}", "layers[1].adjust[0].clause", "missing");
    assert_policy_fault("    ratio: {table: [{ratio: 0.70, clause: A}]}\n",
                        "    ratio: {table: [{ratio: 0.70, clause: A}]}\n"
                        "    adjust: [{deductible_times: 0.5, uncapped: true, clause: A}]\n",
                        1, "layers[2].adjust[0].deductible_times", "no deductible");
    assert_policy_fault("    ratio: {table: [{ratio: 0.70, clause: A}]}\n",
                        "    ratio: {table: [{ratio: 0.70, clause: A}]}\n"
                        "    adjust: [{uncapped: true, clause: A}]\n",
                        1, "layers[2].adjust[0].uncapped", "no cap");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key),
        cmocka_unit_test(what_could_be_read_otherwise_is_refused),
        cmocka_unit_test(what_means_nothing_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
