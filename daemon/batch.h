/* Records that go to the ledger as one group: written here by the settler as it applies them, read
 * by the journal, kept until durable so that a repeat finds its bytes. */
#ifndef DAEMON_BATCH_H
#define DAEMON_BATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "daemon/inbox.h"
#include "model/record.h"

struct batch {
    struct parcel parcel;
    uint64_t first; /* sequence of the first record */
    uint32_t count;
    size_t used;
    uint8_t *bytes;
    struct slice records[GROUP_RECORDS_MAX];
};

/* NULL when memory is gone. */
struct batch *batch_new(void) MUST_CHECK;
void batch_free(struct batch *batch);
void batch_clear(struct batch *batch);

/* A record of that size still fits; any legal one fits an empty batch. */
bool batch_has_room(const struct batch *batch, size_t size);
/* There must be room; sequences must follow each other. */
void batch_append(struct batch *batch, const struct record *record, size_t size);
/* The record of that sequence, borrowed until batch_clear(); data NULL when it is not here. */
struct slice batch_record(const struct batch *batch, uint64_t sequence);

#endif
