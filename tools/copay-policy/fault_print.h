/* Faults as people and editors read them: file:line: key: 中文 / English. */
#ifndef COPAY_POLICY_FAULT_PRINT_H
#define COPAY_POLICY_FAULT_PRINT_H

#include <stdio.h>

#include "base/fault.h"

/* Sorts and prints them all, and how many more there were. */
void fault_print(struct faults *faults, FILE *out);

#endif
