/* lib/adjudicate/cumulative: f(after) - f(before) over a benefit year. */
#include "fixture.h"

/* A critical-illness layer on in-scope money alone: deductible, then bands. */
static struct layer *critical(struct world *w, int64_t deductible, int64_t cap)
{
    struct layer *l = world_layer(w, "ci", FUND_HIFMI);
    l->cumulative = true;
    l->owner_kind = OWNER_INSURER;
    l->owner_code = "INS431000";
    l->accrual = PER_YEAR;
    layer_deductible(w, l, everyone, deductible, 0);
    if (cap > 0)
        layer_cap(w, l, CAP_ON_PAYMENT, cap);
    return l;
}

static struct layer *shandong_layer(struct world *w)
{
    struct layer *l = critical(w, 1000000, 20000000);
    layer_ratio(w, l, everyone, 5000)->bands[0].upto_fen = 10000000;
    layer_band(w, l, INT64_MAX, 6000);
    return l;
}

static struct world *shandong(void)
{
    struct world *w = world_new();
    shandong_layer(w);
    return w;
}

static void d27_boundaries_half_up(void **state)
{
    (void)state;
    static const struct {
        int64_t base, paid;
    } cases[] = {
        {1000000, 0}, {1000001, 1}, {10000000, 4500000}, {10000001, 4500001}, {40000000, 20000000}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct world *w = shandong();
        const struct result *r = world_settle(w, cases[i].base);
        assert_int_equal(r->totals.fund[FUND_HIFMI], cases[i].paid);
        assert_int_equal(r->totals.act_pay_dedc, 0); /* the basic layers' field */
        assert_int_equal(delta_of(r, ACCUM_BASE, "ci"), cases[i].base);
        world_free(w);
    }
}

static void d30_bands_then_the_cap(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = critical(w, 2000000, 50000000);
    layer_ratio(w, l, everyone, 5000)->bands[0].upto_fen = 5000000;
    layer_band(w, l, 10000000, 5500);
    layer_band(w, l, INT64_MAX, 6000);
    const struct result *r = world_run(w, 18000000);
    assert_int_equal(r->totals.fund[FUND_HIFMI], 9050000);
    assert_int_equal(r->row_count, 3);
    assert_string_equal(r->rows[0].owner, "INS431000");
    r = world_run(w, 100000000);
    assert_int_equal(r->totals.fund[FUND_HIFMI], 50000000);
    assert_int_equal(find_step(r, STEP_QUOTA, "ci")->base, 58250000);
    assert_int_equal(find_step(r, STEP_EXCESS, "ci")->amount, 13750000); /* 82,500 / 0.6 */
    world_free(w);
}

static void r01_on_what_the_basic_layer_left(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *basic = world_layer(w, "ip", FUND_HIFP);
    layer_ratio(w, basic, everyone, RATIO_ONE);
    layer_cap(w, basic, CAP_ON_PAYMENT, 10000000);
    struct layer *ci = shandong_layer(w);
    const struct base_term terms[] = {{RATIO_ONE, AMOUNT_INSCP, 0},
                                      {-RATIO_ONE, AMOUNT_LAYER_PAID, 0}};
    layer_base(ci, 2, terms);
    const struct totals *t = &world_settle(w, 27000000)->totals;
    assert_int_equal(t->fund[FUND_HIFP], 10000000);
    assert_int_equal(t->fund[FUND_HIFMI], 8700000);
    world_free(w);
}

/* Whatever the pieces, the year's sum is f(whole); every step list adds up to its payment. */
static void splitting_a_year_never_changes_the_sum(void **state)
{
    (void)state;
    srand(20240301);
    for (int round = 0; round < 200; round++) {
        struct world *w = shandong();
        if (round % 3 == 0)
            layer_ease(w, &w->policy.layers[0], 5000, 500, round % 2);
        world_identity(w, "1", "431003");
        int64_t whole = 1 + rand() % 50000000, rest = whole, sum = 0;
        int64_t at_once = world_run(w, whole)->totals.fund[FUND_HIFMI];
        while (rest > 0) {
            int64_t piece = 1 + rand() % (whole / 7 + 1);
            piece = piece < rest ? piece : rest;
            rest -= piece;
            const struct result *r = world_settle(w, piece);
            sum += r->totals.fund[FUND_HIFMI];
            int64_t steps = 0;
            for (uint32_t i = 0; i < r->step_count; i++) {
                const struct step *s = &r->steps[i];
                steps += s->code == STEP_SEGMENT ? s->amount : 0;
                steps -= s->code == STEP_BEFORE ? s->amount : 0;
            }
            assert_int_equal(steps, r->totals.fund[FUND_HIFMI]);
        }
        assert_int_equal(sum, at_once);
        world_free(w);
    }
}

static void the_poor_have_it_easier(void **state)
{
    (void)state;
    struct world *w = shandong();
    layer_ease(w, &w->policy.layers[0], 5000, 500, true);
    assert_int_equal(world_run(w, 40000000)->totals.fund[FUND_HIFMI], 20000000);
    world_identity(w, "1", "431003");
    const struct result *r = world_run(w, 40000000);
    /* (100,000 - 5,000) x 0.55 + 300,000 x 0.65, no cap */
    assert_int_equal(r->totals.fund[FUND_HIFMI], 5225000 + 19500000);
    assert_int_equal(find_step(r, STEP_DEDC_TIMES, "ci")->ratio, 5000);
    assert_int_equal(find_step(r, STEP_POINTS, "ci")->ratio, 500);
    assert_int_equal(find_step(r, STEP_UNCAPPED, "ci")->clause, 90);
    assert_int_equal(find_step(r, STEP_DEDUCTIBLE, "ci")->amount, 500000);
    world_free(w);
}

/* Beijing 2019: the first 50,000 above the deductible at 60 %, beyond at 70 %; the poor have half
 * the deductible, and their bounds move with it. */
static void bounds_move_with_the_deductible(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = world_layer(w, "ci", FUND_HIFMI);
    l->cumulative = true;
    l->accrual = PER_YEAR;
    l->from_deductible = true;
    layer_deductible(w, l, everyone, 3040400, 0);
    layer_ratio(w, l, everyone, 6000)->bands[0].upto_fen = 5000000;
    layer_band(w, l, INT64_MAX, 7000);
    layer_ease(w, l, 5000, 500, false);
    assert_int_equal(world_settle(w, 6040400)->totals.fund[FUND_HIFMI], 1800000);
    assert_int_equal(world_settle(w, 6000000)->totals.fund[FUND_HIFMI], 1200000 + 2800000);
    w->accums.count = 0;
    world_identity(w, "1", "431003");
    assert_int_equal(world_run(w, 12040400)->totals.fund[FUND_HIFMI], 3250000 + 4140150);
    world_free(w);
}

/* In a year's brackets what was paid at the lower ratio is made up when the sum passes the bound.
 */
static void brackets_over_the_year(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = world_layer(w, "aid", FUND_MAF);
    l->cumulative = true;
    struct ratio_rule *rule = layer_ratio(w, l, everyone, 5000);
    rule->form = RATIO_BRACKETS;
    rule->bands[0].upto_fen = 1000000;
    layer_band(w, l, INT64_MAX, 6000);
    assert_int_equal(world_settle(w, 800000)->totals.fund[FUND_MAF], 400000);
    const struct result *r = world_settle(w, 400000);
    assert_int_equal(r->totals.fund[FUND_MAF], 320000); /* 12,000 x 0.6 - 4,000 */
    assert_int_equal(r->rows[0].ratio, 6000);
    world_free(w);
}

/* An identity won in the middle of the year: today's rule on both sides, or from the start. */
static void reach_back_is_the_packs_choice(void **state)
{
    (void)state;
    for (int reach_back = 0; reach_back <= 1; reach_back++) {
        struct world *w = shandong();
        struct layer *l = &w->policy.layers[0];
        l->reach_back = reach_back;
        layer_ease(w, l, 5000, 500, true);
        assert_int_equal(world_settle(w, 3000000)->totals.fund[FUND_HIFMI], 1000000);
        world_identity(w, "1", "431003");
        const struct result *r = world_settle(w, 1000000);
        /* f(30,000) = 13,750; f(40,000) = 19,250 for the poor; 10,000 was paid */
        assert_int_equal(r->totals.fund[FUND_HIFMI], reach_back ? 925000 : 550000);
        assert_int_equal(find_step(r, STEP_BEFORE, "ci")->base, 3000000);
        assert_int_equal(find_step(r, STEP_BEFORE, "ci")->amount, reach_back ? 1000000 : 1375000);
        assert_int_equal(r->row_count, 1);
        world_free(w);
    }
}

static void reach_back_takes_nothing_back_and_stays_within_the_fee(void **state)
{
    (void)state;
    struct world *w = shandong();
    struct layer *l = &w->policy.layers[0];
    l->reach_back = true;
    layer_ease(w, l, 5000, 500, true);
    world_identity(w, "1", "431003");
    world_settle(w, 3000000);
    w->person.identity_count = 0;
    assert_int_equal(world_settle(w, 10000)->totals.fund[FUND_HIFMI], 0);
    w->person.identity_count = 1;
    w->person.identities[0].begntime = date_of(2023, 1, 1);
    w->rules[0].adjusts[0].dedc_by = 0; /* owes 1,650 + 5.50 - 1,375 of a 10-yuan bill */
    const struct result *r = world_settle(w, 1000);
    assert_int_equal(r->totals.fund[FUND_HIFMI], 1000);
    world_free(w);
}

/* 20,000 of eligible money above the deductible, over the year. */
static void a_cap_on_eligible_money(void **state)
{
    (void)state;
    struct world *w = world_new();
    struct layer *l = shandong_layer(w);
    w->rules[0].caps[0].on = CAP_ON_ELIGIBLE;
    w->rules[0].caps[0].amount_fen = 2000000;
    assert_int_equal(world_settle(w, 2000000)->totals.fund[FUND_HIFMI], 500000);
    const struct result *r = world_settle(w, 2000000);
    assert_int_equal(r->totals.fund[FUND_HIFMI], 500000);
    assert_int_equal(find_step(r, STEP_EXCESS, l->id)->amount, 1000000);
    r = world_settle(w, 2000000);
    assert_int_equal(r->totals.fund[FUND_HIFMI], 0);
    assert_int_equal(find_step(r, STEP_EXCESS, l->id)->amount, 2000000);
    world_free(w);
}

static void a_cap_with_other_scopes(void **state)
{
    (void)state;
    struct world *w = shandong();
    struct cap_rule *cap = &w->rules[0].caps[0];
    cap->scope_count = 2;
    snprintf(cap->scopes[1], sizeof cap->scopes[1], "ip");
    const struct accum paid = {2024, 390, ACCUM_PAID, "ip", 19000000};
    assert_int_equal(accum_add(&w->accums, &paid), ERR_OK);
    assert_int_equal(world_settle(w, 4000000)->totals.fund[FUND_HIFMI], 1000000);
    assert_int_equal(world_settle(w, 4000000)->totals.fund[FUND_HIFMI], 0);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(d27_boundaries_half_up),
        cmocka_unit_test(d30_bands_then_the_cap),
        cmocka_unit_test(r01_on_what_the_basic_layer_left),
        cmocka_unit_test(splitting_a_year_never_changes_the_sum),
        cmocka_unit_test(the_poor_have_it_easier),
        cmocka_unit_test(bounds_move_with_the_deductible),
        cmocka_unit_test(brackets_over_the_year),
        cmocka_unit_test(reach_back_is_the_packs_choice),
        cmocka_unit_test(reach_back_takes_nothing_back_and_stays_within_the_fee),
        cmocka_unit_test(a_cap_on_eligible_money),
        cmocka_unit_test(a_cap_with_other_scopes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
