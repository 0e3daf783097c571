/* Caps and quotas: what is left of them, and the base that a cut payment stands for, computed back
 * through the bands exactly (V-20, D34). Pure. */
#include <string.h>

#include "adjudicate/share.h"

/* What the cap's span holds under one of its scopes. */
static int64_t sum_of(const struct run *r, const struct cap_rule *cap, uint8_t i)
{
    enum accum_kind kind = cap->on == CAP_ON_ELIGIBLE ? ACCUM_BASE : ACCUM_PAID;
    const char *scope = cap->scopes[i];
    const bool values = cap->all_values >> i & 1;
    char span[ACCUM_SCOPE + 1];
    if (cap->per == PER_STAY || cap->per == PER_VISIT)
        return values ? delta_moved_values(r, kind, scope, "") : delta_moved(r, kind, scope);
    int64_t sum = values ? delta_sum_values(r, kind, scope, delta_span(r, "", cap->per, span))
                         : delta_sum(r, kind, delta_span(r, scope, cap->per, span));
    return sum < 0 ? 0 : sum; /* a void of what was forgotten */
}

static int64_t used(const struct run *r, const struct layer *layer, const struct cap_rule *cap,
                    bool others_only)
{
    int64_t sum = 0;
    for (uint8_t i = 0; i < cap->scope_count; i++)
        if (!others_only || strcmp(cap->scopes[i], layer->accumulates) != 0)
            sum += sum_of(r, cap, i);
    return sum;
}

/* The cap with what the person's years add to it (V-22). */
static int64_t raised(struct run *r, const struct layer *layer, const struct cap_rule *cap)
{
    int64_t more = 0;
    for (uint8_t i = 0; i < cap->raise_count; i++) {
        const struct cap_raise *raise = &cap->raises[i];
        int years =
            raise->by == CAP_CONTINUOUS_YEARS ? r->in->continuous_years : r->in->zero_claim_years;
        more += years > raise->beyond ? (years - raise->beyond) * raise->fen : 0;
    }
    int64_t most =
        cap->raised_at_most < 0 ? more : money_share(cap->amount_fen, cap->raised_at_most);
    more = more < most ? more : most;
    if (more > 0)
        step_add(r, STEP_CAP_RAISED, layer->id,
                 (struct step){.base = cap->amount_fen,
                               .limit = cap->amount_fen + more,
                               .amount = more,
                               .clause = cap->clause});
    return cap->amount_fen + more;
}

struct cap_left cap_left(struct run *r, const struct layer *layer, enum cap_on on, bool others_only)
{
    struct cap_left tightest = {.left = INT64_MAX};
    for (uint8_t i = 0; i < layer->cap_count; i++) {
        const struct cap_rule *cap = &layer->caps[i];
        if (cap->on != on || !cover_selects(r, &cap->who, r->in->institution->benefit_grade))
            continue;
        int64_t amount = cap->raise_count > 0 ? raised(r, layer, cap) : cap->amount_fen;
        int64_t left = amount - used(r, layer, cap, others_only);
        left = left < 0 ? 0 : left;
        if (left < tightest.left)
            tightest = (struct cap_left){left, cap->clause};
    }
    return tightest;
}

struct frac cap_cut(const struct scale *scale, struct frac base, int64_t fen, struct walk *walk)
{
    scale_walk(scale, base, walk);
    if (walk_paid(walk, walk->count) <= fen)
        return base;
    struct frac cut = scale_reach(scale, walk, fen);
    scale_walk(scale, cut, walk);
    return cut;
}
