/* What a catalogue was imported from: which national files, and up to which of their versions. It
 * goes with the pack into the ledger, so that years later a price cap can be traced to the list
 * that set it. */
#ifndef POLICY_SOURCES_H
#define POLICY_SOURCES_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "base/fault.h"
#include "base/limits.h"

#define SOURCES_FILE "catalogue-sources.csv"
#define SOURCES_MAX 16

struct catalogue_source {
    char infno[5];               /* the transaction that hands it out, "1301" */
    char ver[TEXT_CODE_MAX + 1]; /* the last version taken in */
    int32_t imported;            /* on which day */
};

struct catalogue_sources {
    uint8_t count;
    struct catalogue_source list[SOURCES_MAX]; /* each infno once */
};

/* Reads catalogue-sources.csv. Faults say what is wrong; the return value is ERR_NOMEM or ERR_OK.
 */
enum err sources_compile(struct slice text, struct faults *faults,
                         struct catalogue_sources *out) MUST_CHECK;
/* NULL: nothing was imported from it. */
const struct catalogue_source *sources_find(const struct catalogue_sources *sources,
                                            const char *infno);

#endif
