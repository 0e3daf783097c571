/* lib/store/load: order is an invariant; without an end there is nothing. */
#include "support.h"

#include <sys/stat.h>

#include "store/lmdb.h"
#include "store/load.h"

#define MAP_BYTES (UINT64_C(16) << 20)

static void backwards(void *context)
{
    struct load *load;
    OK(load_new(context, MAP_BYTES, &load));
    OK(load_put(load, text("b"), text("1")));
    (void)!load_put(load, text("a"), text("2"));
}

static void keys_must_ascend(void **state)
{
    assert_aborts(backwards, *state);
}

static void values_and_sequence_are_read_back(void **state)
{
    struct load *load;
    struct lmdb *lmdb;
    struct slice value;
    uint64_t sequence;
    OK(load_new(*state, MAP_BYTES, &load));
    OK(load_put(load, text("a"), nothing()));
    OK(load_put(load, text("ab"), text("value")));
    OK(load_finish(load, 42));
    load_free(load);
    OK(lmdb_open(*state, MAP_BYTES, &lmdb, &sequence));
    assert_int_equal(sequence, 42);
    OK(lmdb_get(lmdb, text("a"), &value));
    assert_int_equal(value.size, 0);
    OK(lmdb_get(lmdb, text("ab"), &value));
    assert_memory_equal(value.data, "value", 5);
    lmdb_close(lmdb);
    assert_int_equal(load_new(*state, MAP_BYTES, &load), ERR_INVALID);
}

/* Values of all sizes, in more than one transaction; those of a little over half a page waste most
 * of it. The file is then as large as what is in it, whatever the map and the room taken ahead. */
static void many_values_are_read_back(void **state)
{
    enum { COUNT = 30000 };
    static uint8_t bytes[20000];
    struct load *load;
    struct lmdb *lmdb;
    struct slice value;
    struct stat st;
    uint64_t sequence, used, total;
    char key[32], path[400];
    memset(bytes, 0x5a, sizeof bytes);
    OK(load_new(*state, UINT64_C(1) << 40, &load));
    for (size_t i = 0; i < COUNT; i++) {
        snprintf(key, sizeof key, "%08zu", i);
        OK(load_put(load, text(key),
                    (struct slice){bytes, i % 100 == 0 ? sizeof bytes
                                          : i % 3      ? i % 300
                                                       : 1400}));
    }
    OK(load_finish(load, 7));
    load_free(load);
    snprintf(path, sizeof path, "%s/data.mdb", (const char *)*state);
    assert_int_equal(stat(path, &st), 0);
    /* Nobody else is there whom a lock file would keep out; it would be a map over holes. */
    snprintf(path, sizeof path, "%s/lock.mdb", (const char *)*state);
    assert_int_equal(access(path, F_OK), -1);
    OK(lmdb_open(*state, UINT64_C(1) << 40, &lmdb, &sequence));
    lmdb_map_use(lmdb, &used, &total);
    assert_in_range(st.st_size, used, used + (1 << 20));
    assert_in_range(st.st_blocks * 512, used, used + (1 << 20));
    for (size_t i = 0; i < COUNT; i++) {
        snprintf(key, sizeof key, "%08zu", i);
        OK(lmdb_get(lmdb, text(key), &value));
        assert_int_equal(value.size, i % 100 == 0 ? sizeof bytes : i % 3 ? i % 300 : 1400);
        assert_memory_equal(value.data, bytes, value.size);
    }
    lmdb_close(lmdb);
}

static void unfinished_is_empty(void **state)
{
    struct load *load;
    struct lmdb *lmdb;
    uint64_t sequence;
    OK(load_new(*state, MAP_BYTES, &load));
    OK(load_put(load, text("a"), text("1")));
    load_free(load);
    OK(lmdb_open(*state, MAP_BYTES, &lmdb, &sequence));
    assert_int_equal(sequence, 0);
    lmdb_close(lmdb);
    assert_int_equal(load_new("/nonexistent/dir", MAP_BYTES, &load), ERR_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keys_must_ascend, folder_make, folder_drop),
        cmocka_unit_test_setup_teardown(values_and_sequence_are_read_back, folder_make,
                                        folder_drop),
        cmocka_unit_test_setup_teardown(many_values_are_read_back, folder_make, folder_drop),
        cmocka_unit_test_setup_teardown(unfinished_is_empty, folder_make, folder_drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
