/* After-images in any number and order, folded to the last one of each key and loaded into a new
 * LMDB environment: how a ledger becomes a store without a B-tree being searched. What memory
 * cannot hold lies in sorted runs in nameless files. One owner thread. */
#ifndef STORE_BULK_H
#define STORE_BULK_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "store/image.h"

struct bulk;

struct bulk_options {
    const char *dir;       /* of the environment to be: made when missing; borrowed */
    uint64_t map_bytes;    /* 0: as store_open() has it */
    uint64_t memory_bytes; /* of images held; 0: 1 GiB */
};

/* How often a key is put: the caller says the same each time it puts the same key. */
enum bulk_kind {
    BULK_ONCE, /* hardly ever again (messages, settlements): sorted */
    BULK_OFTEN /* again and again (accumulators, books): only the last image is held */
};

/* ERR_INVALID: the folder holds an environment. ERR_IO, ERR_FULL, ERR_NOMEM. */
enum err bulk_new(const struct bulk_options *options, struct bulk **out) MUST_CHECK;
/* Puts images of one kind, one behind the other; copies them. ERR_NOMEM, ERR_FULL, ERR_IO. */
enum err bulk_put(struct bulk *bulk, struct image *images, size_t count,
                  enum bulk_kind kind) MUST_CHECK;
/* Writes everything, standing at `sequence`, and syncs it; *keys is how many there are. `shown`, if
 * not NULL, is called now and then with the keys written. Nothing may be put after that. */
enum err bulk_write(struct bulk *bulk, uint64_t sequence, void (*shown)(uint64_t keys),
                    uint64_t *keys) MUST_CHECK;
void bulk_free(struct bulk *bulk);

#endif
