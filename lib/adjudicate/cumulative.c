/* Layers over the benefit year: f(after) - f(before), today's rule on both sides, so that splitting
 * a year's care never changes its sum. The increment is rounded to the fen before it is added,
 * since what is added is what the next settlement starts from. Settler's thread. */
#include "adjudicate/share.h"

/* f of one cumulated base: cut by the caps, walked, paid. */
struct reach {
    struct frac within, base; /* the bands' part of it; cut */
    struct walk walk;
    int64_t uncut, paid;
    bool limited; /* by a cap on payment */
};

static void reach_to(struct reach *reach, const struct scale *scale, int64_t total,
                     struct cap_left eligible, struct cap_left payment)
{
    scale_walk(scale, frac_of(total), &reach->walk);
    reach->uncut = walk_paid(&reach->walk, reach->walk.count);
    struct frac base = reach->within = scale_within(scale, frac_of(total));
    if (eligible.left <= FEN_MAX)
        base = frac_min(base, frac_of(scale->floor + eligible.left));
    reach->base = base;
    if (frac_cmp(base, reach->within) < 0 || reach->uncut > payment.left)
        reach->base = cap_cut(scale, base, payment.left, &reach->walk);
    reach->limited = frac_cmp(reach->base, base) < 0;
    reach->paid = walk_paid(&reach->walk, reach->walk.count);
}

/* What of this settlement's increment lies above the caps. */
static struct frac excess_of(const struct reach *now, int64_t before)
{
    struct frac reached = frac_max(now->base, frac_of(before));
    return frac_max(frac_sub(now->within, reached), frac_of(0));
}

/* What is taken off f(after): f(before), or with reach_back what was paid. A fund takes nothing
 * back here; a correction is a document of its own. */
static int64_t taken_off(const struct run *r, const struct layer *layer, const struct reach *was,
                         const struct reach *now)
{
    int64_t off = layer->reach_back ? delta_sum(r, ACCUM_PAID, layer->accumulates) : was->paid;
    return off < now->paid ? off : now->paid;
}

/* f(after) cut to `paid` where it is above. */
static bool limit_to(struct reach *now, const struct scale *scale, int64_t total, int64_t paid)
{
    if (now->paid <= paid)
        return false;
    now->base = cap_cut(scale, frac_of(total), paid, &now->walk);
    now->paid = paid;
    return true;
}

/* What a cap on payment leaves of the year: more may have been paid than f(before), under another
 * identity's rule. */
static int64_t left_of_year(const struct run *r, const struct layer *layer, struct cap_left payment)
{
    if (payment.left > FEN_MAX)
        return FEN_MAX;
    int64_t left = payment.left - delta_sum(r, ACCUM_PAID, layer->accumulates);
    return left < 0 ? 0 : left;
}

/* Floor, bands and caps on both sides, then what may be paid of the difference. */
static void pay_difference(struct run *r, struct share *share, int64_t due, int64_t before,
                           int64_t total)
{
    const struct layer *layer = share->layer;
    const struct scale scale_was = share_scale(share, frac_of(before), due);
    const struct scale scale = share_scale(share, frac_of(total), due);
    struct cap_left none = {.left = INT64_MAX};
    struct cap_left eligible = share->uncapped ? none : cap_left(r, layer, CAP_ON_ELIGIBLE, true);
    struct cap_left payment = share->uncapped ? none : cap_left(r, layer, CAP_ON_PAYMENT, true);
    struct reach was, now;
    reach_to(&was, &scale_was, before, eligible, payment);
    reach_to(&now, &scale, total, eligible, payment);
    int64_t off = taken_off(r, layer, &was, &now);
    struct cap_left binding = now.limited ? payment : eligible;
    if (limit_to(&now, &scale, total, off + left_of_year(r, layer, payment)))
        binding = (struct cap_left){now.paid, payment.clause};
    share->excess = excess_of(&now, before);
    share->excess_clause = binding.clause;
    if (limit_to(&now, &scale, total, off + share->room))
        binding = (struct cap_left){now.paid, 0};
    share->paid = now.paid - off;
    explain_segments(r, share, &scale, &now.walk);
    if (before > 0 || off > 0)
        step_add(r, STEP_BEFORE, layer->id,
                 (struct step){.base = before, .amount = off, .clause = layer->clause});
    explain_cut(r, share, now.uncut, now.paid, binding);
    if (!layer->reach_back)
        row_segments(r, share, &scale, &now.walk, &was.walk);
    else /* what was paid is not told by band */
        row_add(r, layer,
                (struct fund_row){
                    .base = total - before, .amount = share->paid, .clause = layer->clause});
}

void cumulative_pay(struct run *r, struct share *share)
{
    const struct layer *layer = share->layer;
    int64_t increment = money_round_frac(share->base);
    int64_t before = delta_sum(r, ACCUM_BASE, layer->accumulates);
    before = before < 0 ? 0 : before;
    int64_t total = before + increment;
    struct deductible due = deductible_due(r, share);
    int64_t consumed = total < due.due ? total : due.due;
    consumed -= before < due.due ? before : due.due;
    deductible_consume(r, share, due, consumed);
    share->deductible = consumed;
    pay_difference(r, share, due.due, before, total);
    delta_count(r, layer, ACCUM_BASE, increment);
}
