/* The stay before a claim, where a policy looks back at it. Inside lib/settle only. */
#ifndef SETTLE_PREVIOUS_H
#define SETTLE_PREVIOUS_H

#include "adjudicate/adjudicate.h"
#include "settle/turn.h"

/* Where to look: from the settlement `newest` of a benefit year ("": none) back along the links.
 * `without` ("": nothing) is left out, as if it had never been. */
struct previous_search {
    const struct pack *pack; /* knows the institutions' grades */
    const char *newest, *without;
    int32_t since; /* a stay that ended before that day does not matter */
    struct arena *arena;
};

/* The person's last stay that lives, in the order of settlements; *found is false without one, or
 * when its institution is none of the pack's. A store's error, ERR_CORRUPT for links that do not
 * lead back, ERR_NOMEM. */
enum err previous_find(struct turn *turn, const struct previous_search *search,
                       struct previous_stay *out, bool *found) MUST_CHECK;
/* From which day on it matters for a claim that began at that time. */
int32_t previous_since(const struct policy *policy, int64_t begntime);

#endif
