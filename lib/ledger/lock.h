/* The exclusive lock on a data folder, held from before recovery until exit. */
#ifndef LEDGER_LOCK_H
#define LEDGER_LOCK_H

#include "base/check.h"
#include "base/err.h"

/* Creates `dir`/lock (0600) when missing and locks it (flock). ERR_BUSY when another process holds
 * it, ERR_IO otherwise. *fd is the caller's; closing it gives the lock back. */
enum err lock_take(const char *dir, int *fd) MUST_CHECK;

#endif
