/* What is legal in a pack but looks wrong: printed by check, no fault. */
#ifndef REVIEW_WARN_H
#define REVIEW_WARN_H

#include "review/load.h"
#include "review/source.h"
#include "review/words.h"

#define WARNINGS_MAX 200

struct warning {
    int line;
    const char *key; /* the layer's or the word's id; borrowed */
    char *zh, *en;   /* malloc'ed */
};

struct warnings {
    const struct loaded *loaded; /* one version */
    struct source source;
    uint32_t count, more; /* of list; found beyond WARNINGS_MAX */
    struct warning list[WARNINGS_MAX];
};

/* Formats take the same arguments in the same order. */
void warn(struct warnings *w, int line, const char *key, const char *zh, const char *en, ...)
    PRINTF_LIKE(4, 6) PRINTF_LIKE(5, 6);

/* Rows, bands and words that meet nobody; care and people that no rule meets. */
void warn_unreachable(struct warnings *w);
void warn_gaps(struct warnings *w);
/* Places where the patient pays more when the bill is smaller, or more than what it grew by. */
void warn_jumps(struct warnings *w);

/* A pack is made, tried and read by two people, and from the year's last weeks into the next year's
 * first a province may take none: whoever is told two months ahead is in time for both. */
#define WARN_ENDS_DAYS 60
/* That the rules in force end within so many days and nothing follows them. Returns how many. */
unsigned warn_end(const struct pack *pack, int32_t today);

/* All of them for one version of the pack, in order of lines. Returns how many. */
unsigned warn_version(const char *path, struct pack *pack, const struct policy *policy);

#endif
