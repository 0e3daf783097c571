/* Checking a policy file or a region's folder. */
#ifndef COPAY_POLICY_CHECK_H
#define COPAY_POLICY_CHECK_H

#include "policy/pack.h"

/* Reads a pack: a region's folder, or a policy file alone. What is wrong is printed and counted;
 * *out is NULL then, else the caller's: pack_free(). */
unsigned check_load(const char *path, struct pack **out);

/* The command: prints all faults, or a summary; returns the number of faults. */
unsigned check_pack(const char *path);

#endif
