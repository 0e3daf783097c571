/* Voids: 2103, 2208, 2305, and what a reversal does by the same rules. Inside lib/settle only. */
#ifndef SETTLE_VOID_H
#define SETTLE_VOID_H

#include "settle/later.h"

/* The whole turn of a REQUEST_VOID. */
enum err void_turn(struct turn *turn) MUST_CHECK;

/* The turn from there on: undoes a settlement that lives and is the sender's, or asks for what that
 * takes, the settlement's own record again if the caller was given it. Or nothing was done, because
 * of what *later says (void_held()): void_refuse_later() then. */
enum err void_settlement(struct turn *turn, const struct settlement *original,
                         struct later *later) MUST_CHECK;
enum err void_refuse_later(struct turn *turn, const struct later *later) MUST_CHECK;

/* True when `later` holds the turn up for good. */
static inline bool void_held(const struct later *later)
{
    return (later->count > 0 || later->opposed) && !later->needs;
}

#endif
