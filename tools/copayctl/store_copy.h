/* The daemon's copy of LMDB, for a backup: asked for over the connection, read from the region's
 * folder on the same machine. One owner thread. */
#ifndef COPAYCTL_STORE_COPY_H
#define COPAYCTL_STORE_COPY_H

#include "base/bytes.h"
#include "place.h"

struct store_copy {
    char folder[PATH_MAX];
    int lock, fd;
    uint64_t sequence; /* how far what it holds reaches */
    uint8_t *bytes;
};

/* Asks for a copy and opens it. Prints what is wrong. Whatever comes back, store_copy_free(). */
enum ctl_exit store_copy_take(struct ctl *ctl, const struct place *place, struct store_copy *copy);
/* The next piece, borrowed until the next call. ERR_NOTFOUND at the end; ERR_IO. */
enum err store_copy_read(struct store_copy *copy, struct slice *piece) MUST_CHECK;
/* Removes the copy, which is in the clear. */
void store_copy_free(struct store_copy *copy);

#endif
