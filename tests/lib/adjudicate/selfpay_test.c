/* lib/adjudicate/selfpay: first self-pay that is rounded on the bill's sum. */
#include "fixture.h"

static struct world *with_rule(enum rounding to)
{
    struct world *w = world_new();
    w->policy.rounding.preselfpay = (struct preselfpay_rounding){true, to};
    return w;
}

/* 12.5, 12.7 and 25 fen are 50.2; with 12.8 they are 50.5. */
static void the_sum_is_rounded_once(void **state)
{
    (void)state;
    static const struct {
        enum rounding to;
        int64_t first, sum;
    } cases[] = {{ROUND_HALF_UP, 125, 50},
                 {ROUND_HALF_UP, 128, 51},
                 {ROUND_DOWN, 128, 50},
                 {ROUND_UP, 125, 51}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct world *w = with_rule(cases[i].to);
        world_line(w, 2, cases[i].first, 1000);
        world_line(w, 2, 127, 1000);
        world_line(w, 2, 250, 1000);
        world_line(w, 1, 999, 0);
        const struct result *r = world_run(w, 0);
        assert_int_equal(r->totals.preselfpay_amt, cases[i].sum);
        assert_int_equal(r->lines[3].preselfpay_amt, 0);
        world_free(w);
    }
}

/* By the line 0.5 fen are 1 each; the sum of three is 1.5. Of equal remainders the first by number
 * has the fen. */
static void remainders_take_what_is_missing(void **state)
{
    (void)state;
    struct world *w = with_rule(ROUND_HALF_UP);
    world_line(w, 2, 5, 1000)->feedetl_sn = "3";
    world_line(w, 2, 5, 1000)->feedetl_sn = "1";
    world_line(w, 2, 5, 1000)->feedetl_sn = "2";
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->lines[0].preselfpay_amt, 0);
    assert_int_equal(r->lines[1].preselfpay_amt, 1);
    assert_int_equal(r->lines[2].preselfpay_amt, 1);
    w->policy.rounding.preselfpay.of_bill = false;
    r = world_run(w, 0);
    assert_int_equal(r->totals.preselfpay_amt, 3);
    world_free(w);
}

/* A line that is all first self-pay has no remainder, however large it is. */
static void no_line_bears_more_than_it_is(void **state)
{
    (void)state;
    struct world *w = with_rule(ROUND_UP);
    world_line(w, 2, 1000, 10000);
    world_line(w, 2, 1, 1000);
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->lines[0].preselfpay_amt, 1000);
    assert_int_equal(r->lines[1].preselfpay_amt, 1);
    world_free(w);
}

/* Two of 0.45 fen, then one of them 0.15: the original and its refund come to the line's part. */
static void a_refund_reports_the_difference(void **state)
{
    (void)state;
    struct world *w = with_rule(ROUND_HALF_UP);
    world_line(w, 2, 9, 500);
    const struct claim_line *second = world_line(w, 2, 9, 500);
    world_refund(w, second, -6, -CNT_ONE * 2 / 3);
    const struct result *r = world_run(w, 0);
    /* 0.45 and 0.45 before: the first has the fen; 0.45 and 0.15 after: it has it still. */
    assert_int_equal(r->lines[0].preselfpay_amt, 1);
    assert_int_equal(r->lines[1].preselfpay_amt + r->lines[2].preselfpay_amt, 0);
    assert_int_equal(r->totals.preselfpay_amt, 1);
    world_clear_lines(w);
    const struct claim_line *first = world_line(w, 2, 9, 500);
    world_line(w, 2, 9, 500);
    world_refund(w, first, -6, -CNT_ONE * 2 / 3);
    r = world_run(w, 0);
    assert_int_equal(r->lines[0].preselfpay_amt, 1); /* with all other lines as they are */
    assert_int_equal(r->lines[1].preselfpay_amt, 1);
    assert_int_equal(r->lines[2].preselfpay_amt, -1);
    assert_int_equal(r->totals.preselfpay_amt, 1);
    world_free(w);
}

#define MANY 20
#define REFUNDED(i) ((i) % 2 == 1)

/* Line i of the nth bill of odd amounts: as finally billed, or as it was before its refund. */
static int64_t amount_of(uint32_t n, uint32_t i, bool before)
{
    const int64_t paid = 7 + (n + i * i) * 13 % 97;
    return before && REFUNDED(i) ? paid + 3 + (n + i) % 29 : paid;
}

static void add_many(struct world *w, uint32_t n, uint32_t gross)
{
    world_clear_lines(w);
    for (uint32_t i = 0; i < MANY; i++)
        world_line(w, 2, amount_of(n, i, gross == MANY || i == gross),
                   500 + 125 * (int32_t)(i % 5));
}

/* By the definition: a bill without refunds, on which one line alone stands as it was before. */
static void every_refunded_line_was_ranked_among_the_others(void **state)
{
    (void)state;
    for (uint32_t n = 0; n < 60; n++) {
        struct world *w = with_rule((enum rounding)(n % 3));
        int64_t before[MANY];
        for (uint32_t i = 0; i < MANY; i++) {
            add_many(w, n, i);
            before[i] = world_run(w, 0)->lines[i].preselfpay_amt;
        }
        add_many(w, n, MANY);
        for (uint32_t i = 0; i < MANY; i++)
            if (REFUNDED(i))
                world_refund(w, &w->lines[i], amount_of(n, i, false) - amount_of(n, i, true),
                             (amount_of(n, i, false) - amount_of(n, i, true)) * CNT_ONE /
                                 amount_of(n, i, true));
        const struct result *r = world_run(w, 0);
        for (uint32_t i = 0; i < MANY; i++)
            assert_int_equal(r->lines[i].preselfpay_amt, before[i]);
        world_free(w);
    }
}

/* 10.05 with a deductible of 1.00 and 10 %: 0.905 of the rest, 1.005 of the whole. */
static void deductibles_of_items_come_first_or_last(void **state)
{
    (void)state;
    struct world *w = with_rule(ROUND_DOWN);
    w->policy.lines.item_dedc = (struct item_dedc){true, false, 46};
    struct claim_line *line = world_line(w, 2, 1005, 1000);
    w->stated[line - w->lines].item_dedc = 100;
    assert_int_equal(world_run(w, 0)->totals.preselfpay_amt, 100 + 90);
    w->policy.lines.item_dedc.of_whole = true;
    assert_int_equal(world_run(w, 0)->totals.preselfpay_amt, 100 + 100);
    w->stated[line - w->lines].item_dedc = 2000; /* no more than the ratio leaves */
    assert_int_equal(world_run(w, 0)->totals.preselfpay_amt, 1005);
    world_free(w);
}

static void by_the_line_up_and_down(void **state)
{
    (void)state;
    struct world *w = world_new();
    world_line(w, 2, 452, 500); /* 0.226 */
    w->policy.rounding.preselfpay.to = ROUND_DOWN;
    assert_int_equal(world_run(w, 0)->totals.preselfpay_amt, 22);
    world_clear_lines(w);
    world_line(w, 2, 442, 500); /* 0.221 */
    w->policy.rounding.preselfpay.to = ROUND_UP;
    assert_int_equal(world_run(w, 0)->totals.preselfpay_amt, 23);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sum_is_rounded_once),
        cmocka_unit_test(remainders_take_what_is_missing),
        cmocka_unit_test(no_line_bears_more_than_it_is),
        cmocka_unit_test(a_refund_reports_the_difference),
        cmocka_unit_test(every_refunded_line_was_ranked_among_the_others),
        cmocka_unit_test(deductibles_of_items_come_first_or_last),
        cmocka_unit_test(by_the_line_up_and_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
