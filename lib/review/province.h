/* A province's file in words. */
#ifndef REVIEW_PROVINCE_H
#define REVIEW_PROVINCE_H

#include <stdbool.h>

#include "policy/province.h"

/* Its locks, each with its days and clause, and its freezes; `path` names it. */
void province_print(const struct province *province, const char *path);
/* How many places of a pack each lock met, and a warning of each that met none although a version
 * of the pack holds on its days: it may name what the pack calls otherwise. Returns how many
 * warnings.
 */
unsigned province_print_reach(const struct province *province, const struct lock_reach reach[]);
/* The freeze that holds on that day. False, and nothing is printed, when none does. */
bool province_print_freeze(const struct province *province, int32_t today);

#endif
