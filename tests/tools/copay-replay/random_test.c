/* Reproducible, in bounds, and hot where it should be. */
#include "random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_same_seed_same_draws(void **state)
{
    (void)state;
    struct random a = random_on(1, 2), b = random_on(1, 2), c = random_on(1, 3);
    int differ = 0;
    for (int i = 0; i < 100; i++) {
        uint64_t x = random_next(&a);
        assert_true(x == random_next(&b));
        differ += x != random_next(&c);
    }
    assert_int_equal(differ, 100);
}

static void test_below(void **state)
{
    (void)state;
    struct random r = random_on(1, 1);
    int seen[5] = {0};
    for (int i = 0; i < 5000; i++) {
        uint64_t at = random_below(&r, 5);
        assert_true(at < 5);
        seen[at]++;
    }
    for (int i = 0; i < 5; i++)
        assert_in_range(seen[i], 800, 1200);
    assert_int_equal(random_below(&r, 1), 0);
}

static void test_rank(void **state)
{
    static const double exponents[] = {0, 0.5, 1, 1.5};
    (void)state;
    int before = 0;
    for (size_t e = 0; e < 4; e++) {
        struct random r = random_on(2, 2);
        int first = 0;
        for (int i = 0; i < 20000; i++) {
            uint64_t rank = random_rank(&r, 1000, exponents[e]);
            assert_true(rank < 1000);
            first += rank < 10;
        }
        assert_true(first > before); /* the higher the exponent, the hotter the first */
        before = first;
    }
    struct random r = random_on(3, 3);
    for (int i = 0; i < 100; i++)
        assert_int_equal(random_rank(&r, 1, 1.0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_seed_same_draws),
        cmocka_unit_test(test_below),
        cmocka_unit_test(test_rank),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
