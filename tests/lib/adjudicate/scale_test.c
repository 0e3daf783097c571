/* lib/adjudicate/scale: bands over a floor, and the point a payment reaches. */
#include "fixture.h"

#include "adjudicate/scale.h"

static void bounds_are_inclusive_and_widths_exact(void **state)
{
    (void)state;
    struct ratio_rule rule = {.who = everyone,
                              .band_count = 3,
                              .bands = {{100, 5000, 0}, {200, 6000, 0}, {INT64_MAX, 7000, 0}}};
    struct scale scale = {
        .bands = rule.bands, .band_count = rule.band_count, .floor = 0, .unit = RATIO_ONE};
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
    struct ratio_rule rule = {
        .who = everyone, .band_count = 2, .bands = {{100, 0, 0}, {INT64_MAX, 7000, 0}}};
    struct scale scale = {
        .bands = rule.bands, .band_count = rule.band_count, .floor = 50, .unit = RATIO_ONE};
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

/* 30,000 above a deductible of 1,300 is the base's 31,300. */
static void bounds_may_be_measured_from_elsewhere(void **state)
{
    (void)state;
    struct ratio_rule rule = {
        .who = everyone, .band_count = 2, .bands = {{3000, 8500, 0}, {INT64_MAX, 9000, 0}}};
    struct scale scale = {.bands = rule.bands,
                          .band_count = rule.band_count,
                          .floor = 130,
                          .from = 130,
                          .unit = RATIO_ONE};
    struct walk walk;
    scale_walk(&scale, frac_of(3230), &walk);
    assert_int_equal((int64_t)walk.width[0], 3000);
    assert_int_equal((int64_t)walk.width[1], 100);
    assert_int_equal(walk_paid(&walk, walk.count), 2550 + 90);
    struct frac point = scale_reach(&scale, &walk, 2559); /* 9 / 0.9 into the second band */
    assert_int_equal(frac_cmp(point, frac_of(3140)), 0);
    scale.whole = true;
    scale.band_count = 1;
    scale_walk(&scale, frac_of(4130), &walk);
    assert_int_equal(walk_paid(&walk, walk.count), 3400);
}

/* 0.33 at 50 %, 0.33 at 50 %, 0.35 at 50 %: 16.5, 16.5 and 17.5 fen. */
static void bands_may_be_rounded_apart(void **state)
{
    (void)state;
    static const struct {
        struct segment_rounding rounding;
        int64_t first, all;
    } cases[] = {
        {{false, ROUND_HALF_UP}, 17, 51}, {{false, ROUND_DOWN}, 16, 50},
        {{false, ROUND_UP}, 17, 51},      {{true, ROUND_HALF_UP}, 17, 52},
        {{true, ROUND_DOWN}, 16, 49},     {{true, ROUND_UP}, 17, 52},
    };
    const struct band bands[] = {{33, 5000, 0}, {66, 5000, 0}, {INT64_MAX, 5000, 0}};
    struct scale scale = {.bands = bands, .band_count = 3, .unit = RATIO_ONE};
    struct walk walk;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        scale.rounding = cases[i].rounding;
        scale_walk(&scale, frac_of(101), &walk);
        assert_int_equal(walk_paid(&walk, 1), cases[i].first);
        assert_int_equal(walk_paid(&walk, 3), cases[i].all);
        /* Every smaller payment has a point at which it is reached. */
        for (int64_t fen = 0; fen < cases[i].all; fen++) {
            struct walk cut;
            scale_walk(&scale, frac_of(101), &walk);
            scale_walk(&scale, scale_reach(&scale, &walk, fen), &cut);
            assert_int_equal(walk_paid(&cut, cut.count), fen);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds_are_inclusive_and_widths_exact),
        cmocka_unit_test(reach_finds_the_exact_point),
        cmocka_unit_test(bounds_may_be_measured_from_elsewhere),
        cmocka_unit_test(bands_may_be_rounded_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
