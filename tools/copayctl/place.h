/* A region's data folder and the names in it, for the commands that work on it themselves. */
#ifndef COPAYCTL_PLACE_H
#define COPAYCTL_PLACE_H

#include <limits.h>

#include "base/err.h"
#include "base/id.h"
#include "ctl.h"
#include "ledger/ledger.h"

struct place {
    char dir[PATH_MAX], ledger[PATH_MAX], lmdb[PATH_MAX];
    char region[ID_ADMDVS + 1];
};

/* The region is the folder's name unless the caller says. Prints what is wrong. */
enum ctl_exit place_find(const char *dir, const char *region, struct place *place);
/* Opens the region's ledger to be read, beside a daemon if need be; the caller closes it. Prints
 * what is wrong. */
enum ctl_exit place_open(const struct place *place, struct ledger **ledger);
/* dir/name into out; false when it does not fit. */
bool place_path(const char *dir, const char *name, char out[PATH_MAX]);
/* Prints "what: error" with errno's words where they say more; CTL_FAILED. */
enum ctl_exit place_fail(const char *what, enum err err);

#endif
