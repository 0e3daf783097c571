/* Playing a recording: the same messages from the same terminals in the same order. */
#ifndef REPLAY_PLAY_H
#define REPLAY_PLAY_H

#include "run.h"

struct play_plan {
    const char *path;
    uint32_t speed; /* x 100 of the recorded one: 200 is twice as fast; 0: flat out */
    bool restamp;   /* msgids (and what was numbered by them) move to now, all by the same time */
};

/* dir, host, port, depth, book and progress of the run's plan hold here, too. False: it could not
 * start; stderr says why. plan->connections is set to the recording's terminals. */
bool play_run(const struct play_plan *play, struct run_plan *plan, struct run_result *result);

#endif
