/* One folder that holds the ledger's files, as its writer uses it: the primary or the mirror. */
#ifndef LEDGER_VOLUME_H
#define LEDGER_VOLUME_H

#include "ledger/spare.h"

struct volume {
    int dir_fd; /* -1: not open */
    int fd;     /* the last segment, open for writing; -1 before the first one */
    struct spare spare;
};

#define VOLUME_NONE ((struct volume){.dir_fd = -1, .fd = -1})

/* Opens the folder; a writer makes a missing one. ERR_NOTFOUND, ERR_FULL, ERR_IO. */
enum err volume_open(const char *dir, bool read_only, struct volume *volume) MUST_CHECK;
void volume_close(struct volume *volume);

/* Opens the last segment for writing. */
enum err volume_continue(struct volume *volume, const char *name) MUST_CHECK;
/* Goes over to the segment *head describes, made of the spare. As spare_adopt(). */
enum err volume_roll(struct volume *volume, const struct segment_head *head) MUST_CHECK;
/* Writes bytes that lie within one page into a segment that need not be the last one; does not
 * sync. One thread. */
enum err volume_patch(const struct volume *volume, const char *name, struct slice bytes,
                      uint64_t offset) MUST_CHECK;

#endif
