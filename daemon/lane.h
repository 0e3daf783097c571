/* How much of the gate's work waits at one region's settler, and whether more should be given to
 * it. Gate thread; pure but for the settler's counter. */
#ifndef DAEMON_LANE_H
#define DAEMON_LANE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Jobs given and not yet taken up. It should hold what the settler takes up between two of the
 * gate's turns, and little more, since whoever is read next waits behind it. */
#define LANE_DEPTH_MIN 32
#define LANE_DEPTH_MAX 128
/* A full lane that has not moved for so long is not slow but stuck (longer than a bad disk takes to
 * sync): new work is answered retry. */
#define LANE_STUCK_MS 3000

struct lane {
    _Atomic uint64_t *taken; /* raised by the settler */
    _Atomic uint64_t *call;  /* it wakes the gate when it has taken so many; UINT64_MAX: never */
    uint64_t given;
    uint64_t taken_before; /* at the last lane_turn() */
    int64_t moved_mono_ms;
    uint32_t depth;
    bool filled; /* it was full since the last lane_turn() */
};

void lane_open(struct lane *lane, _Atomic uint64_t *taken, _Atomic uint64_t *call);
/* Once a turn, before reading: measures, and fits the depth to the settler's pace. */
void lane_turn(struct lane *lane, int64_t mono_ms);
uint64_t lane_waiting(const struct lane *lane);

/* Reading should stop until the settler has caught up. */
bool lane_full(struct lane *lane, int64_t mono_ms);
/* It is full, and waiting is of no use. */
bool lane_stuck(const struct lane *lane, int64_t mono_ms);

/* Before the gate sleeps over a full lane: the settler is to call when half of it is gone. The gate
 * then looks once more whether it is full. */
void lane_ask_for_call(struct lane *lane);

#endif
