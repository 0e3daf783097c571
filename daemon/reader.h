/* Fetches records, and compiles the old packs that made them, so that the settler never waits for a
 * disk. */
#ifndef DAEMON_READER_H
#define DAEMON_READER_H

/* The thread's body; context is its struct region. */
void *reader_run(void *region);

#endif
