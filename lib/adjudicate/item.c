/* One line by itself: class, price limit, payment standard, first self-pay, restrictions, limited
 * use. Settler's thread (and every offline tool). */
#include "adjudicate/lines.h"

/* What a line passes through is one function to the machine: that is most of what a claim costs. */
#define INLINE inline __attribute__((always_inline))

enum { CLASS_A = 1, CLASS_B = 2, CLASS_C = 3 };

/* Who bears a line that audit refuses. */
static enum step_code refused_reason(const struct policy *policy, const struct claim_line *line)
{
    bool hospital = line->refused == LINE_REFUSED ? policy->lines.refused_by_hospital
                                                  : line->refused == LINE_REFUSED_HOSPITAL;
    return hospital ? STEP_REFUSED_HOSPITAL : STEP_REFUSED;
}

static bool hospital_bears(enum step_code reason)
{
    return reason == STEP_LIMITED_USE_HOSPITAL || reason == STEP_REFUSED_HOSPITAL;
}

/* The reason a catalogue entry pays nothing here, or STEP_NONE. */
static INLINE enum step_code own_reason(const struct run *r, const struct catalogue_entry *entry,
                                        const struct claim_line *line, int32_t day)
{
    const struct adjudication *in = r->in;
    if (line->refused != LINE_PAYABLE)
        return refused_reason(in->policy, line);
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

static INLINE struct item stated_item(const struct run *r, const struct claim_line *line,
                                      const struct stated_line *stated)
{
    const bool refused = line->refused != LINE_PAYABLE;
    enum step_code reason = refused ? refused_reason(r->in->policy, line) : STEP_STATED;
    return (struct item){.chrgitm_lv = stated->chrgitm_lv,
                         .med_chrgitm_type = stated->med_chrgitm_type,
                         .bas_medn_flag = stated->bas_medn_flag,
                         .own = stated->chrgitm_lv == CLASS_C || refused,
                         .hospital = hospital_bears(reason),
                         .reason = (uint8_t)reason,
                         .selfpay_prop = stated->selfpay_prop,
                         .tags = stated->tags,
                         .pric_uplmt_amt = stated->pric_uplmt_amt,
                         .pay_standard = stated->pay_standard,
                         .item_dedc = stated->item_dedc};
}

/* Looks lines up, `count` of them from `from` on. Most have the moment of the line before. */
static void look_up(const struct run *r, uint32_t from, uint32_t count,
                    struct catalogue_query *queries)
{
    const struct adjudication *in = r->in;
    const struct claim_line *line = &in->claim->lines[from];
    int64_t moment = line->fee_ocur_time;
    int32_t date = date_of_time(moment);
    for (uint32_t i = 0; i < count; i++, line++) {
        if (line->fee_ocur_time != moment) {
            moment = line->fee_ocur_time;
            date = date_of_time(moment);
        }
        queries[i] = (struct catalogue_query){
            .med_list_codg = line->med_list_codg, .date = date, .found = CATALOGUE_UNKNOWN};
    }
    if (in->catalogue)
        catalogue_find_all(in->catalogue, queries, count);
}

static INLINE struct item found_item(const struct run *r, const struct claim_line *line,
                                     const struct catalogue_query *query)
{
    const struct catalogue_entry *entry = query->entry;
    enum step_code own = own_reason(r, entry, line, query->date);
    enum step_code class = entry->chrgitm_lv == CLASS_B ? STEP_CLASS_B : STEP_CLASS_A;
    struct item item = {.chrgitm_lv = entry->chrgitm_lv,
                        .med_chrgitm_type = entry->med_chrgitm_type,
                        .bas_medn_flag = entry->bas_medn_flag,
                        .own = own != STEP_NONE,
                        .hospital = hospital_bears(own),
                        .reason = (uint8_t)(own != STEP_NONE ? own : class),
                        .selfpay_prop = entry->selfpay_prop[r->insutype],
                        .pric_uplmt_amt = catalogue_cap(entry, r->in->institution->cap_grade)};
    if (entry->more != 0) {
        const struct catalogue_more *more = catalogue_more(r->in->catalogue, entry);
        item.tags = more->tags;
        item.pay_standard = more->pay_standard;
        item.item_dedc = more->item_dedc;
        if (more->selfpay_prop[r->class] != CATALOGUE_PROP_NONE)
            item.selfpay_prop = more->selfpay_prop[r->class];
    }
    return item;
}

/* What `amount` is above `cnt` units at `pric`; a price beyond the national range limits nothing.
 */
static int64_t above(int64_t amount, int64_t cnt, int64_t pric)
{
    int64_t limit;
    if (money_of_line(cnt, pric, &limit) != ERR_OK || amount <= limit)
        return 0;
    return amount - limit;
}

int64_t item_limited(const struct item *item, int64_t amount, int64_t cnt)
{
    if (item->own)
        return 0;
    if (item->pric_uplmt_amt >= 0)
        amount -= above(amount, cnt, item->pric_uplmt_amt);
    if (item->pay_standard != 0)
        amount -= above(amount, cnt, item->pay_standard);
    return amount;
}

/* Takes `fen` of what is in scope to where the pack says. */
static void above_standard(const struct run *r, int64_t fen, struct line_split *out)
{
    const struct pay_standard *rule = &r->in->policy->lines.pay_standard;
    out->fulamt_ownpay_amt += rule->above == PART_FULAMT ? fen : 0;
    out->overlmt_amt += rule->above == PART_OVERLMT ? fen : 0;
    out->preselfpay_amt += rule->above == PART_PRESELFPAY ? fen : 0;
    out->inscp_scp_amt -= fen;
    out->reason = STEP_PAY_STANDARD;
    out->clause = rule->clause;
}

static void take_dedc(const struct run *r, int64_t fen, struct line_split *out)
{
    out->preselfpay_amt += fen;
    out->inscp_scp_amt -= fen;
    out->reason = STEP_ITEM_DEDC;
    out->clause = r->in->policy->lines.item_dedc.clause;
}

/* First self-pay is on the limited amount (R17). */
static INLINE void split(const struct run *r, const struct item *item, int64_t amount, int64_t cnt,
                         struct item_taken taken, struct line_split *out)
{
    const struct line_rules *rules = &r->in->policy->lines;
    uint16_t clause = rules->clauses[item->chrgitm_lv];
    int64_t overlmt = 0, excess = 0, preselfpay = 0;
    if (!item->own && item->pric_uplmt_amt >= 0) {
        overlmt = above(amount, cnt, item->pric_uplmt_amt);
        clause = overlmt > 0 ? rules->clauses[0] : clause;
    }
    if (!item->own && item->pay_standard != 0)
        excess = above(amount - overlmt, cnt, item->pay_standard);
    if (!item->own && item->selfpay_prop != 0)
        preselfpay = taken.shared ? taken.selfpay
                                  : money_share_to(amount - overlmt - excess -
                                                       (rules->item_dedc.of_whole ? 0 : taken.dedc),
                                                   item->selfpay_prop,
                                                   r->in->policy->rounding.preselfpay.to);
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
        .clause = item->hospital ? rules->hospital.clause : clause,
        .hospital = item->hospital,
        .tags = item->tags,
    };
    if (excess != 0)
        above_standard(r, excess, out);
    if (taken.dedc != 0)
        take_dedc(r, taken.dedc, out);
}

void item_split(const struct run *r, const struct item *item, int64_t amount, int64_t cnt,
                struct item_taken taken, struct line_split *out)
{
    split(r, item, amount, cnt, taken, out);
}

/* REASON_NONE, or why the line's item is none. */
static INLINE enum reason find_item(const struct run *r, const struct claim_line *line,
                                    const struct stated_line *stated,
                                    const struct catalogue_query *query, struct item *item)
{
    if (stated && stated->chrgitm_lv != 0)
        *item = stated_item(r, line, stated);
    else if (query->found == CATALOGUE_FOUND)
        *item = found_item(r, line, query);
    else
        return query->found == CATALOGUE_UNKNOWN ? REASON_ITEM_UNKNOWN : REASON_ITEM_NOT_IN_FORCE;
    return REASON_NONE;
}

struct item item_of(const struct run *r, uint32_t index)
{
    const struct adjudication *in = r->in;
    const struct stated_line *stated = in->stated ? &in->stated[index] : NULL;
    struct catalogue_query query;
    struct item item = {0};
    look_up(r, index, 1, &query);
    CHECK(find_item(r, &in->claim->lines[index], stated, &query, &item) == REASON_NONE);
    return item;
}

static void refuse_early(struct run *r, const struct claim_line *line, int32_t day)
{
    char text[DATE_TEXT];
    problem_add(&r->out->problems, REASON_FEE_BEFORE_CARE, "fee_ocur_time", line->feedetl_sn,
                date_format(day, text));
}

struct items_seen items_split(struct run *r, uint32_t from, uint32_t count)
{
    struct catalogue_query queries[CATALOGUE_QUERIES_MAX];
    const struct claim_line *line = &r->in->claim->lines[from];
    const struct stated_line *stated = r->in->stated ? &r->in->stated[from] : NULL;
    struct line_split *split_line = &r->out->lines[from];
    struct items_seen seen = {false, false, false};
    const int32_t earliest = r->days.admission - r->in->policy->before_days[r->kind];
    look_up(r, from, count, queries);
    for (uint32_t i = 0; i < count; i++, line++, split_line++) {
        struct item item;
        if (queries[i].date < earliest)
            refuse_early(r, line, queries[i].date);
        if (claim_line_is_refund(line)) {
            seen.refunds = true;
            continue;
        }
        enum reason why = find_item(r, line, stated ? &stated[i] : NULL, &queries[i], &item);
        if (why != REASON_NONE) {
            problem_add(&r->out->problems, why, "med_list_codg", line->feedetl_sn,
                        line->med_list_codg);
            continue;
        }
        split(r, &item, line->det_item_fee_sumamt, line->cnt, (struct item_taken){0}, split_line);
        seen.item_dedc |= item.item_dedc != 0;
        seen.selfpay |= item.selfpay_prop != 0;
    }
    return seen;
}
