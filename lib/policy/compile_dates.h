/* The parts of a policy that are about time: dates, versions, waiting, the transition. Internal to
 * lib/policy. */
#ifndef POLICY_COMPILE_DATES_H
#define POLICY_COMPILE_DATES_H

#include "policy/compile.h"

/* MM-DD, a day that every year has, as month x 100 + day. */
void compile_month_day(const struct yaml_node *node, uint16_t *out);

void compile_dates(struct compile *c, const struct yaml_node *root);
/* Needs identities. */
void compile_waiting(struct compile *c, const struct yaml_node *root);
/* Needs filings. */
void compile_transition(struct compile *c, const struct yaml_node *root);
/* When everything is compiled: what cannot stand where stays are split. */
void compile_split_check(const struct compile *c, const struct yaml_node *root);
/* What all versions of a pack must have in common. */
void compile_alike(const struct compile *c, const struct yaml_node *root);

#endif
