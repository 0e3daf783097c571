/* LMDB 0.9.24 in its default, fully synchronous mode: one unnamed database, no DUPSORT, no
 * resizing.
 *
 * A value is CRC-32 (4 bytes, over the key and all that follows), schema version (2 bytes), then
 * the caller's bytes: LMDB has no checksums of its own. The marks (sequence and reach, 8 bytes
 * each) lie under a key of KEY_MAX + 1 bytes of 0xFF, which is longer than any caller's key and
 * sorts after all of them.
 * Readers are not tied to threads (MDB_NOTLS); the one read transaction is reset and renewed, never
 * held over a batch, or the file would grow. */
#include "store/lmdb.h"

#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/check.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/log.h"
#include "store/lmdb_value.h"
#include "store/store.h"

#define HEAD_BYTES LMDB_VALUE_HEAD
#define PAGE_LEAST 4096 /* a page of LMDB's is one of the machine's, and none is smaller */
#define PAGE_HEAD 16
#define META_KEY_BYTES LMDB_META_KEY_MAX
#define FREE_LIST ((MDB_dbi)0) /* LMDB's own database of free pages */
#define MAIN_DATABASE ((MDB_dbi)1)
/* What LMDB makes of its lock file for the 126 readers that it provides for unasked. */
#define LOCK_BYTES 8192
/* Sorted entries lie anywhere in memory: so many are asked for before they are looked at. */
#define AHEAD 8
#define CACHE_LINE 64
/* A commit that dies with EIO while the disk has less than this to spare ran out of space. */
#define SPACE_SHORT_BYTES (uint64_t)(STORE_VALUE_MAX + 16 * 1024 * 1024)

struct lmdb {
    MDB_env *env;
    MDB_txn *reader;
    MDB_cursor *finder; /* of reader; where the last lookup ended */
    char *dir;
    uint64_t map_bytes;
    uint64_t reach; /* at the open */
    bool live;      /* reader holds a snapshot */
};

struct lmdb_cursor {
    MDB_cursor *cursor;
    struct slice prefix;
    bool started;
};

static const uint8_t meta_key_bytes[META_KEY_BYTES] = {[0 ... META_KEY_BYTES - 1] = 0xFF};

enum err lmdb_fold(int code)
{
    switch (code) {
    case 0:
        return ERR_OK;
    case MDB_NOTFOUND:
        return ERR_NOTFOUND;
    case MDB_MAP_FULL:
    case MDB_TXN_FULL:
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return ERR_FULL;
    case ENOMEM:
        return ERR_NOMEM;
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_VERSION_MISMATCH:
    case MDB_INVALID:
    case MDB_INCOMPATIBLE:
        return ERR_CORRUPT;
    default:
        /* EIO, MDB_PANIC, and whatever should not happen: the environment is not trusted. */
        return ERR_IO;
    }
}

static MDB_val val_of(struct slice s)
{
    return (MDB_val){.mv_size = s.size, .mv_data = (void *)(uintptr_t)s.data};
}

static MDB_val meta_key(void)
{
    return val_of((struct slice){meta_key_bytes, META_KEY_BYTES});
}

void lmdb_value_encode(struct slice key, struct slice value, uint8_t *room)
{
    struct writer schema = writer_on(room + 4, 2);
    write_u16(&schema, STORE_SCHEMA);
    if (value.size > 0)
        memcpy(room + HEAD_BYTES, value.data, value.size);
    uint32_t crc = hash_crc32(0, key.data, key.size);
    struct writer head = writer_on(room, 4);
    write_u32(&head, hash_crc32(crc, room + 4, HEAD_BYTES - 4 + value.size));
}

/* LMDB believes the length that a node states. Where that is damaged the value ends behind the
 * file, and reading there raises SIGBUS, at every start anew. A value of more than a page lies in
 * pages of its own, whose head (page number, 4 bytes, number of pages) says how many they are. */
static bool value_is_there(MDB_env *env, MDB_val stored)
{
    uintptr_t at = (uintptr_t)stored.mv_data;
    MDB_envinfo info;
    MDB_stat stat;
    if (stored.mv_size <= PAGE_LEAST - at % PAGE_LEAST)
        return true;
    if (mdb_env_info(env, &info) != 0 || mdb_env_stat(env, &stat) != 0)
        return false;
    uint64_t page_bytes = stat.ms_psize;
    if (stored.mv_size <= page_bytes - at % page_bytes)
        return true;
    if (at % page_bytes != PAGE_HEAD)
        return false;
    struct reader r = reader_on((const uint8_t *)stored.mv_data - PAGE_HEAD, PAGE_HEAD);
    uint64_t first = read_u64(&r);
    (void)read_u32(&r);
    uint64_t pages = read_u32(&r), end = info.me_last_pgno + 1;
    return first < end && pages <= end - first && stored.mv_size <= pages * page_bytes - PAGE_HEAD;
}

static enum err value_decode(MDB_env *env, MDB_val key, MDB_val stored, struct slice *value)
{
    if (!value_is_there(env, stored))
        return ERR_CORRUPT;
    struct reader r = reader_on(stored.mv_data, stored.mv_size);
    uint32_t crc = read_u32(&r);
    uint16_t schema = read_u16(&r);
    if (r.failed || schema != STORE_SCHEMA)
        return ERR_CORRUPT;
    uint32_t found = hash_crc32(0, key.mv_data, key.mv_size);
    if (hash_crc32(found, r.data + 4, r.size - 4) != crc)
        return ERR_CORRUPT;
    *value = (struct slice){r.data + HEAD_BYTES, r.size - HEAD_BYTES};
    return ERR_OK;
}

/* LMDB reports a write cut short as EIO, and a disk that fills up cuts writes short (seen on a full
 * tmpfs). The pages were not reachable yet and a failed meta page makes LMDB itself refuse to go
 * on, so that trying again is safe; taking a full disk for a broken one would cost a rebuild onto
 * the same full disk. */
enum err lmdb_fold_write(const char *dir, int code)
{
    struct statvfs fs;
    if (code == EIO && statvfs(dir, &fs) == 0 &&
        (uint64_t)fs.f_bavail * fs.f_frsize < SPACE_SHORT_BYTES)
        return ERR_FULL;
    return lmdb_fold(code);
}

static void marks_encode(struct lmdb_marks marks, uint8_t key[LMDB_META_KEY_MAX], struct slice *k,
                         uint8_t value[LMDB_META_VALUE_MAX], struct slice *v)
{
    struct writer w = writer_on(value, LMDB_META_VALUE_MAX);
    write_u64(&w, marks.sequence);
    write_u64(&w, marks.reach);
    memcpy(key, meta_key_bytes, META_KEY_BYTES);
    *k = (struct slice){key, META_KEY_BYTES};
    *v = (struct slice){value, w.used};
}

void lmdb_meta_encode(uint64_t sequence, uint8_t key[LMDB_META_KEY_MAX], struct slice *k,
                      uint8_t value[LMDB_META_VALUE_MAX], struct slice *v)
{
    marks_encode((struct lmdb_marks){sequence, sequence}, key, k, value, v);
}

static enum err meta_put(MDB_txn *txn, struct lmdb_marks marks, int *code)
{
    uint8_t bytes[META_KEY_BYTES], small[LMDB_META_VALUE_MAX], stored[HEAD_BYTES + sizeof small];
    struct slice k, v;
    marks_encode(marks, bytes, &k, small, &v);
    lmdb_value_encode(k, v, stored);
    MDB_val key = val_of(k), value = {.mv_size = sizeof stored, .mv_data = stored};
    *code = mdb_put(txn, MAIN_DATABASE, &key, &value, 0);
    return lmdb_fold(*code);
}

static enum err meta_get(MDB_txn *txn, struct lmdb_marks *marks)
{
    MDB_val key = meta_key(), stored;
    struct slice value;
    enum err err = lmdb_fold(mdb_get(txn, MAIN_DATABASE, &key, &stored));
    if (err == ERR_OK)
        err = value_decode(mdb_txn_env(txn), key, stored, &value);
    if (err != ERR_OK)
        return err;
    struct reader r = reader_on(value.data, value.size);
    marks->sequence = read_u64(&r);
    marks->reach = read_u64(&r);
    return reader_done(&r) && marks->sequence <= marks->reach ? ERR_OK : ERR_CORRUPT;
}

/* Reads the marks, or writes zeros into an empty environment. */
static enum err meta_set_up(struct lmdb *l, struct lmdb_marks *marks, int *code)
{
    MDB_txn *txn;
    MDB_dbi dbi;
    MDB_stat stat;
    if ((*code = mdb_txn_begin(l->env, NULL, 0, &txn)) != 0)
        return lmdb_fold(*code);
    if ((*code = mdb_dbi_open(txn, NULL, 0, &dbi)) != 0 ||
        (*code = mdb_stat(txn, MAIN_DATABASE, &stat)) != 0) {
        mdb_txn_abort(txn);
        return lmdb_fold(*code);
    }
    CHECK(dbi == MAIN_DATABASE);
    enum err err = meta_get(txn, marks);
    if (err == ERR_NOTFOUND) {
        *marks = (struct lmdb_marks){0};
        /* Data without marks is not ours: every commit writes both. */
        err = stat.ms_entries == 0 ? meta_put(txn, *marks, code) : ERR_CORRUPT;
    }
    if (err != ERR_OK) {
        mdb_txn_abort(txn);
        return err;
    }
    *code = mdb_txn_commit(txn);
    return lmdb_fold_write(l->dir, *code);
}

/* Reading a page behind the end of a truncated file raises SIGBUS. As a hole it reads as zeros,
 * which LMDB and our checksums report as damage. */
static int file_cover(MDB_env *env)
{
    MDB_envinfo info;
    MDB_stat stat;
    struct stat file;
    int fd, code;
    if ((code = mdb_env_info(env, &info)) != 0 || (code = mdb_env_stat(env, &stat)) != 0 ||
        (code = mdb_env_get_fd(env, &fd)) != 0)
        return code;
    if (fstat(fd, &file) != 0)
        return errno;
    off_t needed = (off_t)((info.me_last_pgno + 1) * stat.ms_psize);
    return file.st_size < needed && ftruncate(fd, needed) != 0 ? errno : 0;
}

static int folder_sync(const char *dir)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return errno;
    int code = fsync(fd) == 0 ? 0 : errno;
    close(fd);
    return code;
}

/* LMDB makes its lock file sparse and writes to it through a map, which on a full disk ends the
 * process with SIGBUS. So the blocks are there before. The file cannot be done without: readers
 * that LMDB does not know lose their pages to the next checkpoint. */
static int lock_reserve(const char *dir)
{
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/lock.mdb", dir);
    if (length < 0 || (size_t)length >= sizeof path)
        return ENAMETOOLONG;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return errno;
    int code = posix_fallocate(fd, 0, LOCK_BYTES);
    close(fd);
    return code;
}

static enum err env_open(struct lmdb *l, struct lmdb_marks *marks, int *code)
{
    int dead;
    if (mkdir(l->dir, 0700) != 0 && errno != EEXIST) {
        *code = errno;
        return lmdb_fold(*code);
    }
    if ((*code = mdb_env_create(&l->env)) != 0 ||
        (*code = mdb_env_set_mapsize(l->env, l->map_bytes)) != 0 ||
        (*code = lock_reserve(l->dir)) != 0 ||
        (*code = mdb_env_open(l->env, l->dir, MDB_NOTLS, 0600)) != 0 ||
        (*code = file_cover(l->env)) != 0 || (*code = mdb_reader_check(l->env, &dead)) != 0)
        return lmdb_fold_write(l->dir, *code);
    enum err err = meta_set_up(l, marks, code);
    if (err != ERR_OK)
        return err;
    if ((*code = folder_sync(l->dir)) == 0 &&
        (*code = mdb_txn_begin(l->env, NULL, MDB_RDONLY, &l->reader)) == 0 &&
        (*code = mdb_cursor_open(l->reader, MAIN_DATABASE, &l->finder)) == 0)
        l->live = true;
    return lmdb_fold(*code);
}

enum err lmdb_open(const char *dir, uint64_t map_bytes, struct lmdb **out, uint64_t *sequence)
{
    struct lmdb *l = calloc(1, sizeof *l);
    if (!l)
        return ERR_NOMEM;
    l->map_bytes = map_bytes;
    l->dir = strdup(dir);
    if (!l->dir) {
        lmdb_close(l);
        return ERR_NOMEM;
    }
    int code = 0;
    struct lmdb_marks marks;
    enum err err = env_open(l, &marks, &code);
    if (err != ERR_OK) {
        log_event(LOG_ERROR, "store_open_failed", "dir=\"%s\" error=\"%s\" lmdb=\"%s\"", dir,
                  err_text(err), code ? mdb_strerror(code) : "contents, layout or schema");
        lmdb_close(l);
        return err;
    }
    *sequence = marks.sequence;
    l->reach = marks.reach;
    *out = l;
    return ERR_OK;
}

uint64_t lmdb_reach(const struct lmdb *lmdb)
{
    return lmdb->reach;
}

void lmdb_close(struct lmdb *lmdb)
{
    if (!lmdb)
        return;
    if (lmdb->finder)
        mdb_cursor_close(lmdb->finder);
    if (lmdb->reader)
        mdb_txn_abort(lmdb->reader);
    if (lmdb->env)
        mdb_env_close(lmdb->env);
    free(lmdb->dir);
    free(lmdb);
}

enum err lmdb_renew(struct lmdb *lmdb)
{
    if (lmdb->live)
        mdb_txn_reset(lmdb->reader);
    int code = mdb_txn_renew(lmdb->reader);
    if (code == 0)
        code = mdb_cursor_renew(lmdb->reader, lmdb->finder);
    lmdb->live = code == 0;
    return lmdb_fold(code);
}

/* By the one cursor: a key of the page where the last one was, as a person's rows are, is found
 * there without coming down from the root. */
enum err lmdb_get(struct lmdb *lmdb, struct slice key, struct slice *value)
{
    if (!lmdb->live)
        return ERR_IO;
    MDB_val k = val_of(key), stored;
    enum err err = lmdb_fold(mdb_cursor_get(lmdb->finder, &k, &stored, MDB_SET));
    if (err != ERR_OK)
        return err;
    err = value_decode(lmdb->env, k, stored, value);
    if (err != ERR_OK) /* keys may name persons: never in the log */
        log_event(LOG_ERROR, "store_value_damaged", "key_bytes=%zu value_bytes=%zu", key.size,
                  stored.mv_size);
    return err;
}

enum err lmdb_last(struct lmdb *lmdb, struct slice prefix, struct slice *key)
{
    uint8_t behind[KEY_MAX]; /* the first bytes that a key behind them all may have */
    MDB_val k = {.mv_size = prefix.size, .mv_data = behind}, stored;
    CHECK(prefix.size >= 1 && prefix.size <= KEY_MAX);
    if (prefix.data[prefix.size - 1] == 0xFF)
        return ERR_INVALID;
    if (!lmdb->live)
        return ERR_IO;
    memcpy(behind, prefix.data, prefix.size);
    behind[prefix.size - 1]++;
    /* The meta key, if nothing else, is behind them. */
    int code = mdb_cursor_get(lmdb->finder, &k, &stored, MDB_SET_RANGE);
    if (code == 0)
        code = mdb_cursor_get(lmdb->finder, &k, &stored, MDB_PREV);
    if (code != 0)
        return lmdb_fold(code);
    *key = (struct slice){k.mv_data, k.mv_size};
    bool begins = key->size >= prefix.size && memcmp(key->data, prefix.data, prefix.size) == 0;
    return begins ? ERR_OK : ERR_NOTFOUND;
}

/* One cursor for all puts: where the next key belongs to the page of the last one, LMDB does not
 * come down from the root again. A deletion, which is rare, goes without it. */
static int entry_write(MDB_txn *txn, MDB_cursor **cursor, const struct overlay_entry *entry)
{
    int code = 0;
    MDB_val key = val_of(overlay_key(entry));
    if (entry->deleted) {
        if (*cursor)
            mdb_cursor_close(*cursor);
        *cursor = NULL;
        code = mdb_del(txn, MAIN_DATABASE, &key, NULL);
        return code == MDB_NOTFOUND ? 0 : code;
    }
    struct slice value = overlay_value(entry);
    MDB_val room = {.mv_size = HEAD_BYTES + value.size};
    if (!*cursor)
        code = mdb_cursor_open(txn, MAIN_DATABASE, cursor);
    if (code == 0)
        code = mdb_cursor_put(*cursor, &key, &room, MDB_RESERVE);
    if (code == 0)
        lmdb_value_encode(overlay_key(entry), value, room.mv_data);
    return code;
}

/* In ascending order of keys. */
static int entries_write(MDB_txn *txn, const struct overlay_entry *const *entries, size_t count)
{
    MDB_cursor *cursor = NULL;
    int code = 0;
    for (size_t i = 0; i < count && code == 0; i++) {
        if (i + AHEAD < count) {
            __builtin_prefetch(entries[i + AHEAD]);
            __builtin_prefetch((const uint8_t *)entries[i + AHEAD] + CACHE_LINE);
        }
        CHECK(i == 0 || overlay_compare(overlay_key(entries[i - 1]), overlay_key(entries[i])) < 0);
        code = entry_write(txn, &cursor, entries[i]);
    }
    if (cursor)
        mdb_cursor_close(cursor);
    return code;
}

/* LMDB reuses the pages that a transaction freed only from the next but one on, and a checkpoint
 * that fails for space ends none: tried again, it would find the same pages locked for ever. So
 * commit one that changes nothing; without room even for that there is nothing to win. */
static void freed_pages_age(struct lmdb *l)
{
    MDB_txn *txn;
    struct lmdb_marks marks;
    int code = 0;
    if (mdb_txn_begin(l->env, NULL, 0, &txn) != 0)
        return;
    if (meta_get(txn, &marks) == ERR_OK && meta_put(txn, marks, &code) == ERR_OK)
        code = mdb_txn_commit(txn);
    else
        mdb_txn_abort(txn);
    if (code != 0)
        log_event(LOG_WARNING, "store_no_room_at_all", "lmdb=\"%s\"", mdb_strerror(code));
}

enum err lmdb_write(struct lmdb *lmdb, const struct overlay_entry *const *entries, size_t count,
                    struct lmdb_marks marks)
{
    MDB_txn *txn;
    int code = mdb_txn_begin(lmdb->env, NULL, 0, &txn);
    if (code == 0) {
        code = entries_write(txn, entries, count);
        if (code == 0 && meta_put(txn, marks, &code) == ERR_OK)
            code = mdb_txn_commit(txn);
        else
            mdb_txn_abort(txn);
    }
    if (code == 0)
        return ERR_OK;
    enum err err = lmdb_fold_write(lmdb->dir, code);
    log_event(LOG_ERROR, "checkpoint_failed", "error=\"%s\" lmdb=\"%s\" keys=%zu", err_text(err),
              mdb_strerror(code), count);
    if (err == ERR_FULL)
        freed_pages_age(lmdb);
    return err;
}

enum err lmdb_cursor_open(struct lmdb *lmdb, struct slice prefix, struct lmdb_cursor **out)
{
    CHECK(prefix.size <= KEY_MAX);
    if (!lmdb->live)
        return ERR_IO;
    struct lmdb_cursor *c = calloc(1, sizeof *c);
    if (!c)
        return ERR_NOMEM;
    c->prefix = prefix;
    int code = mdb_cursor_open(lmdb->reader, MAIN_DATABASE, &c->cursor);
    if (code != 0) {
        free(c);
        return lmdb_fold(code);
    }
    *out = c;
    return ERR_OK;
}

enum err lmdb_cursor_next(struct lmdb_cursor *cursor, struct slice *key, struct slice *value)
{
    MDB_val k = val_of(cursor->prefix), stored;
    MDB_cursor_op first = cursor->prefix.size > 0 ? MDB_SET_RANGE : MDB_FIRST;
    int code = mdb_cursor_get(cursor->cursor, &k, &stored, cursor->started ? MDB_NEXT : first);
    if (code != 0)
        return lmdb_fold(code);
    cursor->started = true;
    const struct slice prefix = cursor->prefix;
    /* The only key over KEY_MAX is the meta key, and it is the last. */
    if (k.mv_size > KEY_MAX || k.mv_size < prefix.size ||
        (prefix.size > 0 && memcmp(k.mv_data, prefix.data, prefix.size) != 0))
        return ERR_NOTFOUND;
    *key = (struct slice){k.mv_data, k.mv_size};
    return value_decode(mdb_txn_env(mdb_cursor_txn(cursor->cursor)), k, stored, value);
}

void lmdb_cursor_close(struct lmdb_cursor *cursor)
{
    if (!cursor)
        return;
    mdb_cursor_close(cursor->cursor);
    free(cursor);
}

/* Past the page cache where the file system can, so that the copy takes no share of the ledger's
 * syncs; LMDB hands out whole pages. */
static int copy_create(const char *path)
{
    int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
    int fd = open(path, flags | O_DIRECT, 0600);
    return fd < 0 && errno == EINVAL ? open(path, flags, 0600) : fd;
}

/* In a read transaction of LMDB's own making. */
enum err lmdb_copy(struct lmdb *lmdb, const char *dir, uint64_t *bytes)
{
    char path[4096];
    struct stat st = {0};
    int length = snprintf(path, sizeof path, "%s/data.mdb", dir);
    if (length < 0 || (size_t)length >= sizeof path)
        return ERR_LIMIT;
    if (mkdir(dir, 0700) != 0 && errno != EEXIST)
        return lmdb_fold(errno);
    enum err err = lmdb_discard(dir);
    if (err)
        return err;
    int fd = copy_create(path);
    if (fd < 0)
        return lmdb_fold(errno);
    int code = mdb_env_copyfd(lmdb->env, fd);
    if (!code && fstat(fd, &st) != 0)
        code = errno;
    if (close(fd) != 0 && !code)
        code = errno;
    *bytes = (uint64_t)st.st_size;
    if (code)
        (void)unlink(path);
    return lmdb_fold(code);
}

/* Each entry of the free list is a transaction's pages: their count, then their numbers. */
static uint64_t pages_free(MDB_txn *txn)
{
    MDB_cursor *cursor;
    MDB_val key, list;
    uint64_t pages = 0;
    if (mdb_cursor_open(txn, FREE_LIST, &cursor) != 0)
        return 0;
    while (mdb_cursor_get(cursor, &key, &list, MDB_NEXT) == 0) {
        size_t count = 0;
        if (list.mv_size >= sizeof count)
            memcpy(&count, list.mv_data, sizeof count);
        pages += count;
    }
    mdb_cursor_close(cursor);
    return pages;
}

void lmdb_map_use(const struct lmdb *lmdb, uint64_t *used, uint64_t *total)
{
    MDB_envinfo info;
    MDB_stat stat;
    CHECK(mdb_env_info(lmdb->env, &info) == 0 && mdb_env_stat(lmdb->env, &stat) == 0);
    uint64_t pages = info.me_last_pgno + 1, spare = lmdb->live ? pages_free(lmdb->reader) : 0;
    *used = (pages - (spare < pages ? spare : pages)) * stat.ms_psize;
    *total = info.me_mapsize;
}

enum err lmdb_discard(const char *dir)
{
    static const char *const names[] = {"data.mdb", "lock.mdb"};
    struct stat folder;
    if (stat(dir, &folder) != 0)
        return errno == ENOENT ? ERR_OK : ERR_IO;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char path[4096];
        int length = snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        if (length < 0 || (size_t)length >= sizeof path)
            return ERR_IO;
        if (unlink(path) != 0 && errno != ENOENT)
            return ERR_IO;
    }
    return folder_sync(dir) == 0 ? ERR_OK : ERR_IO;
}
