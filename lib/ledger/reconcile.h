/* Makes two folders of one ledger equal before anything is answered. */
#ifndef LEDGER_RECONCILE_H
#define LEDGER_RECONCILE_H

#include "ledger/recovery.h"

/* Scans both and brings the one that ends earlier up to the other's end, synced: missing segments
 * are copied whole, the last common one from the place where they part. An answer waited for both,
 * so what only one of them has was never answered, and is kept. ERR_CORRUPT with *fault, its
 * segment named "mirror/..." where it is the mirror's: damage, or two different ledgers. ERR_FULL,
 * ERR_IO, ERR_NOMEM. A torn end of either is left for recovery_repair(). */
enum err reconcile(int primary_fd, int mirror_fd, const struct ledger_options *options,
                   struct ledger_fault *fault) MUST_CHECK;

#endif
