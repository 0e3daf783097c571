/* lib/adjudicate/item_dedc: the first yuan of an item are first self-pay, once a bill. */
#include "fixture.h"

static struct world *with_rule(bool of_whole)
{
    struct world *w = world_new();
    w->policy.lines.item_dedc = (struct item_dedc){true, of_whole, 46};
    return w;
}

static struct claim_line *line_of(struct world *w, const char *item, int64_t amount,
                                  int32_t selfpay_prop, int64_t item_dedc)
{
    struct claim_line *line = world_line(w, selfpay_prop ? 2 : 1, amount, selfpay_prop);
    line->med_list_codg = item;
    w->stated[line - w->lines].item_dedc = item_dedc;
    return line;
}

/* 1,000 with a deductible of 200 and 10 %. */
static void the_ratio_is_of_the_rest_or_of_the_whole(void **state)
{
    (void)state;
    struct world *w = with_rule(false);
    line_of(w, "PACEMAKER", 100000, 1000, 20000);
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->totals.preselfpay_amt, 20000 + 8000);
    assert_int_equal(r->lines[0].reason, STEP_ITEM_DEDC);
    assert_int_equal(r->lines[0].clause, 46);
    w->policy.lines.item_dedc.of_whole = true;
    r = world_run(w, 0);
    assert_int_equal(r->totals.preselfpay_amt, 20000 + 10000);
    assert_int_equal(r->totals.inscp_scp_amt, 70000);
    world_free(w);
}

static void an_items_lines_share_one(void **state)
{
    (void)state;
    struct world *w = with_rule(false);
    line_of(w, "A", 10000, 0, 10000); /* 33.33 */
    line_of(w, "B", 5000, 0, 10000);  /* its own, and no more than there is */
    line_of(w, "A", 20000, 0, 10000); /* 66.67 */
    line_of(w, "C", 700, 0, 0);
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->lines[0].preselfpay_amt, 3333);
    assert_int_equal(r->lines[1].preselfpay_amt, 5000);
    assert_int_equal(r->lines[2].preselfpay_amt, 6667);
    assert_int_equal(r->lines[3].preselfpay_amt, 0);
    assert_int_equal(r->lines[3].reason, STEP_STATED);
    assert_int_equal(r->totals.preselfpay_amt, 15000);
    world_free(w);
}

/* Of equal lines the first by number has the fen more, wherever it stands. */
static void ties_go_by_number(void **state)
{
    (void)state;
    struct world *w = with_rule(false);
    line_of(w, "A", 100, 0, 101)->feedetl_sn = "2";
    line_of(w, "A", 100, 0, 101)->feedetl_sn = "1";
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->lines[0].preselfpay_amt, 50);
    assert_int_equal(r->lines[1].preselfpay_amt, 51);
    world_free(w);
}

/* What is above a price limit is not the deductible's, nor is a line that is wholly own. */
static void it_takes_limited_money(void **state)
{
    (void)state;
    struct world *w = with_rule(true);
    struct claim_line *line = line_of(w, "A", 10000, 1000, 9500);
    w->stated[line - w->lines].pric_uplmt_amt = 90 * PRIC_ONE;
    struct claim_line *own = line_of(w, "A", 3000, 0, 9500);
    own->refused = true;
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->lines[0].overlmt_amt, 1000);
    assert_int_equal(r->lines[0].preselfpay_amt, 9000); /* 9.00 by ratio, the deductible the rest */
    assert_int_equal(r->lines[0].inscp_scp_amt, 0);
    assert_int_equal(r->lines[1].fulamt_ownpay_amt, 3000);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ratio_is_of_the_rest_or_of_the_whole),
        cmocka_unit_test(an_items_lines_share_one),
        cmocka_unit_test(ties_go_by_number),
        cmocka_unit_test(it_takes_limited_money),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
