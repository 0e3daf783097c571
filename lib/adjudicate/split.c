/* Stays split by the day of the fee: each part is settled as if the stay had been settled up to a
 * change and gone on the day after, and the settlement is their sum (V-55, V-75, V-79). What a stay
 * has once, its deductible and its number among the year's stays, goes by the policy. Settler's
 * thread (and every offline tool). */
#include <string.h>

#include "adjudicate/decide.h"
#include "adjudicate/delta.h"
#include "adjudicate/share.h"

#define PARTS_MAX 8

struct split {
    const struct adjudication *in;
    struct arena *arena;
    struct result *out, *part; /* the sum so far, and a part's own */
    struct policy_dates dates; /* as asked of a part */
    struct care_days days;
    struct split_dedc dedc;
    uint8_t count;
    int32_t from[PARTS_MAX]; /* first days */
    uint8_t *part_of;        /* by line */
    bool begun, insured;     /* a part was settled; one of them under a cover */
};

bool split_applies(const struct policy *policy, const struct claim *claim)
{
    if (!dates_split(&policy->dates))
        return false;
    const struct policy_med_type *type = policy_med_type(policy, claim->med_type);
    return type && policy->inpatient_kinds >> type->kind & 1;
}

struct care_years adjudicate_years(const struct policy *policy, const struct claim *claim,
                                   int64_t setl_time)
{
    const struct policy_dates *dates = &policy->dates;
    const struct care_days days = adjudicate_days(claim, setl_time);
    if (dates->across_years != CROSSING_SPLIT || !split_applies(policy, claim))
        return (struct care_years){dates_year(dates, care_day(&days, dates->benefit_year)), 0};
    const uint16_t first = dates_year(dates, days.admission);
    const uint16_t year = dates_year(dates, days.discharge);
    return (struct care_years){year, (uint16_t)(first < year ? year - 1 : 0)};
}

/* The first days of the parts; false: there are more than can be settled at one time. */
static bool find_parts(struct split *s, const struct run *r)
{
    const struct policy_dates *dates = &s->in->policy->dates;
    const int32_t last = crossing_last_day(r);
    for (int32_t day = s->days.admission; day != DATE_NONE;) {
        if (s->count == PARTS_MAX)
            return false;
        s->from[s->count++] = day;
        int32_t next = DATE_NONE;
        int32_t end = dates_year_end(dates, dates_year(dates, day));
        if (dates->across_years == CROSSING_SPLIT && end < last)
            next = end + 1;
        int32_t change =
            dates->cover_change == CROSSING_SPLIT ? crossing_cover(r, day, last) : DATE_NONE;
        if (change != DATE_NONE && (next == DATE_NONE || change < next))
            next = change;
        day = next;
    }
    return true;
}

static uint8_t part_of_day(const struct split *s, int32_t day)
{
    uint8_t part = 0;
    while (part + 1 < s->count && s->from[part + 1] <= day)
        part++;
    return part;
}

/* A refund goes where its original is. */
static enum err assign_lines(struct split *s)
{
    const struct claim *claim = s->in->claim;
    const struct claim_line **order = claim_order(claim, s->arena);
    s->part_of = arena_alloc(s->arena, claim->line_count);
    if (!order || !s->part_of)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < claim->line_count; i++) {
        const struct claim_line *line = claim_original(claim, order, &claim->lines[i]);
        s->part_of[i] = part_of_day(s, date_of_time(line->fee_ocur_time));
    }
    return ERR_OK;
}

/* The lines of one part as a claim of its own; line_count 0: there are none. */
static enum err part_claim(struct split *s, uint8_t part, struct claim *claim,
                           struct stated_line **stated)
{
    const struct claim *whole = s->in->claim;
    *claim = *whole;
    claim->line_count = 0;
    claim->medfee_sumamt = 0;
    if (part > 0)
        claim->begntime = date_start_ms(s->from[part]);
    if (part + 1 < s->count)
        claim->endtime = date_start_ms(s->from[part + 1]);
    claim->lines = arena_alloc(s->arena, whole->line_count * sizeof claim->lines[0]);
    *stated = s->in->stated ? arena_alloc(s->arena, whole->line_count * sizeof **stated) : NULL;
    if (!claim->lines || (s->in->stated && !*stated))
        return ERR_NOMEM;
    for (uint32_t i = 0; i < whole->line_count; i++) {
        if (s->part_of[i] != part)
            continue;
        if (*stated)
            (*stated)[claim->line_count] = s->in->stated[i];
        claim->medfee_sumamt += whole->lines[i].det_item_fee_sumamt;
        claim->lines[claim->line_count++] = whole->lines[i];
    }
    return ERR_OK;
}

/* The year's accumulators as the earlier parts left them; a stay that counts once is none of the
 * stays before its own later parts. */
static enum err part_accums(struct split *s, uint16_t year, const struct accums **accums)
{
    const struct adjudication *in = s->in;
    const struct accums *before = year == s->out->year ? in->accums : in->accums_before;
    struct accums *after = arena_alloc_raw(s->arena, sizeof *after);
    if (!after)
        return ERR_NOMEM;
    if (!before)
        return ERR_INVALID;
    *after = *before;
    enum err err = ERR_OK;
    for (uint32_t i = 0; i < s->out->delta_count && err == ERR_OK; i++) {
        const struct accum *delta = &s->out->deltas[i];
        if (delta->year == year &&
            !(delta->kind == ACCUM_STAYS && in->policy->dates.split_nth_once))
            err = accum_add(after, delta);
    }
    *accums = after;
    return err == ERR_LIMIT ? ERR_INVALID : err;
}

/* Nobody insures these days: but for what the hospital bears the fee is wholly the patient's. */
static enum err settle_uncovered(struct run *r)
{
    struct result *out = r->out;
    enum err err = lines_split(r);
    if (err != ERR_OK || out->problems.count > 0)
        return err;
    for (uint32_t i = 0; i < out->line_count; i++) {
        struct line_split *line = &out->lines[i];
        if (line->hospital)
            continue;
        line->fulamt_ownpay_amt = line->det_item_fee_sumamt;
        line->overlmt_amt = line->preselfpay_amt = line->inscp_scp_amt = 0;
        line->reason = STEP_UNCOVERED;
        line->clause = 0;
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < out->step_count; i++)
        if (out->steps[i].code == STEP_HOSPITAL_LINES)
            out->steps[kept++] = out->steps[i];
    out->step_count = kept;
    const int64_t fee = out->totals.medfee_sumamt, hospital = out->totals.hosp_part_amt;
    out->totals = (struct totals){.medfee_sumamt = fee,
                                  .fulamt_ownpay_amt = fee,
                                  .hosp_part_amt = hospital,
                                  .psn_part_amt = fee - hospital,
                                  .psn_ownpay_amt = fee - hospital,
                                  .psn_cash_pay = fee - hospital,
                                  .balc = r->in->balance};
    step_add(r, STEP_CASH, "", (struct step){.amount = fee - hospital});
    return ERR_OK;
}

/* Totals add up; the balance is the last part's. */
static void add_totals(struct totals *sum, const struct totals *part)
{
    int64_t *const to = (int64_t *)sum;
    const int64_t *const from = (const int64_t *)part;
    _Static_assert(sizeof *sum % sizeof(int64_t) == 0, "totals are amounts and nothing else");
    for (size_t i = 0; i < sizeof *sum / sizeof *to; i++)
        to[i] += from[i];
    sum->balc = part->balc;
}

static const char *add_deltas(struct result *out, const struct result *part)
{
    const char *what = NULL;
    for (uint32_t i = 0; !what && i < part->delta_count; i++)
        what = delta_merge(out, &part->deltas[i]);
    return what;
}

/* The part's figures into the whole's; static English of a bound that was hit, or NULL. */
static const char *add_part(struct split *s, uint8_t part, bool covered)
{
    struct result *out = s->out;
    const struct result *from = s->part;
    char *day = arena_alloc(s->arena, DATE_TEXT);
    if (out->row_count + from->row_count > FUND_ROWS_MAX)
        return "too many fund rows";
    if (!day || out->step_count + 1 + from->step_count > STEPS_MAX)
        return "too many steps";
    out->steps[out->step_count++] = (struct step){.code = STEP_PART,
                                                  .layer = date_format(s->from[part], day),
                                                  .amount = from->totals.medfee_sumamt};
    memcpy(out->steps + out->step_count, from->steps, from->step_count * sizeof from->steps[0]);
    memcpy(out->rows + out->row_count, from->rows, from->row_count * sizeof from->rows[0]);
    out->step_count += from->step_count;
    out->row_count += from->row_count;
    add_totals(&out->totals, &from->totals);
    for (uint32_t i = 0, n = 0; i < out->line_count; i++)
        if (s->part_of[i] == part)
            out->lines[i] = from->lines[n++];
    if (!covered)
        return NULL;
    out->insutype = from->insutype;
    out->med_kind = from->med_kind;
    out->clr_type = from->clr_type;
    out->clr_way = from->clr_way;
    memcpy(out->psn_type, from->psn_type, sizeof out->psn_type);
    memcpy(out->insuplc_admdvs, from->insuplc_admdvs, sizeof out->insuplc_admdvs);
    memcpy(out->identities, from->identities, sizeof out->identities);
    return add_deltas(out, from);
}

/* Whether the person is insured on the part's first day; as anything, when not as the bill says. */
static bool find_cover(const struct split *s, struct claim *claim, int32_t day)
{
    const struct adjudication *in = s->in;
    if (in->policy->dates.cover_change != CROSSING_SPLIT)
        return true;
    const int wanted = cover_wanted(claim);
    if (wanted > 0 && adjudicate_cover(in->policy, in->person, (uint16_t)wanted, day))
        return true;
    claim->insutype = "";
    return adjudicate_cover(in->policy, in->person, 0, day) != NULL;
}

static enum err broken(struct split *s, const char *what)
{
    problem_add(&s->out->problems, REASON_INTERNAL, NULL, NULL, what);
    return ERR_INVALID;
}

static enum err settle_part(struct split *s, uint8_t number)
{
    const struct policy_dates *dates = &s->in->policy->dates;
    const int32_t day = s->from[number];
    const uint16_t year =
        dates->across_years == CROSSING_SPLIT ? dates_year(dates, day) : s->out->year;
    struct adjudication in = *s->in;
    struct claim claim;
    struct stated_line *stated;
    enum err err = part_claim(s, number, &claim, &stated);
    if (err != ERR_OK || claim.line_count == 0)
        return err;
    bool covered = find_cover(s, &claim, day);
    in.claim = &claim;
    in.stated = stated;
    in.balance = s->out->totals.balc;
    in.family_balance -= s->out->totals.acct_mulaid_pay;
    in.previous = s->begun ? NULL : in.previous;
    err = part_accums(s, year, &in.accums);
    if (err != ERR_OK)
        return err == ERR_INVALID ? broken(s, "an accumulator does not fit") : err;
    result_begin(s->part, year, claim.line_count);
    struct run r = {.in = &in,
                    .arena = s->arena,
                    .out = s->part,
                    .days = s->days,
                    .dates = &s->dates,
                    .once = dates->split_dedc_once ? &s->dedc : NULL,
                    .uncounted = s->begun && dates->split_nth_once};
    r.days.part = day;
    if (covered) {
        cover_decide(&r);
        err = run_decided(&r);
    } else {
        cover_decide_without(&r);
        err = settle_uncovered(&r);
    }
    if (err != ERR_OK || s->part->problems.count > 0) {
        s->out->problems = s->part->problems;
        return err;
    }
    s->begun = s->begun || covered;
    s->insured = s->insured || covered;
    const char *what = add_part(s, number, covered);
    return what ? broken(s, what) : ERR_OK;
}

static enum err begin(struct split *s)
{
    const struct run r = {.in = s->in, .out = s->out, .days = s->days, .dates = &s->dates};
    const struct policy_dates *dates = &s->in->policy->dates;
    const int32_t end = dates_year_end(dates, dates_year(dates, s->days.admission));
    bool fits = find_parts(s, &r);
    if (dates->across_years == CROSSING_SPLIT)
        fits = fits && crossing_last_day(&r) <= dates_year_end(dates, dates_year(dates, end + 1));
    if (!fits) {
        char text[DATE_TEXT];
        int32_t until = s->count > 1 ? s->from[1] - 1 : end;
        problem_add(&s->out->problems, REASON_MID_SETTLE, "endtime", NULL,
                    date_format(until, text));
        return ERR_OK;
    }
    s->part = arena_alloc_raw(s->arena, sizeof *s->part);
    if (!s->part)
        return ERR_NOMEM;
    s->part->lines = arena_alloc(s->arena, s->out->line_count * sizeof s->part->lines[0]);
    return s->part->lines ? assign_lines(s) : ERR_NOMEM;
}

enum err split_settle(const struct adjudication *in, struct arena *arena, struct result *result)
{
    struct split s = {.in = in,
                      .arena = arena,
                      .out = result,
                      .dates = in->policy->dates,
                      .days = adjudicate_days(in->claim, in->setl_time)};
    if (s.dates.cover_change == CROSSING_SPLIT)
        s.dates.cover = s.dates.person_class = DAY_PART;
    result->totals.balc = in->balance;
    enum err err = begin(&s);
    for (uint8_t i = 0; i < s.count && err == ERR_OK && result->problems.count == 0; i++)
        err = settle_part(&s, i);
    if (err != ERR_OK || result->problems.count > 0)
        return err;
    if (!s.insured) {
        problem_add(&result->problems, REASON_NOT_INSURED, "insutype", NULL, NULL);
        return ERR_OK;
    }
    const char *what = result_broken_identity(result, 1);
    return what ? broken(&s, what) : ERR_OK;
}

/* A stay has one deductible by the name that it accumulates under, which layers for different
 * insurances may share; one insurance has one layer of a name. */
static size_t slot_of(const struct run *r, const struct layer *layer)
{
    const struct layer *layers = r->in->policy->layers;
    size_t slot = 0;
    while (strcmp(layers[slot].accumulates, layer->accumulates) != 0)
        slot++;
    return slot;
}

int64_t split_due(struct run *r, const struct layer *layer, int64_t due)
{
    if (layer->accrual != PER_STAY)
        return due;
    size_t slot = slot_of(r, layer);
    if (r->once->known[slot])
        return r->once->left[slot];
    r->once->known[slot] = true;
    r->once->left[slot] = due;
    return due;
}

void split_consume(struct run *r, const struct layer *layer, int64_t consumed)
{
    if (layer->accrual == PER_STAY)
        r->once->left[slot_of(r, layer)] -= consumed;
}
