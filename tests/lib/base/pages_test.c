/* lib/base/pages: a wish changes nothing about the memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/pages.h"

/* Whatever the block's begin and size, what stands beside it stays as it was. */
static void test_bytes_stay(void **state)
{
    (void)state;
    const size_t sizes[] = {1, 4096, PAGES_HUGE - 1, PAGES_HUGE, 3 * PAGES_HUGE + 5};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        uint8_t *block = malloc(sizes[i] + 32);
        assert_non_null(block);
        memset(block, 0x5a, sizes[i] + 32);
        pages_huge(block + 16, sizes[i]);
        for (size_t at = 0; at < sizes[i] + 32; at++)
            if (block[at] != 0x5a)
                fail_msg("size %zu, byte %zu", sizes[i], at);
        free(block);
    }
}

static void test_nothing(void **state)
{
    (void)state;
    pages_huge(NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes_stay),
        cmocka_unit_test(test_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
