/* The LMDB environment: opening, the owner's read transaction, the writes of checkpoints.
 *
 * Everything is the owner thread's except lmdb_write(), which the checkpoint thread runs at the
 * same time. Slices handed out point into the map and are good until the next lmdb_renew(). */
#ifndef STORE_LMDB_H
#define STORE_LMDB_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "store/overlay.h"

struct lmdb;
struct lmdb_cursor;

/* The one place where LMDB's and the kernel's codes become ours. */
enum err lmdb_fold(int code);
/* Of a write into the environment in dir. */
enum err lmdb_fold_write(const char *dir, int code);

/* Opens or creates the environment in dir (created when missing) and reads its sequence.
 * ERR_CORRUPT: unreadable, damaged, or another schema version. */
enum err lmdb_open(const char *dir, uint64_t map_bytes, struct lmdb **out,
                   uint64_t *sequence) MUST_CHECK;
void lmdb_close(struct lmdb *lmdb);
/* Of what the environment held at the open: store_reach(). */
uint64_t lmdb_reach(const struct lmdb *lmdb);

/* Moves the read transaction to the newest commit. */
enum err lmdb_renew(struct lmdb *lmdb) MUST_CHECK;
/* ERR_NOTFOUND, ERR_CORRUPT (checksum or layout), ERR_IO. */
enum err lmdb_get(struct lmdb *lmdb, struct slice key, struct slice *value) MUST_CHECK;
/* The highest key that begins with prefix. Also ERR_INVALID: the prefix ends with 0xFF. */
enum err lmdb_last(struct lmdb *lmdb, struct slice prefix, struct slice *key) MUST_CHECK;

/* Checkpoint thread. All entries (sorted by key) and the marks in one synchronous transaction;
 * after an error the environment holds what it held. */
struct lmdb_marks {
    uint64_t sequence; /* every key is at least as new as this one left it */
    uint64_t reach;    /* and none newer than this one did */
};
enum err lmdb_write(struct lmdb *lmdb, const struct overlay_entry *const *entries, size_t count,
                    struct lmdb_marks marks) MUST_CHECK;

/* The keys that begin with prefix, in ascending byte order. The prefix is borrowed until close;
 * close before the next lmdb_renew(). lmdb_cursor_next() answers ERR_NOTFOUND at the end. */
enum err lmdb_cursor_open(struct lmdb *lmdb, struct slice prefix,
                          struct lmdb_cursor **out) MUST_CHECK;
enum err lmdb_cursor_next(struct lmdb_cursor *cursor, struct slice *key,
                          struct slice *value) MUST_CHECK;
void lmdb_cursor_close(struct lmdb_cursor *cursor);

/* Any thread, beside a checkpoint: the newest commit as dir/data.mdb (dir is made when missing,
 * what was there replaced), not synced. *bytes: its size. ERR_FULL, ERR_IO: nothing is left of it.
 */
enum err lmdb_copy(struct lmdb *lmdb, const char *dir, uint64_t *bytes) MUST_CHECK;

/* Bytes of the map in use (pages on the free list are not) and the map's size. */
void lmdb_map_use(const struct lmdb *lmdb, uint64_t *used, uint64_t *total);

/* Removes the environment's files from dir; ERR_OK when there are none. It must not be open. */
enum err lmdb_discard(const char *dir) MUST_CHECK;

#endif
