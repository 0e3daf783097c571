/* Makes records durable, one group at a time. */
#ifndef DAEMON_JOURNAL_H
#define DAEMON_JOURNAL_H

/* The thread's body; context is its struct region. */
void *journal_run(void *region);

#endif
