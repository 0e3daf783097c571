/* Finds where a folder of segments ends, and makes that end true on disk (design section 3,
 * "Recovery"). */
#ifndef LEDGER_RECOVERY_H
#define LEDGER_RECOVERY_H

#include "ledger/segment.h"

/* What the walk over all segments found. The segments are the caller's after ERR_OK. */
struct recovery {
    struct segment **segments; /* in order */
    size_t count;
    struct ledger_end end;
    uint64_t tail;        /* where the next group goes in the last segment */
    bool torn;            /* the bytes behind it have to be zeroed */
    size_t last_segment;  /* the last group: where it lies; last_size 0 without one */
    uint64_t last_offset; /* (the last segment may have no group yet) */
    uint64_t last_size;
};

/* Reads and checks every group of every segment, or what options->trust_sealed leaves of them;
 * looks at region, known and read_only besides. ERR_CORRUPT with *fault: something that cannot be
 * read lies before something that can, or a segment is missing, damaged or of another region.
 * ERR_IO, ERR_NOMEM. Read only, a live writer may be appending: what it has begun is no damage, and
 * the end that is returned is synced. */
enum err recovery_scan(int dir_fd, const struct ledger_options *options, struct recovery *recovery,
                       struct ledger_fault *fault) MUST_CHECK;

/* Cuts a torn tail with zeros to the segment's end, rewrites and syncs the last group and the last
 * segment's header, and syncs the folder. Page cache is not disk: a sync that failed before a crash
 * may have left bytes that read well and were never written. ERR_IO, ERR_NOMEM. */
enum err recovery_repair(int dir_fd, const struct recovery *recovery) MUST_CHECK;

void recovery_free(struct recovery *recovery);

#endif
