/* Quantiles against a sorted list: never below the true one, at most one step above. */
#include "histogram.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "random.h"

static struct histogram h;

static int clear(void **state)
{
    (void)state;
    histogram_clear(&h);
    return 0;
}

static void test_empty(void **state)
{
    (void)state;
    assert_int_equal(histogram_quantile(&h, 500000), 0);
    assert_int_equal(histogram_quantile(&h, 1000000), 0);
}

static void test_small_values_are_exact(void **state)
{
    (void)state;
    for (int i = 0; i < 128; i++)
        histogram_add(&h, i);
    for (uint32_t i = 1; i <= 128; i++)
        assert_int_equal(histogram_quantile(&h, i * 1000000 / 128), i - 1);
}

static void test_one_value_is_every_quantile(void **state)
{
    (void)state;
    histogram_add(&h, 123457);
    assert_int_equal(histogram_quantile(&h, 1), 123457); /* never over the maximum */
    assert_int_equal(histogram_quantile(&h, 999999), 123457);
    assert_int_equal(h.max, 123457);
}

static int by_value(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void test_against_a_sorted_list(void **state)
{
    enum { N = 20000 };
    static int64_t list[N];
    struct random random = random_on(7, 7);
    (void)state;
    for (int i = 0; i < N; i++) {
        list[i] = (int64_t)(random_next(&random) >> (24 + random_below(&random, 40)));
        histogram_add(&h, list[i]);
    }
    qsort(list, N, sizeof list[0], by_value);
    static const uint32_t wanted[] = {1, 10000, 500000, 900000, 990000, 999000, 1000000};
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        uint64_t rank = ((uint64_t)N * wanted[i] + 999999) / 1000000;
        int64_t exact = list[rank - 1];
        int64_t shown = (int64_t)histogram_quantile(&h, wanted[i]);
        assert_true(shown >= exact);
        assert_true(shown <= exact + exact / 128 + 1);
    }
    assert_int_equal(h.max, list[N - 1]);
    assert_int_equal(histogram_quantile(&h, 1000000), list[N - 1]);
}

static void test_out_of_range(void **state)
{
    (void)state;
    histogram_add(&h, -5);
    assert_int_equal(histogram_quantile(&h, 1000000), 0);
    histogram_add(&h, INT64_MAX);
    assert_int_equal(h.count, 2);
    assert_int_equal(h.max, (INT64_C(1) << 40) - 1);
    assert_int_equal(histogram_quantile(&h, 1000000), h.max);
}

static void test_one_late_in_a_thousand_shows(void **state)
{
    (void)state;
    for (int i = 0; i < 998; i++)
        histogram_add(&h, 100);
    histogram_add(&h, 1000000);
    histogram_add(&h, 1000000);
    assert_int_equal(histogram_quantile(&h, 998000), 100);
    assert_true(histogram_quantile(&h, 999000) >= 1000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_empty, clear),
        cmocka_unit_test_setup(test_small_values_are_exact, clear),
        cmocka_unit_test_setup(test_one_value_is_every_quantile, clear),
        cmocka_unit_test_setup(test_against_a_sorted_list, clear),
        cmocka_unit_test_setup(test_out_of_range, clear),
        cmocka_unit_test_setup(test_one_late_in_a_thousand_shows, clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
