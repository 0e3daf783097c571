/* Whole files at the edges: packs, cases, tables, configuration. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "base/err.h"

/* Reads a file of at most `max` bytes; *data is malloc'ed, the caller frees. ERR_NOTFOUND: there is
 * none; ERR_LIMIT: longer; ERR_IO: errno says why (a folder is EISDIR); ERR_NOMEM. */
enum err file_read(const char *path, size_t max, uint8_t **data, size_t *size) MUST_CHECK;

#endif
