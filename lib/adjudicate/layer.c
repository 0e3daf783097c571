/* One layer: whether it applies, and its share of a settlement taken for itself
 * (cumulative layers: cumulative.c). Settler's thread (and every offline tool). */
#include "adjudicate/share.h"

bool layer_holds(const struct run *r, const struct layer *layer)
{
    if (layer->classes != SELECTOR_ANY && !(layer->classes & r->class_mask))
        return false;
    if (layer->in.dimensions != 0 && !situation_holds(r, &layer->in))
        return false;
    if (layer->identities != 0)
        return (layer->identities & r->identities) != 0;
    /* The subsidy is for those whose cover carries the flag, unless the pack says who by identity.
     */
    return layer->owner_kind != OWNER_CIVIL_SERVANT || r->cover->cvlserv_flag;
}

static const struct ratio_rule *ratio_rule(const struct run *r, const struct layer *layer)
{
    const uint8_t grade = r->in->institution->benefit_grade;
    uint64_t left = cover_candidates(r, &layer->ratio_index, grade);
    for (; left != 0; left &= left - 1) {
        const struct ratio_rule *rule = &layer->ratios[__builtin_ctzll(left)];
        if (cover_selects(r, &rule->who, grade))
            return rule;
    }
    return NULL;
}

static uint8_t bracket_of(const struct ratio_rule *rule, struct frac base)
{
    uint8_t i = 0;
    while (frac_cmp(base, frac_of(rule->bands[i].upto_fen)) > 0)
        i++;
    return i;
}

struct scale share_scale(const struct share *share, struct frac base, int64_t due)
{
    const struct ratio_rule *rule = share->ratio;
    int64_t from = (share->layer->from_deductible ? due : 0) - share->banded;
    struct scale scale = {.bands = rule->bands,
                          .band_count = rule->band_count,
                          .floor = due,
                          .from = from,
                          .unit = share->unit ? share->unit : RATIO_ONE,
                          .ratios = share->unit ? share->ratios : NULL,
                          .rounding = share->layer->rounding};
    if (rule->form == RATIO_BRACKETS) {
        uint8_t i = bracket_of(rule, from ? frac_sub(base, frac_of(from)) : base);
        scale.whole = true;
        scale.bands += i;
        scale.band_count = 1;
        scale.ratios = scale.ratios ? scale.ratios + i : NULL;
    }
    return scale;
}

/* The money above the deductible: caps on eligible money, bands, caps on payment, room. */
static void pay_above(struct run *r, struct share *share, int64_t due)
{
    const struct layer *layer = share->layer;
    struct scale scale = share_scale(share, share->base, due);
    struct cap_left none = {.left = INT64_MAX};
    struct cap_left eligible = share->uncapped ? none : cap_left(r, layer, CAP_ON_ELIGIBLE, false);
    struct cap_left payment = share->uncapped ? none : cap_left(r, layer, CAP_ON_PAYMENT, false);
    struct walk walk;
    scale_walk(&scale, share->base, &walk);
    int64_t uncut = walk_paid(&walk, walk.count);
    const struct frac within = scale_within(&scale, share->base);
    struct frac base = within;
    if (eligible.left <= FEN_MAX)
        base = frac_min(base, frac_of(due + eligible.left));
    struct frac cut = base;
    if (uncut > payment.left || frac_cmp(base, within) < 0)
        cut = cap_cut(&scale, base, payment.left, &walk);
    struct cap_left binding = frac_cmp(cut, base) < 0 ? payment : eligible;
    share->excess = frac_sub(within, cut);
    share->excess_clause = binding.clause;
    share->paid = walk_paid(&walk, walk.count);
    if (share->paid > share->room) {
        cut = cap_cut(&scale, base, share->room, &walk);
        share->paid = walk_paid(&walk, walk.count);
        binding = (struct cap_left){share->room, 0};
    }
    explain_segments(r, share, &scale, &walk);
    row_segments(r, share, &scale, &walk, NULL);
    explain_cut(r, share, uncut, share->paid, binding);
    if (layer->counts_base)
        delta_count(r, layer, ACCUM_BASE, money_round_frac(frac_sub(cut, frac_of(due))));
}

/* Where the bands begin, and how far they run now: over the base, or what of it is above the
 * deductible, whatever a cap leaves of that. */
static void run_bands(struct run *r, struct share *share)
{
    const struct layer *layer = share->layer;
    const int64_t before = delta_sum(r, ACCUM_BANDS, delta_own(r, layer));
    const int64_t base = money_round_frac(share->base);
    share->banded = before < 0 ? 0 : before;
    if (share->banded > 0)
        step_add(r, STEP_BANDS_BEFORE, layer->id,
                 (struct step){.amount = share->banded, .clause = layer->clause});
    delta_add(r, ACCUM_BANDS, delta_own(r, layer),
              base - (layer->from_deductible ? share->deductible : 0));
}

void part_pay(struct run *r, struct share *share)
{
    struct deductible due = deductible_due(r, share);
    struct frac floor = frac_of(due.due);
    bool above = frac_cmp(share->base, floor) > 0;
    share->deductible = above ? due.due : money_round_frac(share->base);
    deductible_consume(r, share, due, share->deductible);
    if (share->layer->bands_over_year)
        run_bands(r, share);
    if (share->ratio->form == RATIO_LUMP)
        lump_pay(r, share, due.due);
    else if (above)
        pay_above(r, share, due.due);
}

void settlement_pay(struct run *r, struct share *share)
{
    if (share->layer->accrual == PER_PERIOD)
        periods_pay(r, share);
    else
        part_pay(r, share);
}

/* Whose money the payment is, and which parts of the fee it was for. */
static void post(struct run *r, const struct layer *layer, int64_t paid)
{
    struct totals *t = &r->out->totals;
    parts_draw(r, layer, paid);
    if (layer->paid_later) {
        step_add(r, STEP_PAID_LATER, layer->id,
                 (struct step){.amount = paid, .clause = layer->clause});
    } else if (layer->owner_kind == OWNER_HOSPITAL) {
        t->hosp_part_amt += paid;
    } else {
        t->fund[layer->field] += paid;
        t->fund_pay_sumamt += paid;
    }
}

void share_count(struct run *r, const struct layer *layer, int64_t paid)
{
    delta_count(r, layer, ACCUM_PAID, paid);
}

static void share_settle(struct run *r, struct share *share)
{
    const struct layer *layer = share->layer;
    step_add(r, STEP_BASE, layer->id,
             (struct step){.amount = money_round_frac(share->base), .clause = layer->clause});
    if (layer->needs_pool && !r->pool_open) {
        step_add(r, STEP_POOL_CLOSED, layer->id,
                 (struct step){.amount = money_round_frac(share->base),
                               .clause = r->pool_clause ? r->pool_clause : layer->clause});
        return;
    }
    if (layer->adjust_count > 0)
        adjust_share(r, share);
    share->room = parts_room(r);
    if (layer == r->package.layer)
        package_pay(r, share);
    else if (layer->guarantee)
        guarantee_pay(r, share);
    else if (layer->cumulative)
        cumulative_pay(r, share);
    else
        settlement_pay(r, share);
    post(r, layer, share->paid);
    if (layer->accrual != PER_PERIOD)
        share_count(r, layer, share->paid);
    if (share->excess.den > LAYER_DEN_MAX) {
        r->broken = "a layer's excess rests on too long a chain of cut layers";
        share->excess = frac_of(0);
    }
}

void layer_apply(struct run *r, uint8_t index)
{
    const struct layer *layer = &r->in->policy->layers[index];
    const struct ratio_rule *ratio = layer_holds(r, layer) ? ratio_rule(r, layer) : NULL;
    if (!ratio)
        return;
    struct share share = {.layer = layer, .ratio = ratio, .excess = frac_of(0)};
    if (layer->merge_count > 0)
        share.merge = stay_merge(r, layer);
    if (layer->accrual == PER_PERIOD)
        r->periods = periods_of(r);
    share.base = base_of(r, layer);
    if (layer == r->package.layer)
        package_base(r, &share);
    /* A deductible that carries over stays open when there is nothing to consume it. */
    if (share.base.num > 0 || layer->carries)
        share_settle(r, &share);
    r->outcomes[index] = (struct layer_outcome){share.paid, share.deductible, share.excess};
    r->applied |= UINT32_C(1) << index;
}
