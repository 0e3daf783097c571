/* lib/store/pour: everything that a merge has, in its order, whatever the sizes; tombstones are
 * left out; stopping early is fine. */
#include "support.h"

#include "store/lmdb_value.h"
#include "store/pour.h"

#define MANY 60000
#define LARGE (3 * 1024 * 1024)

static struct overlay_entry *entry_of(uint32_t number, size_t value_size, bool deleted)
{
    struct overlay_entry *e = calloc(1, sizeof *e + 8 + value_size + 1);
    assert_non_null(e);
    e->key_size = 8;
    e->value_size = e->value_capacity = (uint32_t)value_size;
    e->deleted = deleted;
    snprintf((char *)e->bytes, 9, "%08u", number);
    memset(e->bytes + 8, (int)number, value_size);
    return e;
}

static struct sort_item *items_of(size_t count, size_t large)
{
    struct sort_item *items = calloc(count + 1, sizeof *items);
    for (uint32_t i = 0; i < count; i++)
        items[i].entry = entry_of(i, i == large ? LARGE : i % 50, i % 7 == 3);
    return items;
}

/* Reads `stop` entries at most, checking each. */
static void poured(size_t count, size_t large, size_t stop)
{
    struct sort_item *items = items_of(count, large);
    struct run *run = run_new(items, count);
    struct merge_runs *merge;
    struct pour *pour;
    struct slice key, stored;
    uint32_t next = 0;
    size_t seen = 0;
    enum err err = ERR_OK;
    uint8_t *expected = malloc(LMDB_VALUE_HEAD + LARGE);
    OK(merge_runs_new(&run, 1, &merge));
    OK(pour_new(merge, &pour));
    while (seen < stop && (err = pour_next(pour, &key, &stored)) == ERR_OK) {
        next += next % 7 == 3;
        const struct overlay_entry *e = items[next++].entry;
        assert_int_equal(key.size, 8);
        assert_memory_equal(key.data, e->bytes, 8);
        lmdb_value_encode(overlay_key(e), overlay_value(e), expected);
        assert_int_equal(stored.size, LMDB_VALUE_HEAD + e->value_size);
        assert_memory_equal(stored.data, expected, stored.size);
        seen++;
    }
    if (stop == SIZE_MAX) {
        assert_int_equal(err, ERR_NOTFOUND);
        assert_int_equal(pour_next(pour, &key, &stored), ERR_NOTFOUND);
        assert_true(next + (next % 7 == 3) >= count);
    }
    pour_free(pour);
    merge_runs_free(merge);
    run_free(run);
    for (size_t i = 0; i < count; i++)
        free((void *)(uintptr_t)items[i].entry);
    free(items);
    free(expected);
}

static void all_in_order(void **state)
{
    (void)state;
    poured(MANY, SIZE_MAX, SIZE_MAX);
    poured(1, SIZE_MAX, SIZE_MAX);
    poured(0, SIZE_MAX, SIZE_MAX);
}

static void one_larger_than_a_batch(void **state)
{
    (void)state;
    poured(100, 40, SIZE_MAX);
    poured(100, 0, SIZE_MAX);
    poured(100, 99, SIZE_MAX);
}

static void stopped_early(void **state)
{
    (void)state;
    poured(MANY, SIZE_MAX, 0);
    poured(MANY, SIZE_MAX, 10);
    poured(10, SIZE_MAX, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_in_order),
        cmocka_unit_test(one_larger_than_a_batch),
        cmocka_unit_test(stopped_early),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
