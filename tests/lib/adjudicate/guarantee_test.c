/* lib/adjudicate/guarantee: a share of the fee that is made whole. */
#include "fixture.h"

static struct layer *guarantee(struct world *w, int32_t to, uint32_t counted)
{
    static const struct base_term fee[] = {{RATIO_ONE, AMOUNT_MEDFEE, 0}};
    struct layer *l = world_layer(w, "floor", FUND_OTH);
    layer_base(l, 1, fee);
    layer_ratio(w, l, everyone, to);
    l->guarantee = counted;
    l->guarantee_clause = 7;
    return l;
}

static struct world *two_layers(void)
{
    static const struct base_term rest[] = {{RATIO_ONE, AMOUNT_REST_INSCP, 0}};
    struct world *w = world_new();
    layer_ratio(w, world_layer(w, "basic", FUND_HIFP), everyone, 6000);
    struct layer *l = world_layer(w, "ci", FUND_HIFMI);
    layer_base(l, 1, rest);
    layer_ratio(w, l, everyone, 5000);
    world_line(w, 1, 100000, 0);
    world_line(w, 3, 20000, 0);
    return w;
}

static void what_is_missing(void **state)
{
    (void)state;
    struct world *w = two_layers();
    struct layer *l = guarantee(w, 9000, 3);
    const struct result *r = world_run(w, 0);
    /* 1,200 x 0.90 = 1,080; 600 + 200 are paid */
    assert_int_equal(r->totals.fund[FUND_OTH], 28000);
    const struct step *step = find_step(r, STEP_GUARANTEE, "floor");
    assert_int_equal(step->base, 120000);
    assert_int_equal(step->ratio, 9000);
    assert_int_equal(step->limit, 80000);
    assert_int_equal(step->amount, 28000);
    assert_int_equal(step->clause, 7);
    assert_int_equal(r->rows[2].amount, 28000);
    assert_int_equal(delta_of(r, ACCUM_PAID, "floor"), 28000);
    l->guarantee = 1; /* the basic layer alone: 480 missing, but only 400 are left */
    r = world_run(w, 0);
    assert_int_equal(r->totals.fund[FUND_OTH], 40000);
    assert_int_equal(find_step(r, STEP_QUOTA, "floor")->amount, 40000);
    assert_int_equal(r->totals.psn_part_amt, 0);
    world_free(w);
}

static void reached_already_or_capped(void **state)
{
    (void)state;
    struct world *w = two_layers();
    guarantee(w, 6666, 3); /* 799.92 */
    assert_int_equal(world_run(w, 0)->totals.fund[FUND_OTH], 0);
    world_free(w);
    w = two_layers();
    layer_cap(w, guarantee(w, 9000, 3), CAP_ON_PAYMENT, 30000);
    assert_int_equal(world_settle(w, 0)->totals.fund[FUND_OTH], 28000);
    const struct result *r = world_settle(w, 0);
    assert_int_equal(r->totals.fund[FUND_OTH], 2000);
    assert_int_equal(find_step(r, STEP_QUOTA, "floor")->base, 28000);
    assert_int_equal(find_step(r, STEP_QUOTA, "floor")->limit, 2000);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_missing),
        cmocka_unit_test(reached_already_or_capped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
