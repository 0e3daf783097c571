/* Packs as every command reads them. */
#ifndef COPAY_POLICY_LOAD_H
#define COPAY_POLICY_LOAD_H

#include <limits.h>

#include "policy/pack.h"

/* Reads a pack: a region's folder, a folder of versions without tables, or a policy file alone.
 * What is wrong is printed and counted; *out is NULL then, else the caller's: pack_free(). */
unsigned load_pack(const char *path, struct pack **out);

/* One version of a pack, as PACK or PACK@DATE names it. */
struct loaded {
    char path[PATH_MAX]; /* without the date */
    struct pack *pack;
    const struct policy *policy;
    int32_t day; /* the date, or today, or the version's day next to it */
};

/* The version in force on the date, or today; when none is, the last. Returns the number of faults,
 * which are printed; unload() whatever happened. */
unsigned load_version(const char *name, struct loaded *out);
void unload(struct loaded *loaded);

#endif
