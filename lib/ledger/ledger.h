/* The ledger: opaque records in groups, hashed, chained and durable (design sections 3 and 7).
 *
 * One writer per ledger. The writer side (submit, reap, confirm, prepare) belongs to the journal
 * and checkpoint threads as said at each call; ledger_read() may be called from any thread.
 *
 * A record is bytes with a sequence; sequences start at 1 and have no gaps. A group is the unit of
 * durability: a header (region, epoch, number, first sequence, count, byte length, Merkle root over
 * the records as RFC 6962 leaves, previous header's hash, algorithm id, room for a signature, CRC)
 * and the records behind it, each preceded by its length. */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/id.h"

struct ledger;

struct ledger_options {
    const char *dir;        /* folder of segments; NULL: the memory backend */
    const char *mirror;     /* a second folder, on another disk, that a group is also in before it
                               is durable; NULL: none. Ignored by a reader */
    const char *region;     /* six digits; must agree with what is stored */
    uint64_t segment_bytes; /* size of new segments, a multiple of 4096; at least
                               LEDGER_SEGMENT_MIN. Segments that exist keep theirs */
    bool read_only;    /* beside a live writer: no lock, no epoch, no repair, no submit; the end
                          stays where it was at the open */
    uint64_t known;    /* a sequence that is known to have been durable, or 0: a tail that is torn
                          before it is damage, and nothing is cut */
    bool trust_sealed; /* of all segments but the last only the file's size, the header block and
                          how it joins its neighbours are looked at, and of groups behind `known`
                          but the last one only the headers: the caller reads these before it
                          answers anything. The time to open does not grow with the ledger */
};

/* Where the ledger ends. */
struct ledger_end {
    uint64_t epoch;
    uint64_t group;    /* number of the last group, 0 when there is none */
    uint64_t sequence; /* of the last record, 0 when there is none */
    struct hash head;  /* hash of the last group's header; zeros when there is none */
};

/* Says where the damage is when opening or reading fails. */
struct ledger_fault {
    char segment[64];
    uint64_t offset;
    uint64_t sequence; /* first sequence that cannot be read */
    char text[160];
};

/* Opens or creates. A writer takes a new epoch (synced file beside the segments), cuts a lone bad
 * last group by zeroing to the segment's end, rewrites and syncs the tail it cannot prove synced,
 * and syncs the folder, before it returns. ERR_CORRUPT: damage before valid groups or before
 * options->known, a foreign region, a folder that has lost all its segments, or a mirror that holds
 * another ledger; *fault says where. ERR_INVALID: bad options. ERR_NOTFOUND:
 * no folder to read or to make one in. ERR_IO, ERR_FULL, ERR_NOMEM. Everything stored is read and
 * checked, unless options->trust_sealed. The caller holds the data folder's lock (lock.h). On
 * success *out is the caller's: ledger_close(). */
enum err ledger_open(const struct ledger_options *options, struct ledger **out,
                     struct ledger_fault *fault) MUST_CHECK;
void ledger_close(struct ledger *ledger);

struct ledger_end ledger_end(const struct ledger *ledger);

/* Journal thread. Hashes, chains and appends `count` records as the next group; the records'
 * sequences follow the last group's. Borrows records until ledger_reap() has returned them
 * durable. ERR_AGAIN: the backend's depth (1 for files) is in flight. ERR_FULL: no room and no
 * segment ready (nothing was written; may be tried again). ERR_LIMIT: over GROUP_* of limits.h; a
 * record over GROUP_BYTES_MAX, which RECORD_MAX allows, goes alone. ERR_INVALID: no records, or a
 * ledger opened read_only.
 * ERR_IO and ERR_FENCED end the writer: every later call fails the same way. */
enum err ledger_submit(struct ledger *ledger, const struct slice *records,
                       uint32_t count) MUST_CHECK;

/* Journal thread. Waits until the oldest group in flight is durable; *sequence is then the last
 * durable sequence. Anything but ERR_OK ends the writer (ERR_UNKNOWN when the sync may or may not
 * have happened). */
enum err ledger_reap(struct ledger *ledger, uint64_t *sequence) MUST_CHECK;

/* Any thread. ERR_OK: `epoch` is still the newest, so that what this writer knows is not stale; the
 * file backend can tell at once, since it holds the lock. ERR_FENCED: it is not. */
enum err ledger_confirm(struct ledger *ledger, uint64_t epoch) MUST_CHECK;

/* Checkpoint thread: makes the next segment ready (written with zeros and synced, the folder too)
 * when none is. Cheap when nothing is due. ERR_FULL leaves things as they were. */
enum err ledger_prepare(struct ledger *ledger) MUST_CHECK;
/* The same a piece at a time, for a thread with other things to do and for the sake of the syncs of
 * ledger_reap(). ERR_AGAIN: more is to be done after *pause_us, which is shorter the sooner the
 * segment will be needed. ERR_OK: it is ready. */
enum err ledger_prepare_step(struct ledger *ledger, int64_t *pause_us) MUST_CHECK;

/* Any thread. Calls visit(context, sequence, record) for every durable record from `from` on, in
 * order, until visit returns other than ERR_OK (which is returned) or the end (ERR_OK). Headers,
 * CRCs, the chain and the Merkle root are checked on the way: ERR_CORRUPT fills *fault. The record
 * is borrowed for the call. */
typedef enum err (*ledger_visit)(void *context, uint64_t sequence, struct slice record);
enum err ledger_read(struct ledger *ledger, uint64_t from, ledger_visit visit, void *context,
                     struct ledger_fault *fault) MUST_CHECK;

/* The same, group by group (group.h): those that hold sequence `from` and what follows. `records`
 * are the group's bytes behind its header; both are borrowed for the call. */
struct group;
typedef enum err (*ledger_group_visit)(void *context, const struct group *group,
                                       const uint8_t *records);
enum err ledger_read_groups(struct ledger *ledger, uint64_t from, ledger_group_visit visit,
                            void *context, struct ledger_fault *fault) MUST_CHECK;

/* Any thread. Copies one durable record: *record is malloc'ed, the caller frees. ERR_NOTFOUND when
 * the sequence is not durable. */
enum err ledger_fetch(struct ledger *ledger, uint64_t sequence, uint8_t **record,
                      size_t *size) MUST_CHECK;

#define LEDGER_SEGMENT_MIN (32 * 1024 * 1024)

#endif
