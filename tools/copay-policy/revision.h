/* The rows of an item after the import. */
#ifndef COPAY_POLICY_REVISION_H
#define COPAY_POLICY_REVISION_H

#include "course.h"

/* The rows stay. */
void revision_keep(const struct course *course);
/* The rows as they are until the day before number `first` of the item's days, then what the files
 * say; ratios that are missing, or that the class does not have, are faults. */
void revision_write(struct course *course, size_t first);

#endif
