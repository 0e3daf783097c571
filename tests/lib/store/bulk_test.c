/* lib/store/bulk: what is loaded is what a store would hold, whatever the order, the tier and the
 * memory. */
#include "support.h"

#include "store/bulk.h"
#include "store/digest.h"

#define MAP_BYTES (UINT64_C(64) << 20)
#define PUTS 30000

static enum err put(struct bulk *bulk, struct slice key, struct slice value, enum bulk_kind kind)
{
    struct image image = {.key = key, .value = value};
    return bulk_put(bulk, &image, 1, kind);
}

/* The same puts into a store and into a bulk; some keys again and again, some deleted, some large.
 */
static void put_number(struct store *store, struct bulk *bulk, uint32_t i, uint32_t *seed)
{
    char key[64];
    uint8_t value[3000];
    *seed = *seed * 1664525 + 1013904223;
    bool often = *seed >> 31;
    int n = often ? snprintf(key, sizeof key, "B%u", *seed >> 8 & 63)
                  : snprintf(key, sizeof key, "M%03u|%08u", *seed >> 8 & 127, i - i % 3);
    size_t size = i % 500 == 0 ? sizeof value : *seed >> 12 & 63;
    memset(value, (int)i, sizeof value);
    struct slice k = {(const uint8_t *)key, (size_t)n};
    struct slice v = {i % 11 == 0 ? NULL : value, i % 11 == 0 ? 0 : size};
    OK(store_put(store, k, v));
    OK(put(bulk, k, v, often ? BULK_OFTEN : BULK_ONCE));
}

static void drop_env(const char *dir)
{
    OK(store_discard(dir));
    rmdir(dir);
}

static void same_as_a_store(const char *root, uint64_t memory)
{
    char kept[300], loaded[300];
    snprintf(kept, sizeof kept, "%s/kept", root);
    snprintf(loaded, sizeof loaded, "%s/loaded", root);
    const struct store_options store_options = {.dir = kept, .map_bytes = MAP_BYTES};
    const struct bulk_options options = {
        .dir = loaded, .map_bytes = MAP_BYTES, .memory_bytes = memory};
    struct store *store;
    struct bulk *bulk;
    struct digest a, b;
    uint64_t keys;
    uint32_t seed = 3;
    OK(store_open(&store_options, &store));
    OK(bulk_new(&options, &bulk));
    for (uint32_t i = 0; i < PUTS; i++)
        put_number(store, bulk, i, &seed);
    store_freeze(store, 77);
    OK(store_checkpoint(store));
    OK(store_thaw(store));
    store_close(store);
    OK(bulk_write(bulk, 77, NULL, &keys));
    bulk_free(bulk);
    OK(digest_run(kept, &a));
    OK(digest_run(loaded, &b));
    assert_int_equal(a.sequence, 77);
    assert_int_equal(b.sequence, 77);
    assert_int_equal(a.keys, keys);
    assert_int_equal(b.keys, keys);
    assert_memory_equal(a.hash.bytes, b.hash.bytes, HASH_SIZE);
    drop_env(kept);
    drop_env(loaded);
}

static void all_in_memory(void **state)
{
    same_as_a_store(*state, 0);
}

static void many_runs_in_files(void **state)
{
    same_as_a_store(*state, 256 * 1024);
}

static void what_was_loaded_can_be_gone_on_with(void **state)
{
    char dir[300], value[8];
    snprintf(dir, sizeof dir, "%s/loaded", (char *)*state);
    const struct bulk_options options = {.dir = dir, .map_bytes = MAP_BYTES};
    const struct store_options store_options = {.dir = dir, .map_bytes = MAP_BYTES};
    struct bulk *bulk;
    struct store *store;
    uint64_t keys;
    size_t size;
    OK(bulk_new(&options, &bulk));
    OK(put(bulk, text("k"), text("one"), BULK_ONCE));
    OK(put(bulk, text("k"), text("two"), BULK_ONCE));
    OK(put(bulk, text("gone"), text("x"), BULK_OFTEN));
    OK(put(bulk, text("gone"), nothing(), BULK_OFTEN));
    OK(bulk_write(bulk, 5, NULL, &keys));
    assert_int_equal(keys, 1);
    bulk_free(bulk);
    OK(store_open(&store_options, &store));
    assert_int_equal(store_sequence(store), 5);
    OK(store_get(store, text("k"), value, sizeof value, &size));
    assert_memory_equal(value, "two", 3);
    assert_int_equal(store_get(store, text("gone"), value, sizeof value, &size), ERR_NOTFOUND);
    OK(store_put(store, text("l"), text("more")));
    store_freeze(store, 6);
    OK(store_checkpoint(store));
    OK(store_thaw(store));
    store_close(store);
    /* A folder that holds an environment is not written over. */
    OK(bulk_new(&options, &bulk));
    OK(put(bulk, text("z"), text("z"), BULK_ONCE));
    assert_int_equal(bulk_write(bulk, 7, NULL, &keys), ERR_INVALID);
    bulk_free(bulk);
    drop_env(dir);
}

static void a_map_that_is_too_small_is_full(void **state)
{
    char dir[300];
    static uint8_t large[1 << 20];
    snprintf(dir, sizeof dir, "%s/loaded", (char *)*state);
    const struct bulk_options options = {.dir = dir, .map_bytes = 256 * 1024};
    struct bulk *bulk;
    uint64_t keys;
    OK(bulk_new(&options, &bulk));
    OK(put(bulk, text("k"), (struct slice){large, sizeof large}, BULK_ONCE));
    assert_int_equal(bulk_write(bulk, 1, NULL, &keys), ERR_FULL);
    bulk_free(bulk);
    drop_env(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_in_memory, folder_make, folder_drop),
        cmocka_unit_test_setup_teardown(many_runs_in_files, folder_make, folder_drop),
        cmocka_unit_test_setup_teardown(what_was_loaded_can_be_gone_on_with, folder_make,
                                        folder_drop),
        cmocka_unit_test_setup_teardown(a_map_that_is_too_small_is_full, folder_make, folder_drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
