/* reconcile: the institution's books against the daemon's. */
#ifndef COPAY_RECONCILE_H
#define COPAY_RECONCILE_H

#include "options.h"

/* Prints what was compared and each difference, in Chinese. COPAY_DONE: all even; COPAY_REFUSED:
 * something differs, or the daemon refused; COPAY_INVALID: the books or the dates. */
enum copay_status reconcile_run(struct copay *copay, const struct options *options);

#endif
