/* copayctl pack activate: a region's folder into the ledger, chunk by chunk, then in force. */
#ifndef COPAYCTL_PACK_H
#define COPAYCTL_PACK_H

#include "ctl.h"

enum ctl_exit pack_activate(struct ctl *ctl, const char *dir);

#endif
