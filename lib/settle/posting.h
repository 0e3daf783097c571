/* Posting: what a settlement or a void changes in the region's state, the same list for both. */
#ifndef SETTLE_POSTING_H
#define SETTLE_POSTING_H

#include "settle/years.h"

/* The document's number from the turn: sequence, setl_id, business date, settlement time. */
void posting_number(const struct turn *turn, struct settlement *settlement);

/* Every effect of a numbered document, a void's original aside (it is put before); sets the
 * answer's tally. `years` are the person's after it, but for the newest setl_id of its own year:
 * the document is linked to the one there, and takes its place. ERR_LIMIT: something would leave
 * its bounds, and the document must be refused (turn_internal()). */
enum err posting_effects(struct turn *turn, struct settlement *settlement,
                         const struct years *years) MUST_CHECK;

#endif
