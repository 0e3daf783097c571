/* The spare: the next segment's file, written with zeros and synced before it is needed. Written,
 * not only allocated: a sync into space the file system has yet to convert costs more than twice as
 * much (design section 2).
 *
 * A spare is made as spare.tmp and renamed to spare.seg when it is whole and synced; to adopt it is
 * to write its header block, sync, rename it to its segment's name and sync the folder. */
#ifndef LEDGER_SPARE_H
#define LEDGER_SPARE_H

#include "ledger/segment.h"

#define SPARE_FILE "spare.seg"
#define SPARE_TEMPORARY "spare.tmp"

/* At the writer's open: throws half-made spares away. *ready says whether a whole one of `size`
 * bytes is there. */
enum err spare_check(int dir_fd, uint64_t size, bool *ready) MUST_CHECK;

/* Makes a spare of `size` bytes. After an error nothing is left behind. ERR_FULL, ERR_IO. */
enum err spare_make(int dir_fd, uint64_t size) MUST_CHECK;

/* Turns the spare into the segment *head describes; *fd is then open for writing and the caller's.
 * ERR_FULL: the spare was no good and is thrown away, nothing else changed. ERR_IO: the folder
 * cannot be trusted any more. */
enum err spare_adopt(int dir_fd, const struct segment_head *head, int *fd) MUST_CHECK;

#endif
