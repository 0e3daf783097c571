/* How fast the next segment has to be made ready: slowly, because every byte of zeros stands before
 * somebody's sync, and never late. Pure; the checkpoint thread's. */
#ifndef LEDGER_PACE_H
#define LEDGER_PACE_H

#include <stdint.h>

/* Zeros per second while nothing presses. */
#define PACE_IDLE_RATE (32 * 1024 * 1024)

struct pace {
    int64_t at_us;     /* when it was last asked; 0: never */
    uint64_t appended; /* and how much had been appended then */
    uint64_t rate;     /* bytes appended per second, as of late */
};

/* Microseconds from the start of one piece (SPARE_PIECE) to the start of the next, so that at the
 * rate of late the `left` bytes are ready while there is a quarter of a segment of `size` bytes
 * yet, or a little where less is left. `appended` counts all bytes ever appended. 0: at once. */
int64_t pace_next_us(struct pace *pace, int64_t now_us, uint64_t appended, uint64_t room,
                     uint64_t size, uint64_t left);

#endif
