/* A batch's bytes lie in one piece that never moves, so that slices into it stay good. Pages that
 * were never written cost nothing. */
#include "daemon/batch.h"

#include <stdlib.h>

#include "ledger/group.h"

#define BATCH_BYTES (RECORD_MAX > GROUP_BYTES_MAX ? RECORD_MAX : GROUP_BYTES_MAX)
/* More than the ledger puts before and behind each record, and behind the last one. */
#define RECORD_OVERHEAD 16
#define GROUP_OVERHEAD GROUP_PAGE

struct batch *batch_new(void)
{
    struct batch *batch = calloc(1, sizeof *batch);
    if (!batch)
        return NULL;
    batch->parcel.kind = PARCEL_BATCH;
    batch->bytes = malloc(BATCH_BYTES);
    if (!batch->bytes) {
        free(batch);
        return NULL;
    }
    return batch;
}

void batch_free(struct batch *batch)
{
    if (!batch)
        return;
    free(batch->bytes);
    free(batch);
}

void batch_clear(struct batch *batch)
{
    batch->first = 0;
    batch->count = 0;
    batch->used = 0;
}

bool batch_has_room(const struct batch *batch, size_t size)
{
    if (batch->count == 0)
        return size <= RECORD_MAX;
    size_t overhead = RECORD_OVERHEAD * ((size_t)batch->count + 1) + GROUP_OVERHEAD;
    return batch->count < GROUP_RECORDS_MAX && batch->used + size + overhead <= GROUP_BYTES_MAX;
}

void batch_append(struct batch *batch, const struct record *record, size_t size)
{
    CHECK(batch_has_room(batch, size));
    if (batch->count == 0)
        batch->first = record->sequence;
    CHECK(record->sequence == batch->first + batch->count);
    uint8_t *place = batch->bytes + batch->used;
    struct writer w = writer_on(place, size);
    record_write(&w, record);
    CHECK(!w.failed && w.used == size);
    batch->records[batch->count++] = (struct slice){place, size};
    batch->used += size;
}

struct slice batch_record(const struct batch *batch, uint64_t sequence)
{
    if (batch->count == 0 || sequence < batch->first || sequence >= batch->first + batch->count)
        return (struct slice){0};
    return batch->records[sequence - batch->first];
}
