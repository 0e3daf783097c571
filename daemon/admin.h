/* What the daemon itself answers to operators. */
#ifndef DAEMON_ADMIN_H
#define DAEMON_ADMIN_H

#include "base/reason.h"
#include "daemon/region.h"

/* Gate: the answer to COMMAND_STATUS. It tells of the daemon and not of the state's content, so it
 * leaves without waiting, for the ledger or for the settler: an operator asks it most when nothing
 * becomes durable. */
void admin_status(struct region *region, struct job *job);
/* Settler: refuses a command by a reason of its own. */
void admin_refuse(struct job *job, enum reason reason);

#endif
