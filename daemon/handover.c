/* One batch is with the journal, one is being built, one is spare: two are ahead of what is durable
 * (GROUPS_AHEAD_MAX), and only one is in flight to the disk. Where claims come one by one, the
 * settler is the journal. */
#include "daemon/handover.h"

#include "base/clock.h"
#include "daemon/journal.h"

/* So little is written by the settler itself: one in flight then takes 33 µs less of 221 and
 * a quarter less processor; with more, the next claims are better settled meanwhile. */
#define FEW_RECORDS 8
#define FEW_BYTES ((size_t)64 * 1024)

_Static_assert(GROUPS_AHEAD_MAX == 2, "one batch with the journal, one being built");

void handover_freeze(struct region *region)
{
    if (region->settler.building->count > 0 || atomic_load(&region->frozen) != 0 ||
        !store_checkpoint_due(region->store, clock_mono_ms()))
        return;
    uint64_t sequence = state_sequence(region->state);
    store_freeze(region->store, sequence);
    atomic_store(&region->frozen, sequence);
    region_wake(region, THREAD_CHECKPOINT);
}

void handover_batch(struct region *region)
{
    struct settler *settler = &region->settler;
    if (settler->in_flight || settler->building->count == 0)
        return;
    notice_put_up(region);
    bool few = settler->building->count <= FEW_RECORDS && settler->building->used <= FEW_BYTES;
    if (few && journal_write(region, settler->building)) {
        batch_clear(settler->building);
    } else {
        settler->in_flight = settler->building;
        settler->building = settler->spare;
        settler->spare = NULL;
        CHECK(settler->building->count == 0);
        inbox_put(&region->inboxes[THREAD_JOURNAL], &settler->in_flight->parcel);
        region_wake(region, THREAD_JOURNAL);
    }
    handover_freeze(region);
}

void handover_return(struct region *region, struct batch *batch)
{
    struct settler *settler = &region->settler;
    CHECK(batch == settler->in_flight && !settler->spare);
    batch_clear(batch);
    settler->spare = batch;
    settler->in_flight = NULL;
    settler->full = false;
}

enum err handover_thaw(struct region *region)
{
    if (!atomic_load(&region->checkpointed))
        return ERR_OK;
    enum err err = store_thaw(region->store);
    if (err == ERR_NOMEM)
        return ERR_OK; /* the next turn tries again */
    if (err)
        return err;
    /* In this order: the checkpoint thread looks at them in the other. */
    atomic_store(&region->frozen, 0);
    atomic_store(&region->checkpointed, false);
    region->board.outdated = true;
    region_wake(region, THREAD_CHECKPOINT);
    return ERR_OK;
}
