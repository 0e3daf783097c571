/* lib/store/peak: what lies above all keys of its prefix, and where a prefix begins. */
#include "support.h"

#include "store/peak.h"

#define FAMILIES "MV"
#define PREFIX 3

static struct lmdb *environment(const char *dir, const char *const *keys, size_t count)
{
    struct lmdb *l;
    struct overlay *o = overlay_new();
    const struct overlay_entry **entries;
    uint64_t sequence;
    OK(lmdb_open(dir, UINT64_C(16) << 20, &l, &sequence));
    for (size_t i = 0; i < count; i++)
        OK(overlay_put(o, overlay_hash(1, text(keys[i])), text(keys[i]), text("value")));
    OK(overlay_sorted(o, nothing(), &entries, &count));
    OK(lmdb_write(l, entries, count, (struct lmdb_marks){1, 1}));
    OK(lmdb_renew(l));
    free(entries);
    overlay_free(o);
    return l;
}

static void only_what_is_above_all_puts_is_new(void **state)
{
    (void)state;
    struct peaks *p = peaks_new(FAMILIES, PREFIX);
    assert_false(peaks_above(p, text("Maa5"))); /* nothing is known of its prefix */
    OK(peaks_raise(p, NULL, text("Maa5")));
    assert_true(peaks_above(p, text("Maa6")));
    assert_true(peaks_above(p, text("Maa50")));
    assert_false(peaks_above(p, text("Maa5")));
    assert_false(peaks_above(p, text("Maa4")));
    OK(peaks_raise(p, NULL, text("Maa3")));
    assert_false(peaks_above(p, text("Maa4")));
    OK(peaks_raise(p, NULL, text("Maa7 and longer than any before it was")));
    assert_false(peaks_above(p, text("Maa6")));
    assert_false(peaks_above(p, text("Maa7")));
    assert_true(peaks_above(p, text("Maa8")));
    peaks_free(p);
}

static void prefixes_and_families_are_apart(void **state)
{
    (void)state;
    struct peaks *p = peaks_new(FAMILIES, PREFIX);
    OK(peaks_raise(p, NULL, text("Maa5")));
    assert_false(peaks_above(p, text("Mab6")));
    assert_false(peaks_above(p, text("Vaa6")));
    OK(peaks_raise(p, NULL, text("Vaa9")));
    assert_true(peaks_above(p, text("Maa6")));
    assert_false(peaks_above(p, text("Vaa6")));
    OK(peaks_raise(p, NULL, text("Paa5")));
    assert_false(peaks_above(p, text("Paa6"))); /* of no family that rises */
    OK(peaks_raise(p, NULL, text("Mbb")));
    assert_false(peaks_above(p, text("Mbb"))); /* nothing behind its prefix */
    OK(peaks_raise(p, NULL, (struct slice){(const uint8_t *)"\0aa5", 4}));
    assert_false(peaks_above(p, (struct slice){(const uint8_t *)"\0aa6", 4}));
    peaks_free(p);
}

static void many_prefixes_are_kept(void **state)
{
    (void)state;
    struct peaks *p = peaks_new(FAMILIES, PREFIX);
    char key[8];
    for (int i = 0; i < 10000; i++) {
        snprintf(key, sizeof key, "M%c%c%d", '!' + i % 90, '!' + i / 120, i % 10);
        OK(peaks_raise(p, NULL, text(key)));
        assert_false(peaks_above(p, text(key)));
        key[3]++;
        assert_true(i % 10 < 9 || peaks_above(p, text(key)));
    }
    peaks_free(p);
}

/* At the first put, however low it is. */
static void a_prefix_begins_with_what_lmdb_holds(void **state)
{
    static const char *const keys[] = {"L", "Maa2", "Maa5", "Mab1", "Mac9", "Vaa1"};
    struct lmdb *l = environment(*state, keys, ARRAY_LEN(keys));
    struct peaks *p = peaks_new(FAMILIES, PREFIX);
    OK(peaks_raise(p, l, text("Maa1")));
    assert_false(peaks_above(p, text("Maa4")));
    assert_false(peaks_above(p, text("Maa5")));
    assert_true(peaks_above(p, text("Maa6")));
    OK(peaks_raise(p, l, text("Mab3")));
    assert_false(peaks_above(p, text("Mab2")));
    assert_true(peaks_above(p, text("Mab4")));
    OK(peaks_raise(p, l, text("M003"))); /* LMDB has none of it */
    assert_false(peaks_above(p, text("M002")));
    assert_true(peaks_above(p, text("M004")));
    OK(peaks_raise(p, l, text("Vzz3"))); /* the last of all */
    assert_true(peaks_above(p, text("Vzz4")));
    peaks_free(p);
    lmdb_close(l);
}

static void what_cannot_be_asked_is_never_above(void **state)
{
    struct lmdb *l = environment(*state, NULL, 0);
    struct peaks *p = peaks_new(FAMILIES, PREFIX);
    OK(peaks_raise(p, l,
                   text("Ma\xff"
                        "1")));
    assert_false(peaks_above(p, text("Ma\xff"
                                     "2")));
    OK(peaks_raise(p, l,
                   text("Ma\xff"
                        "3")));
    assert_false(peaks_above(p, text("Ma\xff"
                                     "4")));
    peaks_free(p);
    lmdb_close(l);
}

#define WITH_FOLDER(f) cmocka_unit_test_setup_teardown(f, folder_make, folder_drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_is_above_all_puts_is_new),
        cmocka_unit_test(prefixes_and_families_are_apart),
        cmocka_unit_test(many_prefixes_are_kept),
        WITH_FOLDER(a_prefix_begins_with_what_lmdb_holds),
        WITH_FOLDER(what_cannot_be_asked_is_never_above),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
