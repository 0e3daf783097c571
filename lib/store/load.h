/* Fills a new LMDB environment in key order, as fast as pages can be written: appended, with one
 * sync at the end. Until load_finish() has returned the folder is worth nothing. One owner thread.
 */
#ifndef STORE_LOAD_H
#define STORE_LOAD_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

struct load;

/* Into `dir`, made when missing, which must hold no environment yet (ERR_INVALID). map_bytes 0: as
 * store_open() has it. ERR_IO, ERR_FULL, ERR_NOMEM. */
enum err load_new(const char *dir, uint64_t map_bytes, struct load **out) MUST_CHECK;
/* Keys in strictly ascending order, 1 to KEY_MAX bytes. ERR_FULL, ERR_IO, ERR_NOMEM. */
enum err load_put(struct load *load, struct slice key, struct slice value) MUST_CHECK;
/* The same with a value that lmdb_value_encode() made. */
enum err load_put_encoded(struct load *load, struct slice key, struct slice stored) MUST_CHECK;
/* Writes the sequence that the content stands at and syncs everything, the folder too. */
enum err load_finish(struct load *load, uint64_t sequence) MUST_CHECK;
/* At any time; without load_finish() what was written is worth nothing. */
void load_free(struct load *load);

#endif
