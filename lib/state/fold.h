/* Folding records into a store that is made anew: the after-images of state_apply(), without a
 * state to read from. One owner thread. */
#ifndef STATE_FOLD_H
#define STATE_FOLD_H

#include "model/record.h"
#include "store/bulk.h"

/* Where a fold stands; zeroed at the beginning. */
struct fold {
    uint64_t sequence;
    int64_t time_ms;
};

/* Puts the record's images. ERR_CORRUPT: it does not parse, is not the next one, is older than the
 * one before, or its effects do not parse (nothing was put). ERR_NOMEM, ERR_FULL, ERR_IO. */
enum err fold_record(struct fold *fold, struct slice bytes, struct bulk *bulk) MUST_CHECK;

/* A key family in words (中文 / English), from a key's first byte; never NULL. */
const char *fold_family(uint8_t first);

#endif
