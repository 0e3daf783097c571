/* Packs as every command reads them. */
#ifndef COPAY_POLICY_LOAD_H
#define COPAY_POLICY_LOAD_H

#include "policy/pack.h"

/* Reads a pack: a region's folder, or a policy file alone. What is wrong is printed and counted;
 * *out is NULL then, else the caller's: pack_free(). */
unsigned load_pack(const char *path, struct pack **out);

#endif
