/* All lines of a bill: split, refunds, sums, scopes. Settler's thread (and every offline tool). */
#include "adjudicate/bound.h"

#include <string.h>

static void sum_lines(struct run *r)
{
    struct totals *t = &r->out->totals;
    for (uint32_t i = 0; i < r->out->line_count; i++) {
        const struct line_split *l = &r->out->lines[i];
        t->medfee_sumamt += l->det_item_fee_sumamt;
        t->fulamt_ownpay_amt += l->fulamt_ownpay_amt;
        t->overlmt_selfpay += l->overlmt_amt;
        t->preselfpay_amt += l->preselfpay_amt;
        t->inscp_scp_amt += l->inscp_scp_amt;
        t->hosp_part_amt += l->hospital ? l->fulamt_ownpay_amt : 0;
    }
}

static void add_hospital(struct run *r)
{
    const struct hospital_part *hospital = &r->in->policy->lines.hospital;
    const int64_t amount = r->out->totals.hosp_part_amt;
    struct fund_row row = {.layer = "hospital",
                           .fund_pay_type = hospital->fund_pay_type,
                           .field = FUND_FIELDS,
                           .owner_kind = OWNER_HOSPITAL,
                           .base = amount,
                           .amount = amount,
                           .clause = hospital->clause};
    memcpy(row.owner, r->in->institution->fixmedins_code,
           sizeof r->in->institution->fixmedins_code);
    step_add(r, STEP_HOSPITAL_LINES, "hospital",
             (struct step){.amount = amount, .clause = hospital->clause});
    row_add(r, NULL, row);
}

void adjudicate_warm(const struct catalogue *catalogue, const struct claim *claim)
{
    for (uint32_t i = 0; i < claim->line_count && i < CATALOGUE_QUERIES_MAX; i++) {
        const struct claim_line *line = &claim->lines[i];
        catalogue_warm(catalogue, line->med_list_codg);
        __builtin_prefetch(&line->fee_ocur_time); /* a line is two cache lines long */
    }
}

static struct items_seen split_all(struct run *r)
{
    const uint32_t line_count = r->in->claim->line_count;
    struct items_seen seen = {false, false, false};
    for (uint32_t from = 0; from < line_count; from += CATALOGUE_QUERIES_MAX) {
        uint32_t left = line_count - from;
        struct items_seen some =
            items_split(r, from, left < CATALOGUE_QUERIES_MAX ? left : CATALOGUE_QUERIES_MAX);
        seen.refunds |= some.refunds;
        seen.item_dedc |= some.item_dedc;
        seen.selfpay |= some.selfpay;
    }
    return seen;
}

enum err lines_split(struct run *r)
{
    struct items_seen seen = split_all(r);
    if (r->out->problems.count > 0)
        return ERR_OK;
    uint32_t ceilings = r->in->policy->lines.ceilings_of[r->insutype][r->kind];
    const bool selfpay = seen.selfpay && r->in->policy->rounding.preselfpay.of_bill;
    enum err err = ERR_OK;
    if (seen.item_dedc || selfpay || ceilings != 0)
        err = bound_split(r, (struct bound_rules){seen.item_dedc, selfpay, ceilings});
    else if (seen.refunds)
        err = refunds_split(r);
    if (err != ERR_OK)
        return err;
    sum_lines(r);
    if (r->out->totals.hosp_part_amt != 0)
        add_hospital(r);
    return ERR_OK;
}

int64_t lines_in_scope(const struct run *r, const struct line_scope *scope)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < r->out->line_count; i++) {
        const struct line_split *line = &r->out->lines[i];
        if (line_in_scope(scope, line))
            sum += line->inscp_scp_amt;
    }
    return sum;
}
