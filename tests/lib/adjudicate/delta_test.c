/* lib/adjudicate/delta: what a settlement moves, sorted, merged and bounded. */
#include "fixture.h"

#include "adjudicate/delta.h"

static struct run run_of(struct world *w)
{
    w->result.year = 2024;
    w->result.insutype = 390;
    return (struct run){.in = &w->in, .arena = w->arena, .out = &w->result};
}

static void moves_are_sorted_and_merged(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct run r = run_of(w);
    delta_add(&r, ACCUM_PAID, "ip", 5);
    delta_add(&r, ACCUM_STAYS, "level3", 1);
    delta_add(&r, ACCUM_PAID, "ci", 7);
    delta_add(&r, ACCUM_PAID, "ip", 6);
    delta_add(&r, ACCUM_BASE, "ci", 0);
    assert_int_equal(w->result.delta_count, 3);
    for (uint32_t i = 1; i < w->result.delta_count; i++)
        assert_true(accum_compare(&w->result.deltas[i - 1], &w->result.deltas[i]) < 0);
    assert_int_equal(delta_of(&w->result, ACCUM_PAID, "ip"), 11);
    assert_int_equal(w->result.deltas[0].year, 2024);
    assert_int_equal(w->result.deltas[0].insutype, 390);
    world_free(w);
}

static void sums_hold_history_and_this_settlement(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct run r = run_of(w);
    const struct accum history[] = {
        {2024, 390, ACCUM_DEDC, "op/level2", 100},  {2024, 390, ACCUM_DEDC, "op/level3", 10},
        {2024, 390, ACCUM_DEDC, "op", 1000},        {2024, 390, ACCUM_DEDC, "opx/level3", 2000},
        {2024, 390, ACCUM_PAID, "op/level3", 3000}, {2023, 390, ACCUM_DEDC, "op/level3", 4000},
        {2024, 310, ACCUM_DEDC, "op/level3", 5000}};
    for (size_t i = 0; i < ARRAY_LEN(history); i++)
        assert_int_equal(accum_add(&w->accums, &history[i]), ERR_OK);
    delta_add(&r, ACCUM_DEDC, "op/level3", 1);
    assert_int_equal(delta_sum(&r, ACCUM_DEDC, "op/level3"), 11);
    assert_int_equal(delta_sum_below(&r, ACCUM_DEDC, "op"), 111);
    world_free(w);
}

static void spans_have_scopes_of_their_own(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct run r = run_of(w);
    char buf[ACCUM_SCOPE + 1];
    w->claim.begntime = date_start_ms(date_of(2024, 12, 5));
    assert_string_equal(delta_span(&r, "op", PER_YEAR, buf), "op");
    assert_string_equal(delta_span(&r, "op", PER_DAY, buf), "op@241205");
    assert_string_equal(delta_span(&r, "op", PER_MONTH, buf), "op@2412");
    assert_string_equal(delta_span(&r, "op", PER_QUARTER, buf), "op@24Q4");
    assert_string_equal(delta_span(&r, "op", PER_HOSPITAL_YEAR, buf), "op#H43100299001");
    for (enum rule_per per = PER_DAY; per <= PER_HOSPITAL_YEAR; per++)
        assert_int_equal(strlen(delta_span(&r, "op", per, buf)), 2 + rule_span_length(per));
    w->claim.begntime = date_start_ms(date_of(2025, 1, 1)) - 1; /* still the last day */
    assert_string_equal(delta_span(&r, "op", PER_DAY, buf), "op@241231");
    w->claim.begntime += 1;
    assert_string_equal(delta_span(&r, "op", PER_QUARTER, buf), "op@25Q1");
    world_free(w);
}

static void too_many_are_told(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct run r = run_of(w);
    char scope[ACCUM_SCOPE + 1];
    for (int i = 0; i < DELTAS_MAX; i++) {
        snprintf(scope, sizeof scope, "s%d", i);
        delta_add(&r, ACCUM_PAID, scope, 1);
        assert_null(r.broken);
    }
    delta_add(&r, ACCUM_PAID, "s0", 1); /* merging needs no room */
    assert_null(r.broken);
    delta_add(&r, ACCUM_PAID, "one more", 1);
    assert_non_null(r.broken);
    assert_int_equal(w->result.delta_count, DELTAS_MAX);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moves_are_sorted_and_merged),
        cmocka_unit_test(sums_hold_history_and_this_settlement),
        cmocka_unit_test(spans_have_scopes_of_their_own),
        cmocka_unit_test(too_many_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
