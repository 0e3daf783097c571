/* lib/store: order of the layers, the life of a checkpoint, lack of space, two threads. */
#include "support.h"

#include <pthread.h>
#include <stdatomic.h>

static struct store *opened(const char *dir, struct store_options options)
{
    struct store *s = NULL;
    options.dir = dir;
    if (options.map_bytes == 0) /* the thread sanitizer has no room for the default */
        options.map_bytes = 64 << 20;
    OK(store_open(&options, &s));
    return s;
}

static void put(struct store *s, const char *key, const char *value)
{
    OK(store_put(s, text(key), value ? text(value) : nothing()));
}

/* expected NULL: not there. */
static void assert_get(struct store *s, const char *key, const char *expected)
{
    char buf[256];
    size_t size = 999;
    enum err err = store_get(s, text(key), buf, sizeof buf, &size);
    if (!expected) {
        assert_int_equal(err, ERR_NOTFOUND);
        return;
    }
    OK(err);
    assert_int_equal(size, strlen(expected));
    assert_memory_equal(buf, expected, size);
}

static void checkpoint(struct store *s, uint64_t sequence)
{
    store_freeze(s, sequence);
    OK(store_checkpoint(s));
    OK(store_thaw(s));
}

/* The same in both modes: dir NULL is the store without LMDB. */
static void layers_in_order(const char *dir)
{
    struct store *s = opened(dir, (struct store_options){0});
    put(s, "old", "lmdb");
    put(s, "changed", "lmdb");
    put(s, "gone in frozen", "lmdb");
    put(s, "gone in active", "lmdb");
    checkpoint(s, 10);
    assert_int_equal(store_sequence(s), 10);
    put(s, "changed", "frozen");
    put(s, "gone in frozen", NULL);
    put(s, "new in frozen", "frozen");
    put(s, "gone again", "frozen");
    store_freeze(s, 20);
    assert_int_equal(store_frozen(s), 20);
    assert_int_equal(store_sequence(s), 10);
    for (int step = 0; step < 3; step++) { /* frozen, written, thawed: the same answers */
        if (step == 1) {
            put(s, "gone in active", NULL);
            put(s, "gone again", NULL);
            put(s, "new", "active");
            put(s, "gone in frozen", "active");
            OK(store_checkpoint(s));
        }
        if (step == 2)
            OK(store_thaw(s));
        assert_get(s, "old", "lmdb");
        assert_get(s, "changed", "frozen");
        assert_get(s, "new in frozen", "frozen");
        assert_get(s, "never", NULL);
        assert_get(s, "gone in active", step == 0 ? "lmdb" : NULL);
        assert_get(s, "gone again", step == 0 ? "frozen" : NULL);
        assert_get(s, "new", step == 0 ? NULL : "active");
        assert_get(s, "gone in frozen", step == 0 ? NULL : "active");
    }
    assert_int_equal(store_frozen(s), 0);
    assert_int_equal(store_sequence(s), 20);
    checkpoint(s, 30);
    assert_get(s, "gone in active", NULL);
    assert_get(s, "gone again", NULL);
    assert_get(s, "gone in frozen", "active");
    assert_int_equal(store_dirty_bytes(s), 0);
    store_close(s);
}

static void layers_in_order_with_lmdb(void **state)
{
    layers_in_order(*state);
}

static void layers_in_order_in_memory(void **state)
{
    (void)state;
    layers_in_order(NULL);
}

static void close_drops_what_is_not_checkpointed(void **state)
{
    struct store *s = opened(*state, (struct store_options){0});
    put(s, "k", "kept");
    checkpoint(s, 3);
    put(s, "k", "frozen, never written");
    store_freeze(s, 4);
    put(s, "k", "active");
    store_close(s);
    s = opened(*state, (struct store_options){0});
    assert_int_equal(store_sequence(s), 3);
    assert_get(s, "k", "kept");
    store_freeze(s, 5);
    OK(store_checkpoint(s));
    store_close(s); /* written, not thawed: LMDB has it */
    s = opened(*state, (struct store_options){0});
    assert_int_equal(store_sequence(s), 5);
    store_close(s);
    OK(store_discard(*state));
    s = opened(*state, (struct store_options){0});
    assert_int_equal(store_sequence(s), 0);
    assert_get(s, "k", NULL);
    store_close(s);
}

/* More keys than two slices take. */
#define MANY 1300

static void put_many(struct store *s, const char *value)
{
    char key[16];
    for (int i = 0; i < MANY; i++) {
        snprintf(key, sizeof key, "k%04d", i);
        put(s, key, value);
    }
}

static int count_of(struct store *s, const char *value)
{
    char key[16], buf[16];
    size_t size;
    int count = 0;
    for (int i = 0; i < MANY; i++) {
        snprintf(key, sizeof key, "k%04d", i);
        count += store_get(s, text(key), buf, sizeof buf, &size) == ERR_OK &&
                 size == strlen(value) && memcmp(buf, value, size) == 0;
    }
    return count;
}

static void slices_make_one_checkpoint(void **state)
{
    struct store *s = opened(*state, (struct store_options){.interval_ms = 1000});
    int64_t pause_us, pauses_us = 0;
    int steps = 1;
    enum err err;
    put_many(s, "old");
    put(s, "gone", "old");
    checkpoint(s, 4);
    put_many(s, "new");
    put(s, "gone", NULL);
    store_freeze(s, 9);
    for (; (err = store_checkpoint_step(s, &pause_us)) == ERR_AGAIN; steps++) {
        pauses_us += pause_us;
        OK(store_renew(s));
        assert_int_equal(count_of(s, "new"), MANY);
        assert_get(s, "gone", NULL);
        assert_int_equal(store_sequence(s), 4);
    }
    OK(err);
    assert_int_equal(steps, 3);
    /* Two of three slices, of half a second. */
    assert_in_range(pauses_us, 350000, 450000);
    OK(store_thaw(s));
    store_close(s);
    s = opened(*state, (struct store_options){0});
    assert_int_equal(store_sequence(s), 9);
    assert_int_equal(store_reach(s), 9);
    assert_int_equal(count_of(s, "new"), MANY);
    assert_get(s, "gone", NULL);
    store_close(s);
}

static void a_checkpoint_cut_short_tells_how_far_it_reaches(void **state)
{
    struct store *s = opened(*state, (struct store_options){0});
    int64_t pause_us;
    put_many(s, "old");
    checkpoint(s, 4);
    put_many(s, "new");
    store_freeze(s, 9);
    assert_int_equal(store_checkpoint_step(s, &pause_us), ERR_AGAIN);
    store_close(s);
    s = opened(*state, (struct store_options){0});
    assert_int_equal(store_sequence(s), 4);
    assert_int_equal(store_reach(s), 9);
    assert_in_range(count_of(s, "new"), 1, MANY - 1);
    assert_int_equal(count_of(s, "new") + count_of(s, "old"), MANY);
    /* One that comes on the way does not forget it. */
    put(s, "k", "v");
    checkpoint(s, 6);
    store_close(s);
    s = opened(*state, (struct store_options){0});
    assert_int_equal(store_sequence(s), 6);
    assert_int_equal(store_reach(s), 9);
    put_many(s, "new");
    checkpoint(s, 9);
    assert_int_equal(store_reach(s), 9);
    assert_int_equal(count_of(s, "new"), MANY);
    store_close(s);
}

static void what_is_left_of_a_checkpoint_is_written_at_once(void **state)
{
    struct store *s = opened(*state, (struct store_options){.dirty_keys = MANY});
    int64_t pause_us;
    put_many(s, "new");
    store_freeze(s, 9);
    assert_int_equal(store_checkpoint_step(s, &pause_us), ERR_AGAIN);
    assert_true(pause_us > 0);
    put_many(s, "later");
    OK(store_renew(s)); /* and active fills: no time to lose */
    assert_int_equal(store_checkpoint_step(s, &pause_us), ERR_AGAIN);
    assert_int_equal(pause_us, 0);
    OK(store_checkpoint(s));
    OK(store_thaw(s));
    assert_int_equal(store_sequence(s), 9);
    assert_int_equal(count_of(s, "later"), MANY);
    store_close(s);
}

static void get_tells_the_size_it_needs(void **state)
{
    struct store *s = opened(*state, (struct store_options){0});
    uint8_t buf[4] = {7, 7, 7, 7}, *copy = NULL;
    size_t size = 0;
    put(s, "k", "12345");
    put(s, "empty", "");
    for (int round = 0; round < 2; round++) {
        assert_int_equal(store_get(s, text("k"), buf, 4, &size), ERR_LIMIT);
        assert_int_equal(size, 5);
        assert_int_equal(buf[0], 7);
        OK(store_get_copy(s, text("k"), &copy, &size));
        assert_int_equal(size, 5);
        assert_memory_equal(copy, "12345", 5);
        free(copy);
        OK(store_get(s, text("empty"), NULL, 0, &size));
        assert_int_equal(size, 0);
        OK(store_get_copy(s, text("empty"), &copy, &size));
        assert_int_equal(size, 0);
        free(copy);
        assert_int_equal(store_get_copy(s, text("none"), &copy, &size), ERR_NOTFOUND);
        if (round == 0)
            checkpoint(s, 1);
    }
    store_close(s);
}

static void the_longest_key_and_a_large_value(void **state)
{
    struct store *s = opened(*state, (struct store_options){0});
    static uint8_t key[KEY_MAX], value[2 * BLOB_CHUNK_MAX];
    memset(key, 0xFF, sizeof key);
    value[sizeof value - 1] = 3;
    struct slice longest = {key, sizeof key};
    OK(store_put(s, longest, (struct slice){value, sizeof value}));
    for (int round = 0; round < 2; round++) {
        uint8_t *copy = NULL;
        size_t size = 0;
        OK(store_get_copy(s, longest, &copy, &size));
        assert_int_equal(size, sizeof value);
        assert_memory_equal(copy, value, size);
        free(copy);
        checkpoint(s, (uint64_t)round + 1);
    }
    assert_int_equal(store_sequence(s), 2);
    store_close(s);
}

static void due_by_bytes_keys_and_age(void **state)
{
    (void)state;
    struct store *s = opened(NULL, (struct store_options){.dirty_keys = 3, .dirty_bytes = 4000});
    assert_false(store_checkpoint_due(s, 1000000)); /* nothing dirty, however old */
    put(s, "1", "v");
    put(s, "2", "v");
    assert_false(store_checkpoint_due(s, 2000000));
    assert_false(store_checkpoint_due(s, 2004999));
    assert_true(store_checkpoint_due(s, 2005000));
    store_freeze(s, 1);
    put(s, "1", "v");
    assert_false(store_checkpoint_due(s, 2005000));
    assert_false(store_checkpoint_due(s, 9000000)); /* due, but something is frozen */
    OK(store_checkpoint(s));
    OK(store_thaw(s));
    assert_true(store_checkpoint_due(s, 9000000)); /* dirty since 2,005,000 */
    put(s, "2", "v");
    checkpoint(s, 2);
    assert_false(store_checkpoint_due(s, 9000000));
    put(s, "1", "v");
    put(s, "2", NULL);
    assert_false(store_checkpoint_due(s, 9000000));
    put(s, "2", "v");
    assert_false(store_checkpoint_due(s, 9000000)); /* two keys, however often put */
    put(s, "3", "v");
    assert_true(store_checkpoint_due(s, 9000000));
    checkpoint(s, 3);
    static uint8_t large[4000];
    OK(store_put(s, text("1"), (struct slice){large, sizeof large}));
    assert_true(store_checkpoint_due(s, 9000000));
    store_close(s);
}

static void full_only_while_something_is_frozen(void **state)
{
    (void)state;
    struct store *s = opened(NULL, (struct store_options){.active_bytes = 1000});
    static uint8_t value[600];
    struct slice v = {value, sizeof value};
    OK(store_put(s, text("1"), v));
    OK(store_put(s, text("2"), v));
    assert_false(store_full(s));
    store_freeze(s, 1);
    OK(store_put(s, text("1"), v));
    assert_false(store_full(s));
    OK(store_put(s, text("2"), v));
    assert_true(store_full(s));
    OK(store_put(s, text("3"), v)); /* a record that is built is applied */
    assert_true(store_dirty_bytes(s) > 3000);
    OK(store_checkpoint(s));
    assert_true(store_full(s));
    OK(store_thaw(s));
    assert_false(store_full(s));
    store_close(s);
}

static void fill(struct store *s)
{
    static uint8_t value[4000];
    char key[16];
    for (unsigned i = 0; i < 200; i++) {
        snprintf(key, sizeof key, "key%03u", i);
        OK(store_put(s, text(key), (struct slice){value, sizeof value}));
    }
}

static void the_default_map_is_one_tebibyte(void **state)
{
#ifdef __SANITIZE_THREAD__
    (void)state;
    skip();
#else
    struct store *s = NULL;
    uint64_t used, total;
    OK(store_open(&(struct store_options){.dir = *state}, &s));
    store_map_use(s, &used, &total);
    assert_true(total == UINT64_C(1) << 40);
    assert_true(used > 0 && used < 1 << 20);
    store_close(s);
    OK(store_open(&(struct store_options){.dir = NULL}, &s));
    store_map_use(s, &used, &total);
    assert_int_equal(used, 0);
    assert_int_equal(total, 0);
    store_close(s);
#endif
}

static void a_full_map_leaves_frozen_as_it_was(void **state)
{
    const struct store_options tiny = {.map_bytes = 256 * 1024};
    struct store *s = opened(*state, tiny);
    put(s, "before", "kept");
    checkpoint(s, 1);
    fill(s);
    store_freeze(s, 2);
    put(s, "key000", "active");
    size_t size = 0;
    for (int round = 0; round < 3; round++) {
        assert_int_equal(store_checkpoint(s), ERR_FULL);
        assert_int_equal(store_frozen(s), 2);
        assert_int_equal(store_sequence(s), 1);
        OK(store_renew(s));
        assert_get(s, "key000", "active");
        assert_get(s, "before", "kept");
        assert_int_equal(store_get(s, text("key199"), NULL, 0, &size), ERR_LIMIT);
        assert_int_equal(size, 4000);
    }
    store_close(s);
    s = opened(*state, (struct store_options){.map_bytes = 4 << 20}); /* a larger map */
    assert_int_equal(store_sequence(s), 1);
    assert_get(s, "key199", NULL);
    fill(s);
    checkpoint(s, 2);
    assert_int_equal(store_get(s, text("key199"), NULL, 0, &size), ERR_LIMIT);
    uint64_t used, total;
    store_map_use(s, &used, &total);
    assert_int_equal(total, 4 << 20);
    assert_true(used > 800000 && used < total);
    store_close(s);
}

/* The map holds the 200 values once, not twice: each round lives off the pages that the deletes of
 * the round before gave back, which LMDB lends only after one more commit. */
static void deletes_make_room_in_the_map(void **state)
{
    struct store *s = opened(*state, (struct store_options){.map_bytes = 1200 * 1024});
    uint64_t sequence = 0;
    unsigned refused = 0;
    char key[16];
    for (int round = 0; round < 4; round++) {
        fill(s);
        store_freeze(s, ++sequence);
        for (enum err err; (err = store_checkpoint(s)) != ERR_OK; refused++) {
            assert_int_equal(err, ERR_FULL);
            assert_true(refused < 8);
            OK(store_renew(s));
        }
        OK(store_thaw(s));
        for (unsigned i = 0; i < 200; i++) {
            snprintf(key, sizeof key, "key%03u", i);
            put(s, key, NULL);
        }
        checkpoint(s, ++sequence);
    }
    assert_true(refused > 0);
    assert_get(s, "key000", NULL);
    store_close(s);
}

static void frozen_is_written_when_space_is_back(void **state)
{
    struct store *s = opened(*state, (struct store_options){0});
    struct rlimit was, now;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    fill(s);
    store_freeze(s, 1);
    now = (struct rlimit){8192, was.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &now), 0);
    enum err first = store_checkpoint(s), again = store_checkpoint(s);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
    signal(SIGXFSZ, handler);
    assert_int_equal(first, ERR_FULL);
    assert_int_equal(again, ERR_FULL);
    assert_int_equal(store_frozen(s), 1);
    OK(store_checkpoint(s));
    OK(store_thaw(s));
    store_close(s);
    s = opened(*state, (struct store_options){0});
    assert_int_equal(store_sequence(s), 1);
    size_t size;
    assert_int_equal(store_get(s, text("key199"), NULL, 0, &size), ERR_LIMIT);
    store_close(s);
}

static enum err join_keys(void *context, struct slice key, struct slice value)
{
    char *out = context;
    size_t used = strlen(out);
    assert_true(value.size > 0);
    snprintf(out + used, 256 - used, "%.*s ", (int)key.size, (const char *)key.data);
    return ERR_OK;
}

/* Moves the same content through all placements; scan and digest must not see a difference. */
static void scan_and_digest_do_not_depend_on_placement(void **state)
{
    struct store *stores[] = {opened(*state, (struct store_options){0}),
                              opened(NULL, (struct store_options){0})};
    struct hash first = {{0}}, digest;
    for (size_t i = 0; i < 2; i++) {
        struct store *s = stores[i];
        put(s, "a/1", "x");
        put(s, "a/2", "old");
        put(s, "b", "gone");
        checkpoint(s, 1);
        put(s, "a/3", "z");
        put(s, "a/2", "older");
        put(s, "b", NULL);
        store_freeze(s, 2);
        put(s, "a/2", "y");
        for (int step = 0; step < 4; step++) {
            if (step == 1)
                OK(store_checkpoint(s));
            if (step == 2)
                OK(store_thaw(s));
            if (step == 3)
                checkpoint(s, 3);
            char keys[256] = "", few[256] = "";
            OK(store_scan(s, nothing(), join_keys, keys));
            assert_string_equal(keys, "a/1 a/2 a/3 ");
            OK(store_scan(s, text("a/2"), join_keys, few));
            assert_string_equal(few, "a/2 ");
            OK(store_digest(s, &digest));
            if (i == 0 && step == 0)
                first = digest;
            assert_memory_equal(&digest, &first, sizeof first);
        }
        put(s, "a/1", "X");
        OK(store_digest(s, &digest));
        assert_memory_not_equal(&digest, &first, sizeof first);
        store_close(s);
    }
}

enum { KEYS = 400, ROUNDS = 12 };

struct run {
    struct store *store;
    _Atomic int done;
    enum err err;
};

static void *checkpoint_thread(void *context)
{
    struct run *run = context;
    run->err = store_checkpoint(run->store);
    run->done = 1;
    return NULL;
}

/* Version 0 is no value. Sizes differ, so that values move and grow. */
static void put_version(struct store *s, unsigned key, unsigned version)
{
    unsigned words[64];
    char name[16];
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        words[i] = version * 1000 + key;
    snprintf(name, sizeof name, "key%04u", key);
    struct slice value = {(const uint8_t *)words, 4 * (1 + version % ARRAY_LEN(words))};
    OK(store_put(s, text(name), version == 0 ? nothing() : value));
}

static void assert_version(struct store *s, unsigned key, unsigned version)
{
    unsigned words[64];
    char name[16];
    size_t size = 0;
    snprintf(name, sizeof name, "key%04u", key);
    enum err err = store_get(s, text(name), words, sizeof words, &size);
    if (version == 0) {
        assert_int_equal(err, ERR_NOTFOUND);
        return;
    }
    OK(err);
    assert_int_equal(size, 4 * (1 + version % ARRAY_LEN(words)));
    for (size_t i = 0; i < size / 4; i++)
        assert_int_equal(words[i], version * 1000 + key);
}

static void owner_works_while_the_checkpoint_writes(void **state)
{
    struct store *s = opened(*state, (struct store_options){0});
    unsigned versions[KEYS] = {0}, frozen[KEYS], step = 0;
    for (uint64_t round = 1; round <= ROUNDS; round++) {
        for (unsigned i = 0; i < KEYS; i++, step++)
            if (step % 3 != 0)
                put_version(s, i, versions[i] = step % 7 == 0 ? 0 : step);
        memcpy(frozen, versions, sizeof frozen);
        store_freeze(s, round);
        static struct run run; /* outlives an assertion that fails below */
        run = (struct run){.store = s};
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, checkpoint_thread, &run), 0);
        for (unsigned least = 2 * KEYS; least > 0 || !run.done; least -= least > 0, step++) {
            unsigned i = step * 7919U % KEYS;
            assert_version(s, i, versions[i]);
            if (step % 5 == 0)
                put_version(s, i, versions[i] = step % 11 == 0 ? 0 : step);
            if (step % 64 == 0)
                OK(store_renew(s));
        }
        assert_int_equal(pthread_join(thread, NULL), 0);
        OK(run.err);
        OK(store_thaw(s));
        for (unsigned i = 0; i < KEYS; i++)
            assert_version(s, i, versions[i]);
    }
    store_close(s);
    s = opened(*state, (struct store_options){0});
    assert_int_equal(store_sequence(s), ROUNDS);
    for (unsigned i = 0; i < KEYS; i++)
        assert_version(s, i, frozen[i]);
    store_close(s);
}

/* Where keys rise, what is above them is not looked for; what is there is found all the same, in
 * whatever layer, by whoever opens it. */
static void rising_keys(const char *dir)
{
    const struct store_options rising = {.rising = "M", .rising_prefix = 2};
    struct store *s = opened(dir, rising);
    assert_get(s, "Ma1", NULL);
    put(s, "Ma1", "one");
    put(s, "Ma5", "five");
    put(s, "Nb1", "of no such family");
    assert_get(s, "Ma1", "one");
    assert_get(s, "Ma5", "five");
    assert_get(s, "Ma3", NULL);
    assert_get(s, "Ma6", NULL);
    assert_get(s, "Nb1", "of no such family");
    store_freeze(s, 1);
    struct image images[] = {{.key = text("Ma3"), .value = text("three")},
                             {.key = text("Ma9"), .value = text("nine")},
                             {.key = text("Ma1"), .value = nothing()}};
    OK(store_put_all(s, images, ARRAY_LEN(images)));
    assert_get(s, "Ma3", "three");
    assert_get(s, "Ma5", "five");
    assert_get(s, "Ma7", NULL);
    assert_get(s, "Ma9", "nine");
    assert_get(s, "Ma1", NULL);
    OK(store_checkpoint(s));
    OK(store_thaw(s));
    assert_get(s, "Ma5", "five");
    checkpoint(s, 2);
    assert_get(s, "Ma9", "nine");
    if (dir) {
        store_close(s);
        s = opened(dir, rising);
        assert_get(s, "Ma9", "nine"); /* before anything is known of the prefix */
        put(s, "Ma2", "two");         /* and after one below it was put */
        assert_get(s, "Ma3", "three");
        assert_get(s, "Ma9", "nine");
    }
    store_close(s);
}

static void rising_keys_with_lmdb(void **state)
{
    rising_keys(*state);
}

static void rising_keys_in_memory(void **state)
{
    (void)state;
    rising_keys(NULL);
}

enum misuse { FREEZE_TWICE, THAW_EARLY, CHECKPOINT_OPEN, THAW_OPEN, FREEZE_ZERO, FREEZE_BACK };

static enum err put_again(void *context, struct slice key, struct slice value)
{
    return store_put(context, key, value);
}

static void misuse(void *context)
{
    struct store *s = opened(NULL, (struct store_options){0});
    put(s, "k", "v");
    enum err err = ERR_OK;
    switch (*(enum misuse *)context) {
    case FREEZE_TWICE:
        store_freeze(s, 1);
        store_freeze(s, 2);
        break;
    case THAW_EARLY:
        store_freeze(s, 1);
        err = store_thaw(s);
        break;
    case CHECKPOINT_OPEN:
        err = store_checkpoint(s);
        break;
    case THAW_OPEN:
        err = store_thaw(s);
        break;
    case FREEZE_ZERO:
        store_freeze(s, 0);
        break;
    case FREEZE_BACK:
        checkpoint(s, 9);
        store_freeze(s, 8);
        break;
    }
    (void)err;
}

static void put_in_a_scan(void *context)
{
    (void)context;
    struct store *s = opened(NULL, (struct store_options){0});
    put(s, "k", "v");
    if (store_scan(s, nothing(), put_again, s) != ERR_OK)
        return;
}

static void misuse_is_a_broken_invariant(void **state)
{
    (void)state;
    for (enum misuse m = FREEZE_TWICE; m <= FREEZE_BACK; m++)
        assert_aborts(misuse, &m);
    assert_aborts(put_in_a_scan, NULL);
}

#define WITH_FOLDER(f) cmocka_unit_test_setup_teardown(f, folder_make, folder_drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FOLDER(layers_in_order_with_lmdb),
        cmocka_unit_test(layers_in_order_in_memory),
        WITH_FOLDER(close_drops_what_is_not_checkpointed),
        WITH_FOLDER(slices_make_one_checkpoint),
        WITH_FOLDER(a_checkpoint_cut_short_tells_how_far_it_reaches),
        WITH_FOLDER(what_is_left_of_a_checkpoint_is_written_at_once),
        WITH_FOLDER(get_tells_the_size_it_needs),
        WITH_FOLDER(the_longest_key_and_a_large_value),
        cmocka_unit_test(due_by_bytes_keys_and_age),
        cmocka_unit_test(full_only_while_something_is_frozen),
        WITH_FOLDER(the_default_map_is_one_tebibyte),
        WITH_FOLDER(a_full_map_leaves_frozen_as_it_was),
        WITH_FOLDER(deletes_make_room_in_the_map),
        WITH_FOLDER(frozen_is_written_when_space_is_back),
        WITH_FOLDER(scan_and_digest_do_not_depend_on_placement),
        WITH_FOLDER(rising_keys_with_lmdb),
        cmocka_unit_test(rising_keys_in_memory),
        WITH_FOLDER(owner_works_while_the_checkpoint_writes),
        cmocka_unit_test(misuse_is_a_broken_invariant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
