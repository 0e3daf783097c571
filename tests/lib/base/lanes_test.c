/* lib/base/lanes: many hashes at once against one at a time, whatever their sizes and number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

#define MOST 70

/* Each piece alone in memory, so that a byte read beside it is seen. */
static struct slice piece_new(size_t size, uint64_t *random)
{
    uint8_t *bytes = malloc(size > 0 ? size : 1);
    assert_non_null(bytes);
    for (size_t i = 0; i < size; i++) {
        *random = *random * UINT64_C(6364136223846793005) + 1442695040888963407;
        bytes[i] = (uint8_t)(*random >> 56);
    }
    return (struct slice){bytes, size};
}

static void assert_same(const struct slice *pieces, size_t count)
{
    struct hash out[MOST];
    memset(out, 0, sizeof out);
    hash_sha256_many(pieces, count, out);
    for (size_t i = 0; i < count; i++) {
        struct hash one = hash_sha256(pieces[i].data, pieces[i].size);
        assert_memory_equal(out[i].bytes, one.bytes, HASH_SIZE);
    }
}

/* Around the ends of blocks and of the padding. */
static void every_size(void **state)
{
    (void)state;
    uint64_t random = 1;
    for (size_t first = 0; first < 270; first++) {
        struct slice pieces[MOST];
        for (size_t i = 0; i < MOST; i++)
            pieces[i] = piece_new(first + i % 5, &random);
        assert_same(pieces, MOST);
        for (size_t i = 0; i < MOST; i++)
            free((void *)(uintptr_t)pieces[i].data);
    }
}

/* Lanes end at different times and take what is left. */
static void every_count(void **state)
{
    (void)state;
    uint64_t random = 2;
    struct slice pieces[MOST];
    for (size_t i = 0; i < MOST; i++)
        pieces[i] = piece_new(random % 7 == 0 ? 9000 : (size_t)(random % 700), &random);
    for (size_t count = 0; count <= MOST; count++)
        assert_same(pieces, count);
    for (size_t i = 0; i < MOST; i++)
        free((void *)(uintptr_t)pieces[i].data);
}

static void nothing_at_all(void **state)
{
    (void)state;
    struct slice pieces[MOST] = {{NULL, 0}};
    assert_same(pieces, MOST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_size),
        cmocka_unit_test(every_count),
        cmocka_unit_test(nothing_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
