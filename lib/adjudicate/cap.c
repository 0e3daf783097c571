/* Caps and quotas: what is left of them, and the base that a cut payment stands for, computed back
 * through the bands exactly (V-20, D34). Pure. */
#include <string.h>

#include "adjudicate/share.h"

static int64_t used(const struct run *r, const struct layer *layer, const struct cap_rule *cap,
                    bool others_only)
{
    enum accum_kind kind = cap->on == CAP_ON_ELIGIBLE ? ACCUM_BASE : ACCUM_PAID;
    int64_t sum = 0;
    for (uint8_t i = 0; i < cap->scope_count; i++)
        if (!others_only || strcmp(cap->scopes[i], layer->accumulates) != 0)
            sum += delta_sum(r, kind, cap->scopes[i]);
    return sum;
}

struct cap_left cap_left(const struct run *r, const struct layer *layer, enum cap_on on,
                         bool others_only)
{
    struct cap_left tightest = {.left = INT64_MAX};
    for (uint8_t i = 0; i < layer->cap_count; i++) {
        const struct cap_rule *cap = &layer->caps[i];
        if (cap->on != on || !cover_selects(r, &cap->who, r->in->institution->benefit_grade))
            continue;
        int64_t left = cap->amount_fen - used(r, layer, cap, others_only);
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
