/* Whole files and folders at the edges: packs, cases, tables, configuration, keys. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/check.h"
#include "base/err.h"

/* Reads a file of at most `max` bytes; *data is malloc'ed, the caller frees. ERR_NOTFOUND: there is
 * none; ERR_LIMIT: longer; ERR_IO: errno says why (a folder is EISDIR); ERR_NOMEM. */
enum err file_read(const char *path, size_t max, uint8_t **data, size_t *size) MUST_CHECK;

/* Writes all of it, however often that takes. ERR_FULL, ERR_IO: errno says why. */
enum err file_put(int fd, const void *bytes, size_t size) MUST_CHECK;
/* Makes a file of those bytes and syncs it; its name is file_sync_folder()'s to sync. What is there
 * is overwritten, or, where `fresh` is asked for, ERR_BUSY. A link is not followed. ERR_FULL,
 * ERR_IO; what was made then may be there in part. */
enum err file_write(const char *path, bool fresh, mode_t mode, const void *bytes,
                    size_t size) MUST_CHECK;
/* Makes a folder of our own, <name>-XXXXXX, below TMPDIR or else /tmp, and writes its path, which
 * on an error is what was tried. The caller removes it. ERR_LIMIT: the path is longer than
 * `capacity`; ERR_FULL, ERR_IO: errno says why. */
enum err file_temporary_folder(const char *name, char *path, size_t capacity) MUST_CHECK;
/* Syncs the names in a folder. ERR_FULL, ERR_IO. */
enum err file_sync_folder(const char *dir) MUST_CHECK;

#endif
