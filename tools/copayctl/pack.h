/* copayctl pack: a region's folder into the ledger, chunk by chunk, then past a second pair of eyes
 * into force. */
#ifndef COPAYCTL_PACK_H
#define COPAYCTL_PACK_H

#include "ctl.h"

enum ctl_exit pack_submit(struct ctl *ctl, const char *dir);
/* What is in force and what is on its way. */
enum ctl_exit pack_show(struct ctl *ctl);
/* `named`: the digest, or its first digits. */
enum ctl_exit pack_approve(struct ctl *ctl, const char *named);
enum ctl_exit pack_publish(struct ctl *ctl, const char *named);

#endif
