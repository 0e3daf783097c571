/* A province's file in words. */
#ifndef REVIEW_PROVINCE_H
#define REVIEW_PROVINCE_H

#include <stdbool.h>

#include "policy/province.h"

/* Its locks, each with its days and clause, and its freezes; `path` names it. */
void province_print(const struct province *province, const char *path);
/* The freeze that holds on that day. False, and nothing is printed, when none does. */
bool province_print_freeze(const struct province *province, int32_t today);

#endif
