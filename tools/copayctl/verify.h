/* copayctl verify: reads a data folder's ledgers, adjudicates everything again and compares. */
#ifndef COPAYCTL_VERIFY_H
#define COPAYCTL_VERIFY_H

#include "ctl.h"

/* `data` is the daemon's folder, whose regions are verified (`region` NULL: every one), or one
 * region's own. Works beside a live daemon and needs no LMDB. */
enum ctl_exit verify_data(const char *data, const char *region);

#endif
