/* The signer thread: seals the ledger's newest durable header and publishes it. */
#ifndef DAEMON_SIGNER_H
#define DAEMON_SIGNER_H

#include "daemon/region.h"

/* A group this many behind the last seal is sealed at once. */
#define SIGNER_GROUPS_MAX 64

/* Settler: a record that changes the key was applied; from its group on the new key signs. Called
 * before that record can be durable. */
void signer_follow(struct region *region, const struct record *record);

void *signer_run(void *region);

#endif
