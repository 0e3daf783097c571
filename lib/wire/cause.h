/* Why two Replies to one bill differ: the first line that is split otherwise, or else the first
 * step of the explanation that is another, and the clauses that they name. */
#ifndef WIRE_CAUSE_H
#define WIRE_CAUSE_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/err.h"

#define CAUSE_ID 32 /* a clause's or a layer's id */

struct cause {
    char clause[CAUSE_ID];     /* of the second reply; "": it names none there */
    char was_clause[CAUSE_ID]; /* of the first */
    char layer[CAUSE_ID];      /* "": a line, or no layer's step */
    char feedetl_sn[32];       /* of the line; "": a step */
};

/* All empty when neither lines nor steps differ. What is read meanwhile lies in the arena.
 * ERR_INVALID: not a Reply with a settlement; ERR_NOMEM. */
enum err wire_reply_cause(struct slice first, struct slice second, struct arena *arena,
                          struct cause *out) MUST_CHECK;

#endif
