/* Reads the ledger ahead of the fold: one thread reads and hashes, the caller's applies, so that a
 * start takes as long as the slower of the two and not as long as both. */
#ifndef DAEMON_FOLD_H
#define DAEMON_FOLD_H

#include "ledger/ledger.h"

/* As ledger_read(), on the calling thread, with the records brought by another one; at most a few
 * megabytes are read ahead. ERR_NOMEM besides. *unreadable: the error is the ledger's, not visit's.
 */
enum err fold_read(struct ledger *ledger, uint64_t from, ledger_visit visit, void *context,
                   struct ledger_fault *fault, bool *unreadable) MUST_CHECK;

#endif
