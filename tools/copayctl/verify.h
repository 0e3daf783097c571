/* copayctl verify: reads a data folder's ledgers, checks their seals, adjudicates everything again
 * and compares. */
#ifndef COPAYCTL_VERIFY_H
#define COPAYCTL_VERIFY_H

#include "ctl.h"

struct verify_choice {
    const char *head; /* file of a published head that must lie in the ledger; NULL */
    const char *key;  /* file of the region's first public key; NULL: it is believed */
    bool progress;    /* also where there is no terminal */
};

/* `data` is the daemon's folder, whose regions are verified (`region` NULL: every one), or one
 * region's own. Works beside a live daemon and needs no LMDB. */
enum ctl_exit verify_data(const char *data, const char *region, const struct verify_choice *choice);

#endif
