/* What a layer's adjustments change for this person: first self-pay, ratios, deductible, caps.
 * Settler's thread (and every offline tool). */
#include "adjudicate/share.h"

static void find(const struct run *r, struct share *share)
{
    const struct layer *layer = share->layer;
    const uint8_t grade = r->in->institution->benefit_grade;
    uint64_t left = cover_candidates(r, &layer->adjust_index, grade);
    for (; left != 0; left &= left - 1) {
        uint8_t i = (uint8_t)__builtin_ctzll(left);
        if (cover_selects(r, &layer->adjusts[i].who, grade))
            share->adjusts |= UINT32_C(1) << i;
    }
}

/* The next of the mask's rules, in the pack's order; NULL after the last. */
static const struct adjust_rule *next(const struct share *share, uint32_t *left)
{
    if (*left == 0)
        return NULL;
    const struct adjust_rule *rule = &share->layer->adjusts[__builtin_ctz(*left)];
    *left &= *left - 1;
    return rule;
}

/* Rounded to the fen, since it is a figure of the answer; two of one person's never hold together.
 */
static void take_first_selfpay(struct run *r, struct share *share, const struct adjust_rule *rule)
{
    int64_t amount =
        money_round(share->base.num * rule->first_selfpay, share->base.den * RATIO_ONE);
    step_add(r, STEP_FIRST_SELFPAY, share->layer->id,
             (struct step){.base = money_round_frac(share->base),
                           .ratio = rule->first_selfpay,
                           .amount = amount,
                           .clause = rule->clause});
    share->base = frac_max(frac_sub(share->base, frac_of(amount)), frac_of(0));
    r->out->totals.transfer_selfpay += amount;
}

static void explain(struct run *r, const struct share *share, const struct adjust_rule *rule)
{
    static const enum step_code ratios[] = {[ADJUST_POINTS] = STEP_POINTS,
                                            [ADJUST_MULTIPLY] = STEP_MULTIPLY,
                                            [ADJUST_PERSONAL_SHARE] = STEP_PERSONAL_SHARE};
    const char *id = share->layer->id;
    bool off = rule->ratio == ADJUST_POINTS && rule->ratio_by < 0;
    if (rule->ratio != ADJUST_RATIO_AS_IS)
        step_add(
            r, off ? STEP_POINTS_OFF : ratios[rule->ratio], id,
            (struct step){.ratio = off ? -rule->ratio_by : rule->ratio_by, .clause = rule->clause});
    if (rule->dedc == ADJUST_DEDC_TIMES)
        step_add(r, STEP_DEDC_TIMES, id,
                 (struct step){.ratio = (int32_t)rule->dedc_by, .clause = rule->clause});
    if (rule->dedc == ADJUST_DEDC_PLUS)
        step_add(r, STEP_DEDC_PLUS, id,
                 (struct step){.amount = rule->dedc_by, .clause = rule->clause});
    if (rule->uncapped)
        step_add(r, STEP_UNCAPPED, id, (struct step){.clause = rule->clause});
}

static int32_t adjusted(const struct share *share, int32_t ratio)
{
    int64_t value = ratio * (ADJUST_ONE / RATIO_ONE);
    bool exact = true;
    const struct adjust_rule *rule;
    for (uint32_t left = share->adjusts; (rule = next(share, &left)) != NULL;)
        value = adjust_ratio(rule, value, &exact);
    return (int32_t)value;
}

/* In the coarsest unit that holds them: the bases of a cut are the longer fractions the finer. */
static void work_ratios_out(struct share *share)
{
    const struct ratio_rule *rule = share->ratio;
    for (uint8_t i = 0; i < rule->band_count; i++)
        share->ratios[i] = adjusted(share, rule->bands[i].ratio);
    share->unit = ADJUST_ONE;
    for (; share->unit > RATIO_ONE; share->unit /= 10) {
        for (uint8_t i = 0; i < rule->band_count; i++)
            if (share->ratios[i] % 10 != 0)
                return;
        for (uint8_t i = 0; i < rule->band_count; i++)
            share->ratios[i] /= 10;
    }
}

void adjust_share(struct run *r, struct share *share)
{
    const struct adjust_rule *rule;
    bool ratios = false;
    find(r, share);
    for (uint32_t left = share->adjusts; (rule = next(share, &left)) != NULL;) {
        if (rule->first_selfpay != 0)
            take_first_selfpay(r, share, rule);
        explain(r, share, rule);
        share->uncapped = share->uncapped || rule->uncapped;
        ratios = ratios || rule->ratio != ADJUST_RATIO_AS_IS;
    }
    if (ratios)
        work_ratios_out(share);
}

int64_t adjust_deductible(const struct share *share, int64_t fen)
{
    const struct adjust_rule *rule;
    for (uint32_t left = share->adjusts; (rule = next(share, &left)) != NULL;) {
        if (rule->dedc == ADJUST_DEDC_TIMES)
            fen = money_share(fen, (int32_t)rule->dedc_by);
        else if (rule->dedc == ADJUST_DEDC_PLUS && fen != 0)
            fen += rule->dedc_by;
    }
    return fen;
}
