/* A sorted run of after-images, in memory or in a file that has no name, and the merge of many of
 * them, the newest image of each key first. One owner thread. */
#ifndef STORE_RUN_H
#define STORE_RUN_H

#include <stdbool.h>

#include "base/err.h"
#include "store/sort.h"

struct run;
struct merge_runs;

/* Over `count` sorted items, borrowed with their entries until run_free(); of equal keys the last
 * counts. NULL when memory is gone. */
struct run *run_new(const struct sort_item *items, size_t count) MUST_CHECK;
/* Writes the run to a nameless file in `dir`, so that its items may go. ERR_FULL, ERR_IO,
 * ERR_NOMEM. */
enum err run_spill(struct run *run, const char *dir) MUST_CHECK;
void run_free(struct run *run);

/* Walks all runs as one; a later run of the array hides the keys of an earlier one. Runs are
 * borrowed. */
enum err merge_runs_new(struct run *const *runs, size_t count, struct merge_runs **out) MUST_CHECK;
/* The next key with its newest image, tombstones included; borrowed until the next call.
 * ERR_NOTFOUND at the end. */
enum err merge_runs_next(struct merge_runs *merge, struct slice *key, struct slice *value,
                         bool *deleted) MUST_CHECK;
void merge_runs_free(struct merge_runs *merge);

#endif
