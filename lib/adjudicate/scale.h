/* Bands over a floor, exactly; private to lib/adjudicate. Pure. */
#ifndef ADJUDICATE_SCALE_H
#define ADJUDICATE_SCALE_H

#include <stdint.h>

#include "base/money.h"
#include "policy/rounding.h"
#include "policy/rule.h"

struct scale {
    const struct band *bands;
    uint8_t band_count;
    bool whole;            /* the only band has no bound */
    int64_t floor;         /* nothing below it is paid: the deductible */
    int64_t from;          /* where in the base the bounds are measured from */
    int64_t unit;          /* ratios are x this: RATIO_ONE, or finer after an adjustment */
    const int32_t *ratios; /* of the bands, adjusted; NULL: the bands' own */
    struct segment_rounding rounding; /* of what the bands pay: of their sum, or of each */
};
/* A base laid over the bands. Widths are in units of 1 / den fen, cum in 1 / (den x unit). */
struct walk {
    uint8_t count; /* bands reached */
    int64_t den;
    __int128 width[RULE_BANDS_MAX], cum[RULE_BANDS_MAX];
    int64_t paid[RULE_BANDS_MAX]; /* so far, in fen, rounded */
};
void scale_walk(const struct scale *scale, struct frac base, struct walk *walk);
/* What of a base the bands reach: above the last one's bound nothing is paid, nor eligible. Never
 * below the floor. */
struct frac scale_within(const struct scale *scale, struct frac base);
/* x 10^4, rounded when the scale's is finer: for show. */
int32_t scale_ratio(const struct scale *scale, uint8_t band);
/* Rounded payment of the first `bands` bands; walk_paid(w, w->count) is the whole. */
int64_t walk_paid(const struct walk *walk, uint8_t bands);
/* The base at which the payment reaches `fen` without any rounding in its last band, which the
 * walk's whole exceeds. */
struct frac scale_reach(const struct scale *scale, const struct walk *walk, int64_t fen);

#endif
