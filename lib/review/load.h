/* Packs as every command reads them. */
#ifndef REVIEW_LOAD_H
#define REVIEW_LOAD_H

#include <limits.h>

#include "policy/province.h"

/* Reads a pack: a region's folder, a folder of versions without tables, or a policy file alone.
 * What is wrong is printed and counted; *out is NULL then, else the caller's: pack_free(). */
unsigned load_pack(const char *path, struct pack **out);
/* The folder of a pack that was published before: objections are printed, but neither counted nor
 * in the way. */
unsigned load_published(const char *path, struct pack **out);

bool load_is_folder(const char *path);

/* A region's folder without a case: it may not be submitted. */
bool load_lacks_cases(const char *path);

/* A folder with province.yaml: read, likewise; province_free(). */
bool load_is_province(const char *path);
unsigned load_province(const char *path, struct province **out);
/* What a province's locks say of the pack at that path, and that they say nothing to another
 * province's; printed and counted. `pack` is what load_pack() made of it, or NULL: what cannot be
 * read is for that to say. Adds what each lock met to `reach`, zeroed. */
unsigned load_held(const char *path, const struct pack *pack, const struct province *province,
                   struct lock_reach reach[]);

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
