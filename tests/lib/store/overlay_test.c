/* lib/store/overlay: entries replaced in place, tombstones, growth, order, clearing. */
#include "support.h"

#include "store/overlay.h"

#define SEED UINT64_C(0x5EED)

static void put(struct overlay *o, struct slice key, struct slice value)
{
    OK(overlay_put(o, overlay_hash(SEED, key), key, value));
}

static const struct overlay_entry *find(const struct overlay *o, struct slice key)
{
    return overlay_find(o, overlay_hash(SEED, key), key);
}

static void assert_value(const struct overlay *o, const char *key, const char *value)
{
    const struct overlay_entry *e = find(o, text(key));
    assert_non_null(e);
    assert_false(e->deleted);
    assert_int_equal(e->value_size, strlen(value));
    assert_memory_equal(overlay_value(e).data, value, strlen(value));
}

static void put_replaces_the_whole_value(void **state)
{
    (void)state;
    struct overlay *o = overlay_new();
    assert_null(find(o, text("k")));
    put(o, text("k"), text("long enough for the next"));
    uint64_t bytes = overlay_bytes(o);
    put(o, text("k"), text("short"));
    assert_value(o, "k", "short");
    assert_int_equal(overlay_bytes(o), bytes); /* in place */
    put(o, text("k"), text("now far longer than anything that was there before it"));
    assert_value(o, "k", "now far longer than anything that was there before it");
    assert_int_equal(overlay_count(o), 1);
    put(o, text("k"), (struct slice){(const uint8_t *)"", 0});
    assert_value(o, "k", "");
    overlay_free(o);
}

/* Also across a growth of the table, and with a key that comes twice. */
static void several_as_one_by_one(void **state)
{
    (void)state;
    struct overlay *o = overlay_new();
    char keys[6000][8], last[8];
    struct image images[60];
    for (size_t i = 0; i < ARRAY_LEN(keys); i += ARRAY_LEN(images)) {
        for (size_t j = 0; j < ARRAY_LEN(images); j++) {
            snprintf(keys[i + j], sizeof keys[i + j], "%zu", (i + j) / 2);
            images[j] = (struct image){.key = text(keys[i + j]),
                                       .value = (i + j) % 2 ? text(keys[i + j]) : nothing()};
        }
        OK(overlay_put_all(o, SEED, images, ARRAY_LEN(images)));
    }
    assert_int_equal(overlay_count(o), ARRAY_LEN(keys) / 2);
    for (size_t i = 0; i < ARRAY_LEN(keys) / 2; i++) {
        snprintf(last, sizeof last, "%zu", i);
        assert_value(o, last, last);
    }
    OK(overlay_put_all(o, SEED, images, 0));
    overlay_free(o);
}

static void tombstone_is_an_entry(void **state)
{
    (void)state;
    struct overlay *o = overlay_new();
    put(o, text("never there"), nothing());
    assert_true(find(o, text("never there"))->deleted);
    put(o, text("k"), text("v"));
    put(o, text("k"), nothing());
    assert_true(find(o, text("k"))->deleted);
    assert_int_equal(find(o, text("k"))->value_size, 0);
    put(o, text("k"), text("back"));
    assert_value(o, "k", "back");
    assert_int_equal(overlay_count(o), 2);
    overlay_free(o);
}

/* A value that grows a little each time must not leave a copy of each size behind. */
static void growing_value_leaves_little_behind(void **state)
{
    (void)state;
    struct overlay *o = overlay_new();
    static uint8_t value[20000];
    for (size_t size = 1; size <= sizeof value; size += 20) {
        value[size - 1] = (uint8_t)size;
        put(o, text("k"), (struct slice){value, size});
    }
    assert_true(overlay_bytes(o) < 10 * sizeof value);
    assert_int_equal(find(o, text("k"))->value_size, 19981);
    assert_memory_equal(overlay_value(find(o, text("k"))).data, value, 19981);
    overlay_free(o);
}

static void equal_hashes_do_not_mix_keys(void **state)
{
    (void)state;
    struct overlay *o = overlay_new();
    static const char *const keys[] = {"b", "abc", "ab", "a", "abcd"};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        OK(overlay_put(o, 7, text(keys[i]), text(keys[i])));
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        const struct overlay_entry *e = overlay_find(o, 7, text(keys[i]));
        assert_memory_equal(overlay_value(e).data, keys[i], strlen(keys[i]));
    }
    assert_null(overlay_find(o, 7, text("c")));
    assert_int_equal(overlay_count(o), ARRAY_LEN(keys));
    overlay_free(o);
}

static void hash_sees_every_byte_and_the_length(void **state)
{
    (void)state;
    uint8_t key[KEY_MAX] = {0};
    for (size_t size = 1; size <= KEY_MAX; size++) {
        uint64_t plain = overlay_hash(SEED, (struct slice){key, size});
        if (size < KEY_MAX)
            assert_true(plain != overlay_hash(SEED, (struct slice){key, size + 1}));
        assert_true(plain != overlay_hash(SEED + 1, (struct slice){key, size}));
        key[size - 1] = 1;
        assert_true(plain != overlay_hash(SEED, (struct slice){key, size}));
        key[size - 1] = 0;
    }
}

static struct slice numbered(char *buf, unsigned i)
{
    snprintf(buf, 32, "person/%010u", i);
    return text(buf);
}

static void many_keys_survive_growth_and_come_sorted(void **state)
{
    (void)state;
    enum { COUNT = 50000 };
    struct overlay *o = overlay_new();
    char key[32];
    for (unsigned i = 0; i < COUNT; i++) /* 7,919 is coprime to COUNT: every number once */
        put(o, numbered(key, i * 7919U % COUNT), text("value"));
    put(o, text("aaa"), text("before"));
    put(o, text("person/"), nothing());
    put(o, text("persona"), text("after"));
    assert_int_equal(overlay_count(o), COUNT + 3);
    const struct overlay_entry **entries;
    size_t count;
    OK(overlay_sorted(o, text("person/"), &entries, &count));
    assert_int_equal(count, COUNT + 1);
    assert_true(entries[0]->deleted);
    for (unsigned i = 0; i < COUNT; i++) {
        struct slice expected = numbered(key, i);
        assert_int_equal(overlay_compare(overlay_key(entries[i + 1]), expected), 0);
        assert_non_null(find(o, expected));
    }
    free(entries);
    OK(overlay_sorted(o, nothing(), &entries, &count));
    assert_int_equal(count, COUNT + 3);
    free(entries);
    overlay_free(o);
}

static void order_is_of_unsigned_bytes(void **state)
{
    (void)state;
    struct slice low = {(const uint8_t *)"\x7f", 1}, high = {(const uint8_t *)"\x80", 1};
    assert_true(overlay_compare(low, high) < 0);
    assert_true(overlay_compare(text("a"), text("ab")) < 0);
    assert_true(overlay_compare(text("b"), text("ab")) > 0);
    assert_int_equal(overlay_compare(text("ab"), text("ab")), 0);
}

static void clear_forgets_and_can_be_used_again(void **state)
{
    (void)state;
    struct overlay *o = overlay_new();
    static uint8_t large[3 * 1024 * 1024];
    char key[32];
    for (int round = 0; round < 4; round++) {
        for (unsigned i = 0; i < 20000; i++)
            put(o, numbered(key, i), (struct slice){large, 200});
        put(o, text("large"), (struct slice){large, sizeof large});
        assert_int_equal(overlay_count(o), 20001);
        /* All of it, a part, nothing kept. */
        overlay_clear(o, round == 0 ? UINT64_MAX : round == 1 ? 2000000 : 0);
        assert_int_equal(overlay_count(o), 0);
        assert_int_equal(overlay_bytes(o), 0);
        assert_null(find(o, numbered(key, 5)));
        assert_null(find(o, text("large")));
    }
    overlay_free(o);
}

static void keys_and_values_up_to_their_limits(void **state)
{
    (void)state;
    struct overlay *o = overlay_new();
    uint8_t key[KEY_MAX], *value = calloc(1, STORE_VALUE_MAX);
    memset(key, 'k', sizeof key);
    value[STORE_VALUE_MAX - 1] = 9;
    put(o, (struct slice){key, 1}, text("one"));
    put(o, (struct slice){key, KEY_MAX}, (struct slice){value, STORE_VALUE_MAX});
    const struct overlay_entry *e = find(o, (struct slice){key, KEY_MAX});
    assert_int_equal(e->value_size, STORE_VALUE_MAX);
    assert_int_equal(overlay_value(e).data[STORE_VALUE_MAX - 1], 9);
    free(value);
    overlay_free(o);
}

static void put_size(void *context)
{
    const size_t *sizes = context;
    struct overlay *o = overlay_new();
    static uint8_t bytes[KEY_MAX + 1];
    if (overlay_put(o, 1, (struct slice){bytes, sizes[0]}, (struct slice){bytes, sizes[1]}))
        return;
}

static void sizes_out_of_bounds_are_broken_invariants(void **state)
{
    (void)state;
    size_t empty_key[] = {0, 1}, long_key[] = {KEY_MAX + 1, 1}, large[] = {1, STORE_VALUE_MAX + 1};
    assert_aborts(put_size, empty_key);
    assert_aborts(put_size, long_key);
    assert_aborts(put_size, large);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(put_replaces_the_whole_value),
        cmocka_unit_test(several_as_one_by_one),
        cmocka_unit_test(tombstone_is_an_entry),
        cmocka_unit_test(growing_value_leaves_little_behind),
        cmocka_unit_test(equal_hashes_do_not_mix_keys),
        cmocka_unit_test(hash_sees_every_byte_and_the_length),
        cmocka_unit_test(many_keys_survive_growth_and_come_sorted),
        cmocka_unit_test(order_is_of_unsigned_bytes),
        cmocka_unit_test(clear_forgets_and_can_be_used_again),
        cmocka_unit_test(keys_and_values_up_to_their_limits),
        cmocka_unit_test(sizes_out_of_bounds_are_broken_invariants),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
