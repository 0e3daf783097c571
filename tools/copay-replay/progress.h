/* The live line on a terminal: once a second, the last second. */
#ifndef REPLAY_PROGRESS_H
#define REPLAY_PROGRESS_H

#include "histogram.h"

struct run_result;

struct progress {
    int64_t shown_us;
    struct histogram second;
};

void progress_add(struct progress *progress, int64_t latency_us);
/* Shows when a second has passed; on stderr. */
void progress_show(struct progress *progress, int64_t now_us, const struct run_result *result,
                   uint64_t outstanding);
void progress_end(struct progress *progress);

#endif
