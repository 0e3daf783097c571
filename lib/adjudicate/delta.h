/* Accumulators as a settlement finds and moves them; private to lib/adjudicate (delta.c). */
#ifndef ADJUDICATE_DELTA_H
#define ADJUDICATE_DELTA_H

#include "adjudicate/run.h"

/* Adds one movement to those of the result; static English of a bound that was hit, or NULL. */
const char *delta_merge(struct result *out, const struct accum *delta);
/* Adds to what this settlement moves. */
void delta_add(struct run *r, enum accum_kind kind, const char *scope, int64_t value);
/* The name under which the layer keeps this claim's sums. */
static inline const char *delta_own(const struct run *r, const struct layer *layer)
{
    return layer->scopes ? layer->scopes[r->situations[layer->by_dimension]] : layer->accumulates;
}
/* Adds what a layer pays or pays for: under its own scope, and of each span that a cap asks. */
void delta_count(struct run *r, const struct layer *layer, enum accum_kind kind, int64_t value);

/* What this settlement moved so far; and the accumulator with that. */
int64_t delta_moved(const struct run *r, enum accum_kind kind, const char *scope);
int64_t delta_sum(const struct run *r, enum accum_kind kind, const char *scope);
/* Both over all values of a dimension that a layer accumulates by, each scope with the suffix of a
 * span or "". */
int64_t delta_moved_values(const struct run *r, enum accum_kind kind, const char *name,
                           const char *suffix);
int64_t delta_sum_values(const struct run *r, enum accum_kind kind, const char *name,
                         const char *suffix);
/* The accumulators over all scopes "<prefix>/...". */
int64_t delta_sum_below(const struct run *r, enum accum_kind kind, const char *prefix);
/* "<prefix>/<name>"; buf holds ACCUM_SCOPE + 1. */
const char *delta_scope(const char *prefix, const char *name, char *buf);
/* Where the sums of `scope` over a span stand: "<scope>@240315", "<scope>@2403", "<scope>@24Q1" of
 * a day, month, quarter, "<scope>#H43100299001" of an institution's year, `scope` itself of the
 * year. The checker bounds their length by rule_span_length(); buf holds ACCUM_SCOPE + 1. */
const char *delta_span(const struct run *r, const char *scope, enum rule_per per, char *buf);

#endif
