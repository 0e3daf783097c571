/* lib/adjudicate/lines: all lines of a bill, and those that a benefit pays for. */
#include "fixture.h"

static void unknown_items_are_told_all_at_once(void **state)
{
    (void)state;
    struct world *w = world_new();
    world_entry(w, "NEW", 1)->begndate = date_of(2024, 3, 2);
    world_coded(w, "X1", 100);
    world_coded(w, "NEW", 100);
    world_coded(w, "X2", 100);
    world_coded(w, "NEW", 100)->fee_ocur_time += DAY_MS;
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->problems.count, 3);
    assert_int_equal(r->problems.list[0].reason, REASON_ITEM_UNKNOWN);
    assert_string_equal(r->problems.list[0].feedetl_sn, "0001");
    assert_int_equal(r->problems.list[1].reason, REASON_ITEM_NOT_IN_FORCE);
    assert_string_equal(r->problems.list[2].feedetl_sn, "0003");
    w->in.catalogue = NULL;
    assert_int_equal(world_run(w, 0)->problems.count, 4);
    world_free(w);
}

/* A layer for the lines of `any` that are not of `none`. */
static void scopes_leave_out_and_let_in(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = world_layer(w, "op", FUND_HIFP);
    layer_ratio(w, l, everyone, RATIO_ONE);
    const uint32_t dual = 1u << 3, list = 1u << ITEM_TAGS_MAX;
    w->stated[world_line(w, 1, 1, 0) - w->lines].tags = dual;
    w->stated[world_line(w, 1, 20, 0) - w->lines].tags = list;
    w->stated[world_line(w, 1, 300, 0) - w->lines].tags = dual | 1u << 5;
    world_line(w, 1, 4000, 0);
    world_line(w, 2, 50000, 0);
    static const struct {
        struct line_match any, none;
        int64_t paid;
    } cases[] = {
        {{.tags = 1u << 3}, {0}, 301},
        {{.tags = 1u << ITEM_TAGS_MAX}, {0}, 20},
        {{.chrgitm_lv = UINT8_MAX}, {.tags = 1u << 3}, 54020},
        {{.tags = 1u << 3}, {.tags = 1u << 5}, 1},
        {{.chrgitm_lv = 1u << 1}, {.tags = 1u << 3 | 1u << ITEM_TAGS_MAX}, 4000},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        l->scope = (struct line_scope){.any = cases[i].any, .none = cases[i].none};
        assert_int_equal(world_run(w, 0)->totals.fund_pay_sumamt, cases[i].paid);
    }
    world_free(w);
}

static void fees_before_the_care(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct claim_line *line = world_line(w, 1, 10000, 0);
    line->fee_ocur_time = w->claim.begntime - 1;
    assert_refused(world_run(w, 0), REASON_FEE_BEFORE_CARE, "fee_ocur_time");
    w->policy.before_days[INPATIENT] = 2;
    assert_int_equal(world_run(w, 0)->totals.inscp_scp_amt, 10000);
    line->fee_ocur_time = w->claim.begntime - 2 * DAY_MS;
    assert_int_equal(world_run(w, 0)->totals.inscp_scp_amt, 10000);
    line->fee_ocur_time--;
    assert_refused(world_run(w, 0), REASON_FEE_BEFORE_CARE, "fee_ocur_time");
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unknown_items_are_told_all_at_once),
        cmocka_unit_test(scopes_leave_out_and_let_in),
        cmocka_unit_test(fees_before_the_care),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
