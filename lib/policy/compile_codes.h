/* Reads of lists of codes, which policy.yaml and audit.yaml share. Internal to lib/policy. */
#ifndef POLICY_COMPILE_CODES_H
#define POLICY_COMPILE_CODES_H

#include "policy/compile.h"

/* A list of codes, at least one, none twice; sorted. Of prefixes none begins another. */
bool compile_codes(struct compile *c, const struct yaml_node *node, bool prefixes,
                   struct code_list *list);
/* 1 or 2, as the national code of a sex. */
bool compile_sex(const struct yaml_node *node, uint8_t *out);
/* The numbers of a list of codes such as "01" to "14", as a mask with bit 1 << number; 0 when it is
 * absent or cannot be read. */
uint32_t compile_code_mask(const struct yaml_node *node, int max);

#endif
