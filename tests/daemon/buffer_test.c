/* daemon/buffer: bytes survive growing and moving; the budget is one for all and given back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "daemon/buffer.h"

static void bytes_keep_their_order(void **state)
{
    (void)state;
    struct budget budget = {.limit = 1 << 20};
    struct buffer buffer = {0};
    uint8_t next_in = 0, next_out = 0;
    for (int round = 0; round < 2000; round++) {
        uint8_t bytes[97];
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = next_in++;
        assert_true(buffer_append(&buffer, &budget, bytes, sizeof bytes));
        size_t taken = round % 5 == 4 ? buffer_used(&buffer) : 61;
        for (size_t i = 0; i < taken; i++)
            assert_int_equal(buffer.data[buffer.start + i], next_out++);
        buffer_consume(&buffer, &budget, taken);
    }
    assert_true(budget.used <= 64 * 1024);
    buffer_release(&buffer, &budget);
    assert_int_equal(budget.used, 0);
}

static void the_budget_is_shared(void **state)
{
    (void)state;
    struct budget budget = {.limit = 100000};
    struct buffer a = {0}, b = {0};
    assert_true(buffer_reserve(&a, &budget, 60000));
    assert_false(buffer_reserve(&b, &budget, 60000));
    assert_int_equal(b.size, 0);
    assert_true(buffer_reserve(&b, &budget, 10000));
    buffer_release(&a, &budget);
    assert_true(buffer_reserve(&b, &budget, 60000));
    buffer_release(&b, &budget);
    assert_int_equal(budget.used, 0);
}

static void a_large_empty_buffer_is_given_back(void **state)
{
    (void)state;
    struct budget budget = {.limit = 1 << 20};
    struct buffer buffer = {0};
    assert_true(buffer_reserve(&buffer, &budget, 300000));
    buffer.end = 300000;
    buffer_consume(&buffer, &budget, 300000);
    assert_int_equal(budget.used, 0);
    assert_null(buffer.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_keep_their_order),
        cmocka_unit_test(the_budget_is_shared),
        cmocka_unit_test(a_large_empty_buffer_is_given_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
