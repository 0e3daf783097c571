/* A merge that runs in a thread of its own and hands its entries over as LMDB keeps them, so that
 * checksums are made beside the writing of pages. Tombstones are left out. */
#ifndef STORE_POUR_H
#define STORE_POUR_H

#include "store/run.h"

struct pour;

/* Begins to run the merge, which nobody else may touch until pour_free(). ERR_NOMEM. */
enum err pour_new(struct merge_runs *merge, struct pour **out) MUST_CHECK;
/* The next key and its value as lmdb_value_encode() makes it, borrowed until the next call.
 * ERR_NOTFOUND at the end; an error of the merge. */
enum err pour_next(struct pour *pour, struct slice *key, struct slice *stored) MUST_CHECK;
/* Stops wherever it is. */
void pour_free(struct pour *pour);

#endif
