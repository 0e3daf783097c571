/* A person's benefit years as a settlement or a void finds and leaves them: one, or of a split stay
 * the one before it, too. Inside lib/settle only. */
#ifndef SETTLE_YEARS_H
#define SETTLE_YEARS_H

#include "settle/turn.h"

struct years {
    uint16_t year;
    bool spans;
    struct person_year own;    /* of `year` */
    struct person_year before; /* of the year before; only when it spans */
};

/* As they stand; the store's errors. */
enum err years_read(struct turn *turn, const char *psn_no, uint16_t year, bool spans,
                    struct years *out) MUST_CHECK;
void years_copy(struct years *to, const struct years *from);
/* accums_forget() on each. */
void years_forget(struct years *years, int32_t today);
/* Adds a settlement's deltas (negated with sign -1). ERR_LIMIT: one does not fit. */
enum err years_move(struct years *years, const struct accum *deltas, uint32_t count,
                    int sign) MUST_CHECK;
/* Those of one year, to its list. */
enum err years_move_one(struct accums *accums, uint16_t year, const struct accum *deltas,
                        uint32_t count, int sign) MUST_CHECK;

#endif
