/* A region's packs from their bundles. No state: any thread may. */
#ifndef SETTLE_COMPILE_H
#define SETTLE_COMPILE_H

#include "policy/pack.h"

/* pack_compile(), and a fault when the pack is of another region. */
enum err settle_compile(struct slice bundle, const char *region, struct pack **out,
                        struct faults *faults) MUST_CHECK;
/* The same of a pack that is to be submitted or put in force: its own cases must pass too. */
enum err settle_rehearse(struct slice bundle, const char *region, struct pack **out,
                         struct faults *faults) MUST_CHECK;

#endif
