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
    const struct segment_rounding rounding = scale->rounding;
    int64_t paid = 0;
    for (uint8_t i = 0; i < scale->band_count && low < base.num; i++) {
        int64_t upto = scale->whole ? INT64_MAX : scale->bands[i].upto_fen;
        __int128 high = base.num;
        if (upto != INT64_MAX)
            high = ((__int128)upto + scale->from) * base.den;
        high = high > base.num ? base.num : high;
        __int128 width = high > low ? high - low : 0;
        __int128 pays = width * ratio_of(scale, i);
        cum += pays;
        walk->width[i] = width;
        walk->cum[i] = cum;
        if (rounding.apart)
            paid += money_round_to(pays, base.den * scale->unit, rounding.to);
        else
            paid = money_round_to(cum, base.den * scale->unit, rounding.to);
        walk->paid[i] = paid;
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
    const __int128 one = (__int128)scale->unit * walk->den, target = fen * one;
    const bool apart = scale->rounding.apart;
    __int128 low = (__int128)scale->floor * walk->den, before = 0;
    for (uint8_t i = 0; i < walk->count; i++) {
        /* Bands that are rounded by themselves have paid whole fen. */
        const __int128 upto = apart ? walk->paid[i] * one : walk->cum[i];
        if (upto > target) {
            /* Skipped widths of 0 leave low at the floor, as they should. */
            int64_t ratio = ratio_of(scale, i);
            return frac_make(low * ratio + target - before, walk->den * ratio);
        }
        low += walk->width[i];
        before = upto;
    }
    CHECK(!"the walk pays more than what is to be reached");
}
