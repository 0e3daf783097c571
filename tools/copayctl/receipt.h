/* Proof from the daemon: receipts of settlements, and the keys that sign. */
#ifndef COPAYCTL_RECEIPT_H
#define COPAYCTL_RECEIPT_H

#include "ctl.h"

/* Writes the receipt to `file`, or NULL: to <setl_id>.receipt. */
enum ctl_exit receipt_fetch(struct ctl *ctl, const char *setl_id, const char *file);

#endif
