/* What a layer is computed from, and what it may draw on. Pure but for the parts of the fee that it
 * opens. */
#include "adjudicate/share.h"

static struct frac term_amount(struct run *r, const struct layer *layer,
                               const struct base_term *term)
{
    const struct totals *t = &r->out->totals;
    bool applied = r->applied >> term->layer & 1;
    switch (term->amount) {
    case AMOUNT_MEDFEE:
        return frac_of(t->medfee_sumamt);
    case AMOUNT_FULAMT:
        return frac_of(t->fulamt_ownpay_amt);
    case AMOUNT_OVERLMT:
        return frac_of(t->overlmt_selfpay);
    case AMOUNT_PRESELFPAY:
        return frac_of(t->preselfpay_amt);
    case AMOUNT_LAYER_PAID:
        return frac_of(applied ? r->outcomes[term->layer].paid : 0);
    case AMOUNT_LAYER_EXCESS:
        return applied ? r->outcomes[term->layer].excess : frac_of(0);
    case AMOUNT_INSCP:
        break;
    }
    if (layer->scope.all)
        return frac_of(t->inscp_scp_amt);
    int64_t in_scope = lines_in_scope(r, &layer->scope);
    if (in_scope != t->inscp_scp_amt)
        step_add(
            r, STEP_SCOPE, layer->id,
            (struct step){.amount = t->inscp_scp_amt - in_scope, .clause = layer->scope.clause});
    return frac_of(in_scope);
}

struct frac base_of(struct run *r, const struct layer *layer)
{
    struct frac sum = frac_of(0);
    for (uint8_t i = 0; i < layer->term_count; i++) {
        const struct base_term *term = &layer->terms[i];
        struct frac amount = term_amount(r, layer, term);
        sum = term->sign < 0 ? frac_sub(sum, amount) : frac_add(sum, amount);
        if (sum.den > LAYER_DEN_MAX) {
            r->broken = "a layer's base rests on too long a chain of cut layers";
            return frac_of(0);
        }
        if (term->sign > 0)
            r->opened |= UINT32_C(1) << term->amount;
    }
    return sum.num < 0 ? frac_of(0) : sum;
}

int64_t base_room(const struct run *r)
{
    const struct totals *t = &r->out->totals;
    int64_t room = t->inscp_scp_amt;
    if (r->opened & 1 << AMOUNT_MEDFEE) {
        room = t->medfee_sumamt;
    } else {
        room += r->opened & 1 << AMOUNT_FULAMT ? t->fulamt_ownpay_amt : 0;
        room += r->opened & 1 << AMOUNT_OVERLMT ? t->overlmt_selfpay : 0;
        room += r->opened & 1 << AMOUNT_PRESELFPAY ? t->preselfpay_amt : 0;
    }
    return room - t->fund_pay_sumamt;
}
