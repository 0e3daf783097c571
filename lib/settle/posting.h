/* Posting: what a settlement or a void changes in the region's state, the same list for both. */
#ifndef SETTLE_POSTING_H
#define SETTLE_POSTING_H

#include "settle/turn.h"

/* The document's number from the turn: sequence, setl_id, business date, settlement time. */
void posting_number(const struct turn *turn, struct settlement *settlement);

/* Adds the deltas (negated with sign -1) to the list. ERR_LIMIT: one does not fit. */
enum err posting_accums(struct accums *accums, const struct accum *deltas, uint32_t count,
                        int sign) MUST_CHECK;

/* Every effect of a numbered document, a void's original aside (it is put before); sets the
 * answer's tally. `year` is the person's after it, but for the newest setl_id: the document is
 * linked to the one there, and takes its place. `balance` is the account after it. ERR_LIMIT:
 * something would leave its bounds, and the document must be refused (turn_internal()). */
enum err posting_effects(struct turn *turn, struct settlement *settlement,
                         const struct person_year *year, int64_t balance) MUST_CHECK;

#endif
