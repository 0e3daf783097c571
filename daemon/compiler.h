/* Compiles the packs that operators bring, so that neither the settler nor the reader waits for
 * one. */
#ifndef DAEMON_COMPILER_H
#define DAEMON_COMPILER_H

#include "daemon/region.h"

/* Settler. Takes a job that activation_prepare() has filled; it comes back to the settler. */
void compiler_take(struct region *region, struct job *job);
/* The thread's body; context is its struct region. */
void *compiler_run(void *region);

#endif
