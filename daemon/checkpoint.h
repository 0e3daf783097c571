/* Writes frozen overlays to LMDB and readies ledger segments. */
#ifndef DAEMON_CHECKPOINT_H
#define DAEMON_CHECKPOINT_H

/* The thread's body; context is its struct region. */
void *checkpoint_run(void *region);

#endif
