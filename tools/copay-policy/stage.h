/* A pack as it would be with another catalogue: a temporary folder of that catalogue and of links
 * to the pack's other rules and tables, so that it can be checked and compared before anything is
 * written to the pack itself. */
#ifndef COPAY_POLICY_STAGE_H
#define COPAY_POLICY_STAGE_H

#include <limits.h>

#include "review/load.h"
#include "review/sheet.h"

struct stage {
    char folder[PATH_MAX]; /* ""; there is none */
    struct loaded loaded;  /* what the folder's pack was compiled to */
};

/* Makes the folder with that catalogue and, unless it is NULL, that text of its sources, and
 * compiles it. Returns the number of faults, which are printed. stage_close() whatever happened. */
unsigned stage_open(struct stage *stage, const char *pack, struct sheet *catalogue,
                    const char *sources);
/* The same with a catalogue that has a header only, for a pack that has none. */
unsigned stage_open_empty(struct stage *stage, const char *pack, const char *key);
void stage_close(struct stage *stage);

/* Puts the folder's file in the place of the pack's, whole and durable. What failed is printed;
 * false then. */
bool stage_commit(const struct stage *stage, const char *pack, const char *file);

#endif
