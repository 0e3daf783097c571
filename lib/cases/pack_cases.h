/* The cases that a pack carries: it may not be published while one of them fails, nor without any,
 * or who takes the folder away would be past them. */
#ifndef CASES_PACK_CASES_H
#define CASES_PACK_CASES_H

#include "policy/pack.h"

/* Runs the bundle's cases against what it was compiled to. What is wrong with a case, and every
 * figure that is not as it expects, is a fault with the case's file and line. ERR_OK: all pass;
 * ERR_INVALID, also when there are none; ERR_NOMEM. */
enum err pack_cases_run(struct slice bundle, const struct pack *pack,
                        struct faults *faults) MUST_CHECK;
/* Whether there is one at all. False: said in faults, which may be NULL. */
bool pack_cases_present(struct slice bundle, struct faults *faults);

#endif
