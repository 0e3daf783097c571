/* lib/adjudicate/explain: steps and rows, and what happens when there is no room for them. */
#include "fixture.h"

#include "adjudicate/share.h"

static void full_lists_are_told(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = world_layer(w, "ip", FUND_HIFP);
    struct run r = {
        .in = &w->in, .arena = w->arena, .out = &w->result, .cover = &w->person.insurances[0]};
    for (int i = 0; i < STEPS_MAX; i++)
        step_add(&r, STEP_BASE, l->id, (struct step){.amount = i});
    assert_null(r.broken);
    step_add(&r, STEP_BASE, l->id, (struct step){0});
    assert_non_null(r.broken);
    assert_int_equal(w->result.step_count, STEPS_MAX);
    r.broken = NULL;
    for (int i = 0; i < FUND_ROWS_MAX; i++)
        row_add(&r, l, (struct fund_row){.amount = 1});
    row_add(&r, l, (struct fund_row){.amount = 0}); /* no money, no row */
    assert_null(r.broken);
    row_add(&r, l, (struct fund_row){.amount = 1});
    assert_non_null(r.broken);
    assert_int_equal(w->result.row_count, FUND_ROWS_MAX);
    world_free(w);
}

/* More rows than an answer holds: refused, never cut short. */
static void an_answer_without_room_is_refused(void **state)
{
    (void)state;
    static const char *const ids[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"};
    struct world *w = world_new();
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        struct layer *l = world_layer(w, ids[i], FUND_OTH);
        layer_ratio(w, l, everyone, 100)->bands[0].upto_fen = 10000;
        layer_band(w, l, 20000, 100);
        layer_band(w, l, INT64_MAX, 100);
    }
    world_line(w, 1, 100000, 0);
    assert_int_equal(world_adjudicate(w), ERR_INVALID);
    assert_int_equal(w->result.problems.list[0].reason, REASON_INTERNAL);
    w->policy.layer_count--;
    assert_int_equal(world_run(w, 0)->row_count, 30);
    world_free(w);
}

static void rows_carry_layer_band_and_owner(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = world_layer(w, "ci", FUND_HIFMI);
    l->owner_kind = OWNER_INSURER;
    l->owner_code = "INS-123456789012"; /* 16: a code too long is cut, not overrun */
    layer_ratio(w, l, everyone, 5000)->bands[0].clause = 0;
    const struct result *r = world_run(w, 1000);
    assert_int_equal(r->row_count, 1);
    assert_string_equal(r->rows[0].layer, "ci");
    assert_string_equal(r->rows[0].fund_pay_type, "390100");
    assert_string_equal(r->rows[0].owner, "INS-12345678901");
    assert_int_equal(r->rows[0].base, 1000);
    assert_int_equal(r->rows[0].ratio, 5000);
    assert_int_equal(r->rows[0].clause, l->clause); /* a band without its own */
    assert_int_equal(find_step(r, STEP_SEGMENT, "ci")->clause, l->clause);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(full_lists_are_told),
        cmocka_unit_test(an_answer_without_room_is_refused),
        cmocka_unit_test(rows_carry_layer_band_and_owner),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
