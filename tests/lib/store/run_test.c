/* lib/store/run: the newest image of each key wins, in memory and from files. */
#include "support.h"

#include "store/run.h"

#define LARGE (2 * 1024 * 1024)

struct list {
    struct sort_item items[16];
    size_t count;
};

/* value NULL: deleted. */
static void add(struct list *list, const char *key, const char *value, size_t value_size)
{
    size_t key_size = strlen(key);
    struct overlay_entry *e = calloc(1, sizeof *e + key_size + value_size);
    assert_non_null(e);
    e->key_size = (uint16_t)key_size;
    e->value_size = e->value_capacity = (uint32_t)value_size;
    e->deleted = !value;
    memcpy(e->bytes, key, key_size);
    if (value_size > 0)
        memcpy(e->bytes + key_size, value, value_size);
    list->items[list->count++].entry = e;
}

static void put(struct list *list, const char *key, const char *value)
{
    add(list, key, value, value ? strlen(value) : 0);
}

static void drop(struct list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free((void *)(uintptr_t)list->items[i].entry);
}

static void assert_next(struct merge_runs *m, const char *key, const char *value)
{
    struct slice k, v;
    bool deleted;
    OK(merge_runs_next(m, &k, &v, &deleted));
    assert_int_equal(k.size, strlen(key));
    assert_memory_equal(k.data, key, k.size);
    assert_int_equal(deleted, value == NULL);
    assert_int_equal(v.size, value ? strlen(value) : 0);
    if (v.size > 0)
        assert_memory_equal(v.data, value, v.size);
}

static void merged(const char *dir, unsigned spilled)
{
    struct list lists[3] = {0};
    struct run *runs[3];
    struct merge_runs *merge;
    struct slice k, v;
    bool deleted;
    put(&lists[0], "a", "old");
    put(&lists[0], "b", "first");
    put(&lists[0], "b", "second");
    put(&lists[0], "d", "only");
    put(&lists[1], "a", "new");
    put(&lists[1], "c", NULL);
    put(&lists[1], "d", NULL);
    put(&lists[2], "c", "");
    for (unsigned i = 0; i < 3; i++) {
        runs[i] = run_new(lists[i].items, lists[i].count);
        assert_non_null(runs[i]);
        if (spilled >> i & 1)
            OK(run_spill(runs[i], dir));
    }
    OK(merge_runs_new(runs, 3, &merge));
    assert_next(merge, "a", "new");
    assert_next(merge, "b", "second");
    assert_next(merge, "c", "");
    assert_next(merge, "d", NULL);
    assert_int_equal(merge_runs_next(merge, &k, &v, &deleted), ERR_NOTFOUND);
    merge_runs_free(merge);
    for (unsigned i = 0; i < 3; i++) {
        run_free(runs[i]);
        drop(&lists[i]);
    }
}

static void newest_wins_wherever_runs_lie(void **state)
{
    for (unsigned spilled = 0; spilled < 8; spilled++)
        merged(*state, spilled);
}

static void values_larger_than_a_window(void **state)
{
    struct list list = {.count = 0};
    struct merge_runs *merge;
    struct slice k, v;
    bool deleted;
    char *large = malloc(LARGE);
    memset(large, 'x', LARGE);
    add(&list, "k1", large, LARGE);
    put(&list, "k2", "small");
    add(&list, "k3", large, LARGE);
    struct run *run = run_new(list.items, list.count);
    OK(run_spill(run, *state));
    drop(&list);
    OK(merge_runs_new(&run, 1, &merge));
    OK(merge_runs_next(merge, &k, &v, &deleted));
    assert_int_equal(v.size, LARGE);
    assert_memory_equal(v.data, large, LARGE);
    assert_next(merge, "k2", "small");
    OK(merge_runs_next(merge, &k, &v, &deleted));
    assert_memory_equal(v.data, large, LARGE);
    assert_int_equal(merge_runs_next(merge, &k, &v, &deleted), ERR_NOTFOUND);
    merge_runs_free(merge);
    run_free(run);
    free(large);
}

static void nothing_at_all(void **state)
{
    struct merge_runs *merge;
    struct slice k, v;
    bool deleted;
    struct run *empty = run_new(NULL, 0);
    OK(run_spill(empty, *state));
    OK(merge_runs_new(&empty, 1, &merge));
    assert_int_equal(merge_runs_next(merge, &k, &v, &deleted), ERR_NOTFOUND);
    merge_runs_free(merge);
    run_free(empty);
    struct run *lost = run_new(NULL, 0);
    assert_int_equal(run_spill(lost, "/nonexistent"), ERR_IO);
    run_free(lost);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(newest_wins_wherever_runs_lie, folder_make, folder_drop),
        cmocka_unit_test_setup_teardown(values_larger_than_a_window, folder_make, folder_drop),
        cmocka_unit_test_setup_teardown(nothing_at_all, folder_make, folder_drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
