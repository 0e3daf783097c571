/* 3201: an institution's totals against ours. */
#ifndef SETTLE_STATEMENT_H
#define SETTLE_STATEMENT_H

#include "settle/turn.h"

enum err statement_turn(struct turn *turn) MUST_CHECK;

/* What the institution's documents of these dates come to; compares where figures are given. The
 * dates are in order and no more than the model's bounds. ERR_IO, ERR_CORRUPT. */
enum err statement_reckon(struct state *state, const char *fixmedins_code,
                          const struct statement_query *query, struct statement *out) MUST_CHECK;

#endif
