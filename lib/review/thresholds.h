/* The amounts at which rules change, and the bills whose bases reach them: where to look for jumps.
 */
#ifndef REVIEW_THRESHOLDS_H
#define REVIEW_THRESHOLDS_H

#include "review/encounter.h"
#include "review/sweep.h"

#define THRESHOLDS_MAX 2048
#define POINTS_MAX 16384

struct thresholds {
    uint32_t count;
    struct {
        uint8_t layer; /* whose base; POLICY_LAYERS_MAX: the fee itself */
        int64_t fen;
    } list[THRESHOLDS_MAX];
};

struct points {
    uint32_t count;
    int64_t list[POINTS_MAX]; /* fees in fen, ascending when sorted */
};

/* Deductibles, bounds and lumps of the layers and prices of packages; of the rows that the
 * encounter meets, or of all rows when it is NULL. */
void thresholds_of(const struct policy *policy, const struct encounter *encounter,
                   struct thresholds *thresholds);
/* Adds the fees up to `most` around each threshold: the smallest whose base reaches it, a fen
 * less and a fen more. Bases grow with the fee. */
void thresholds_reach(const struct thresholds *thresholds, sweep_settle *settle, void *context,
                      int64_t most, struct points *points);

void points_add(struct points *points, int64_t fen);
/* In order, each once. */
void points_sort(struct points *points);

#endif
