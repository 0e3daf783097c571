/* Refunds netted into their originals. Settler's thread (and every offline tool). */
#include "adjudicate/lines.h"

void refund_subtract(struct line_split *after, const struct line_split *before)
{
    after->det_item_fee_sumamt -= before->det_item_fee_sumamt;
    after->fulamt_ownpay_amt -= before->fulamt_ownpay_amt;
    after->overlmt_amt -= before->overlmt_amt;
    after->preselfpay_amt -= before->preselfpay_amt;
    after->inscp_scp_amt -= before->inscp_scp_amt;
    after->reason = STEP_REFUNDED;
    after->clause = before->clause;
}

/* In order of feedetl_sn, each on what the earlier ones left of the original: the sums do not
 * depend on the order, and neither does any line. */
enum err refunds_split(struct run *r)
{
    const struct claim *claim = r->in->claim;
    const struct claim_line **order = claim_order(claim, r->arena);
    struct left {
        int64_t amount, cnt;
    } *left = arena_alloc_raw(r->arena, claim->line_count * sizeof *left);
    if (!order || !left)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < claim->line_count; i++)
        left[i] = (struct left){order[i]->det_item_fee_sumamt, order[i]->cnt};
    for (uint32_t i = 0; i < claim->line_count; i++) {
        const struct claim_line *line = order[i];
        if (!claim_line_is_refund(line))
            continue;
        int64_t at = claim_order_find(claim, order, line->init_feedetl_sn);
        CHECK(at >= 0);
        struct item item = item_of(r, (uint32_t)(order[at] - claim->lines));
        struct line_split before, *after = &r->out->lines[line - claim->lines];
        item_split(r, &item, left[at].amount, left[at].cnt, (struct item_taken){0}, &before);
        left[at].amount += line->det_item_fee_sumamt;
        left[at].cnt += line->cnt;
        item_split(r, &item, left[at].amount, left[at].cnt, (struct item_taken){0}, after);
        refund_subtract(after, &before);
    }
    return ERR_OK;
}
