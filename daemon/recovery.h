/* From what is on disk to a state that can serve (design section 3, "Recovery"). Main thread,
 * before the region's threads run. */
#ifndef DAEMON_RECOVERY_H
#define DAEMON_RECOVERY_H

#include "daemon/region.h"

/* Ledger, store, state and settle are opened, the ledger's later records folded, the genesis record
 * written when there is none, the active pack compiled. Logs what is wrong. */
enum err recovery_run(struct region *region) MUST_CHECK;

#endif
