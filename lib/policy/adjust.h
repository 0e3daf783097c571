/* A change of a layer's rule for some, and what it makes of a ratio: the same for the checker of
 * packs and for claims. */
#ifndef POLICY_ADJUST_H
#define POLICY_ADJUST_H

#include "base/money.h"
#include "policy/rule.h"

enum adjust_ratio {
    ADJUST_RATIO_AS_IS,
    ADJUST_POINTS,         /* ratio + by, which may be negative */
    ADJUST_MULTIPLY,       /* ratio x by */
    ADJUST_PERSONAL_SHARE, /* 1 - (1 - ratio) x by */
};
enum adjust_dedc {
    ADJUST_DEDC_AS_IS,
    ADJUST_DEDC_TIMES, /* deductible x by, rounded to the fen */
    ADJUST_DEDC_PLUS,  /* deductible + by; one of 0 stays 0 */
};

/* A change of a layer's rule for those whom it selects. All that hold apply, in the pack's order.
 * That no ratio then leaves 0 to 1 or needs more than eight decimals is checked when the pack is
 * compiled. */
struct adjust_rule {
    struct selector who;
    enum adjust_ratio ratio;
    enum adjust_dedc dedc;
    bool uncapped;
    int32_t first_selfpay; /* this share of the base is the patient's, before the deductible */
    int32_t ratio_by;      /* x 10^4 */
    int64_t dedc_by;       /* x 10^4, or fen */
    uint16_t clause;
};

/* Ratios while they are adjusted are x 10^8: a product has more decimals than its factors. */
#define ADJUST_ONE INT64_C(100000000)

/* *exact becomes false when the product needs more decimals still. */
static inline int64_t adjust_ratio(const struct adjust_rule *rule, int64_t ratio, bool *exact)
{
    int64_t product;
    switch (rule->ratio) {
    case ADJUST_RATIO_AS_IS:
        return ratio;
    case ADJUST_POINTS:
        return ratio + rule->ratio_by * (ADJUST_ONE / RATIO_ONE);
    case ADJUST_MULTIPLY:
        product = ratio * rule->ratio_by;
        *exact = *exact && product % RATIO_ONE == 0;
        return product / RATIO_ONE;
    case ADJUST_PERSONAL_SHARE:
        product = (ADJUST_ONE - ratio) * rule->ratio_by;
        *exact = *exact && product % RATIO_ONE == 0;
        return ADJUST_ONE - product / RATIO_ONE;
    }
    CHECK(!"a change of the ratio");
}

#endif
