/* Rows split by the values of the dimensions they ask for, and joined again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "review/groups.h"

static struct selector anybody(void)
{
    return (struct selector){.grades = SELECTOR_ANY,
                             .classes = SELECTOR_ANY,
                             .identities = SELECTOR_ANY,
                             .age_max = INT16_MAX};
}

static struct selector in(uint8_t dimension, uint16_t values)
{
    struct selector who = anybody();
    who.in.dimensions = (uint8_t)(1u << dimension);
    who.in.values[dimension] = values;
    return who;
}

static void a_row_is_a_group_for_each_value(void **state)
{
    (void)state;
    static struct groups groups;
    struct selector who = in(1, 0x5);
    groups.count = 0;
    groups_add(&groups, &who);
    groups_add(&groups, &who);
    assert_int_equal(groups.count, 2);
    assert_int_equal(groups.list[0].in.values[1], 0x1);
    assert_int_equal(groups.list[1].in.values[1], 0x4);
    assert_true(group_within(&groups.list[0], &who));
    assert_false(group_within(&who, &groups.list[0]));
}

static void two_dimensions_multiply(void **state)
{
    (void)state;
    static struct groups groups;
    struct selector who = in(0, 0x3);
    who.in.dimensions |= 4;
    who.in.values[2] = 0x6;
    groups.count = 0;
    groups_add(&groups, &who);
    assert_int_equal(groups.count, 4);
}

static void who_asks_nothing_is_one_group(void **state)
{
    (void)state;
    static struct groups groups;
    struct selector who = anybody();
    groups.count = 0;
    groups_add(&groups, &who);
    assert_int_equal(groups.count, 1);
    assert_false(group_asks(&groups.list[0]));
    struct selector some = in(0, 1);
    assert_true(group_within(&some, &groups.list[0]));
    assert_false(group_within(&groups.list[0], &some));
}

static void ages_and_identities_lie_within(void **state)
{
    (void)state;
    struct selector old = anybody(), older = anybody(), poor = anybody();
    old.age_min = 60;
    older.age_min = 70;
    poor.identities = 2;
    assert_true(group_within(&older, &old));
    assert_false(group_within(&old, &older));
    struct selector all = anybody();
    assert_true(group_within(&poor, &all));
    assert_false(group_within(&all, &poor));
    assert_true(group_asks(&old) && group_asks(&poor));
}

static void who_lacks_an_identity_is_a_group(void **state)
{
    (void)state;
    struct selector all = anybody(), rest = anybody(), poor = anybody(), low = anybody();
    poor.identities = 2;
    low.identities = 4;
    rest.without = 2;
    assert_true(group_asks(&rest));
    assert_true(group_within(&rest, &all));
    assert_false(group_within(&all, &rest));
    assert_false(group_within(&poor, &rest));
    assert_true(group_within(&low, &rest));
    assert_false(group_join(&all, &rest));
}

static void values_of_one_dimension_are_joined(void **state)
{
    (void)state;
    struct selector a = in(1, 0x1), b = in(1, 0x4), c = in(0, 0x1);
    assert_true(group_join(&a, &b));
    assert_int_equal(a.in.values[1], 0x5);
    assert_false(group_join(&a, &c));
    struct selector x = in(0, 1), y = in(0, 2);
    x.in.dimensions = y.in.dimensions = 3;
    x.in.values[1] = 1;
    y.in.values[1] = 2;
    assert_false(group_join(&x, &y));
    struct selector old = in(1, 0x2);
    old.age_min = 60;
    assert_false(group_join(&a, &old));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_is_a_group_for_each_value),
        cmocka_unit_test(two_dimensions_multiply),
        cmocka_unit_test(who_asks_nothing_is_one_group),
        cmocka_unit_test(ages_and_identities_lie_within),
        cmocka_unit_test(who_lacks_an_identity_is_a_group),
        cmocka_unit_test(values_of_one_dimension_are_joined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
