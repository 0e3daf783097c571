/* A ledger read and checked block by block, by a thread of its own and by the main thread whenever
 * it has nothing to fold. */
#ifndef COPAYCTL_FEED_H
#define COPAYCTL_FEED_H

#include "ledger/walk.h"

struct feed;

/* Begins to read from the segment that holds `from` on. Errors as walk_open(). */
enum err feed_open(const char *dir, const char *region, uint64_t from,
                   struct feed **out) MUST_CHECK;
/* Stops reading wherever it is. */
void feed_close(struct feed *feed);

/* Visits the records from `from` up to `through`, or, when that is 0, up to the ledger's last group
 * but one; shows progress. What visit returns other than ERR_OK ends it and is returned; else
 * ERR_OK, also where the ledger ends before `through`; ERR_CORRUPT: damage, see feed_fault();
 * ERR_IO. *ledger_end is the last sequence that was read, visited or not. */
typedef enum err (*feed_visit)(void *context, uint64_t sequence, struct slice record);
enum err feed_records(struct feed *feed, uint64_t from, uint64_t through, feed_visit visit,
                      void *context, uint64_t *ledger_end) MUST_CHECK;

/* After feed_records(), which has ended the reading. */
const struct ledger_fault *feed_fault(const struct feed *feed);
/* Likewise: a group that a crash cut short lies behind the last one. */
bool feed_torn(const struct feed *feed);

#endif
