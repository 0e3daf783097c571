/* lib/adjudicate/base: what layers are computed from, and which part of the fee their money is for.
 */
#include "fixture.h"

/* 100.00 in scope, 10.00 first self-pay, 5.00 over a cap, 40.00 wholly own: 155.00. */
static struct world *bill(void)
{
    struct world *w = world_new();
    world_employee(w, "1101");
    world_line(w, 1, 1500, 0);
    w->stated[0].pric_uplmt_amt = INT64_C(10) * PRIC_ONE;
    world_line(w, 2, 10000, 1000);
    world_line(w, 3, 4000, 0);
    w->in.balance = 1000000;
    return w;
}

static struct layer *layer_of(struct world *w, const char *id, enum fund_field field, uint8_t count,
                              const struct base_term *terms, int32_t ratio)
{
    struct layer *l = world_layer(w, id, field);
    layer_base(l, count, terms);
    layer_ratio(w, l, everyone, ratio);
    return l;
}

static void a_share_of_an_amount(void **state)
{
    (void)state;
    static const struct {
        struct base_term terms[2];
        int64_t paid;
    } cases[] = {
        {{{RATIO_ONE, AMOUNT_MEDFEE, 0}, {-1000, AMOUNT_MEDFEE, 0}}, 13950},
        {{{5000, AMOUNT_INSCP, 0}, {RATIO_ONE, AMOUNT_OVERLMT, 0}}, 5500},
        {{{3333, AMOUNT_PRESELFPAY, 0}, {-RATIO_ONE, AMOUNT_OVERLMT, 0}}, 0},
        {{{3333, AMOUNT_PRESELFPAY, 0}, {1, AMOUNT_OVERLMT, 0}}, 333}, /* 333.3 + 0.05 */
        {{{RATIO_ONE, AMOUNT_REST_INSCP, 0}, {RATIO_ONE, AMOUNT_PRESELFPAY, 0}}, 11000},
        {{{RATIO_ONE, AMOUNT_REST_TOTAL, 0}, {-RATIO_ONE, AMOUNT_FULAMT, 0}}, 11500},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct world *w = bill();
        layer_of(w, "aid", FUND_MAF, 2, cases[i].terms, RATIO_ONE);
        assert_int_equal(world_run(w, 0)->totals.fund[FUND_MAF], cases[i].paid);
        world_free(w);
    }
}

/* What is left is without what funds and hospital took on. */
static void rests_follow_the_layers(void **state)
{
    (void)state;
    static const struct base_term scope[] = {{RATIO_ONE, AMOUNT_INSCP, 0}};
    static const struct base_term own[] = {{RATIO_ONE, AMOUNT_FULAMT, 0}};
    static const struct base_term rest[] = {{RATIO_ONE, AMOUNT_REST_INSCP, 0}};
    static const struct base_term total[] = {{RATIO_ONE, AMOUNT_REST_TOTAL, 0}};
    struct world *w = bill();
    layer_of(w, "basic", FUND_HIFP, 1, scope, 6000);
    struct layer *waiver = layer_of(w, "waiver", FUND_FIELDS, 1, own, 5000);
    waiver->owner_kind = OWNER_HOSPITAL;
    layer_of(w, "ci", FUND_HIFMI, 1, rest, 5000);
    layer_of(w, "aid", FUND_MAF, 1, total, 1000);
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->totals.fund[FUND_HIFP], 6000);
    assert_int_equal(r->totals.hosp_part_amt, 2000);
    assert_int_equal(r->totals.fund[FUND_HIFMI], 2000); /* (100 - 60) x 0.5 */
    assert_int_equal(r->totals.fund[FUND_MAF], 550);    /* (155 - 60 - 20 - 20) x 0.1 */
    assert_int_equal(r->totals.fund_pay_sumamt, 8550);
    assert_int_equal(r->totals.psn_part_amt, 15500 - 8550 - 2000);
    assert_int_equal(r->totals.psn_ownpay_amt, 2500); /* 40 + 5 less the waiver */
    assert_int_equal(r->rows[1].owner_kind, OWNER_HOSPITAL);
    assert_int_equal(r->rows[1].field, FUND_FIELDS);
    assert_string_equal(r->rows[1].owner, "H43100299001");
    world_free(w);
}

/* Aid for wholly-own fees leaves the in-scope money to the account; other money takes in-scope
 * money first. */
static void a_layer_pays_for_its_own_parts(void **state)
{
    (void)state;
    static const struct base_term own[] = {{RATIO_ONE, AMOUNT_FULAMT, 0}};
    static const struct base_term both[] = {{RATIO_ONE, AMOUNT_FULAMT, 0},
                                            {RATIO_ONE, AMOUNT_INSCP, 0}};
    struct world *w = bill();
    w->claim.acct_used_flag = true;
    struct layer *l = layer_of(w, "aid", FUND_OTH, 1, own, RATIO_ONE);
    assert_int_equal(world_run(w, 0)->totals.acct_pay, 11000);
    assert_int_equal(w->result.totals.psn_ownpay_amt, 500);
    layer_base(l, 2, both);
    assert_int_equal(world_run(w, 0)->totals.acct_pay, 1000); /* the first self-pay */
    assert_int_equal(w->result.totals.psn_ownpay_amt, 500);   /* 140 paid: 100 and 40 */
    world_free(w);
}

static void a_deductible_as_an_amount(void **state)
{
    (void)state;
    static const struct base_term without[] = {{RATIO_ONE, AMOUNT_INSCP, 0},
                                               {-RATIO_ONE, AMOUNT_LAYER_PAID, 0},
                                               {-RATIO_ONE, AMOUNT_LAYER_DEDUCTIBLE, 0}};
    struct world *w = world_new();
    struct layer *basic = world_layer(w, "basic", FUND_HIFP);
    layer_deductible(w, basic, everyone, 40000, 40000);
    layer_ratio(w, basic, everyone, 7500);
    layer_of(w, "ci", FUND_HIFMI, 3, without, RATIO_ONE);
    /* 1,000: 600 x 0.75 = 450; 1,000 - 450 - 400 */
    assert_int_equal(world_run(w, 100000)->totals.fund[FUND_HIFMI], 15000);
    assert_int_equal(world_run(w, 30000)->totals.fund[FUND_HIFMI], 0); /* only what it consumed */
    world_free(w);
}

/* Due, shown and counted, but the patient pays it here, and nobody pays it twice. */
static void paid_later(void **state)
{
    (void)state;
    static const struct base_term rest[] = {{RATIO_ONE, AMOUNT_REST_TOTAL, 0}};
    struct world *w = bill();
    w->claim.acct_used_flag = true;
    struct layer *l = world_layer(w, "aid", FUND_MAF);
    layer_ratio(w, l, everyone, 7000);
    layer_cap(w, l, CAP_ON_PAYMENT, 9000);
    l->paid_later = true;
    layer_of(w, "last", FUND_OTH, 1, rest, RATIO_ONE);
    const struct result *r = world_settle(w, 0);
    assert_int_equal(find_step(r, STEP_PAID_LATER, "aid")->amount, 7000);
    assert_int_equal(r->totals.fund[FUND_MAF], 0);
    assert_int_equal(r->totals.fund[FUND_OTH], 15500 - 7000);
    assert_int_equal(r->totals.psn_part_amt, 7000);
    assert_int_equal(r->totals.psn_selfpay_amt, 7000);
    assert_int_equal(r->totals.acct_pay, 7000);
    assert_int_equal(r->row_count, 2);
    assert_int_equal(delta_of(r, ACCUM_PAID, "aid"), 7000);
    r = world_settle(w, 0);
    assert_int_equal(find_step(r, STEP_PAID_LATER, "aid")->amount, 2000);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_share_of_an_amount),
        cmocka_unit_test(rests_follow_the_layers),
        cmocka_unit_test(a_layer_pays_for_its_own_parts),
        cmocka_unit_test(a_deductible_as_an_amount),
        cmocka_unit_test(paid_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
