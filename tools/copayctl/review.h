/* copayctl pack review: what an approver has to know of what waits, in one output. */
#ifndef COPAYCTL_REVIEW_H
#define COPAYCTL_REVIEW_H

#include "impact.h"

/* `dir` and `region` as for impact_show(); works offline, from the ledger. `form` is how the impact
 * is told; `lang` "zh" or "en", of the differences. CTL_REFUSED: nothing waits, or what waits is
 * not sound any more. */
enum ctl_exit review_show(const char *dir, const char *region, enum impact_form form,
                          const char *lang);

#endif
