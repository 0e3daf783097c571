/* Suspicion stays until it is confirmed, even if the clock jumps back: records may have been
 * refused or dated meanwhile, and somebody has to look. */
#include "daemon/timekeeper.h"

#include "base/limits.h"

void timekeeper_start(struct timekeeper *keeper, int64_t wall_ms, int64_t mono_ms, int64_t last_ms)
{
    keeper->offset_ms = wall_ms - mono_ms;
    keeper->suspect = wall_ms < last_ms;
}

bool timekeeper_observe(struct timekeeper *keeper, int64_t wall_ms, int64_t mono_ms)
{
    int64_t jump_ms = wall_ms - mono_ms - keeper->offset_ms;
    bool jumped = jump_ms > CLOCK_JUMP_MAX_MS || jump_ms < -CLOCK_JUMP_MAX_MS;
    bool raised = jumped && !keeper->suspect;
    keeper->suspect = keeper->suspect || jumped;
    return raised;
}

void timekeeper_confirm(struct timekeeper *keeper, int64_t wall_ms, int64_t mono_ms)
{
    keeper->offset_ms = wall_ms - mono_ms;
    keeper->suspect = false;
}
