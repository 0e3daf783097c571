/* lib/state/pack: bundles put together from chunks, whole or not at all. */
#include "fixture.h"

static const char text[] = "policy.yaml and its tables";

static struct hash digest_of_text(void)
{
    return hash_sha256(text, sizeof text);
}

static void put_chunk(struct bench *b, uint32_t number, const char *bytes, size_t size)
{
    struct hash digest = digest_of_text();
    effects_put_chunk(b->effects, &digest, number,
                      (struct slice){.data = (const uint8_t *)bytes, .size = size});
    OK(bench_fold(b));
}

static void chunks_make_the_bundle(void **context)
{
    struct bench *b = *context;
    struct hash digest = digest_of_text();
    uint8_t *bundle;
    size_t size;
    uint32_t missing = 99;
    put_chunk(b, 1, text + 10, sizeof text - 10);
    assert_int_equal(state_pack_bundle(b->state, &digest, 2, &bundle, &size, &missing),
                     ERR_NOTFOUND);
    assert_int_equal(missing, 0);
    put_chunk(b, 0, text, 10);
    OK(state_pack_bundle(b->state, &digest, 2, &bundle, &size, &missing));
    assert_int_equal(size, sizeof text);
    assert_memory_equal(bundle, text, size);
    free(bundle);
    /* Without the number, the digest says where it ends; a chunk beyond is none of it. */
    put_chunk(b, 2, "more", 4);
    OK(state_pack_bundle(b->state, &digest, 0, &bundle, &size, &missing));
    assert_int_equal(size, sizeof text);
    free(bundle);
}

static void a_wrong_chunk_is_seen(void **context)
{
    struct bench *b = *context;
    struct hash digest = digest_of_text();
    uint8_t *bundle;
    size_t size;
    uint32_t missing;
    put_chunk(b, 0, text, sizeof text - 1);
    assert_int_equal(state_pack_bundle(b->state, &digest, 1, &bundle, &size, &missing),
                     ERR_CORRUPT);
    assert_int_equal(state_pack_bundle(b->state, &digest, 0, &bundle, &size, &missing),
                     ERR_NOTFOUND);
    assert_int_equal(missing, 1);
    assert_int_equal(
        state_pack_bundle(b->state, &digest, PACK_CHUNKS_MAX + 1, &bundle, &size, &missing),
        ERR_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(chunks_make_the_bundle),
        BENCH_TEST(a_wrong_chunk_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
