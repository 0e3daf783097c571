/* Splitting lines: class, price cap, first self-pay, restrictions, limited use; refunds netted into
 * their originals. Settler's thread (and every offline tool). */
#include <string.h>

#include "adjudicate/run.h"

/* What decides a line's split, from the catalogue or stated. */
struct item {
    uint8_t chrgitm_lv, med_chrgitm_type;
    bool bas_medn_flag, own, hospital; /* hospital: own, and the hospital's */
    uint8_t reason;
    int32_t selfpay_prop;
    int64_t pric_uplmt_amt;
};

enum { CLASS_A = 1, CLASS_B = 2, CLASS_C = 3 };

/* Who bears a line that audit refuses. */
static enum step_code refused_reason(const struct policy *policy)
{
    return policy->lines.refused_by_hospital ? STEP_REFUSED_HOSPITAL : STEP_REFUSED;
}

static bool hospital_bears(enum step_code reason)
{
    return reason == STEP_LIMITED_USE_HOSPITAL || reason == STEP_REFUSED_HOSPITAL;
}

/* The reason a catalogue entry pays nothing here, or STEP_NONE. */
static enum step_code own_reason(const struct run *r, const struct catalogue_entry *entry,
                                 const struct claim_line *line, int32_t day)
{
    const struct adjudication *in = r->in;
    if (line->refused)
        return refused_reason(in->policy);
    if (entry->chrgitm_lv == CLASS_C)
        return STEP_CLASS_C;
    if (entry->sex_limit != 0 && entry->sex_limit != r->gend)
        return STEP_RESTRICTED;
    if (entry->inpatient_only && !(in->policy->inpatient_kinds >> r->kind & 1))
        return STEP_RESTRICTED;
    if (entry->age_min > 0 || entry->age_max < CATALOGUE_AGE_OPEN) {
        int age = date_age(r->brdy, day);
        if (age < entry->age_min || (entry->age_max < CATALOGUE_AGE_OPEN && age > entry->age_max))
            return STEP_RESTRICTED;
    }
    if (entry->lmt_used_flag &&
        in->policy->lines.hosp_appr[line->hosp_appr_flag] != HOSP_APPR_AS_LISTED)
        return in->policy->lines.hosp_appr[line->hosp_appr_flag] == HOSP_APPR_OWN
                   ? STEP_LIMITED_USE
                   : STEP_LIMITED_USE_HOSPITAL;
    return STEP_NONE;
}

static struct item stated_item(const struct run *r, const struct claim_line *line,
                               const struct stated_line *stated)
{
    enum step_code reason = line->refused ? refused_reason(r->in->policy) : STEP_STATED;
    return (struct item){.chrgitm_lv = stated->chrgitm_lv,
                         .med_chrgitm_type = stated->med_chrgitm_type,
                         .bas_medn_flag = stated->bas_medn_flag,
                         .own = stated->chrgitm_lv == CLASS_C || line->refused,
                         .hospital = hospital_bears(reason),
                         .reason = (uint8_t)reason,
                         .selfpay_prop = stated->selfpay_prop,
                         .pric_uplmt_amt = stated->pric_uplmt_amt};
}

/* Looks lines up, `count` of them from `from` on. */
static void look_up(const struct run *r, uint32_t from, uint32_t count,
                    struct catalogue_query *queries)
{
    const struct adjudication *in = r->in;
    for (uint32_t i = 0; i < count; i++) {
        const struct claim_line *line = &in->claim->lines[from + i];
        queries[i] = (struct catalogue_query){.med_list_codg = line->med_list_codg,
                                              .date = date_of_time(line->fee_ocur_time),
                                              .found = CATALOGUE_UNKNOWN};
    }
    if (in->catalogue)
        catalogue_find_all(in->catalogue, queries, count);
}

static struct item found_item(const struct run *r, const struct claim_line *line,
                              const struct catalogue_query *query)
{
    const struct catalogue_entry *entry = query->entry;
    enum step_code own = own_reason(r, entry, line, query->date);
    enum step_code class = entry->chrgitm_lv == CLASS_B ? STEP_CLASS_B : STEP_CLASS_A;
    return (struct item){.chrgitm_lv = entry->chrgitm_lv,
                         .med_chrgitm_type = entry->med_chrgitm_type,
                         .bas_medn_flag = entry->bas_medn_flag,
                         .own = own != STEP_NONE,
                         .hospital = hospital_bears(own),
                         .reason = (uint8_t)(own != STEP_NONE ? own : class),
                         .selfpay_prop = entry->selfpay_prop[r->insutype],
                         .pric_uplmt_amt = catalogue_cap(entry, r->in->institution->cap_grade)};
}

/* The split of `amount` for `cnt` units; first self-pay is on the limited amount (R17). */
static void split(const struct run *r, const struct item *item, int64_t amount, int64_t cnt,
                  struct line_split *out)
{
    const struct policy *policy = r->in->policy;
    uint16_t clause = policy->lines.clauses[item->chrgitm_lv];
    int64_t limit, overlmt = 0, preselfpay = 0;
    /* A cap beyond the national range limits nothing. */
    if (!item->own && item->pric_uplmt_amt >= 0 &&
        money_of_line(cnt, item->pric_uplmt_amt, &limit) == ERR_OK && amount > limit) {
        overlmt = amount - limit;
        clause = policy->lines.clauses[0];
    }
    if (!item->own && item->selfpay_prop != 0)
        preselfpay = money_share(amount - overlmt, item->selfpay_prop);
    *out = (struct line_split){
        .det_item_fee_sumamt = amount,
        .fulamt_ownpay_amt = item->own ? amount : 0,
        .overlmt_amt = overlmt,
        .preselfpay_amt = preselfpay,
        .inscp_scp_amt = item->own ? 0 : amount - overlmt - preselfpay,
        .pric_uplmt_amt = item->own ? -1 : item->pric_uplmt_amt,
        .selfpay_prop = item->own ? RATIO_ONE : item->selfpay_prop,
        .chrgitm_lv = item->chrgitm_lv,
        .med_chrgitm_type = item->med_chrgitm_type,
        .bas_medn_flag = item->bas_medn_flag,
        .reason = item->reason,
        .clause = item->hospital ? policy->lines.hospital.clause : clause,
        .hospital = item->hospital,
    };
}

/* REASON_NONE, or why the line's item is none. */
static enum reason split_line(const struct run *r, uint32_t index,
                              const struct catalogue_query *query, int64_t amount, int64_t cnt,
                              struct line_split *out)
{
    const struct adjudication *in = r->in;
    struct item item;
    if (in->stated && in->stated[index].chrgitm_lv != 0)
        item = stated_item(r, &in->claim->lines[index], &in->stated[index]);
    else if (query->found == CATALOGUE_FOUND)
        item = found_item(r, &in->claim->lines[index], query);
    else
        return query->found == CATALOGUE_UNKNOWN ? REASON_ITEM_UNKNOWN : REASON_ITEM_NOT_IN_FORCE;
    split(r, &item, amount, cnt, out);
    return REASON_NONE;
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
        uint32_t original = (uint32_t)(order[at] - claim->lines);
        struct catalogue_query query;
        struct line_split before, *after = &r->out->lines[line - claim->lines];
        look_up(r, original, 1, &query);
        CHECK(split_line(r, original, &query, left[at].amount, left[at].cnt, &before) ==
              REASON_NONE);
        left[at].amount += line->det_item_fee_sumamt;
        left[at].cnt += line->cnt;
        CHECK(split_line(r, original, &query, left[at].amount, left[at].cnt, after) == REASON_NONE);
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

/* Splits the lines from `from` on that are no refunds; true when there is a refund among them. */
static bool split_some(struct run *r, uint32_t from, uint32_t count)
{
    struct catalogue_query queries[CATALOGUE_QUERIES_MAX];
    struct result *out = r->out;
    bool refunds = false;
    look_up(r, from, count, queries);
    for (uint32_t i = 0; i < count; i++) {
        const struct claim_line *line = &r->in->claim->lines[from + i];
        if (claim_line_is_refund(line)) {
            refunds = true;
            continue;
        }
        enum reason why = split_line(r, from + i, &queries[i], line->det_item_fee_sumamt, line->cnt,
                                     &out->lines[from + i]);
        if (why != REASON_NONE)
            problem_add(&out->problems, why, "med_list_codg", line->feedetl_sn,
                        line->med_list_codg);
    }
    return refunds;
}

enum err lines_split(struct run *r)
{
    const uint32_t line_count = r->in->claim->line_count;
    bool refunds = false;
    for (uint32_t from = 0; from < line_count; from += CATALOGUE_QUERIES_MAX) {
        uint32_t left = line_count - from;
        refunds |= split_some(r, from, left < CATALOGUE_QUERIES_MAX ? left : CATALOGUE_QUERIES_MAX);
    }
    if (r->out->problems.count > 0)
        return ERR_OK;
    if (refunds) {
        enum err err = split_refunds(r);
        if (err != ERR_OK)
            return err;
    }
    sum_lines(r);
    if (r->out->totals.hosp_part_amt != 0)
        add_hospital(r);
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
