/* daemon/histogram: every value falls into the bucket of its power of two. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "daemon/histogram.h"

static void buckets_are_powers_of_two(void **state)
{
    static struct histogram h;
    (void)state;
    const struct {
        int64_t value;
        int bucket;
    } cases[] = {{-5, 0},        {0, 0},     {1, 0},
                 {2, 1},         {3, 1},     {4, 2},
                 {1023, 9},      {1024, 10}, {INT64_C(1) << 31, 31},
                 {INT64_MAX, 31}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint64_t before = h.buckets[cases[i].bucket];
        histogram_add(&h, cases[i].value);
        assert_int_equal(h.buckets[cases[i].bucket], before + 1);
    }
    assert_true(h.max == INT64_MAX);
}

static void sum_and_max(void **state)
{
    static struct histogram h;
    (void)state;
    histogram_add(&h, 10);
    histogram_add(&h, 300);
    histogram_add(&h, 20);
    assert_int_equal(h.sum, 330);
    assert_int_equal(h.max, 300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buckets_are_powers_of_two),
        cmocka_unit_test(sum_and_max),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
