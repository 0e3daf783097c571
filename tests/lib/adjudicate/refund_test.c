/* lib/adjudicate/refund: refunds report what they change of their original. */
#include "fixture.h"

static void refunds_report_the_difference(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct catalogue_entry *e = world_entry(w, "B1", 2);
    e->selfpay_prop[1] = 500;
    struct claim_line *line = world_coded(w, "B1", 1356); /* 3 x 4.52: 0.678 -> 0.68 */
    line->cnt = 3 * CNT_ONE;
    line->pric = 4520000;
    world_refund(w, line, -452, -CNT_ONE);
    world_refund(w, line, -452, -CNT_ONE);
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->lines[0].preselfpay_amt, 68);
    assert_int_equal(r->lines[1].preselfpay_amt, 45 - 68); /* 9.04: 0.452 */
    assert_int_equal(r->lines[2].preselfpay_amt, 23 - 45); /* 4.52: 0.226 */
    assert_int_equal(r->totals.preselfpay_amt, 23);        /* as if one had been sold */
    assert_int_equal(r->totals.inscp_scp_amt, 429);
    assert_int_equal(r->lines[1].reason, STEP_REFUNDED);
    assert_int_equal(r->lines[1].det_item_fee_sumamt, -452);
    world_free(w);
}

static void a_refund_follows_its_originals_cap_and_class(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct catalogue_entry *e = world_entry(w, "BED", 1);
    entry_cap(w, e, LEVEL3, INT64_C(37) * PRIC_ONE);
    struct claim_line *bed = world_coded(w, "BED", 24000);
    bed->cnt = 3 * CNT_ONE;
    bed->pric = INT64_C(80) * PRIC_ONE;
    world_refund(w, bed, -8000, -CNT_ONE);
    world_entry(w, "C", 3);
    struct claim_line *own = world_coded(w, "C", 500);
    world_refund(w, own, -500, -CNT_ONE);
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->lines[1].overlmt_amt, -4300);
    assert_int_equal(r->lines[1].inscp_scp_amt, -3700);
    assert_int_equal(r->lines[3].fulamt_ownpay_amt, -500);
    assert_int_equal(r->totals.fulamt_ownpay_amt, 0);
    assert_int_equal(r->totals.medfee_sumamt, 16000);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refunds_report_the_difference),
        cmocka_unit_test(a_refund_follows_its_originals_cap_and_class),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
