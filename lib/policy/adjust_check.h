/* Checks of a layer's adjustments against its ratios. Internal to lib/policy. */
#ifndef POLICY_ADJUST_CHECK_H
#define POLICY_ADJUST_CHECK_H

#include "policy/rule_table.h"

/* Refuses what some set of rows that may hold together makes of a ratio: below 0, above 1, or finer
 * than ADJUST_ONE; and two first self-pays that may hold together. The table's rows are the layer's
 * adjustments, in order. */
void adjust_check(const struct compile *c, const struct layer *layer,
                  const struct rule_table *table);

#endif
