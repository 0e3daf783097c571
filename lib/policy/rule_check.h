/* Checks of one table of rules: no two rules hold for one case, and no case is without a rule.
 * Internal to lib/policy. */
#ifndef POLICY_RULE_CHECK_H
#define POLICY_RULE_CHECK_H

#include "policy/rule_table.h"

/* Both could hold. */
bool rule_check_meet(const struct policy *policy, const struct selector *a,
                     const struct selector *b);
/* Refuses two selectors that could both hold. */
void rule_check_overlaps(const struct policy *policy, const struct rule_table *table);
/* Refuses a (grade, class) that the layer may meet and no rule covers. */
void rule_check_gaps(const struct policy *policy, const struct layer *layer,
                     const struct rule_table *table);

#endif
