/* Which later settlements rest on one that is to be voided (design decision 6). Inside lib/settle
 * only. */
#ifndef SETTLE_LATER_H
#define SETTLE_LATER_H

#include "settle/turn.h"

struct later {
    bool needs;     /* the answer now asks for records or packs; the turn ends */
    bool opposed;   /* what else is against it is among the turn's problems */
    uint32_t count; /* of those whose amounts would change */
    uint32_t more;  /* beyond the list */
    const char *setl_ids[REPLY_SETL_IDS_MAX]; /* newest first; in the turn's arena */
};

/* Adjudicates every later live settlement that read an accumulator or the account that `original`
 * moved, with and without the original, and lists those with any difference. One that can no longer
 * be adjudicated counts as different: the safe order is newest first, and it always ends. More than
 * SETTLE_LATER_MAX later ones are all listed without adjudicating. */
enum err later_check(struct turn *turn, const struct settlement *original,
                     struct later *out) MUST_CHECK;

#endif
