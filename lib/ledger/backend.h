/* Where groups are kept: the seam at which another engine can stand (design section 7). The ledger
 * makes and hashes groups; a backend makes them durable in order, under an epoch.
 *
 * Failures: ERR_FENCED, another writer has a newer epoch; ERR_UNKNOWN, a submitted group may or may
 * not be durable; ERR_FULL; ERR_IO. The ledger ends the writer at the first failure of submit or
 * reap and calls neither again. */
#ifndef LEDGER_BACKEND_H
#define LEDGER_BACKEND_H

#include "ledger/group.h"

/* Groups that any backend may have in flight. */
#define BACKEND_DEPTH_MAX 8

/* Where a group stands; only the backend that gave it reads it. */
struct group_place {
    uint64_t segment, offset;
};

/* Called with each group in order, its records checked; what it returns other than ERR_OK ends the
 * read and is returned. Both are borrowed for the call. */
typedef enum err (*backend_visit)(void *context, const struct group *group, const uint8_t *records);

struct backend_kind {
    const char *name;
    uint32_t depth; /* groups in flight, at most BACKEND_DEPTH_MAX */

    /* Recovers and, for a writer, takes a new epoch: *end is the ledger's end with that epoch. */
    enum err (*open)(const struct ledger_options *options, void **backend, struct ledger_end *end,
                     struct ledger_fault *fault);
    void (*close)(void *backend);

    /* Journal thread. Makes room for a group of `size` bytes behind *end; *segment is what its
     * header must carry. ERR_FULL and ERR_LIMIT change nothing; anything else ends the writer. */
    enum err (*place)(void *backend, const struct ledger_end *end, uint64_t size,
                      uint64_t *segment);
    /* Journal thread. Sends the group that place() made room for; the bytes are borrowed for the
     * call, or until reap() from a backend that has one group in flight. */
    enum err (*submit)(void *backend, const struct ledger_end *before, struct slice group);
    /* Journal thread. Waits until the oldest group in flight is durable. */
    enum err (*reap)(void *backend);

    /* Any thread. The newest durable group: its place, and its header's GROUP_HEAD bytes as they
     * stand now. ERR_NOTFOUND: there is none. */
    enum err (*newest)(void *backend, struct group_place *place, uint8_t *head);
    /* Signer thread. Writes SEAL_SIZE bytes over the seal of the durable group that stands there.
     * Not synced: a seal that is lost takes nothing with it, and any later one covers the group. */
    enum err (*seal)(void *backend, const struct group_place *place, const uint8_t *slot);

    /* Any thread: this epoch is still the newest. */
    enum err (*confirm)(void *backend, uint64_t epoch);
    /* Checkpoint thread: one step in readying room ahead of need; as ledger_prepare_step(). */
    enum err (*prepare)(void *backend, int64_t *pause_us);

    /* Any thread. Visits the groups that hold sequence `from` and what follows up to *through, a
     * durable end, checked from the header's CRC to the Merkle root and chained up to its head. */
    enum err (*read)(void *backend, uint64_t from, const struct ledger_end *through,
                     backend_visit visit, void *context, struct ledger_fault *fault);
};

extern const struct backend_kind backend_files;
extern const struct backend_kind backend_memory;

/* ledger_open() on a backend of one's choice, with segments of any size it can work with. */
enum err ledger_open_on(const struct backend_kind *kind, const struct ledger_options *options,
                        struct ledger **out, struct ledger_fault *fault) MUST_CHECK;

#endif
