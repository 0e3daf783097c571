/* lib/base/arena: the limit, alignment, reuse after a reset. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/arena.h"

static void hands_out_aligned_zeroed_memory(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 20);
    for (size_t size = 1; size < 200; size++) {
        unsigned char *p = arena_alloc(a, size);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % 16, 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xFF, size);
    }
    arena_free(a);
}

static void pieces_do_not_overlap_across_blocks(void **state)
{
    (void)state;
    enum { COUNT = 600, SIZE = 5000 };
    struct arena *a = arena_new((size_t)COUNT * SIZE * 2);
    unsigned char *pieces[COUNT];
    for (int i = 0; i < COUNT; i++) {
        pieces[i] = arena_alloc_raw(a, SIZE);
        assert_non_null(pieces[i]);
        memset(pieces[i], i & 255, SIZE);
    }
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(pieces[i][0], i & 255);
        assert_int_equal(pieces[i][SIZE - 1], i & 255);
    }
    arena_free(a);
}

static void limit_is_a_limit(void **state)
{
    (void)state;
    struct arena *a = arena_new(1000);
    assert_null(arena_alloc(a, 1001));
    assert_null(arena_alloc(a, SIZE_MAX));
    assert_null(arena_alloc(a, SIZE_MAX - 8));
    assert_int_equal(arena_used(a), 0);
    assert_non_null(arena_alloc(a, 1000));
    assert_int_equal(arena_used(a), 1000);
    assert_null(arena_alloc(a, 1));
    arena_reset(a);
    assert_non_null(arena_alloc(a, 990));
    assert_null(arena_alloc(a, 16));
    arena_free(a);
}

/* Many tiny pieces count with what alignment costs. */
static void tiny_pieces_reach_the_limit(void **state)
{
    (void)state;
    struct arena *a = arena_new(1600);
    int count = 0;
    while (arena_alloc(a, 1))
        count++;
    assert_int_equal(count, 100);
    arena_free(a);
}

static void a_piece_may_be_larger_than_a_block(void **state)
{
    (void)state;
    struct arena *a = arena_new(16 << 20);
    unsigned char *large = arena_alloc(a, 5 << 20);
    assert_non_null(large);
    large[(5 << 20) - 1] = 1;
    unsigned char *small = arena_alloc(a, 10);
    assert_non_null(small);
    small[9] = 1;
    arena_reset(a);
    assert_int_equal(arena_used(a), 0);
    assert_non_null(arena_alloc(a, 16 << 20));
    arena_free(a);
}

static void reset_gives_zeroed_memory_again(void **state)
{
    (void)state;
    struct arena *a = arena_new(4096);
    unsigned char *before = arena_alloc(a, 64);
    memset(before, 0xFF, 64);
    arena_reset(a);
    unsigned char *after = arena_alloc(a, 64);
    assert_ptr_equal(before, after); /* the first block is kept */
    for (int i = 0; i < 64; i++)
        assert_int_equal(after[i], 0);
    arena_free(a);
}

static void copy_ends_with_a_nul(void **state)
{
    (void)state;
    struct arena *a = arena_new(64);
    static const char text[] = {'a', '\0', 'b'};
    char *copy = arena_copy(a, text, sizeof text);
    assert_memory_equal(copy, "a\0b", 4);
    assert_string_equal(arena_copy(a, NULL, 0), "");
    assert_null(arena_copy(a, text, SIZE_MAX));
    assert_null(arena_copy(a, text, 64));
    arena_free(a);
    arena_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hands_out_aligned_zeroed_memory),
        cmocka_unit_test(pieces_do_not_overlap_across_blocks),
        cmocka_unit_test(limit_is_a_limit),
        cmocka_unit_test(tiny_pieces_reach_the_limit),
        cmocka_unit_test(a_piece_may_be_larger_than_a_block),
        cmocka_unit_test(reset_gives_zeroed_memory_again),
        cmocka_unit_test(copy_ends_with_a_nul),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
