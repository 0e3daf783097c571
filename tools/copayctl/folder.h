/* A policy folder as commands read it: a region's, or its province's. */
#ifndef COPAYCTL_FOLDER_H
#define COPAYCTL_FOLDER_H

#include "settle/compile.h"

struct folder {
    uint8_t *bundle; /* malloc'ed */
    size_t size;
    bool province;     /* it holds province.yaml */
    struct pack *pack; /* NULL for a province's */
};

/* Reads and compiles it; `rehearse`: its cases must pass too. Returns the number of faults, which
 * are printed; folder_free() whatever happened. */
unsigned folder_read(const char *dir, const char *region, bool rehearse, struct folder *out);
void folder_free(struct folder *folder);

#endif
