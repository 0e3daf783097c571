/* What the settler hands over and takes back: batches to and from the journal, the overlay to and
 * from the checkpoint thread. Settler thread. */
#ifndef DAEMON_HANDOVER_H
#define DAEMON_HANDOVER_H

#include "daemon/region.h"

/* Hands the batch being built over, if the journal is free and there is anything in it, or makes it
 * durable where it is small; that is a group boundary, so the overlay is frozen there when a
 * checkpoint is due. */
void handover_batch(struct region *region);
/* The batch in flight is durable. */
void handover_return(struct region *region, struct batch *batch);
/* At a group boundary: freezes the overlay when a checkpoint is due. */
void handover_freeze(struct region *region);
/* Drops the frozen overlay once LMDB holds it. Anything but ERR_OK: the store failed. */
enum err handover_thaw(struct region *region) MUST_CHECK;

#endif
