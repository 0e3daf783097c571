/* copayctl impact: what a pack would have made of a ledger's settlements. */
#ifndef COPAYCTL_IMPACT_H
#define COPAYCTL_IMPACT_H

#include "ctl.h"
#include "place.h"
#include "policy/pack.h"

enum impact_form {
    IMPACT_SUMS,
    IMPACT_LIST,      /* a line for each settlement, then the sums */
    IMPACT_DOCUMENTS, /* a document for each */
    IMPACT_JSON,      /* all of it */
};

/* `dir` is a region's data folder, its name the region's code unless `region` says; `pack` a
 * region's policy folder. Works beside a live daemon and needs no LMDB. CTL_REFUSED: some
 * settlement would have come out otherwise, or the pack has faults. */
enum ctl_exit impact_show(const char *dir, const char *region, const char *pack,
                          enum impact_form form);
/* The same of a compiled pack. */
enum ctl_exit impact_of(const struct place *place, const struct pack *pack, enum impact_form form);

#endif
