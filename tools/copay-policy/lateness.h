/* Changes that should have been made on a day that may not change any more. */
#ifndef COPAY_POLICY_LATENESS_H
#define COPAY_POLICY_LATENESS_H

#include "course.h"

/* Whether something of the change of day number `at` should have been made earlier; told if so, as
 * a fault or, where late changes are taken, as a note. A name may come late: no bill is priced by
 * it. */
void lateness_check(const struct course *course, size_t at);

#endif
