/* Reads a segment file group by group, checking all of it on the way: the header's CRC, the chain
 * from the place where it started, and the Merkle root. One owner; many may read one file. */
#ifndef LEDGER_CURSOR_H
#define LEDGER_CURSOR_H

#include "ledger/segment.h"

struct cursor {
    int fd;
    char name[SEGMENT_NAME];
    struct segment_head head;
    uint64_t offset;       /* of the next group */
    struct ledger_end end; /* the ledger's end before it */
    const char *why;       /* static text: why there is no next group */
    uint8_t *window;       /* bytes of the file from window_at on */
    size_t window_size, window_capacity;
    uint64_t window_at;
};

/* What lies behind the last group that could be read. */
enum tail {
    TAIL_ZERO,  /* space not used yet */
    TAIL_TORN,  /* what a write that a crash cut short leaves: one bad group and nothing after it */
    TAIL_DAMAGE /* sound headers of this segment: a group that was durable can't be read */
};

/* Opens a segment's file at its first group. ERR_CORRUPT with *fault when the file is missing, has
 * not the size it should have, or its header block is damaged or of another region; ERR_IO. On
 * success cursor_close(). */
enum err cursor_open(struct cursor *cursor, int dir_fd, const char *name, const char *region,
                     struct ledger_fault *fault) MUST_CHECK;
void cursor_close(struct cursor *cursor);

/* Goes to a mark, whose end before it is then the chain's anchor. */
void cursor_seek(struct cursor *cursor, const struct segment_mark *mark);

/* Reads the next group. *records (borrowed until the next call) are set and checked when the group
 * reaches sequence `from`, else NULL: only its header is looked at. ERR_NOTFOUND: no valid group
 * follows, cursor->why says why; ERR_IO, ERR_NOMEM. The cursor moves only on ERR_OK. */
enum err cursor_next(struct cursor *cursor, uint64_t from, struct group *group,
                     const uint8_t **records) MUST_CHECK;

/* Looks through the rest of the segment from the cursor's place on. */
enum err cursor_tail(struct cursor *cursor, enum tail *tail) MUST_CHECK;

/* Forgets what was read ahead: beside another process's writer it may have changed. */
void cursor_forget(struct cursor *cursor);

#endif
