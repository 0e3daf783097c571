/* Splitting lines: class, price cap, first self-pay, restrictions, limited use; refunds netted into
 * their originals. Settler's thread (and every offline tool). */
#include "adjudicate/run.h"

/* What decides a line's split, from the catalogue or stated. */
struct item {
    uint8_t chrgitm_lv, med_chrgitm_type;
    bool bas_medn_flag, own;
    uint8_t reason;
    int32_t selfpay_prop;
    int64_t pric_uplmt_amt;
};

enum { CLASS_A = 1, CLASS_B = 2, CLASS_C = 3 };

/* The reason a catalogue entry pays nothing here, or STEP_NONE. */
static enum step_code own_reason(const struct run *r, const struct catalogue_entry *entry,
                                 const struct claim_line *line, int32_t day)
{
    const struct adjudication *in = r->in;
    if (entry->chrgitm_lv == CLASS_C)
        return STEP_CLASS_C;
    if (entry->sex_limit != 0 && entry->sex_limit != in->person->gend)
        return STEP_RESTRICTED;
    if (entry->inpatient_only && !(in->policy->inpatient_kinds >> r->kind & 1))
        return STEP_RESTRICTED;
    if (entry->age_min > 0 || entry->age_max < INT16_MAX) {
        int age = date_age(in->person->brdy, day);
        if (age < entry->age_min || age > entry->age_max)
            return STEP_RESTRICTED;
    }
    if (entry->lmt_used_flag && in->policy->hosp_appr[line->hosp_appr_flag] == HOSP_APPR_OWN)
        return STEP_LIMITED_USE;
    return STEP_NONE;
}

static struct item stated_item(const struct stated_line *stated)
{
    return (struct item){.chrgitm_lv = stated->chrgitm_lv,
                         .med_chrgitm_type = stated->med_chrgitm_type,
                         .bas_medn_flag = stated->bas_medn_flag,
                         .own = stated->chrgitm_lv == CLASS_C,
                         .reason = STEP_STATED,
                         .selfpay_prop = stated->selfpay_prop,
                         .pric_uplmt_amt = stated->pric_uplmt_amt};
}

/* False: unknown or not in force. */
static bool find_item(const struct run *r, uint32_t index, struct item *item, enum reason *why)
{
    const struct adjudication *in = r->in;
    if (in->stated && in->stated[index].chrgitm_lv != 0) {
        *item = stated_item(&in->stated[index]);
        return true;
    }
    const struct claim_line *line = &in->claim->lines[index];
    int32_t day = date_of_time(line->fee_ocur_time);
    const struct catalogue_entry *entry = NULL;
    enum catalogue_found found = CATALOGUE_UNKNOWN;
    if (in->catalogue)
        found = catalogue_find(in->catalogue, line->med_list_codg, day, &entry);
    if (found != CATALOGUE_FOUND) {
        *why = found == CATALOGUE_UNKNOWN ? REASON_ITEM_UNKNOWN : REASON_ITEM_NOT_IN_FORCE;
        return false;
    }
    enum step_code own = own_reason(r, entry, line, day);
    *item = (struct item){.chrgitm_lv = entry->chrgitm_lv,
                          .med_chrgitm_type = entry->med_chrgitm_type,
                          .bas_medn_flag = entry->bas_medn_flag,
                          .own = own != STEP_NONE,
                          .reason = (uint8_t)own,
                          .selfpay_prop = entry->selfpay_prop[r->insutype],
                          .pric_uplmt_amt = entry->pric_uplmt_amt[in->institution->cap_grade]};
    if (!item->own)
        item->reason = entry->chrgitm_lv == CLASS_B ? STEP_CLASS_B : STEP_CLASS_A;
    return true;
}

/* The split of `amount` for `cnt` units; first self-pay is on the limited amount (R17). */
static void split(const struct run *r, const struct item *item, int64_t amount, int64_t cnt,
                  struct line_split *out)
{
    const struct policy *policy = r->in->policy;
    *out = (struct line_split){.det_item_fee_sumamt = amount,
                               .pric_uplmt_amt = item->pric_uplmt_amt,
                               .selfpay_prop = item->selfpay_prop,
                               .chrgitm_lv = item->chrgitm_lv,
                               .med_chrgitm_type = item->med_chrgitm_type,
                               .bas_medn_flag = item->bas_medn_flag,
                               .reason = item->reason,
                               .clause = policy->line_clauses[item->chrgitm_lv]};
    if (item->own) {
        out->fulamt_ownpay_amt = amount;
        out->selfpay_prop = RATIO_ONE;
        out->pric_uplmt_amt = -1;
        return;
    }
    int64_t limit;
    /* A cap beyond the national range limits nothing. */
    if (item->pric_uplmt_amt >= 0 && money_of_line(cnt, item->pric_uplmt_amt, &limit) == ERR_OK &&
        amount > limit) {
        out->overlmt_amt = amount - limit;
        out->clause = policy->line_clauses[0];
    }
    int64_t limited = amount - out->overlmt_amt;
    out->preselfpay_amt = item->selfpay_prop == 0 ? 0 : money_share(limited, item->selfpay_prop);
    out->inscp_scp_amt = limited - out->preselfpay_amt;
}

/* after - before, as the refund line's own split. */
static void subtract(struct line_split *after, const struct line_split *before)
{
    after->det_item_fee_sumamt -= before->det_item_fee_sumamt;
    after->fulamt_ownpay_amt -= before->fulamt_ownpay_amt;
    after->overlmt_amt -= before->overlmt_amt;
    after->preselfpay_amt -= before->preselfpay_amt;
    after->inscp_scp_amt -= before->inscp_scp_amt;
    after->reason = STEP_REFUNDED;
    after->clause = before->clause;
}

/* Refunds in order of feedetl_sn, each on what the earlier ones left of the original: the sums do
 * not depend on the order, and neither does any line. */
static enum err split_refunds(struct run *r)
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
        struct item item;
        enum reason why;
        CHECK(find_item(r, (uint32_t)(order[at] - claim->lines), &item, &why));
        struct line_split before, *after = &r->out->lines[line - claim->lines];
        split(r, &item, left[at].amount, left[at].cnt, &before);
        left[at].amount += line->det_item_fee_sumamt;
        left[at].cnt += line->cnt;
        split(r, &item, left[at].amount, left[at].cnt, after);
        subtract(after, &before);
    }
    return ERR_OK;
}

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
    }
}

static void warm(const struct catalogue *catalogue, const struct claim *claim, uint32_t from)
{
    const char *codes[CATALOGUE_WARM_MAX];
    uint32_t count = 0;
    while (count < CATALOGUE_WARM_MAX && from + count < claim->line_count) {
        codes[count] = claim->lines[from + count].med_list_codg;
        count++;
    }
    catalogue_warm(catalogue, codes, count);
}

void adjudicate_warm(const struct catalogue *catalogue, const struct claim *claim)
{
    warm(catalogue, claim, 0);
}

enum err lines_split(struct run *r)
{
    const struct claim *claim = r->in->claim;
    struct result *out = r->out;
    bool refunds = false;
    for (uint32_t i = 0; i < claim->line_count; i++) {
        const struct claim_line *line = &claim->lines[i];
        if (i % CATALOGUE_WARM_MAX == 0 && r->in->catalogue)
            warm(r->in->catalogue, claim, i);
        if (claim_line_is_refund(line)) {
            refunds = true;
            continue;
        }
        struct item item;
        enum reason why;
        if (find_item(r, i, &item, &why))
            split(r, &item, line->det_item_fee_sumamt, line->cnt, &out->lines[i]);
        else
            problem_add(&out->problems, why, "med_list_codg", line->feedetl_sn,
                        line->med_list_codg);
    }
    if (out->problems.count > 0)
        return ERR_OK;
    if (refunds) {
        enum err err = split_refunds(r);
        if (err != ERR_OK)
            return err;
    }
    sum_lines(r);
    return ERR_OK;
}

int64_t lines_in_scope(const struct run *r, const struct line_scope *scope)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < r->out->line_count; i++) {
        const struct line_split *l = &r->out->lines[i];
        if (scope->chrgitm_lv >> l->chrgitm_lv & 1 ||
            scope->med_chrgitm_type >> l->med_chrgitm_type & 1 ||
            (scope->bas_medn && l->bas_medn_flag))
            sum += l->inscp_scp_amt;
    }
    return sum;
}
