/* What a layer is computed from, and what is left of the fee that it may draw on. */
#include "adjudicate/share.h"

void parts_begin(struct run *r)
{
    const struct totals *t = &r->out->totals;
    r->left[PART_INSCP] = t->inscp_scp_amt;
    r->left[PART_PRESELFPAY] = t->preselfpay_amt;
    r->left[PART_OVERLMT] = t->overlmt_selfpay;
    r->gone[PART_FULAMT] = t->hosp_part_amt; /* of lines, so far */
    r->left[PART_FULAMT] = t->fulamt_ownpay_amt - t->hosp_part_amt;
    r->opened = 1u << PART_INSCP;
}

static int64_t left_of(const struct run *r, uint32_t parts)
{
    int64_t sum = 0;
    for (uint32_t part = 0; part < FEE_PARTS; part++)
        sum += parts >> part & 1 ? r->left[part] : 0;
    return sum;
}

int64_t parts_room(const struct run *r)
{
    return left_of(r, r->opened);
}

static int64_t draw_on(struct run *r, const struct layer *layer, uint32_t parts, int64_t fen)
{
    for (uint32_t part = 0; part < FEE_PARTS; part++) {
        if (!(parts >> part & 1))
            continue;
        int64_t taken = r->left[part] < fen ? r->left[part] : fen;
        r->left[part] -= taken;
        r->later[part] += layer->paid_later ? taken : 0;
        fen -= taken;
    }
    return fen;
}

void parts_draw(struct run *r, const struct layer *layer, int64_t fen)
{
    fen = draw_on(r, layer, layer->opens, fen);
    if (fen > 0)
        fen = draw_on(r, layer, r->opened, fen);
    if (fen > 0)
        r->broken = "a layer pays more than is left of the fee";
}

static int64_t in_scope(struct run *r, const struct layer *layer)
{
    const int64_t all = r->out->totals.inscp_scp_amt;
    if (layer->scope.all)
        return all - r->gone[PART_INSCP];
    int64_t in_scope = lines_in_scope(r, &layer->scope);
    if (in_scope != all)
        step_add(r, STEP_SCOPE, layer->id,
                 (struct step){.amount = all - in_scope, .clause = layer->scope.clause});
    return in_scope;
}

static struct frac term_amount(struct run *r, const struct layer *layer,
                               const struct base_term *term)
{
    const struct totals *t = &r->out->totals;
    const struct layer_outcome *outcome =
        r->applied >> term->layer & 1 ? &r->outcomes[term->layer] : NULL;
    int64_t gone = 0;
    switch (term->amount) {
    case AMOUNT_MEDFEE:
        for (uint32_t part = 0; part < FEE_PARTS; part++)
            gone += r->gone[part];
        return frac_of(t->medfee_sumamt - gone);
    case AMOUNT_FULAMT:
        return frac_of(t->fulamt_ownpay_amt - r->gone[PART_FULAMT]);
    case AMOUNT_OVERLMT:
        return frac_of(t->overlmt_selfpay - r->gone[PART_OVERLMT]);
    case AMOUNT_PRESELFPAY:
        return frac_of(t->preselfpay_amt - r->gone[PART_PRESELFPAY]);
    case AMOUNT_REST_INSCP:
        return frac_of(r->left[PART_INSCP]);
    case AMOUNT_REST_TOTAL:
        return frac_of(left_of(r, PARTS_ALL));
    case AMOUNT_TRANSFER_SELFPAY:
        return frac_of(t->transfer_selfpay);
    case AMOUNT_LAYER_PAID:
        return frac_of(outcome ? outcome->paid : 0);
    case AMOUNT_LAYER_EXCESS:
        return outcome ? outcome->excess : frac_of(0);
    case AMOUNT_LAYER_DEDUCTIBLE:
        return frac_of(outcome ? outcome->deductible : 0);
    case AMOUNT_INSCP:
        break;
    }
    return frac_of(in_scope(r, layer));
}

struct frac base_of(struct run *r, const struct layer *layer)
{
    struct frac sum = frac_of(0);
    r->opened |= layer->opens;
    for (uint8_t i = 0; i < layer->term_count; i++) {
        const struct base_term *term = &layer->terms[i];
        struct frac amount = term_amount(r, layer, term);
        if (term->times != RATIO_ONE && term->times != -RATIO_ONE)
            amount = frac_times(amount, term->times);
        else if (term->times < 0)
            amount.num = -amount.num;
        sum = frac_add(sum, amount);
        if (sum.den > LAYER_DEN_MAX) {
            r->broken = "a layer's base rests on too long a chain of cut layers";
            return frac_of(0);
        }
    }
    return sum.num < 0 ? frac_of(0) : sum;
}
