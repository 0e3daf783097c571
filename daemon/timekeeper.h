/* Whether the wall clock may be believed (design section 3, "Time"): a jump of more than
 * CLOCK_JUMP_MAX_MS against the monotonic clock, or a start before the last record, stops settling
 * until an operator confirms. Owned by the settler; pure, both clocks are passed in. */
#ifndef DAEMON_TIMEKEEPER_H
#define DAEMON_TIMEKEEPER_H

#include <stdbool.h>
#include <stdint.h>

struct timekeeper {
    int64_t offset_ms; /* wall - monotonic, when last believed */
    bool suspect;
};

/* last_ms: the last record's time; 0 when there is none. */
void timekeeper_start(struct timekeeper *keeper, int64_t wall_ms, int64_t mono_ms, int64_t last_ms);
/* True when this observation is the one that raised the suspicion. */
bool timekeeper_observe(struct timekeeper *keeper, int64_t wall_ms, int64_t mono_ms);
/* An operator vouches for the clock as it is now. */
void timekeeper_confirm(struct timekeeper *keeper, int64_t wall_ms, int64_t mono_ms);

#endif
