/* What an environment says, as one hash, and where two of them differ. For closed environments
 * under the data folder's lock; one thread per environment. */
#ifndef STORE_DIGEST_H
#define STORE_DIGEST_H

#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/limits.h"

struct digest {
    struct hash hash; /* over sizes, key and value of every entry in key order */
    uint64_t sequence, keys;
    uint64_t damaged; /* values whose checksum fails: they count as empty */
};

/* Reads all of it, with a second thread for its own time. ERR_CORRUPT: it cannot be opened or
 * walked; ERR_IO, ERR_NOMEM. Pages that are damaged may also end the process (LMDB trusts them):
 * ask in a child. */
enum err digest_run(const char *dir, struct digest *out) MUST_CHECK;
/* Only where it stands: store_sequence() and store_reach(). */
enum err digest_place(const char *dir, uint64_t *sequence, uint64_t *reach) MUST_CHECK;

struct digest_key {
    uint8_t size;
    uint8_t bytes[KEY_MAX];
};

struct digest_difference {
    uint64_t missing, extra, changed, damaged; /* in `found`, against `truth` */
    uint64_t families[256];                    /* of these, by the key's first byte */
    struct digest_key first;                   /* size 0: none */
};

/* Compares the contents of two environments key by key. */
enum err digest_compare(const char *truth, const char *found,
                        struct digest_difference *out) MUST_CHECK;

#endif
