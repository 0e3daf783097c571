/* A member's claims one after the other: what each leaves to the next. */
#include "../policy/fixture.h"

#include "cases/trial.h"

#define STAY(from, to, amount)                                                                     \
    "  - med_type: \"22\"\n"                                                                       \
    "    institution: {grade: primary, region: \"431002\"}\n"                                      \
    "    from: " from "\n"                                                                         \
    "    to: " to "\n"                                                                             \
    "    trauma: {cause: x, third_party: false, signed: true}\n"                                   \
    "    lines: [{chrgitm_lv: \"01\", amount: " amount "}]\n"                                      \
    "    expect: {medfee_sumamt: " amount "}\n"

#define VOID(number)                                                                               \
    "  - {void: " number ", settled: 2024-05-01, expect: {medfee_sumamt: -1000.00}}\n"

static const char case_text[] =
    "case: two-stays\n"
    "source: invented\n"
    "policy: policy.yaml\n"
    "member: {insutype: \"310\", psn_type: \"1102\", born: 1970-01-01}\n"
    "claims:\n" STAY("2024-03-01", "2024-03-10", "1000.00")
        STAY("2024-04-01", "2024-04-10", "1000.00") STAY("2026-01-01", "2026-01-02", "1000.00")
            VOID("2") VOID("1") VOID("3");

enum { FIRST, SECOND, LATE, VOID_SECOND, VOID_FIRST, VOID_LATE };

struct bench {
    struct pack *pack;
    struct arena *arena, *scratch;
    struct faults *faults;
    struct yaml *document;
    struct policy_case read;
    struct trial trial;
};

static int setup(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    assert_non_null(b);
    *state = b;
    b->pack = policy_pack(policy_text);
    b->arena = arena_new(CASE_ARENA_MAX);
    b->scratch = arena_new(CASE_ARENA_MAX);
    b->faults = faults_new();
    assert_int_equal(yaml_parse("case.yaml", text_of(case_text), b->faults, &b->document), ERR_OK);
    enum err err = case_read("case.yaml", b->document, b->pack, b->arena, b->faults, &b->read);
    if (err != ERR_OK)
        faults_print(b->faults);
    assert_int_equal(err, ERR_OK);
    trial_begin(&b->trial, &b->read, b->scratch);
    return 0;
}

static int teardown(void **state)
{
    struct bench *b = *state;
    yaml_free(b->document);
    free(b->faults);
    arena_free(b->scratch);
    arena_free(b->arena);
    pack_free(b->pack);
    free(b);
    return 0;
}

static const struct result *settle(struct bench *b, uint32_t claim)
{
    const struct case_claim *c = &b->read.claims[claim];
    assert_int_equal(trial_claim(&b->trial, c, case_policy(&b->read, c)), ERR_OK);
    return b->trial.result;
}

static void carry(struct bench *b, uint32_t claim)
{
    const struct case_claim *c = &b->read.claims[claim];
    assert_int_equal(settle(b, claim)->problems.count, 0);
    assert_int_equal(trial_carry(&b->trial, c, case_policy(&b->read, c)), ERR_OK);
}

static void assert_same_state(const struct trial *a, const struct trial *b)
{
    assert_true(accums_same(a->accums.list, a->accums.count, b->accums.list, b->accums.count));
    assert_int_equal(a->balc, b->balc);
    assert_int_equal(a->family_balc, b->family_balc);
    assert_int_equal(a->has_previous, b->has_previous);
    assert_int_equal(a->previous.end_date, b->previous.end_date);
    assert_int_equal(a->previous.consumed, b->previous.consumed);
}

static void a_void_leaves_no_trace(void **state)
{
    struct bench *b = *state;
    const struct trial never = b->trial;
    carry(b, FIRST);
    const struct trial before = b->trial;
    carry(b, SECOND);
    const int64_t paid = b->trial.result->totals.fund[FUND_HIFP];
    const struct result *result = settle(b, VOID_SECOND);
    assert_int_equal(result->totals.medfee_sumamt, -100000);
    assert_int_equal(result->totals.act_pay_dedc, -10000);
    assert_int_equal(result->totals.fund[FUND_HIFP], -paid);
    assert_int_equal(result->rows[0].amount, -paid);
    assert_int_equal(result->line_count, 0);
    assert_false(accums_same(before.accums.list, before.accums.count, b->trial.accums.list,
                             b->trial.accums.count)); /* nothing has moved yet */
    carry(b, VOID_SECOND);
    assert_same_state(&b->trial, &before);
    assert_int_equal(settle(b, SECOND)->totals.act_pay_dedc, 10000);
    carry(b, VOID_FIRST);
    assert_same_state(&b->trial, &never);
    assert_int_equal(settle(b, SECOND)->totals.act_pay_dedc, 20000);
}

static void assert_refused(struct bench *b, uint32_t claim, enum reason reason)
{
    const struct result *result = settle(b, claim);
    assert_int_equal(result->problems.count, 1);
    assert_int_equal(result->problems.list[0].reason, reason);
}

/* The second stay's deductible is the second's because of the first. */
static void what_rests_on_it_is_voided_first(void **state)
{
    struct bench *b = *state;
    carry(b, FIRST);
    carry(b, SECOND);
    assert_refused(b, VOID_FIRST, REASON_VOID_LATER);
    carry(b, VOID_SECOND);
    assert_refused(b, VOID_SECOND, REASON_SETTLEMENT_VOIDED);
    carry(b, VOID_FIRST);
    assert_refused(b, VOID_FIRST, REASON_SETTLEMENT_VOIDED);
    assert_refused(b, LATE, REASON_UNCOVERED_DATE);
    assert_refused(b, VOID_LATE, REASON_SETTLEMENT_UNKNOWN);
}

static void a_second_stay_is_the_second(void **state)
{
    struct bench *b = *state;
    const struct case_claim *first = &b->read.claims[0];
    assert_int_equal(settle(b, 0)->totals.act_pay_dedc, 20000);
    assert_int_equal(trial_carry(&b->trial, first, case_policy(&b->read, first)), ERR_OK);
    assert_true(b->trial.has_previous);
    assert_int_equal(b->trial.previous.end_date, date_of(2024, 3, 10));
    assert_int_equal(settle(b, 1)->totals.act_pay_dedc, 10000);
}

static void what_is_not_carried_does_not_count(void **state)
{
    struct bench *b = *state;
    settle(b, 0);
    assert_int_equal(settle(b, 1)->totals.act_pay_dedc, 20000);
    assert_false(b->trial.has_previous);
    assert_int_equal(b->trial.accums.count, 0);
}

static void a_day_without_rules_is_refused(void **state)
{
    struct bench *b = *state;
    assert_refused(b, LATE, REASON_UNCOVERED_DATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_second_stay_is_the_second, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_not_carried_does_not_count, setup, teardown),
        cmocka_unit_test_setup_teardown(a_void_leaves_no_trace, setup, teardown),
        cmocka_unit_test_setup_teardown(what_rests_on_it_is_voided_first, setup, teardown),
        cmocka_unit_test_setup_teardown(a_day_without_rules_is_refused, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
