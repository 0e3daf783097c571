/* Pack activations around the state machine: compiled by the compiler first, swapped in when the
 * record is applied. Settler thread. */
#ifndef DAEMON_ACTIVATION_H
#define DAEMON_ACTIVATION_H

#include "daemon/region.h"

enum activation {
    ACTIVATION_SETTLE,  /* nothing stands before settling it */
    ACTIVATION_COMPILE, /* the job holds the bundles: to the compiler */
    ACTIVATION_RETRY,   /* no memory */
    ACTIVATION_FAILED,  /* the store failed: *err */
};

/* Before COMMAND_PACK_SUBMIT and COMMAND_PACK_ACTIVATE are settled. */
enum activation activation_prepare(struct region *region, struct job *job, enum err *err);
/* After its record was applied: the job's pack becomes the region's. */
void activation_done(struct region *region, struct job *job);

#endif
