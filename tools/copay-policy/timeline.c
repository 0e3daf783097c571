/* Facts of one subject in the order of their days. */
#include "timeline.h"

void timeline_add(struct timeline *t, const struct fact *fact, int32_t from)
{
    int32_t since = fact->begins;
    if (!fact->valid) /* no day is said on which it was taken back, unless it had ended */
        since = fact->ends < from ? fact->ends + 1 : from;
    if (!t->stated || since < t->since)
        t->since = since;
    if (!t->stated)
        t->first = fact;
    t->stated = true;
    if (fact->valid) {
        t->facts = t->count ? t->facts : fact;
        t->count++;
    }
}

bool timeline_says(const struct timeline *t, int32_t day)
{
    return t->stated && day >= t->since;
}

const struct fact *timeline_fact(const struct timeline *t, int32_t day)
{
    for (size_t i = 0; i < t->count; i++)
        if (day >= t->facts[i].begins && day <= t->facts[i].ends)
            return &t->facts[i];
    return NULL;
}
