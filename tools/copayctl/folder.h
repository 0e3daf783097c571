/* A region's policy folder as commands read it. */
#ifndef COPAYCTL_FOLDER_H
#define COPAYCTL_FOLDER_H

#include "settle/compile.h"

struct folder {
    uint8_t *bundle; /* malloc'ed */
    size_t size;
    struct pack *pack;
};

/* settle_compile or settle_rehearse. */
typedef enum err folder_compile(struct slice bundle, const char *region, struct pack **out,
                                struct faults *faults);

/* Reads and compiles it. Returns the number of faults, which are printed; folder_free() whatever
 * happened. */
unsigned folder_read(const char *dir, const char *region, folder_compile *compile,
                     struct folder *out);
void folder_free(struct folder *folder);

#endif
