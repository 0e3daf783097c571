/* The catalogue of a pack and the files of an import, made one. What each item's rows will be is in
 * course.h. */
#ifndef COPAY_POLICY_MERGE_H
#define COPAY_POLICY_MERGE_H

#include "facts.h"
#include "policy/policy.h"
#include "review/sheet.h"

struct merge {
    const struct policy *policy;
    int32_t from;             /* the first day that may change */
    bool late;                /* changes of an earlier day are made on that day, not refused */
    const bool *first_import; /* by input: nothing of its kind was imported before */
    struct faults *faults;
    struct skips *skips;
    struct faults *notes; /* changes that were late */
    struct sheet *before; /* in order of key and day */
    struct sheet *after;  /* gets the rows; the same columns */
    struct arena *arena;
    uint32_t past; /* items whose rows and files differ on days before `from` only */
};

/* Facts in order. Rows that come out wrong are faults of the lines they come from. */
void merge_catalogue(struct merge *merge, const struct facts *facts);

#endif
