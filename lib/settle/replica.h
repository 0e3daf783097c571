/* A region's state in memory, made again from its records in their order: what verify and impact
 * work on. Inside lib/settle only; one thread. */
#ifndef SETTLE_REPLICA_H
#define SETTLE_REPLICA_H

#include "base/id.h"
#include "settle/settle.h"

struct replica {
    char region[ID_ADMDVS + 1];
    struct store *store;
    struct state *state;
    struct settle *settle;
    /* Decoding, and a turn with all its copies; replica_read() resets both. */
    struct arena *request_arena, *turn_arena;
};

/* Zeroed before; replica_close() whatever came of it. salt_key as in settle_options. ERR_INVALID:
 * no region; ERR_NOMEM. */
enum err replica_open(struct replica *replica, const char *region,
                      const uint8_t *salt_key) MUST_CHECK;
void replica_close(struct replica *replica);

/* The next record, which borrows from `bytes`; state_apply() folds it. ERR_CORRUPT: no record, or
 * none that can follow: *what says so. */
enum err replica_read(struct replica *replica, uint64_t sequence, struct slice bytes,
                      struct record *record, const char **what) MUST_CHECK;

/* A terminal's record's request. ERR_INVALID: it cannot be read; ERR_NOMEM. */
enum err replica_request(struct replica *replica, const struct record *record,
                         struct request *request) MUST_CHECK;

#endif
