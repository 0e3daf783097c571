/* Copies LMDB for `copayctl backup --with-lmdb`, in a thread of its own: gigabytes take a while,
 * and nobody's answer waits behind them. */
#ifndef DAEMON_COPIER_H
#define DAEMON_COPIER_H

#include "daemon/region.h"

/* In the region's folder, 0700. Whoever asked takes its data.mdb away. */
#define COPIER_FOLDER "lmdb.copy"

/* The thread's body; context is its struct region. */
void *copier_run(void *region);
/* Settler: takes a store copy's job, which is answered from there. */
void copier_take(struct region *region, struct job *job);

#endif
