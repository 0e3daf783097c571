/* lib/store/digest: equal contents agree, and any difference is found and named. */
#include "support.h"

#include <sys/stat.h>

#include "store/digest.h"
#include "store/load.h"

#define MAP_BYTES (UINT64_C(16) << 20)
#define VALUE "a value that is long enough to be found in the file"

struct pair {
    const char *key, *value;
};

static char *env(const char *root, const char *name, const struct pair *pairs, uint64_t sequence)
{
    static char dirs[2][300];
    char *dir = dirs[name[0] == 'b'];
    struct load *load;
    snprintf(dir, 300, "%s/%s", root, name);
    OK(load_new(dir, MAP_BYTES, &load));
    for (; pairs->key; pairs++)
        OK(load_put(load, text(pairs->key), text(pairs->value)));
    OK(load_finish(load, sequence));
    load_free(load);
    return dir;
}

static void drop_env(const char *dir)
{
    OK(store_discard(dir));
    rmdir(dir);
}

static const struct pair truth[] = {{"Ma", "1"}, {"Mb", VALUE}, {"Sa", "3"}, {NULL, NULL}};

static void differences_are_counted_and_named(void **state)
{
    static const struct pair other[] = {{"Ma", "1"}, {"Mc", VALUE}, {"Sa", "4"}, {NULL, NULL}};
    struct digest a, b;
    struct digest_difference d;
    char *one = env(*state, "a", truth, 9), *two = env(*state, "b", other, 9);
    OK(digest_run(one, &a));
    OK(digest_run(two, &b));
    assert_memory_not_equal(a.hash.bytes, b.hash.bytes, HASH_SIZE);
    OK(digest_compare(one, two, &d));
    assert_int_equal(d.missing, 1);
    assert_int_equal(d.extra, 1);
    assert_int_equal(d.changed, 1);
    assert_int_equal(d.damaged, 0);
    assert_int_equal(d.families['M'], 2);
    assert_int_equal(d.families['S'], 1);
    assert_int_equal(d.first.size, 2);
    assert_memory_equal(d.first.bytes, "Mb", 2);
    drop_env(one);
    drop_env(two);
}

static void sizes_are_hashed(void **state)
{
    static const struct pair x[] = {{"ab", "c"}, {NULL, NULL}}, y[] = {{"a", "bc"}, {NULL, NULL}};
    struct digest a, b;
    char *one = env(*state, "a", x, 1), *two = env(*state, "b", y, 1);
    OK(digest_run(one, &a));
    OK(digest_run(two, &b));
    assert_memory_not_equal(a.hash.bytes, b.hash.bytes, HASH_SIZE);
    drop_env(one);
    drop_env(two);
}

/* More than is hashed at once: a difference shows wherever it is. */
static void every_entry_counts(void **state)
{
    enum { COUNT = 2500 };
    static char keys[COUNT][8], values[COUNT][60];
    struct pair pairs[COUNT + 1];
    struct digest a, b;
    for (size_t i = 0; i < COUNT; i++) {
        snprintf(keys[i], sizeof keys[i], "M%05zu", i);
        memset(values[i], 'v', sizeof values[i] - 1);
        pairs[i] = (struct pair){keys[i], values[i]};
    }
    pairs[COUNT] = (struct pair){NULL, NULL};
    OK(digest_run(env(*state, "a", pairs, 1), &a));
    assert_int_equal(a.keys, COUNT);
    for (size_t at = 0; at < COUNT; at += COUNT / 7 - 1) {
        values[at][30] = 'w';
        char *other = env(*state, "b", pairs, 1);
        OK(digest_run(other, &b));
        assert_memory_not_equal(a.hash.bytes, b.hash.bytes, HASH_SIZE);
        values[at][30] = 'v';
        drop_env(other);
    }
    values[COUNT - 1][58] = 'w';
    OK(digest_run(env(*state, "b", pairs, 1), &b));
    assert_memory_not_equal(a.hash.bytes, b.hash.bytes, HASH_SIZE);
    char path[2][400];
    snprintf(path[0], sizeof path[0], "%s/a", (const char *)*state);
    snprintf(path[1], sizeof path[1], "%s/b", (const char *)*state);
    drop_env(path[0]);
    drop_env(path[1]);
}

static void the_sequence_is_not_content(void **state)
{
    struct digest a, b;
    char *one = env(*state, "a", truth, 1), *two = env(*state, "b", truth, 2);
    uint64_t sequence, reach;
    OK(digest_run(one, &a));
    OK(digest_run(two, &b));
    assert_memory_equal(a.hash.bytes, b.hash.bytes, HASH_SIZE);
    assert_int_equal(b.sequence, 2);
    OK(digest_place(one, &sequence, &reach));
    assert_int_equal(sequence, 1);
    assert_int_equal(reach, 1);
    drop_env(one);
    drop_env(two);
}

static void a_flipped_value_is_damaged(void **state)
{
    char path[400];
    struct digest before, after;
    struct digest_difference d;
    char *one = env(*state, "a", truth, 1), *two = env(*state, "b", truth, 1);
    OK(digest_run(two, &before));
    snprintf(path, sizeof path, "%s/data.mdb", two);
    FILE *f = fopen(path, "r+b");
    assert_non_null(f);
    static uint8_t bytes[1 << 20];
    size_t size = fread(bytes, 1, sizeof bytes, f);
    uint8_t *at = memmem(bytes, size, VALUE, strlen(VALUE));
    assert_non_null(at);
    at[5] ^= 1;
    assert_int_equal(fseek(f, at + 5 - bytes, SEEK_SET), 0);
    assert_int_equal(fwrite(at + 5, 1, 1, f), 1);
    fclose(f);
    OK(digest_run(two, &after));
    assert_int_equal(after.damaged, 1);
    assert_memory_not_equal(before.hash.bytes, after.hash.bytes, HASH_SIZE);
    OK(digest_compare(one, two, &d));
    assert_int_equal(d.damaged, 1);
    assert_memory_equal(d.first.bytes, "Mb", 2);
    drop_env(one);
    drop_env(two);
}

static void what_is_no_environment_is_refused(void **state)
{
    char dir[300], path[400];
    struct digest digest;
    snprintf(dir, sizeof dir, "%s/none", (char *)*state);
    snprintf(path, sizeof path, "%s/data.mdb", dir);
    assert_int_equal(mkdir(dir, 0700), 0);
    FILE *f = fopen(path, "wb");
    for (int i = 0; i < 20000; i++)
        fputc('x', f);
    fclose(f);
    assert_int_equal(digest_run(dir, &digest), ERR_CORRUPT);
    drop_env(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(differences_are_counted_and_named, folder_make,
                                        folder_drop),
        cmocka_unit_test_setup_teardown(sizes_are_hashed, folder_make, folder_drop),
        cmocka_unit_test_setup_teardown(every_entry_counts, folder_make, folder_drop),
        cmocka_unit_test_setup_teardown(the_sequence_is_not_content, folder_make, folder_drop),
        cmocka_unit_test_setup_teardown(a_flipped_value_is_damaged, folder_make, folder_drop),
        cmocka_unit_test_setup_teardown(what_is_no_environment_is_refused, folder_make,
                                        folder_drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
