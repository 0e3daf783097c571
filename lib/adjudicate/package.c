/* Packages: a price instead of the fee (single disease, per diem), and what the institution is due
 * under its payment method, which never touches the patient (V-49 to V-52). Settler's thread (and
 * every offline tool). */
#include <string.h>

#include "adjudicate/share.h"

static int64_t price_of(const struct run *r, const struct package *package,
                        const struct package_rule *rule)
{
    int64_t price;
    if (rule->price_fen < 0)
        return r->in->claim->group_price;
    if (package->method != METHOD_PER_DIEM)
        return rule->price_fen;
    if (__builtin_mul_overflow(rule->price_fen, care_length(&r->days), &price) || price > FEN_MAX)
        return FEN_MAX;
    return price;
}

static const struct package_rule *find_rule(const struct run *r,
                                            const struct policy_packages *packages)
{
    const uint8_t grade = r->in->institution->benefit_grade;
    uint64_t left =
        packages->rules_of[r->insutype][r->kind] & cover_candidates(r, &packages->index, grade);
    for (; left != 0; left &= left - 1) {
        const struct package_rule *rule = &packages->rules[__builtin_ctzll(left)];
        const struct layer *layer = &r->in->policy->layers[packages->list[rule->package].layer];
        if (cover_selects(r, &rule->who, grade) && layer_holds(r, layer) &&
            (!layer->needs_pool || r->pool_open))
            return rule;
    }
    return NULL;
}

/* What is above the price, off the parts in the package's order. */
static int64_t hospital_bears(struct run *r, const struct package *package, int64_t above)
{
    int64_t left = above;
    for (uint8_t i = 0; i < package->part_count; i++) {
        uint8_t part = package->parts[i];
        int64_t taken = r->left[part] < left ? r->left[part] : left;
        r->left[part] -= taken;
        r->gone[part] += taken;
        left -= taken;
    }
    struct fund_row row = {.layer = package->id,
                           .fund_pay_type = package->fund_pay_type,
                           .field = FUND_FIELDS,
                           .owner_kind = OWNER_HOSPITAL,
                           .base = r->package.actual,
                           .amount = above,
                           .clause = r->package.rule->clause};
    memcpy(row.owner, r->in->institution->fixmedins_code,
           sizeof r->in->institution->fixmedins_code);
    row_add(r, NULL, row);
    r->out->totals.hosp_part_amt += above;
    return above;
}

static bool by_price(const struct package *package)
{
    return package->method == METHOD_DISEASE || package->method == METHOD_PER_DIEM;
}

void packages_begin(struct run *r)
{
    const struct policy_packages *packages = r->in->policy->packages;
    const struct package_rule *rule = find_rule(r, packages);
    if (!rule)
        return;
    const struct package *package = &packages->list[rule->package];
    int64_t price = price_of(r, package, rule), bears = 0, actual = 0;
    if (price == 0 && package->method != METHOD_CAPITATION)
        return; /* not grouped yet */
    for (uint8_t i = 0; i < package->part_count; i++)
        actual += r->left[package->parts[i]];
    r->package.of = package;
    r->package.rule = rule;
    r->package.layer = &r->in->policy->layers[package->layer];
    r->package.price = price;
    r->package.actual = actual;
    if (!by_price(package))
        return;
    if (actual > price && package->above_hospital)
        bears = hospital_bears(r, package, actual - price);
    step_add(
        r, STEP_PACKAGE, package->id,
        (struct step){.base = actual, .limit = price, .amount = bears, .clause = rule->clause});
}

void package_base(struct run *r, struct share *share)
{
    const struct package *package = r->package.of;
    int64_t above = r->package.actual - r->package.price;
    if (!by_price(package))
        return;
    if (package->share_on == SHARE_ACTUAL) {
        if (above > 0 && !package->above_hospital)
            share->base = frac_max(frac_sub(share->base, frac_of(above)), frac_of(0));
        return;
    }
    /* What the price stands for is shared, whatever part of the fee it is. */
    for (uint8_t i = 0; i < package->part_count; i++)
        r->opened |= 1u << package->parts[i];
    share->surplus = package->share_on == SHARE_PRICE && above < 0 ? -above : 0;
    share->base = frac_of(above > 0 ? r->package.price : r->package.actual + share->surplus);
}

/* Rows that add up to more than is paid lose it from the last one on. */
static void trim_rows(struct run *r, uint32_t from, int64_t over)
{
    struct result *out = r->out;
    while (over > 0 && out->row_count > from) {
        struct fund_row *last = &out->rows[out->row_count - 1];
        int64_t taken = last->amount < over ? last->amount : over;
        last->amount -= taken;
        over -= taken;
        out->row_count -= last->amount == 0;
    }
}

/* The patient pays by the price: the layer pays what it would at the price, less what the fee is
 * below it. */
static void pay_by_price(struct run *r, struct share *share)
{
    uint32_t rows = r->out->row_count;
    share->room += share->surplus;
    settlement_pay(r, share);
    int64_t at_price = share->paid;
    share->paid = at_price > share->surplus ? at_price - share->surplus : 0;
    trim_rows(r, rows, at_price - share->paid);
    step_add(r, STEP_PACKAGE_SHARE, share->layer->id,
             (struct step){.base = at_price,
                           .limit = share->surplus,
                           .amount = share->paid,
                           .clause = r->package.rule->clause});
}

/* The patient pays a fixed sum: the layer pays the rest of its base. */
static void pay_fixed(struct run *r, struct share *share)
{
    const struct layer *layer = share->layer;
    int64_t base = money_round_frac(share->base), fixed = r->package.rule->patient_fen;
    struct cap_left cap = {.left = INT64_MAX};
    if (!share->uncapped)
        cap = cap_left(r, layer, CAP_ON_PAYMENT, false);
    int64_t due = base > fixed ? base - fixed : 0;
    uint16_t clause = r->package.rule->clause;
    step_add(r, STEP_PACKAGE_SHARE, layer->id,
             (struct step){.base = base, .limit = fixed, .amount = due, .clause = clause});
    if (share->room < cap.left)
        cap = (struct cap_left){share->room, 0};
    share->paid = due < cap.left ? due : cap.left;
    explain_cut(r, share, due, share->paid, cap);
    row_add(r, layer, (struct fund_row){.base = base, .amount = share->paid, .clause = clause});
}

void package_pay(struct run *r, struct share *share)
{
    if (by_price(r->package.of) && r->package.of->share_on == SHARE_FIXED)
        pay_fixed(r, share);
    else if (share->surplus > 0)
        pay_by_price(r, share);
    else
        settlement_pay(r, share);
}

void packages_end(struct run *r)
{
    const struct package *package = r->package.of;
    const struct layer *layer = r->package.layer;
    uint8_t index = (uint8_t)(layer - r->in->policy->layers);
    int64_t paid = r->applied >> index & 1 ? r->outcomes[index].paid : 0, due = 0;
    uint16_t clause = r->package.rule->clause;
    if (package->method != METHOD_CAPITATION) {
        int64_t gain = r->package.price - r->package.actual;
        if (gain > 0 ? by_price(package) && !package->below_kept
                     : by_price(package) && !package->above_hospital)
            gain = 0;
        /* What it bears on the bill is no part of what the fund pays. */
        due = paid + (gain < 0 && by_price(package) ? 0 : gain);
        if (gain != 0)
            step_add(r, STEP_INSTITUTION, layer->id,
                     (struct step){.base = r->package.actual,
                                   .limit = r->package.price,
                                   .amount = gain,
                                   .clause = clause});
    }
    step_add(r, STEP_INSTITUTION_DUE, layer->id,
             (struct step){.base = paid, .amount = due, .clause = clause});
}
