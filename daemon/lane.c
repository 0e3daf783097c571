/* The depth doubles when the settler emptied a lane that the gate would have filled further, and
 * shrinks when more than half of it was still there a turn later. */
#include "daemon/lane.h"

void lane_open(struct lane *lane, _Atomic uint64_t *taken, _Atomic uint64_t *call)
{
    *lane = (struct lane){.taken = taken, .call = call, .depth = LANE_DEPTH_MIN};
    atomic_store(call, UINT64_MAX);
}

uint64_t lane_waiting(const struct lane *lane)
{
    return lane->given - atomic_load(lane->taken);
}

void lane_turn(struct lane *lane, int64_t mono_ms)
{
    uint64_t taken = atomic_load_explicit(lane->taken, memory_order_relaxed);
    uint64_t waiting = lane->given - taken;
    if (taken != lane->taken_before || waiting == 0)
        lane->moved_mono_ms = mono_ms;
    lane->taken_before = taken;
    if (lane->filled && waiting == 0 && lane->depth < LANE_DEPTH_MAX)
        lane->depth *= 2;
    else if (waiting > lane->depth / 2)
        lane->depth -= lane->depth / 8;
    lane->depth = lane->depth < LANE_DEPTH_MIN ? LANE_DEPTH_MIN : lane->depth;
    lane->filled = false;
}

bool lane_stuck(const struct lane *lane, int64_t mono_ms)
{
    return lane_waiting(lane) >= lane->depth && mono_ms - lane->moved_mono_ms > LANE_STUCK_MS;
}

bool lane_full(struct lane *lane, int64_t mono_ms)
{
    bool full = lane_waiting(lane) >= lane->depth;
    lane->filled = lane->filled || full;
    return full && !lane_stuck(lane, mono_ms);
}

void lane_ask_for_call(struct lane *lane)
{
    /* Whichever of gate and settler looks second sees what the other wrote. */
    if (lane_waiting(lane) >= lane->depth)
        atomic_store(lane->call, lane->given - lane->depth / 2);
}
