/* Jumps of the patient's share are found and pinned down to the fen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "review/sweep.h"

#define STEP_AT 500000 /* fen: the bill from which another ratio holds for the whole */

/* One layer that pays `low` percent of bills below STEP_AT and `high` percent of the others. */
struct bracket {
    int64_t low, high;
    unsigned asked;
};

static bool settle_bracket(void *context, int64_t at, struct sweep_point *point)
{
    struct bracket *bracket = context;
    int64_t paid = at * (at < STEP_AT ? bracket->low : bracket->high) / 100;
    *point = (struct sweep_point){.at = at, .total = at, .fund = paid, .patient = at - paid};
    point->paid[3] = paid;
    bracket->asked++;
    return true;
}

static void sweep_from(struct bracket *bracket, int64_t from, int64_t to, struct jumps *jumps)
{
    struct sweep_point before, after;
    jumps->count = jumps->more = 0;
    assert_true(settle_bracket(bracket, from, &before));
    assert_true(settle_bracket(bracket, to, &after));
    sweep_between(settle_bracket, bracket, &before, &after, jumps);
}

static void a_reversal_to_the_fen(void **state)
{
    (void)state;
    struct bracket bracket = {.low = 50, .high = 80};
    struct jumps jumps;
    sweep_from(&bracket, 400000, 600000, &jumps);
    assert_int_equal(jumps.count, 1);
    assert_int_equal(jumps.list[0].kind, JUMP_REVERSAL);
    assert_int_equal(jumps.list[0].before.at, STEP_AT - 1);
    assert_int_equal(jumps.list[0].after.at, STEP_AT);
    assert_int_equal(jumps.list[0].after.patient, 100000);
    assert_int_equal(jumps.list[0].layer, 3);
    assert_in_range(bracket.asked, 3, 40);
}

static void a_cliff_to_the_fen(void **state)
{
    (void)state;
    struct bracket bracket = {.low = 80, .high = 50};
    struct jumps jumps;
    sweep_from(&bracket, 490000, 510000, &jumps);
    assert_int_equal(jumps.count, 1);
    assert_int_equal(jumps.list[0].kind, JUMP_CLIFF);
    assert_int_equal(jumps.list[0].after.at, STEP_AT);
    assert_int_equal(jumps.list[0].layer, 3);
}

static void no_jump_where_shares_only_bend(void **state)
{
    (void)state;
    struct bracket bracket = {.low = 70, .high = 70};
    struct jumps jumps;
    sweep_from(&bracket, 1, 1000000, &jumps);
    assert_int_equal(jumps.count, 0);
}

static bool settle_rounded(void *context, int64_t at, struct sweep_point *point)
{
    (void)context;
    int64_t paid = (at + 5) / 10 + (at + 5) / 10; /* two layers, each rounded up at the same fen */
    *point = (struct sweep_point){.at = at, .total = at, .fund = paid, .patient = at - paid};
    return true;
}

static void rounding_is_no_jump(void **state)
{
    (void)state;
    struct sweep_point before, after;
    struct jumps jumps = {0};
    for (int64_t at = 1; at < 100; at++) {
        assert_true(settle_rounded(NULL, at, &before));
        assert_true(settle_rounded(NULL, at + 1, &after));
        sweep_between(settle_rounded, NULL, &before, &after, &jumps);
    }
    assert_int_equal(jumps.count, 0);
}

static void a_refused_bill_is_no_jump(void **state)
{
    (void)state;
    struct bracket bracket = {.low = 50, .high = 80};
    struct sweep_point before, after;
    struct jumps jumps = {0};
    assert_true(settle_bracket(&bracket, 400000, &before));
    assert_true(settle_bracket(&bracket, 600000, &after));
    after.refused = true;
    sweep_between(settle_bracket, &bracket, &before, &after, &jumps);
    assert_int_equal(jumps.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reversal_to_the_fen),          cmocka_unit_test(a_cliff_to_the_fen),
        cmocka_unit_test(no_jump_where_shares_only_bend), cmocka_unit_test(rounding_is_no_jump),
        cmocka_unit_test(a_refused_bill_is_no_jump),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
