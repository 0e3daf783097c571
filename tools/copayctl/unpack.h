/* Packs as they lie in the ledger, as folders again: in a place of their own for as long as they
 * are looked at. */
#ifndef COPAYCTL_UNPACK_H
#define COPAYCTL_UNPACK_H

#include <limits.h>

#include "base/bytes.h"
#include "base/err.h"

struct unpacked {
    char root[PATH_MAX]; /* ""; nothing was made */
};

/* Makes the folder: file_temporary_folder(). */
enum err unpack_begin(struct unpacked *unpacked) MUST_CHECK;
/* The bundle's files as root/name; one whose name leads out of there is left out. ERR_IO with
 * errno, ERR_LIMIT. */
enum err unpack_bundle(const struct unpacked *unpacked, const char *name,
                       struct slice bundle) MUST_CHECK;
/* Removes all of it. */
void unpack_end(struct unpacked *unpacked);

#endif
