/* A guaranteed share (保底, 兜底): whatever earlier layers left missing of a target (V-17).
 * Settler's thread (and every offline tool). */
#include "adjudicate/share.h"

static int64_t counted(const struct run *r, const struct layer *layer)
{
    int64_t sum = 0;
    for (uint32_t left = layer->guarantee & r->applied; left != 0; left &= left - 1)
        sum += r->outcomes[__builtin_ctz(left)].paid;
    return sum;
}

void guarantee_pay(struct run *r, struct share *share)
{
    const struct layer *layer = share->layer;
    struct scale scale = share_scale(share, share->base, 0);
    struct cap_left cap = cap_left(r, layer, CAP_ON_PAYMENT, false);
    struct walk walk;
    scale_walk(&scale, share->base, &walk);
    int64_t paid = counted(r, layer), base = money_round_frac(share->base);
    int64_t missing = walk_paid(&walk, walk.count) - paid;
    missing = missing < 0 ? 0 : missing;
    step_add(r, STEP_GUARANTEE, layer->id,
             (struct step){.base = base,
                           .ratio = scale_ratio(&scale, 0),
                           .limit = paid,
                           .amount = missing,
                           .clause = layer->guarantee_clause});
    if (share->room < cap.left)
        cap = (struct cap_left){share->room, 0};
    share->paid = missing < cap.left ? missing : cap.left;
    explain_cut(r, share, missing, share->paid, cap);
    row_add(
        r, layer,
        (struct fund_row){.base = base, .amount = share->paid, .clause = layer->guarantee_clause});
}
