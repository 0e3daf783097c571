/* lib/adjudicate/scale: bands over a floor, and the point a payment reaches. */
#include "fixture.h"

#include "adjudicate/scale.h"

static void bounds_are_inclusive_and_widths_exact(void **state)
{
    (void)state;
    struct ratio_rule rule = {everyone, 3, {{100, 5000, 0}, {200, 6000, 0}, {INT64_MAX, 7000, 0}}};
    struct scale scale = {rule.bands, rule.band_count, 0, RATIO_ONE, NULL};
    struct walk walk;
    scale_walk(&scale, frac_of(100), &walk);
    assert_int_equal(walk.count, 1);
    assert_int_equal(walk_paid(&walk, walk.count), 50);
    scale_walk(&scale, (struct frac){602, 3}, &walk); /* 200.67 */
    assert_int_equal(walk.count, 3);
    assert_int_equal(walk.den, 3);
    assert_int_equal((int64_t)walk.width[1], 300);
    assert_int_equal((int64_t)walk.width[2], 2);
    assert_int_equal(walk_paid(&walk, walk.count), 110); /* 110.47 */
    scale.floor = 150; /* hides the first band and half of the second */
    scale_walk(&scale, frac_of(250), &walk);
    assert_int_equal((int64_t)walk.width[0], 0);
    assert_int_equal(walk_paid(&walk, walk.count), 30 + 35);
}

static void reach_finds_the_exact_point(void **state)
{
    (void)state;
    struct ratio_rule rule = {everyone, 2, {{100, 0, 0}, {INT64_MAX, 7000, 0}}};
    struct scale scale = {rule.bands, rule.band_count, 50, RATIO_ONE, NULL};
    struct walk walk;
    scale_walk(&scale, frac_of(1100), &walk);
    assert_int_equal(walk_paid(&walk, walk.count), 700);
    assert_int_equal(walk_paid(&walk, 1), 0);
    struct frac point = scale_reach(&scale, &walk, 1);
    assert_int_equal(frac_cmp(point, frac_add(frac_of(100), (struct frac){10, 7})), 0);
    scale_walk(&scale, point, &walk);
    assert_int_equal(walk_paid(&walk, walk.count), 1);
    scale_walk(&scale, frac_of(40), &walk); /* all below the floor */
    assert_int_equal(walk_paid(&walk, walk.count), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds_are_inclusive_and_widths_exact),
        cmocka_unit_test(reach_finds_the_exact_point),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
