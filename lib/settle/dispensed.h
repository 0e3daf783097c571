/* Boxes of drugs on a bill (药品追溯码): none is dispensed twice. Inside lib/settle only. */
#ifndef SETTLE_DISPENSED_H
#define SETTLE_DISPENSED_H

#include "settle/turn.h"
#include "state/traces.h"

/* What a bill dispenses, refunds taken off; in the turn's arena. */
struct dispensed {
    uint32_t count;
    struct trace *list; /* by code */
};

/* Reads them from the turn's claim and asks for each whether it is free: problems are the turn's. A
 * bill without codes costs a look at its lines. A store's error, ERR_NOMEM. */
enum err dispensed_check(struct turn *turn, struct dispensed *out) MUST_CHECK;
/* Effects: the settlement takes them, a void gives them back. */
enum err dispensed_take(struct turn *turn, const struct dispensed *boxes,
                        const char *setl_id) MUST_CHECK;
enum err dispensed_return(struct turn *turn, const char *setl_id) MUST_CHECK;

#endif
