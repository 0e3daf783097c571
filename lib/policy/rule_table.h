/* A table of rules while it is compiled: rows that say whom they are for. Internal to lib/policy.
 */
#ifndef POLICY_RULE_TABLE_H
#define POLICY_RULE_TABLE_H

#include "policy/compile.h"

/* A table while it is compiled: the selectors and where they stand. */
struct rule_table {
    const struct yaml_node *node;
    size_t count;
    struct selector who[LAYER_RULES_MAX];
    const struct yaml_node *rows[LAYER_RULES_MAX];
    bool broken; /* a row could not be read: gaps cannot be told */
};

/* stay, visit, day, month, quarter, year, hospital_year, period; only those up to `last`. */
bool compile_per(const struct yaml_node *node, enum rule_per last, enum rule_per *per);

/* nth, unused and merge of a deductible, when its accrual is known: which of the year's stays this
 * one is. */
void compile_stays(struct compile *c, const struct yaml_node *deductible, struct layer *layer);
/* `nth` of one row, which may count otherwise than the others; absent leaves *nth alone. */
void compile_row_nth(struct compile *c, const struct yaml_node *node, const struct layer *layer,
                     struct nth_rule *nth);
/* The `yuan` of a deductible's row. */
void compile_amounts(const struct yaml_node *node, const struct layer *layer,
                     struct deductible_rule *rule);

/* The longest name under which the layer keeps sums. */
size_t compile_longest_scope(const struct compile *c, const struct layer *layer);
/* The names that its caps count jointly, when all layers are read. */
void compile_joint_caps(const struct compile *c, const struct yaml_node *node,
                        const struct layer *layer);

/* Opens a table's rows; 0 when there is nothing to read. */
size_t rule_table_open(const struct yaml_node *node, struct rule_table *table);
/* Reads the row's selector, which is then the table's last; false when its keys are not `keys`. */
bool rule_table_add(struct compile *c, struct rule_table *table, const struct yaml_node *row,
                    const char *const keys[], const struct layer *layer);
/* No two rows hold for one case; where it must be complete, no case is without a row. */
void rule_table_check(const struct compile *c, const struct layer *layer,
                      const struct rule_table *table, bool complete);

#endif
