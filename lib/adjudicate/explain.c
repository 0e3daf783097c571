/* The explanation: steps as they are computed, and the rows of setldetail. Settler's thread (and
 * every offline tool). */
#include <string.h>

#include "adjudicate/share.h"

void step_add(struct run *r, enum step_code code, const char *layer, struct step figures)
{
    if (r->out->step_count == STEPS_MAX) {
        r->broken = "too many steps";
        return;
    }
    figures.code = (uint8_t)code;
    figures.layer = layer;
    r->out->steps[r->out->step_count++] = figures;
}

/* The assistance fund of the county that certified the identity the layer is for; without one, the
 * county of enrolment answers for it. */
static const char *assistance_county(const struct run *r, const struct layer *layer)
{
    uint32_t mask = layer->identities & r->identities;
    if (mask == 0)
        mask = r->identities;
    int best = cover_best_identity(r->in->policy, mask);
    return best < 0 ? r->cover->insuplc_admdvs : r->identity_of[best]->admdvs;
}

static const char *owner_of(const struct run *r, const struct layer *layer)
{
    if (layer->owner_kind == OWNER_COUNTY)
        return r->cover->insuplc_admdvs;
    if (layer->owner_kind == OWNER_HOSPITAL)
        return r->in->institution->fixmedins_code;
    if (layer->owner_kind == OWNER_ASSISTANCE)
        return assistance_county(r, layer);
    return layer->owner_code ? layer->owner_code : "";
}

void row_add(struct run *r, const struct layer *layer, struct fund_row figures)
{
    if (figures.amount == 0 || (layer && layer->paid_later))
        return;
    if (r->out->row_count == FUND_ROWS_MAX) {
        r->broken = "too many fund rows";
        return;
    }
    if (layer) {
        figures.layer = layer->id;
        figures.fund_pay_type = layer->fund_pay_type;
        figures.field = (uint8_t)layer->field;
        figures.owner_kind = (uint8_t)layer->owner_kind;
        const char *owner = owner_of(r, layer);
        size_t length = strlen(owner);
        memcpy(figures.owner, owner, length < OWNER_CODE ? length : OWNER_CODE);
    }
    r->out->rows[r->out->row_count++] = figures;
}

static uint16_t band_clause(const struct share *share, const struct band *band)
{
    return band->clause ? band->clause : share->layer->clause;
}

void explain_segments(struct run *r, const struct share *share, const struct scale *scale,
                      const struct walk *walk)
{
    int64_t paid = 0;
    for (uint8_t i = 0; i < walk->count; i++) {
        const struct band *band = &scale->bands[i];
        int64_t upto = walk_paid(walk, (uint8_t)(i + 1));
        if (walk->width[i] > 0)
            step_add(r, STEP_SEGMENT, share->layer->id,
                     (struct step){.base = money_round(walk->width[i], walk->den),
                                   .limit = band->upto_fen == INT64_MAX ? 0 : band->upto_fen,
                                   .amount = upto - paid,
                                   .ratio = scale_ratio(scale, i),
                                   .clause = band_clause(share, band)});
        paid = upto;
    }
}

void explain_cut(struct run *r, const struct share *share, int64_t uncut, int64_t paid,
                 struct cap_left cap)
{
    if (paid < uncut)
        step_add(
            r, STEP_QUOTA, share->layer->id,
            (struct step){.base = uncut, .limit = cap.left, .amount = paid, .clause = cap.clause});
    if (share->excess.num > 0)
        step_add(r, STEP_EXCESS, share->layer->id,
                 (struct step){.amount = money_round_frac(share->excess),
                               .clause = share->excess_clause});
}

void row_segments(struct run *r, const struct share *share, const struct scale *scale,
                  const struct walk *after, const struct walk *before)
{
    int64_t paid = 0, paid_before = 0;
    for (uint8_t i = 0; i < after->count; i++) {
        int64_t upto = walk_paid(after, (uint8_t)(i + 1));
        int64_t upto_before = before ? walk_paid(before, (uint8_t)(i + 1)) : 0;
        int64_t base = money_round(after->width[i], after->den);
        if (before && i < before->count)
            base -= money_round(before->width[i], before->den);
        row_add(r, share->layer,
                (struct fund_row){.base = base,
                                  .ratio = scale_ratio(scale, i),
                                  .amount = upto - paid - (upto_before - paid_before),
                                  .clause = band_clause(share, &scale->bands[i])});
        paid = upto;
        paid_before = upto_before;
    }
}
