/* No set of adjustments that may hold together makes what is no ratio. The layer's are 0.60 and
 * 0.75. */
#include "fixture.h"

#define ROW "{identities: [poor], deductible_times: 0.50, points: 0.05, uncapped: true, clause: B}"

static void assert_rows_fault(const char *rows, const char *key, const char *en)
{
    assert_policy_fault(ROW, rows, 0, key, en);
}

static void assert_rows_stand(const char *rows)
{
    int line;
    char *text = spoil(policy_text, ROW, rows, &line);
    pack_free(policy_pack(text));
    free(text);
}

static void one_row_alone(void **state)
{
    (void)state;
    assert_rows_stand("{points: 0.25, clause: A}");
    assert_rows_fault("{points: 0.2501, clause: A}", "layers[1].adjust[0]",
                      "the ratio 0.75 becomes 1.0001, which is outside 0 to 1");
    assert_rows_stand("{points: -0.60, clause: A}");
    assert_rows_fault("{points: -0.61, clause: A}", "layers[1].adjust[0]",
                      "the ratio 0.6 becomes -0.01");
}

static void rows_that_may_hold_together(void **state)
{
    (void)state;
    assert_rows_fault("{points: 0.20, clause: A}, {age: {from: 70}, points: 0.10, clause: A}",
                      "layers[1].adjust[1]", "the ratio 0.95 becomes 1.05");
    assert_rows_stand("{age: {to: 69}, points: 0.20, clause: A}, "
                      "{age: {from: 70}, points: 0.10, clause: A}");
    assert_rows_stand("{grades: [primary], points: 0.20, clause: A}, "
                      "{grades: [level3], points: 0.20, clause: A}");
    assert_rows_stand("{identities: [poor], points: 0.20, clause: A}, "
                      "{identities: [low], points: 0.20, clause: A}"); /* the best counts */
    assert_rows_stand("{multiply: 0.50, clause: A}, {identities: [low], points: 0.25, clause: A}");
    assert_rows_fault("{points: 0.25, clause: A}, {points: -0.80, clause: A}",
                      "layers[1].adjust[1]", "becomes ");
}

static void two_first_selfpays_never_hold_together(void **state)
{
    (void)state;
    assert_rows_fault("{first_selfpay: 0.1, clause: A}, {grades: [level3], first_selfpay: 0.2, "
                      "clause: A}",
                      "layers[1].adjust[1]", "its first self-pay overlaps that on line");
    assert_rows_stand("{grades: [primary], first_selfpay: 0.1, clause: A}, {grades: [level3], "
                      "first_selfpay: 0.2, clause: A}");
}

static void ratios_stay_exact(void **state)
{
    (void)state;
    assert_rows_stand("{multiply: 0.3333, clause: A}, {personal_share: 0.11, clause: A}");
    assert_rows_fault("{multiply: 0.3333, clause: A}, {personal_share: 0.1111, clause: A}",
                      "layers[1].adjust[1]",
                      "the ratio 0.19998 becomes one of more than eight decimals");
}

/* 2^24 sets: too many to try. */
static void endless_sets_are_refused(void **state)
{
    (void)state;
    char rows[24 * 40];
    size_t used = 0;
    for (int i = 0; i < 24; i++)
        used += (size_t)snprintf(rows + used, sizeof rows - used, "%s{points: 0.0001, clause: A}",
                                 i ? ", " : "");
    assert_rows_fault(rows, "layers[1].adjust", "too many sets of rows");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_row_alone),
        cmocka_unit_test(rows_that_may_hold_together),
        cmocka_unit_test(two_first_selfpays_never_hold_together),
        cmocka_unit_test(ratios_stay_exact),
        cmocka_unit_test(endless_sets_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
