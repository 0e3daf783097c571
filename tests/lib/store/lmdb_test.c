/* lib/store/lmdb: creation, checksums, schema, damage, lack of space, the free list. */
#include "support.h"

#include <fcntl.h>
#include <lmdb.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "base/hash.h"
#include "store/lmdb.h"

#define MAP_BYTES (UINT64_C(16) << 20)

/* In the way of liblmdb's own. */
static unsigned syncs;

int fdatasync(int fd)
{
    syncs++;
    return (int)syscall(SYS_fdatasync, fd);
}

static bool no_room;

int posix_fallocate(int fd, off_t offset, off_t size)
{
    if (no_room)
        return ENOSPC;
    return syscall(SYS_fallocate, fd, 0, offset, size) == 0 ? 0 : errno;
}

static char *path_of(const char *dir, const char *name, char *buf)
{
    snprintf(buf, 256, "%s/%s", dir, name);
    return buf;
}

static struct lmdb *opened(const char *dir, uint64_t sequence_expected)
{
    struct lmdb *l = NULL;
    uint64_t sequence = 99;
    OK(lmdb_open(dir, MAP_BYTES, &l, &sequence));
    assert_int_equal(sequence, sequence_expected);
    return l;
}

static void assert_open_fails(const char *dir, enum err expected)
{
    struct lmdb *l = NULL;
    uint64_t sequence;
    assert_int_equal(lmdb_open(dir, MAP_BYTES, &l, &sequence), expected);
    assert_null(l);
}

/* Writes an overlay of one key; value NULL deletes it. */
static enum err write_one(struct lmdb *l, const char *key, struct slice value, uint64_t sequence)
{
    struct overlay *o = overlay_new();
    const struct overlay_entry **entries;
    size_t count;
    OK(overlay_put(o, 1, text(key), value));
    OK(overlay_sorted(o, nothing(), &entries, &count));
    enum err err = lmdb_write(l, entries, count, (struct lmdb_marks){sequence, sequence});
    free(entries);
    overlay_free(o);
    return err;
}

static void assert_holds(struct lmdb *l, const char *key, const char *expected)
{
    struct slice value;
    OK(lmdb_get(l, text(key), &value));
    assert_int_equal(value.size, strlen(expected));
    assert_memory_equal(value.data, expected, value.size);
}

static void assert_lacks(struct lmdb *l, const char *key)
{
    struct slice value;
    assert_int_equal(lmdb_get(l, text(key), &value), ERR_NOTFOUND);
}

/* LMDB's default, which every faster mode gives up. */
static void a_commit_is_synced(void **state)
{
    struct lmdb *l = opened(*state, 0);
    syncs = 0;
    OK(write_one(l, "key", text("value"), 1));
    assert_true(syncs > 0);
    lmdb_close(l);
}

static void codes_fold(void **state)
{
    (void)state;
    static const struct {
        int code;
        enum err err;
    } rows[] = {
        {0, ERR_OK},
        {MDB_NOTFOUND, ERR_NOTFOUND},
        {MDB_MAP_FULL, ERR_FULL},
        {MDB_TXN_FULL, ERR_FULL},
        {ENOSPC, ERR_FULL},
        {EDQUOT, ERR_FULL},
        {EFBIG, ERR_FULL},
        {EIO, ERR_IO},
        {EACCES, ERR_IO},
        {MDB_PANIC, ERR_IO},
        {MDB_BAD_TXN, ERR_IO},
        {ENOMEM, ERR_NOMEM},
        {MDB_CORRUPTED, ERR_CORRUPT},
        {MDB_PAGE_NOTFOUND, ERR_CORRUPT},
        {MDB_VERSION_MISMATCH, ERR_CORRUPT},
        {MDB_INVALID, ERR_CORRUPT},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_int_equal(lmdb_fold(rows[i].code), rows[i].err);
}

static void files_are_private(void **state)
{
    char sub[128], path[256];
    snprintf(sub, sizeof sub, "%s/env", (char *)*state);
    mode_t before = umask(0);
    struct lmdb *l = opened(sub, 0);
    umask(before);
    static const char *const names[] = {"data.mdb", "lock.mdb"};
    struct stat st;
    assert_int_equal(stat(sub, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        assert_int_equal(stat(path_of(sub, names[i], path), &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
    }
    lmdb_close(l);
    OK(lmdb_discard(sub));
    OK(lmdb_discard(sub));
    assert_int_equal(rmdir(sub), 0);
    OK(lmdb_discard(sub));
}

/* LMDB writes to it through a map, where a hole that the disk has no room for is a SIGBUS. */
static void the_lock_file_has_no_holes(void **state)
{
    char path[256];
    struct stat st;
    path_of(*state, "lock.mdb", path);
    for (int i = 0; i < 2; i++) {
        lmdb_close(opened(*state, 0));
        assert_int_equal(stat(path, &st), 0);
        assert_true(st.st_size > 0);
        assert_true(st.st_blocks * 512 >= st.st_size);
        assert_int_equal(truncate(path, 0), 0);
    }
}

static void no_room_for_the_lock_file_is_told(void **state)
{
    struct lmdb *l = opened(*state, 0);
    OK(write_one(l, "key", text("value"), 1));
    lmdb_close(l);
    no_room = true;
    assert_open_fails(*state, ERR_FULL);
    no_room = false;
    l = opened(*state, 1);
    assert_holds(l, "key", "value");
    lmdb_close(l);
}

static void missing_parent_is_an_io_error(void **state)
{
    (void)state;
    assert_open_fails("/nonexistent/folder/env", ERR_IO);
}

static void reader_sees_a_commit_after_renewing(void **state)
{
    struct lmdb *l = opened(*state, 0);
    struct slice value;
    OK(write_one(l, "k", text("one"), 5));
    assert_int_equal(lmdb_get(l, text("k"), &value), ERR_NOTFOUND);
    OK(lmdb_renew(l));
    assert_holds(l, "k", "one");
    OK(write_one(l, "k", nothing(), 6));
    assert_holds(l, "k", "one");
    OK(lmdb_renew(l));
    assert_int_equal(lmdb_get(l, text("k"), &value), ERR_NOTFOUND);
    OK(write_one(l, "k", nothing(), 7)); /* deleting what is not there */
    OK(write_one(l, "empty", (struct slice){(const uint8_t *)"", 0}, 8));
    lmdb_close(l);
    l = opened(*state, 8);
    assert_holds(l, "empty", "");
    lmdb_close(l);
}

/* A lookup begins where the last one ended: on its page, before or behind it, at either end, after
 * one that found nothing, and on a newer commit. */
static void lookups_find_in_any_order(void **state)
{
    enum { COUNT = 3000, STEP = 1009 };
    struct lmdb *l = opened(*state, 0);
    struct overlay *o = overlay_new();
    const struct overlay_entry **entries;
    size_t count;
    char key[16];
    for (uint64_t i = 0; i < COUNT; i++) {
        snprintf(key, sizeof key, "%05u", (unsigned)(2 * i));
        OK(overlay_put(o, i, text(key), text(key)));
    }
    OK(overlay_sorted(o, nothing(), &entries, &count));
    OK(lmdb_write(l, entries, count, (struct lmdb_marks){1, 1}));
    OK(lmdb_renew(l));
    unsigned at = 0;
    for (unsigned i = 0; i < 4 * COUNT; i++) {
        at = (i % 3 == 0 ? at + STEP : at + 1) % (2 * COUNT);
        snprintf(key, sizeof key, "%05u", at);
        if (at % 2 == 0)
            assert_holds(l, key, key);
        else
            assert_lacks(l, key);
    }
    assert_lacks(l, "/");
    assert_holds(l, "00000", "00000");
    assert_lacks(l, "~");
    assert_holds(l, "05998", "05998");
    OK(write_one(l, "05999", text("new"), 2));
    assert_lacks(l, "05999");
    OK(lmdb_renew(l));
    assert_holds(l, "05999", "new");
    free(entries);
    overlay_free(o);
    lmdb_close(l);
}

static void cursor_keeps_to_its_prefix_and_hides_the_meta_key(void **state)
{
    struct lmdb *l = opened(*state, 0);
    uint8_t last[KEY_MAX + 1];
    memset(last, 0xFF, sizeof last);
    last[KEY_MAX] = '\0';
    const char *const keys[] = {"a", "b", "b/1", "b/2", "c", (const char *)last};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        OK(write_one(l, keys[i], text(keys[i]), i + 1));
    OK(lmdb_renew(l));
    struct lmdb_cursor *c;
    struct slice key, value;
    OK(lmdb_cursor_open(l, text("b/"), &c));
    OK(lmdb_cursor_next(c, &key, &value));
    assert_memory_equal(value.data, "b/1", 3);
    OK(lmdb_cursor_next(c, &key, &value));
    assert_memory_equal(key.data, "b/2", 3);
    assert_int_equal(lmdb_cursor_next(c, &key, &value), ERR_NOTFOUND);
    lmdb_cursor_close(c);
    OK(lmdb_cursor_open(l, nothing(), &c));
    size_t seen = 0;
    while (lmdb_cursor_next(c, &key, &value) == ERR_OK)
        seen++;
    assert_int_equal(seen, ARRAY_LEN(keys));
    lmdb_cursor_close(c);
    lmdb_close(l);
}

/* Changes each occurrence of a text in the file, as a bad disk would. */
static size_t file_spoil(const char *path, const char *what)
{
    int fd = open(path, O_RDWR);
    struct stat st;
    assert_int_equal(fstat(fd, &st), 0);
    char *bytes = malloc((size_t)st.st_size);
    assert_int_equal(read(fd, bytes, (size_t)st.st_size), st.st_size);
    size_t found = 0;
    char *end = bytes + st.st_size, *p = bytes;
    while ((p = memmem(p, (size_t)(end - p), what, strlen(what))) != NULL) {
        char flipped = (char)(*p ^ 1);
        assert_int_equal(pwrite(fd, &flipped, 1, p - bytes), 1);
        p += strlen(what);
        found++;
    }
    free(bytes);
    close(fd);
    return found;
}

static void a_flipped_byte_is_seen(void **state)
{
    char path[256];
    struct slice value;
    struct lmdb *l = opened(*state, 0);
    OK(write_one(l, "spoilt", text("figures of a person"), 1));
    OK(write_one(l, "sound", text("another value"), 2));
    lmdb_close(l);
    assert_true(file_spoil(path_of(*state, "data.mdb", path), "figures of a person") > 0);
    l = opened(*state, 2);
    assert_int_equal(lmdb_get(l, text("spoilt"), &value), ERR_CORRUPT);
    assert_holds(l, "sound", "another value");
    struct lmdb_cursor *c;
    struct slice key;
    OK(lmdb_cursor_open(l, text("sp"), &c));
    assert_int_equal(lmdb_cursor_next(c, &key, &value), ERR_CORRUPT);
    lmdb_cursor_close(c);
    lmdb_close(l);
}

/* The checksum covers the key: a sound value under another's key is damage. */
static void a_value_under_another_key_is_seen(void **state)
{
    char path[256];
    struct slice value;
    struct lmdb *l = opened(*state, 0);
    OK(write_one(l, "person-b", text("balance"), 1));
    lmdb_close(l);
    assert_true(file_spoil(path_of(*state, "data.mdb", path), "person-b") > 0);
    l = opened(*state, 1);
    assert_int_equal(lmdb_get(l, text("qerson-b"), &value), ERR_CORRUPT);
    lmdb_close(l);
}

/* Opens the environment behind lib/store's back, and puts or deletes one key. */
static void put_raw(const char *dir, struct slice key, struct slice value)
{
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi dbi;
    MDB_val k = {key.size, (void *)(uintptr_t)key.data};
    MDB_val v = {value.size, (void *)(uintptr_t)value.data};
    assert_int_equal(mdb_env_create(&env), 0);
    assert_int_equal(mdb_env_open(env, dir, 0, 0600), 0);
    assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
    assert_int_equal(mdb_dbi_open(txn, NULL, 0, &dbi), 0);
    assert_int_equal(value.data ? mdb_put(txn, dbi, &k, &v, 0) : mdb_del(txn, dbi, &k, NULL), 0);
    assert_int_equal(mdb_txn_commit(txn), 0);
    mdb_env_close(env);
}

static void another_schema_version_is_refused(void **state)
{
    uint8_t key[KEY_MAX + 1], stored[22];
    memset(key, 0xFF, sizeof key);
    const struct slice meta = {key, sizeof key};
    for (uint16_t schema = STORE_SCHEMA; schema <= STORE_SCHEMA + 1; schema++) {
        struct writer w = writer_on(stored, sizeof stored);
        write_u32(&w, 0);
        write_u16(&w, schema);
        write_u64(&w, 77);
        write_u64(&w, 78);
        uint32_t crc = hash_crc32(hash_crc32(0, key, sizeof key), stored + 4, 18);
        w = writer_on(stored, 4);
        write_u32(&w, crc);
        put_raw(*state, meta, (struct slice){stored, sizeof stored});
        if (schema == STORE_SCHEMA)
            lmdb_close(opened(*state, 77));
        else
            assert_open_fails(*state, ERR_CORRUPT);
    }
    put_raw(*state, meta, (struct slice){stored, 5});
    assert_open_fails(*state, ERR_CORRUPT);
    OK(lmdb_discard(*state));
    lmdb_close(opened(*state, 0));
}

static void data_without_a_sequence_is_refused(void **state)
{
    put_raw(*state, text("somebody"), text("else's"));
    assert_open_fails(*state, ERR_CORRUPT);
    put_raw(*state, text("somebody"), nothing());
    lmdb_close(opened(*state, 0));
}

static void what_is_not_lmdb_is_refused(void **state)
{
    char path[256];
    FILE *f = fopen(path_of(*state, "data.mdb", path), "w");
    for (int i = 0; i < 4096; i++)
        fputs("not a database", f);
    fclose(f);
    assert_open_fails(*state, ERR_CORRUPT);
}

/* A file cut short would raise SIGBUS where LMDB reads the lost pages. */
static void a_truncated_file_is_damage(void **state)
{
    char path[256], key[32];
    static uint8_t bytes[1000];
    struct lmdb *l = opened(*state, 0);
    for (unsigned i = 0; i < 100; i++) {
        snprintf(key, sizeof key, "key%03u", i);
        OK(write_one(l, key, (struct slice){bytes, sizeof bytes}, i + 1));
    }
    lmdb_close(l);
    assert_int_equal(truncate(path_of(*state, "data.mdb", path), 8192), 0);
    assert_open_fails(*state, ERR_CORRUPT);
}

static void lack_of_space_passes(void **state)
{
    static uint8_t bytes[100000];
    struct lmdb *l = opened(*state, 0);
    OK(write_one(l, "before", text("kept"), 1));
    char path[256];
    struct stat st;
    assert_int_equal(stat(path_of(*state, "data.mdb", path), &st), 0);
    struct rlimit was, now;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    now = (struct rlimit){(rlim_t)st.st_size, was.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &now), 0);
    enum err first = write_one(l, "k", (struct slice){bytes, sizeof bytes}, 2);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
    assert_int_equal(first, ERR_FULL);
    signal(SIGXFSZ, handler);
    OK(lmdb_renew(l));
    assert_holds(l, "before", "kept");
    struct slice value;
    assert_int_equal(lmdb_get(l, text("k"), &value), ERR_NOTFOUND);
    OK(write_one(l, "k", (struct slice){bytes, sizeof bytes}, 2));
    lmdb_close(l);
    l = opened(*state, 2);
    OK(lmdb_get(l, text("k"), &value));
    assert_int_equal(value.size, sizeof bytes);
    lmdb_close(l);
}

static void map_use_counts_pages_that_came_back(void **state)
{
    static uint8_t bytes[1 << 20];
    uint64_t empty, full, after, total;
    struct lmdb *l = opened(*state, 0);
    lmdb_map_use(l, &empty, &total);
    assert_int_equal(total, MAP_BYTES);
    OK(write_one(l, "k", (struct slice){bytes, sizeof bytes}, 1));
    OK(lmdb_renew(l));
    lmdb_map_use(l, &full, &total);
    assert_true(full >= empty + sizeof bytes);
    OK(write_one(l, "k", nothing(), 2));
    OK(lmdb_renew(l));
    lmdb_map_use(l, &after, &total);
    assert_true(after < full - sizeof bytes / 2);
    lmdb_close(l);
}

static void write_unsorted(void *context)
{
    struct lmdb *l = context;
    struct overlay *o = overlay_new();
    const struct overlay_entry **entries;
    size_t count;
    OK(overlay_put(o, 1, text("a"), text("1")));
    OK(overlay_put(o, 2, text("b"), text("2")));
    OK(overlay_sorted(o, nothing(), &entries, &count));
    const struct overlay_entry *swapped[] = {entries[1], entries[0]};
    if (lmdb_write(l, swapped, 2, (struct lmdb_marks){1, 1}) != ERR_OK)
        return;
}

/* While another thread may be writing, so by a transaction of its own. */
static void a_copy_holds_the_newest_commit(void **state)
{
    struct lmdb *l = opened(*state, 0), *copy;
    char to[256], file[300];
    uint64_t bytes;
    struct stat st;
    snprintf(to, sizeof to, "%s/copy", (const char *)*state);
    snprintf(file, sizeof file, "%s/data.mdb", to);
    for (uint64_t i = 1; i <= 2; i++) {
        OK(write_one(l, "key", text(i == 1 ? "old" : "new"), i));
        OK(lmdb_copy(l, to, &bytes)); /* the second in place of the first */
        assert_int_equal(stat(file, &st), 0);
        assert_int_equal(st.st_size, bytes);
        assert_int_equal(st.st_mode & 077, 0);
        copy = opened(to, i);
        assert_holds(copy, "key", i == 1 ? "old" : "new");
        lmdb_close(copy);
    }
    OK(lmdb_discard(to));
    assert_int_equal(rmdir(to), 0);
    lmdb_close(l);
}

static void a_copy_that_cannot_be_made_leaves_nothing(void **state)
{
    struct lmdb *l = opened(*state, 0);
    char to[256], file[300];
    uint64_t bytes;
    snprintf(to, sizeof to, "%s/no/folder", (const char *)*state);
    assert_int_equal(lmdb_copy(l, to, &bytes), ERR_IO);
    struct rlimit old, small;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    small = (struct rlimit){4096, old.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    snprintf(to, sizeof to, "%s/copy", (const char *)*state);
    assert_int_equal(lmdb_copy(l, to, &bytes), ERR_FULL);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    snprintf(file, sizeof file, "%s/data.mdb", to);
    assert_int_equal(access(file, F_OK), -1);
    assert_int_equal(rmdir(to), 0);
    lmdb_close(l);
}

static void write_unsorted_in(void *dir)
{
    struct lmdb *l = NULL;
    uint64_t sequence;
    if (lmdb_open(dir, MAP_BYTES, &l, &sequence) == ERR_OK)
        write_unsorted(l);
}

static void unsorted_writes_are_a_broken_invariant(void **state)
{
    assert_aborts(write_unsorted_in, *state);
}

static void assert_last(struct lmdb *l, const char *prefix, const char *expected)
{
    struct slice key;
    enum err err = lmdb_last(l, text(prefix), &key);
    assert_int_equal(err, expected ? ERR_OK : ERR_NOTFOUND);
    if (expected) {
        assert_int_equal(key.size, strlen(expected));
        assert_memory_equal(key.data, expected, key.size);
    }
}

static void the_last_of_a_prefix(void **state)
{
    struct lmdb *l = opened(*state, 0);
    struct slice key;
    assert_last(l, "a", NULL);
    struct overlay *o = overlay_new();
    const struct overlay_entry **entries;
    size_t count;
    char name[16];
    for (int i = 0; i < 2000; i++) { /* on several pages */
        snprintf(name, sizeof name, "%c%04d", "bd"[i % 2], i);
        OK(overlay_put(o, overlay_hash(1, text(name)), text(name), text("v")));
    }
    OK(overlay_sorted(o, nothing(), &entries, &count));
    OK(lmdb_write(l, entries, count, (struct lmdb_marks){1, 1}));
    free(entries);
    overlay_free(o);
    OK(lmdb_renew(l));
    assert_last(l, "a", NULL);
    assert_last(l, "b", "b1998");
    assert_last(l, "b0", "b0998");
    assert_last(l, "b199", "b1998");
    assert_last(l, "b1998", "b1998");
    assert_last(l, "b19980", NULL);
    assert_last(l, "c", NULL);
    assert_last(l, "d", "d1999");
    assert_last(l, "e", NULL);
    assert_int_equal(lmdb_last(l, text("b\xff"), &key), ERR_INVALID);
    assert_holds(l, "b0000", "v"); /* the lookups that follow are none the worse for it */
    lmdb_close(l);
}

#define WITH_FOLDER(f) cmocka_unit_test_setup_teardown(f, folder_make, folder_drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_fold),
        WITH_FOLDER(files_are_private),
        WITH_FOLDER(the_lock_file_has_no_holes),
        WITH_FOLDER(no_room_for_the_lock_file_is_told),
        WITH_FOLDER(a_commit_is_synced),
        cmocka_unit_test(missing_parent_is_an_io_error),
        WITH_FOLDER(reader_sees_a_commit_after_renewing),
        WITH_FOLDER(lookups_find_in_any_order),
        WITH_FOLDER(the_last_of_a_prefix),
        WITH_FOLDER(cursor_keeps_to_its_prefix_and_hides_the_meta_key),
        WITH_FOLDER(a_flipped_byte_is_seen),
        WITH_FOLDER(a_value_under_another_key_is_seen),
        WITH_FOLDER(another_schema_version_is_refused),
        WITH_FOLDER(data_without_a_sequence_is_refused),
        WITH_FOLDER(what_is_not_lmdb_is_refused),
        WITH_FOLDER(a_truncated_file_is_damage),
        WITH_FOLDER(lack_of_space_passes),
        WITH_FOLDER(a_copy_holds_the_newest_commit),
        WITH_FOLDER(a_copy_that_cannot_be_made_leaves_nothing),
        WITH_FOLDER(map_use_counts_pages_that_came_back),
        WITH_FOLDER(unsorted_writes_are_a_broken_invariant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
