/* Walking several layers of keys as one, in key order. Owner thread. */
#ifndef STORE_SCAN_H
#define STORE_SCAN_H

#include "store/lmdb.h"
#include "store/overlay.h"
#include "store/store.h"

#define SCAN_OVERLAYS 3

/* Newest first: an entry hides the same key in the layers after it, a tombstone included. NULL
 * layers are empty; lmdb (oldest) may be NULL. */
struct scan_layers {
    const struct overlay *overlays[SCAN_OVERLAYS];
    struct lmdb *lmdb;
};

/* Ends at the first error of visit and returns it; else ERR_OK, ERR_NOMEM, ERR_CORRUPT, ERR_IO. */
enum err scan_walk(const struct scan_layers *layers, struct slice prefix, store_visit visit,
                   void *context) MUST_CHECK;
/* SHA-256 chained over every key and value with their lengths. */
enum err scan_digest(const struct scan_layers *layers, struct hash *digest) MUST_CHECK;

#endif
