/* Marginal bands over an exact base, in one 128-bit integer arithmetic: no rounding before the
 * outputs. The floor (deductible) hides what is below it. Pure. */
#include "adjudicate/scale.h"

static int64_t ratio_of(const struct scale *scale, uint8_t band)
{
    return scale->ratios ? scale->ratios[band] : scale->bands[band].ratio;
}

int32_t scale_ratio(const struct scale *scale, uint8_t band)
{
    return scale->unit == RATIO_ONE
               ? (int32_t)ratio_of(scale, band)
               : (int32_t)money_round((__int128)ratio_of(scale, band) * RATIO_ONE, scale->unit);
}

void scale_walk(const struct scale *scale, struct frac base, struct walk *walk)
{
    /* Layers refuse bases of larger denominators (LAYER_DEN_MAX). A point that scale_reach() found
     * has its band's ratio for one, whatever the base's: bounds and payments are whole fen. */
    CHECK(base.den <= INT64_MAX / scale->unit);
    walk->count = 0;
    walk->den = base.den;
    __int128 low = (__int128)scale->floor * base.den, cum = 0;
    for (uint8_t i = 0; i < scale->band_count && low < base.num; i++) {
        int64_t upto = scale->whole ? INT64_MAX : scale->bands[i].upto_fen;
        __int128 high = base.num;
        if (upto != INT64_MAX)
            high = ((__int128)upto + scale->from) * base.den;
        high = high > base.num ? base.num : high;
        __int128 width = high > low ? high - low : 0;
        cum += width * ratio_of(scale, i);
        walk->width[i] = width;
        walk->cum[i] = cum;
        walk->paid[i] = money_round(cum, base.den * scale->unit);
        walk->count = (uint8_t)(i + 1);
        low = high > low ? high : low;
    }
}

struct frac scale_within(const struct scale *scale, struct frac base)
{
    int64_t upto = scale->whole ? INT64_MAX : scale->bands[scale->band_count - 1].upto_fen;
    if (upto == INT64_MAX)
        return base;
    return frac_max(frac_min(base, frac_of(upto + scale->from)), frac_of(scale->floor));
}

int64_t walk_paid(const struct walk *walk, uint8_t bands)
{
    if (bands > walk->count)
        bands = walk->count;
    return bands == 0 ? 0 : walk->paid[bands - 1];
}

struct frac scale_reach(const struct scale *scale, const struct walk *walk, int64_t fen)
{
    __int128 target = (__int128)fen * scale->unit * walk->den, before = 0;
    __int128 low = (__int128)scale->floor * walk->den;
    for (uint8_t i = 0; i < walk->count; i++) {
        if (walk->cum[i] > target) {
            /* Skipped widths of 0 leave low at the floor, as they should. */
            int64_t ratio = ratio_of(scale, i);
            return frac_make(low * ratio + target - before, walk->den * ratio);
        }
        low += walk->width[i];
        before = walk->cum[i];
    }
    CHECK(!"the walk pays more than what is to be reached");
}
