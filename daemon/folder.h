/* A region's data folder: <data>/<region>/{lock,salt.key,rebuild,ledger/,lmdb/}. */
#ifndef DAEMON_FOLDER_H
#define DAEMON_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "base/err.h"
#include "base/hash.h"

/* Makes the folder (0700) and syncs its parent when it was not there; one level. */
enum err folder_make(const char *dir) MUST_CHECK;
/* dir/name into out; ERR_LIMIT when it does not fit. */
enum err folder_path(const char *dir, const char *name, char *out, size_t capacity) MUST_CHECK;

/* The key of the records' salts: made at random once, synced before it is used. It stands in
 * salt.new, and *fresh is true, until folder_salt_keep() is called with a first record durable: so
 * that salt.key always has a ledger beside it. ERR_NOTFOUND: it is gone from a folder that has a
 * ledger; it has to come back from the backup. */
enum err folder_salt_key(const char *dir, uint8_t key[HASH_SIZE], bool *fresh) MUST_CHECK;
enum err folder_salt_keep(const char *dir) MUST_CHECK;

/* Removes a file that may not be there, and syncs its folder. */
enum err folder_remove(const char *path) MUST_CHECK;

/* The marker that asks the next start to throw LMDB away and fold the ledger again. */
bool folder_rebuild_wanted(const char *dir);
enum err folder_rebuild_mark(const char *dir) MUST_CHECK;
enum err folder_rebuild_done(const char *dir) MUST_CHECK;

/* Writes `text` to a temporary name beside `path` and renames it: a reader sees all of it or none.
 */
enum err folder_write(const char *path, const void *bytes, size_t size) MUST_CHECK;

#endif
