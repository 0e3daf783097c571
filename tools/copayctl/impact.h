/* copayctl impact: what a pack would have made of a ledger's settlements. */
#ifndef COPAYCTL_IMPACT_H
#define COPAYCTL_IMPACT_H

#include "ctl.h"

/* `dir` is a region's data folder, its name the region's code unless `region` says; `pack` a
 * region's policy folder. Works beside a live daemon and needs no LMDB. CTL_REFUSED: some
 * settlement would have come out otherwise, or the pack has faults. */
enum ctl_exit impact_show(const char *dir, const char *region, const char *pack);

#endif
