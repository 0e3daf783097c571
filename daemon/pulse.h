/* Signs of life of this process's threads, so that a hung sync is seen. Any thread; the waiting and
 * taking of an inbox gives them, so an ordinary loop needs no call of its own. */
#ifndef DAEMON_PULSE_H
#define DAEMON_PULSE_H

#include <stdint.h>

#include "base/check.h"

#define PULSE_NAME 16
/* Seven threads a region, and the process's own. */
#define PULSES_MAX 128

/* The calling thread is watched under this name from now on; until pulse_end(). */
void pulse_begin(const char *name);
void pulse_end(void);

/* The calling thread is at work, and alive. */
void pulse_beat(void);
/* It is about to wait for something to do. */
void pulse_rest(void);
/* It begins something that may take long without a beat: until the next one, processor time used
 * counts as life. */
void pulse_long(void);

/* A thread that has shown no life for longer than it may. */
struct pulse_stall {
    char name[PULSE_NAME];
    int64_t ms;
};
/* Fills `stalls` with up to PULSES_MAX; returns how many. `limit_ms` is for one at work; one that
 * rests wakes up now and then, and has REST_EXTRA_MS more. Called by one thread at a time (the
 * watchdog's). */
#define PULSE_REST_EXTRA_MS 2500
uint32_t pulse_stalled(int64_t now_mono_ms, int64_t limit_ms, struct pulse_stall stalls[]);

#endif
