/* The loop around the state machine: the one thread that owns a region's state. */
#ifndef DAEMON_SETTLER_H
#define DAEMON_SETTLER_H

struct job;
struct region;

/* The thread's body; context is its struct region. */
void *settler_run(void *region);

#endif
