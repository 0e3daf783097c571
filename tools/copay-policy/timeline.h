/* What the facts of one subject of an item say, from a day on. Where they speak at all they say
 * everything: a day behind it that none covers has nothing. */
#ifndef COPAY_POLICY_TIMELINE_H
#define COPAY_POLICY_TIMELINE_H

#include "facts.h"

struct timeline {
    bool stated;
    int32_t since;
    const struct fact *facts; /* valid ones; none where all was taken back */
    size_t count;
    const struct fact *first; /* of all, to name its line */
};

/* Facts come in order; `from` is the first day that the import may change. */
void timeline_add(struct timeline *timeline, const struct fact *fact, int32_t from);
bool timeline_says(const struct timeline *timeline, int32_t day);
/* NULL: nothing holds on that day. */
const struct fact *timeline_fact(const struct timeline *timeline, int32_t day);

#endif
