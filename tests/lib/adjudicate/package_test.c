/* lib/adjudicate/package: prices instead of fees, and the institution's side. */
#include "fixture.h"

struct priced {
    struct world *w;
    struct policy_packages packages;
};

/* 100.00 deductible, 60 % above, at a price of 1,000.00. */
static struct priced *priced(enum package_method method, enum package_share share)
{
    struct priced *p = calloc(1, sizeof *p);
    assert_non_null(p);
    p->w = world_new();
    struct layer *l = world_layer(p->w, "ip", FUND_HIFP);
    layer_deductible(p->w, l, everyone, 10000, 10000);
    layer_ratio(p->w, l, everyone, 6000);
    p->packages.count = p->packages.rule_count = 1;
    p->packages.list[0] = (struct package){.id = "price",
                                           .name_zh = "价格",
                                           .method = method,
                                           .share_on = share,
                                           .above_hospital = true,
                                           .below_kept = true,
                                           .part_count = 1,
                                           .parts = {PART_INSCP},
                                           .fund_pay_type = "999996"};
    p->packages.rules[0] = (struct package_rule){.who = everyone, .price_fen = 100000, .clause = 9};
    p->w->policy.packages = &p->packages;
    return p;
}

static void done(struct priced *p)
{
    world_free(p->w);
    free(p);
}

static int64_t amount_of(const struct result *r, enum step_code code, const char *id)
{
    const struct step *step = find_step(r, code, id);
    return step ? step->amount : 0;
}

static void the_hospital_bears_what_is_above(void **state)
{
    (void)state;
    struct priced *p = priced(METHOD_DISEASE, SHARE_ACTUAL);
    const struct result *r = world_run(p->w, 150000);
    assert_int_equal(r->totals.hosp_part_amt, 50000);
    assert_int_equal(r->totals.fund[FUND_HIFP], 54000);
    assert_int_equal(r->totals.psn_part_amt, 46000);
    const struct fund_row *row = &r->rows[0];
    assert_string_equal(row->layer, "price");
    assert_string_equal(row->owner, "H43100299001");
    assert_int_equal(row->amount, 50000);
    assert_int_equal(row->base, 150000);
    assert_int_equal(row->clause, 9);
    const struct step *step = find_step(r, STEP_PACKAGE, "price");
    assert_int_equal(step->limit, 100000);
    assert_int_equal(step->amount, 50000);
    assert_int_equal(amount_of(r, STEP_INSTITUTION, "ip"), -50000);
    assert_int_equal(amount_of(r, STEP_INSTITUTION_DUE, "ip"), 54000);
    assert_int_equal(find_step(r, STEP_BASE, "ip")->amount, 100000);
    /* The patient's instead: still in scope, but not counted. */
    p->packages.list[0].above_hospital = false;
    r = world_run(p->w, 150000);
    assert_int_equal(r->totals.hosp_part_amt, 0);
    assert_int_equal(r->totals.fund[FUND_HIFP], 54000);
    assert_int_equal(r->totals.psn_part_amt, 96000);
    assert_int_equal(amount_of(r, STEP_INSTITUTION, "ip"), 0);
    done(p);
}

/* The order of the parts says which fees are the hospital's. */
static void parts_in_their_order(void **state)
{
    (void)state;
    struct priced *p = priced(METHOD_DISEASE, SHARE_ACTUAL);
    struct package *package = &p->packages.list[0];
    package->part_count = 2;
    package->parts[0] = PART_FULAMT;
    package->parts[1] = PART_INSCP;
    world_line(p->w, 1, 100000, 0);
    world_line(p->w, 3, 20000, 0);
    const struct totals *t = &world_run(p->w, 0)->totals;
    assert_int_equal(t->hosp_part_amt, 20000);
    assert_int_equal(t->psn_ownpay_amt, 0);
    assert_int_equal(t->fund[FUND_HIFP], 54000);
    package->parts[0] = PART_INSCP;
    package->parts[1] = PART_FULAMT;
    t = &world_run(p->w, 0)->totals;
    assert_int_equal(t->hosp_part_amt, 20000);
    assert_int_equal(t->psn_ownpay_amt, 20000);
    assert_int_equal(t->fund[FUND_HIFP], 42000); /* (800 - 100) x 0.6 */
    /* Shared by the price or fixed, the price stands for the wholly-own fees too. */
    package->share_on = SHARE_PRICE;
    t = &world_run(p->w, 0)->totals;
    assert_int_equal(t->fund[FUND_HIFP], 54000);
    assert_int_equal(t->psn_part_amt, 46000);
    assert_int_equal(t->psn_ownpay_amt, 20000);
    package->share_on = SHARE_FIXED;
    p->packages.rules[0].patient_fen = 15000;
    t = &world_run(p->w, 0)->totals;
    assert_int_equal(t->fund[FUND_HIFP], 85000);
    assert_int_equal(t->psn_part_amt, 15000);
    assert_int_equal(t->psn_ownpay_amt, 15000);
    done(p);
}

static void below_the_price(void **state)
{
    (void)state;
    struct priced *p = priced(METHOD_DISEASE, SHARE_ACTUAL);
    const struct result *r = world_run(p->w, 60000);
    assert_int_equal(r->totals.fund[FUND_HIFP], 30000);
    assert_int_equal(amount_of(r, STEP_INSTITUTION, "ip"), 40000);
    assert_int_equal(amount_of(r, STEP_INSTITUTION_DUE, "ip"), 70000);
    /* By the price: 540.00 of 1,000.00, so the patient's part is 460.00. */
    p->packages.list[0].share_on = SHARE_PRICE;
    p->packages.list[0].below_kept = false;
    r = world_settle(p->w, 60000);
    assert_int_equal(r->totals.fund[FUND_HIFP], 14000);
    assert_int_equal(r->totals.psn_part_amt, 46000);
    assert_int_equal(r->totals.act_pay_dedc, 10000);
    assert_int_equal(delta_of(r, ACCUM_PAID, "ip"), 14000);
    const struct step *step = find_step(r, STEP_PACKAGE_SHARE, "ip");
    assert_int_equal(step->base, 54000);
    assert_int_equal(step->limit, 40000);
    assert_int_equal(step->amount, 14000);
    assert_null(find_step(r, STEP_INSTITUTION, "ip"));
    assert_int_equal(amount_of(r, STEP_INSTITUTION_DUE, "ip"), 14000);
    done(p);
}

/* Rows add up to what is paid, taken off from the last band. */
static void rows_of_a_share_by_the_price(void **state)
{
    (void)state;
    struct priced *p = priced(METHOD_DISEASE, SHARE_PRICE);
    struct layer *l = &p->w->policy.layers[0];
    world_rules(p->w, l)->ratios[0].bands[0].upto_fen = 50000; /* 240.00, then 450.00 */
    layer_band(p->w, l, INT64_MAX, 9000);
    const struct result *r = world_run(p->w, 80000);
    assert_int_equal(r->totals.fund[FUND_HIFP], 49000);
    assert_int_equal(r->row_count, 2);
    assert_int_equal(r->rows[0].amount, 24000);
    assert_int_equal(r->rows[1].amount, 25000);
    r = world_run(p->w, 40000);
    assert_int_equal(r->row_count, 1);
    assert_int_equal(r->rows[0].amount, 9000);
    r = world_run(p->w, 20000); /* the patient's 310.00 are more than the fee */
    assert_int_equal(r->row_count, 0);
    assert_int_equal(r->totals.psn_part_amt, 20000);
    done(p);
}

static void a_fixed_sum(void **state)
{
    (void)state;
    struct priced *p = priced(METHOD_DISEASE, SHARE_FIXED);
    p->packages.rules[0].patient_fen = 30000;
    const struct result *r = world_run(p->w, 150000);
    assert_int_equal(r->totals.psn_part_amt, 30000);
    assert_int_equal(r->totals.fund[FUND_HIFP], 70000);
    assert_int_equal(r->totals.act_pay_dedc, 0);
    assert_int_equal(world_run(p->w, 25000)->totals.psn_part_amt, 25000);
    layer_cap(p->w, &p->w->policy.layers[0], CAP_ON_PAYMENT, 40000);
    r = world_run(p->w, 90000);
    assert_int_equal(r->totals.fund[FUND_HIFP], 40000);
    assert_int_equal(find_step(r, STEP_QUOTA, "ip")->base, 60000);
    layer_adjust(p->w, &p->w->policy.layers[0], everyone)->uncapped = true;
    assert_int_equal(world_run(p->w, 90000)->totals.fund[FUND_HIFP], 60000);
    done(p);
}

static void per_diem(void **state)
{
    (void)state;
    struct priced *p = priced(METHOD_PER_DIEM, SHARE_ACTUAL);
    p->packages.rules[0].price_fen = 10000;
    const struct result *r = world_run(p->w, 100000); /* 1 to 10 March: nine days */
    assert_int_equal(find_step(r, STEP_PACKAGE, "price")->limit, 90000);
    assert_int_equal(r->totals.hosp_part_amt, 10000);
    p->w->claim.endtime = p->w->claim.begntime;
    p->w->in.setl_time = p->w->claim.endtime;
    assert_int_equal(world_run(p->w, 100000)->totals.hosp_part_amt, 90000);
    p->packages.rules[0].price_fen = FEN_MAX;
    p->w->claim.endtime = p->w->claim.begntime + 5000 * INT64_C(86400000);
    assert_int_equal(world_run(p->w, 100000)->totals.hosp_part_amt, 0);
    done(p);
}

static void groups_and_heads_do_not_touch_the_patient(void **state)
{
    (void)state;
    struct priced *p = priced(METHOD_DRG, SHARE_ACTUAL);
    p->packages.rules[0].price_fen = -1;
    const struct result *r = world_run(p->w, 150000);
    assert_int_equal(r->totals.fund[FUND_HIFP], 84000);
    assert_null(find_step(r, STEP_INSTITUTION_DUE, "ip")); /* not grouped yet */
    p->w->claim.group_price = 120000;
    r = world_run(p->w, 150000);
    assert_int_equal(r->totals.fund[FUND_HIFP], 84000);
    assert_int_equal(r->totals.hosp_part_amt, 0);
    assert_null(find_step(r, STEP_PACKAGE, "price"));
    assert_int_equal(amount_of(r, STEP_INSTITUTION, "ip"), -30000);
    assert_int_equal(amount_of(r, STEP_INSTITUTION_DUE, "ip"), 54000);
    p->w->claim.group_price = 200000;
    r = world_run(p->w, 150000);
    assert_int_equal(amount_of(r, STEP_INSTITUTION_DUE, "ip"), 134000);
    p->packages.list[0].method = METHOD_CAPITATION;
    r = world_run(p->w, 150000);
    assert_int_equal(r->totals.fund[FUND_HIFP], 84000);
    assert_int_equal(find_step(r, STEP_INSTITUTION_DUE, "ip")->base, 84000);
    assert_int_equal(find_step(r, STEP_INSTITUTION_DUE, "ip")->amount, 0);
    done(p);
}

/* Nobody whom the layer does not pay for has its price. */
static void a_price_needs_its_layer(void **state)
{
    (void)state;
    struct priced *p = priced(METHOD_DISEASE, SHARE_ACTUAL);
    struct layer *l = &p->w->policy.layers[0];
    l->needs_pool = true;
    p->w->person.insurances[0].paus_insu_date = date_of(2024, 2, 1);
    assert_int_equal(world_run(p->w, 150000)->totals.hosp_part_amt, 0);
    l->needs_pool = false;
    assert_int_equal(world_run(p->w, 150000)->totals.hosp_part_amt, 50000);
    l->identities = 1u << LOW_INCOME;
    assert_int_equal(world_run(p->w, 150000)->totals.hosp_part_amt, 0);
    l->identities = 0;
    l->kinds = 1u << OUTPATIENT;
    assert_int_equal(world_run(p->w, 150000)->totals.hosp_part_amt, 0);
    l->kinds = SELECTOR_ANY;
    p->packages.rules[0].who = for_grades(1u << PRIMARY);
    assert_int_equal(world_run(p->w, 150000)->totals.hosp_part_amt, 0);
    done(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_hospital_bears_what_is_above),
        cmocka_unit_test(parts_in_their_order),
        cmocka_unit_test(below_the_price),
        cmocka_unit_test(rows_of_a_share_by_the_price),
        cmocka_unit_test(a_fixed_sum),
        cmocka_unit_test(per_diem),
        cmocka_unit_test(groups_and_heads_do_not_touch_the_patient),
        cmocka_unit_test(a_price_needs_its_layer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
