/* lib/wire/pool: exhaustion is told apart from bad bytes; lists point at their structs. */
#include "support.h"

#include "wire/pool.h"

static void lists_point_at_their_structs(void **state)
{
    (void)state;
    struct pool pool = {.arena = arena_new(4096)};
    uint64_t **list, *first = pool_list(&pool, 3, sizeof *first, (void ***)&list);
    assert_non_null(first);
    for (int i = 0; i < 3; i++)
        assert_ptr_equal(list[i], first + i);
    assert_null(pool_list(&pool, 4096, 8, (void ***)&list));
    assert_true(pool.exhausted);
    arena_free(pool.arena);
}

static void exhaustion_is_not_bad_input(void **state)
{
    (void)state;
    struct sample s;
    sample_init(&s);
    struct slice body = pack(&s.request);
    ProtobufCMessage *message;
    struct arena *arena = arena_new(128);
    assert_int_equal(pool_unpack(body, &copay__request__descriptor, arena, &message), ERR_NOMEM);
    arena_free(arena);
    arena = arena_new(65536);
    assert_int_equal(pool_unpack(body, &copay__request__descriptor, arena, &message), ERR_OK);
    assert_string_equal(((Copay__Request *)message)->msgid, SAMPLE_MSGID);
    assert_int_equal(
        pool_unpack((struct slice){body.data, 3}, &copay__request__descriptor, arena, &message),
        ERR_INVALID);
    uint8_t *bytes;
    size_t size;
    assert_int_equal(pool_pack(&s.request.base, 6, arena, &bytes, &size), ERR_OK);
    assert_int_equal(size, body.size + 6);
    assert_memory_equal(bytes + 6, body.data, body.size);
    arena_free(arena);
    arena = arena_new(16);
    assert_int_equal(pool_pack(&s.request.base, 6, arena, &bytes, &size), ERR_NOMEM);
    arena_free(arena);
    slice_free(body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_point_at_their_structs),
        cmocka_unit_test(exhaustion_is_not_bad_input),
    };
    return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
