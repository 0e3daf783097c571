/* The YAML text of one version of a pack, to say on which line a compiled rule stands. */
#ifndef REVIEW_SOURCE_H
#define REVIEW_SOURCE_H

#include <limits.h>

#include "base/yaml.h"
#include "policy/policy.h"

struct source {
    char file[PATH_MAX];
    struct yaml *document; /* NULL: it could not be found again; lines are 0 */
};

/* The version among the files of the pack at `path`. Close it whatever happened. */
void source_open(const char *path, const struct policy *policy, struct source *out);
void source_close(struct source *source);

/* A row of a layer's table ("ratio", "deductible", "caps", "adjust"), by their positions; the
 * table itself when row is negative, the layer when table is NULL. */
int source_line(const struct source *source, uint8_t layer, const char *table, int row);
/* A key of the document's head. */
int source_key_line(const struct source *source, const char *key);
/* How often a text stands in the document as a value outside `clauses`. */
unsigned source_uses(const struct source *source, const char *text);

#endif
