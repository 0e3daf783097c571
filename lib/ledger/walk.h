/* Reads a ledger's folder from front to back in big blocks, everything checked once on the way: the
 * segments' headers and joints, each group's CRC, chain and Merkle root. For tools that want all of
 * it at the speed of SHA-256; nothing is indexed, repaired or locked. One owner thread. */
#ifndef LEDGER_WALK_H
#define LEDGER_WALK_H

#include "ledger/segment.h"

struct walk;

/* What a block must hold at least: any group fits. */
#define WALK_BLOCK_MIN (GROUP_HEAD + GROUP_LENGTH_MAX)

/* Whole groups of one segment, as they lie in its file. */
struct walk_block {
    uint8_t *bytes; /* the caller's, `capacity` bytes */
    size_t capacity, used;
    uint64_t offset; /* of the first group in the segment's file */
    struct ledger_end before, end;
    char name[SEGMENT_NAME];
    struct segment_head head; /* of the segment */
    const char *why;          /* what walk_check_block() found wrong behind `used`; NULL: nothing */
};

/* Begins with the segment that holds sequence `from`. ERR_NOTFOUND: no such folder; ERR_IO,
 * ERR_NOMEM. On success *out is the caller's: walk_close(). */
enum err walk_open(const char *dir, const char *region, uint64_t from,
                   struct walk **out) MUST_CHECK;
void walk_close(struct walk *walk);

/* The next groups into *block. Those that end before `from` are only chained, not hashed. A segment
 * without groups is handed out once too, with nothing used. ERR_NOTFOUND: the ledger ends here;
 * ERR_CORRUPT with *fault: damage, as ledger_open() has it; ERR_IO. Beside a live writer the end is
 * where it stood when the last segment was read. */
enum err walk_next(struct walk *walk, struct walk_block *block,
                   struct ledger_fault *fault) MUST_CHECK;

/* For two threads: from here on walk_next() looks at headers and the chain alone, and each block
 * has to go through walk_check_block(), in any order, on any thread, also beside walk_next(). Not
 * beside a live writer: a group that is half there is not looked at twice. */
void walk_defer(struct walk *walk);
/* Checks the records of a block's groups. Where they fail, `used` and `end` shrink to what lies
 * before and `why` says it; the walk is then over, and walk_judge() tells what it was. */
void walk_check_block(const struct walk *walk, struct walk_block *block);
/* After the first block that failed, when nobody else uses the walk any more: ERR_NOTFOUND: its bad
 * group was never finished and the ledger ends before it; ERR_CORRUPT with *fault; ERR_IO. */
enum err walk_judge(struct walk *walk, const struct walk_block *block,
                    struct ledger_fault *fault) MUST_CHECK;

/* After the end: the last group's bytes are followed by those of one that a crash cut short, or
 * that a live writer has begun. */
bool walk_torn(const struct walk *walk);
/* Syncs the segment that was read last, so that what was read of it is durable. ERR_IO. */
enum err walk_sync(struct walk *walk) MUST_CHECK;
/* Bytes of all segments from the first one read on, and those that were read: for progress. */
void walk_progress(const struct walk *walk, uint64_t *done, uint64_t *total);

/* Checks a copy in memory of one segment, zeros behind its last group left out: the header block,
 * its joint with *end, and every group. *end is then behind the last one. ERR_CORRUPT with *fault.
 */
enum err walk_check(const uint8_t *bytes, size_t size, const char *name, const char *region,
                    struct ledger_end *end, struct ledger_fault *fault) MUST_CHECK;

/* Walks the groups of a block: *at is 0 at first; false behind the last one. */
bool walk_group(const struct walk_block *block, size_t *at, struct group *group,
                const uint8_t **records);

#endif
