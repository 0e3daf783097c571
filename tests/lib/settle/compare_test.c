/* lib/settle/compare: the first difference is named, and no person is. */
#include "settle/compare.h"

#include "fixture.h"
#include "state/effects.h"

static struct settlement sample(void)
{
    struct settlement s = {.row_count = 1, .delta_count = 1, .year = 2026};
    s.totals.psn_cash_pay = 100;
    s.rows[0] = (struct settlement_row){.layer = "basic", .amount = 7, .owner = "431002"};
    s.deltas[0] = (struct accum){2026, 390, ACCUM_PAID, "inpatient", 5};
    return s;
}

static void figures_are_shown_with_both_values(void **state)
{
    (void)state;
    struct settlement a = sample(), b = sample();
    char what[200] = "";
    assert_false(compare_settlements(&a, &b, what, sizeof what));
    b.totals.psn_cash_pay = 99;
    assert_true(compare_settlements(&a, &b, what, sizeof what));
    assert_string_equal(what, "psn_cash_pay: stored 100, made 99");
    b = sample();
    b.totals.fund[FUND_MAF] = 1;
    assert_true(compare_settlements(&a, &b, what, sizeof what));
    assert_string_equal(what, "maf_pay: stored 0, made 1");
    b = sample();
    b.rows[0].amount = 8;
    assert_true(compare_settlements(&a, &b, what, sizeof what));
    assert_string_equal(what, "row 1 (basic): stored 7, made 8");
    b = sample();
    snprintf(b.rows[0].owner, sizeof b.rows[0].owner, "431003");
    assert_true(compare_settlements(&a, &b, what, sizeof what));
    b = sample();
    b.deltas[0].value = 6;
    assert_true(compare_settlements(&a, &b, what, sizeof what));
    assert_string_equal(what, "accumulator inpatient: stored 5, made 6");
    b = sample();
    b.deltas[0].kind = ACCUM_BASE;
    assert_true(compare_settlements(&a, &b, what, sizeof what));
    b = sample();
    b.delta_count = 0;
    assert_true(compare_settlements(&a, &b, what, sizeof what));
    b = sample();
    b.row_count = 0;
    assert_true(compare_settlements(&a, &b, what, sizeof what));
}

static void heads(void **state)
{
    (void)state;
    struct record a = {.kind = RECORD_VOID, .engine = ENGINE_VERSION, .msgid = "m"}, b = a;
    char what[200];
    assert_false(compare_heads(&a, &b, what, sizeof what));
    b.outcome = OUTCOME_REFUSED;
    assert_true(compare_heads(&a, &b, what, sizeof what));
    b = a;
    b.policy.bytes[3] = 1;
    assert_true(compare_heads(&a, &b, what, sizeof what));
    assert_string_equal(what, "policy digest differs");
    a.engine = 2; /* which put the pack of its day on a void */
    assert_false(compare_heads(&a, &b, what, sizeof what));
    b = a;
    snprintf(b.actor, sizeof b.actor, "x");
    assert_true(compare_heads(&a, &b, what, sizeof what));
}

static struct record effects_of(struct arena *arena, int64_t balance, bool import)
{
    static const struct hash digest;
    struct effects *effects = effects_new(arena);
    struct record record = {.kind = RECORD_MEMBERS};
    effects_put_balance(effects, "P-SECRET", balance);
    if (import)
        effects_put_import_row(effects, &digest, 1);
    OK(effects_done(effects, &record.effects));
    return record;
}

static void effects_are_named_by_kind_only(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    struct record a = effects_of(arena, 5, true), same = effects_of(arena, 5, true);
    struct record other = effects_of(arena, 6, true), shorter = effects_of(arena, 5, false);
    char what[200];
    assert_false(compare_effects(&a, &same, what, sizeof what));
    assert_true(compare_effects(&a, &other, what, sizeof what));
    assert_string_equal(what, "effects: a personal account differs");
    assert_null(strstr(what, "SECRET"));
    assert_true(compare_effects(&a, &shorter, what, sizeof what));
    assert_string_equal(what, "effects: an import's progress is stored but not made");
    assert_true(compare_effects(&shorter, &a, what, sizeof what));
    assert_string_equal(what, "effects: an import's progress is made but not stored");
    shorter.effects.size--;
    assert_true(compare_effects(&shorter, &a, what, sizeof what));
    arena_free(arena);
}

static void replies_by_their_first_byte(void **state)
{
    (void)state;
    const struct slice a = {(const uint8_t *)"abcd", 4}, b = {(const uint8_t *)"abxd", 4};
    const struct slice c = {(const uint8_t *)"abc", 3};
    char what[200];
    assert_false(compare_bytes(a, a, what, sizeof what));
    assert_true(compare_bytes(a, b, what, sizeof what));
    assert_non_null(strstr(what, "byte 2"));
    assert_true(compare_bytes(a, c, what, sizeof what));
    assert_non_null(strstr(what, "byte 3"));
}

static void a_settlement_is_found_among_effects(void **state)
{
    struct world *w = *state;
    const struct bill visit = {.lines = {{DRUG_A, 10000}}};
    struct settlement found;
    struct record record;
    char *setl_id = world_settled(w, &visit);
    OK(record_read(
        (struct slice){w->records[w->record_count - 1].bytes, w->records[w->record_count - 1].size},
        &record));
    assert_true(compare_find_settlement(&record, setl_id, &found));
    assert_int_equal(found.totals.psn_cash_pay, 3000);
    setl_id[29]++;
    assert_false(compare_find_settlement(&record, setl_id, &found));
    free(setl_id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_are_shown_with_both_values),
        cmocka_unit_test(heads),
        cmocka_unit_test(effects_are_named_by_kind_only),
        cmocka_unit_test(replies_by_their_first_byte),
        WORLD_TEST(a_settlement_is_found_among_effects),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
