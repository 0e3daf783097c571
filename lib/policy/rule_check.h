/* Checks of one table of rules: no two rules hold for one case, and no case is without a rule.
 * Internal to lib/policy. */
#ifndef POLICY_RULE_CHECK_H
#define POLICY_RULE_CHECK_H

#include "policy/compile.h"

/* A table while it is compiled: the selectors and where they stand. */
struct rule_table {
    const struct yaml_node *node;
    size_t count;
    struct selector who[LAYER_RULES_MAX];
    const struct yaml_node *rows[LAYER_RULES_MAX];
    bool broken; /* a row could not be read: gaps cannot be told */
};

/* Refuses two selectors that could both hold. */
void rule_check_overlaps(const struct policy *policy, const struct rule_table *table);
/* Refuses a (grade, class) that the layer may meet and no rule covers. */
void rule_check_gaps(const struct policy *policy, const struct layer *layer,
                     const struct rule_table *table);

#endif
