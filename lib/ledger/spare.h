/* The spare: the next segment's file, written with zeros and synced before it is needed. Written,
 * not only allocated: a sync into space the file system has yet to convert costs more than twice as
 * much (design section 2). Past the page cache, where nobody needs the zeros and writing them back
 * would cost the processor as much as a checkpoint's keys; in pieces, because a segment's worth of
 * zeros given to the disk at once holds up other syncs for a tenth of a second. Where the file
 * system cannot write past the cache, each piece is synced.
 *
 * A spare is made as spare.tmp and renamed to spare.seg when it is whole and synced; to adopt it is
 * to write its header block, sync, rename it to its segment's name and sync the folder. */
#ifndef LEDGER_SPARE_H
#define LEDGER_SPARE_H

#include "ledger/segment.h"

#define SPARE_FILE "spare.seg"
#define SPARE_TEMPORARY "spare.tmp"
/* Measured: larger pieces hold up the syncs beside them longer, smaller ones come to nothing. */
#define SPARE_PIECE (256 * 1024)

/* One folder's spare, at whatever point of its making. All zeros: none, nothing begun. */
struct spare {
    bool ready, begun;
    bool direct;   /* past the page cache */
    int fd;        /* of the one that is being made */
    uint64_t done; /* bytes of zeros on the disk */
};

/* At the writer's open: throws half-made spares away. `ready` says whether a whole one of `size`
 * bytes is there. */
enum err spare_check(int dir_fd, uint64_t size, struct spare *spare) MUST_CHECK;

/* One piece of the making of a spare of `size` bytes: ERR_AGAIN until it is ready. ERR_FULL, said
 * before a byte is written where the file system can tell, and ERR_IO: nothing is left behind. */
enum err spare_step(int dir_fd, uint64_t size, struct spare *spare) MUST_CHECK;

/* All that is left to do, at once. */
enum err spare_make(int dir_fd, uint64_t size, struct spare *spare) MUST_CHECK;

/* Closes a half-made one; the next open throws it away. */
void spare_close(struct spare *spare);

/* Turns the spare into the segment *head describes; *fd is then open for writing and the caller's.
 * ERR_FULL: the spare was no good and is thrown away, nothing else changed. ERR_IO: the folder
 * cannot be trusted any more. */
enum err spare_adopt(int dir_fd, const struct segment_head *head, struct spare *spare,
                     int *fd) MUST_CHECK;

#endif
