/* The keys that sign the ledger's heads. */
#ifndef COPAYCTL_KEY_H
#define COPAYCTL_KEY_H

#include "ctl.h"

/* `algorithm` NULL: as before. */
enum ctl_exit key_change(struct ctl *ctl, const char *algorithm);
/* The public key in force as PEM; with `all` every one that ever was, newest first. */
enum ctl_exit key_show(struct ctl *ctl, bool all);

#endif
