/* The settlement document of one adjudicated claim. */
#ifndef SETTLE_BILL_H
#define SETTLE_BILL_H

#include "adjudicate/adjudicate.h"
#include "settle/turn.h"

/* Everything of design decision 22 but the document's number, which a pre-settlement has not. */
void bill_fill(const struct turn *turn, const struct adjudication *in, const struct result *result,
               struct settlement *settlement);

/* Puts the bill into the reply: heads, totals, rows, lines, steps, accumulators after, labels.
 * Borrows all of it until the turn ends. ERR_NOMEM. */
enum err bill_reply(struct turn *turn, const struct adjudication *in, const struct result *result,
                    const struct settlement *settlement, const struct accums *after) MUST_CHECK;

/* The clauses that lines, rows and steps of that policy name, for the reply. */
void bill_texts(struct turn *turn, const struct policy *made);

/* The batch of a visit that has only one. */
const char *bill_batch(const struct claim *claim);

#endif
