/* A lump: a sum whatever the ratio, of the money there is above the deductible. The fund's bill is
 * never above the fee; what a cash benefit adds is a document of its own (design decision 2).
 * Settler's thread (and every offline tool). */
#include "adjudicate/share.h"

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

void lump_pay(struct run *r, struct share *share, int64_t due)
{
    const struct layer *layer = share->layer;
    const struct ratio_rule *rule = share->ratio;
    const uint16_t clause = rule->bands[0].clause ? rule->bands[0].clause : layer->clause;
    struct cap_left none = {.left = INT64_MAX};
    struct cap_left eligible = share->uncapped ? none : cap_left(r, layer, CAP_ON_ELIGIBLE, false);
    struct cap_left payment = share->uncapped ? none : cap_left(r, layer, CAP_ON_PAYMENT, false);
    int64_t base = money_round_frac(share->base), there = base > due ? base - due : 0;
    int64_t money = least(there, eligible.left), lump = least(rule->lump_fen, payment.left);
    int64_t uncut = least(rule->lump_fen, there);
    share->paid = least(least(lump, money), share->room);
    step_add(r, STEP_LUMP, layer->id,
             (struct step){
                 .base = there, .limit = rule->lump_fen, .amount = share->paid, .clause = clause});
    row_add(r, layer, (struct fund_row){.base = there, .amount = share->paid, .clause = clause});
    struct cap_left binding = lump < money ? payment : eligible;
    if (share->paid == share->room)
        binding = (struct cap_left){share->room, 0};
    explain_cut(r, share, uncut, share->paid, binding);
    if (rule->cash_benefit && share->paid < lump)
        step_add(r, STEP_CASH_BENEFIT, layer->id,
                 (struct step){.amount = lump - share->paid, .clause = clause});
    if (layer->counts_base)
        delta_count(r, layer, ACCUM_BASE, money);
}
