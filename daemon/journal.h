/* Makes records durable, one group at a time. */
#ifndef DAEMON_JOURNAL_H
#define DAEMON_JOURNAL_H

#include <stdbool.h>

struct region;
struct batch;

/* The settler's, while no batch is with the thread: makes this one durable at once. False: there is
 * no room, nothing happened, and the thread shall wait for it. */
bool journal_write(struct region *region, const struct batch *batch);

/* The thread's body; context is its struct region. */
void *journal_run(void *region);

#endif
