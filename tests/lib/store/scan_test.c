/* lib/store/scan: one order over several layers, the newest layer wins, tombstones hide. */
#include "support.h"

#include "store/scan.h"

struct fixture {
    struct overlay *active, *frozen, *base;
    struct scan_layers layers;
};

static struct fixture fixture_new(void)
{
    struct fixture f = {overlay_new(), overlay_new(), overlay_new(), {{NULL}, NULL}};
    f.layers = (struct scan_layers){{f.active, f.frozen, f.base}, NULL};
    return f;
}

static void fixture_free(struct fixture *f)
{
    overlay_free(f->active);
    overlay_free(f->frozen);
    overlay_free(f->base);
}

static void put(struct overlay *o, const char *key, const char *value)
{
    OK(overlay_put(o, overlay_hash(11, text(key)), text(key), value ? text(value) : nothing()));
}

/* Collects "key=value " into a text. */
static enum err collect(void *context, struct slice key, struct slice value)
{
    char *out = context;
    size_t used = strlen(out);
    snprintf(out + used, 512 - used, "%.*s=%.*s ", (int)key.size, (const char *)key.data,
             (int)value.size, (const char *)value.data);
    return ERR_OK;
}

static void assert_walk(const struct scan_layers *layers, const char *prefix, const char *expected)
{
    char out[512] = "";
    OK(scan_walk(layers, text(prefix), collect, out));
    assert_string_equal(out, expected);
}

static void newest_layer_wins_and_tombstones_hide(void **state)
{
    (void)state;
    struct fixture f = fixture_new();
    assert_walk(&f.layers, "", "");
    put(f.base, "a", "base");
    put(f.base, "b", "base");
    put(f.base, "c", "base");
    put(f.base, "d", "base");
    put(f.frozen, "b", "frozen");
    put(f.frozen, "c", NULL);
    put(f.frozen, "d", NULL);
    put(f.frozen, "e", "frozen");
    put(f.active, "d", "active");
    put(f.active, "e", NULL);
    put(f.active, "f", NULL);
    assert_walk(&f.layers, "", "a=base b=frozen d=active ");
    assert_walk(&f.layers, "e", "");
    assert_walk(&f.layers, "d", "d=active ");
    f.layers.overlays[0] = NULL; /* what a checkpointed state would show */
    assert_walk(&f.layers, "", "a=base b=frozen e=frozen ");
    fixture_free(&f);
}

static void lmdb_is_the_oldest_layer(void **state)
{
    struct fixture f = fixture_new();
    const struct overlay_entry **entries;
    size_t count;
    uint64_t sequence;
    put(f.base, "k/1", "lmdb");
    put(f.base, "k/2", "lmdb");
    put(f.base, "k/3", "lmdb");
    put(f.base, "l", "lmdb");
    OK(lmdb_open(*state, 1 << 20, &f.layers.lmdb, &sequence));
    OK(overlay_sorted(f.base, nothing(), &entries, &count));
    OK(lmdb_write(f.layers.lmdb, entries, count, (struct lmdb_marks){1, 1}));
    free(entries);
    OK(lmdb_renew(f.layers.lmdb));
    overlay_clear(f.base, 0);
    put(f.frozen, "k/2", NULL);
    put(f.active, "k/0", "active");
    put(f.active, "k/3", "active");
    assert_walk(&f.layers, "k/", "k/0=active k/1=lmdb k/3=active ");
    assert_walk(&f.layers, "", "k/0=active k/1=lmdb k/3=active l=lmdb ");
    assert_walk(&f.layers, "m", "");
    lmdb_close(f.layers.lmdb);
    fixture_free(&f);
}

static enum err stop_at_b(void *context, struct slice key, struct slice value)
{
    (void)value;
    ++*(int *)context;
    return key.data[0] == 'b' ? ERR_AGAIN : ERR_OK;
}

static void visitor_can_stop(void **state)
{
    (void)state;
    struct fixture f = fixture_new();
    put(f.active, "a", "1");
    put(f.frozen, "b", "2");
    put(f.base, "c", "3");
    int visits = 0;
    assert_int_equal(scan_walk(&f.layers, nothing(), stop_at_b, &visits), ERR_AGAIN);
    assert_int_equal(visits, 2);
    fixture_free(&f);
}

static struct hash digest_of(const struct fixture *f)
{
    struct hash digest;
    OK(scan_digest(&f->layers, &digest));
    return digest;
}

static void digest_tells_contents_apart(void **state)
{
    (void)state;
    struct fixture f = fixture_new();
    struct hash empty = digest_of(&f);
    put(f.active, "a", "bc");
    struct hash one = digest_of(&f);
    assert_memory_not_equal(&empty, &one, sizeof one);
    put(f.active, "a", NULL);
    struct hash deleted = digest_of(&f);
    assert_memory_equal(&empty, &deleted, sizeof empty);
    put(f.active, "ab", "c"); /* the same bytes, divided elsewhere */
    struct hash moved = digest_of(&f);
    assert_memory_not_equal(&one, &moved, sizeof one);
    put(f.active, "ab", NULL);
    put(f.base, "a", "bc");
    put(f.active, "a", "other");
    struct hash other = digest_of(&f);
    assert_memory_not_equal(&one, &other, sizeof one);
    put(f.active, "a", "bc");
    struct hash same = digest_of(&f);
    assert_memory_equal(&one, &same, sizeof one);
    put(f.active, "b", ""); /* an empty value is not an absent key */
    struct hash longer = digest_of(&f);
    assert_memory_not_equal(&one, &longer, sizeof one);
    fixture_free(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(newest_layer_wins_and_tombstones_hide),
        cmocka_unit_test_setup_teardown(lmdb_is_the_oldest_layer, folder_make, folder_drop),
        cmocka_unit_test(visitor_can_stop),
        cmocka_unit_test(digest_tells_contents_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
