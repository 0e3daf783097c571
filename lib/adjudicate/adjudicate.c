/* The order of adjudication: cover, lines, layers, payers, identities. Settler's thread (and every
 * offline tool); all state is the caller's. */
#include "adjudicate/adjudicate.h"

#include <string.h>

#include "adjudicate/decide.h"
#include "adjudicate/share.h"

struct care_days adjudicate_days(const struct claim *claim, int64_t setl_time)
{
    return care_days(claim->begntime, claim->endtime, setl_time);
}

/* The lists behind the counts stay as they are: clearing some 24 KiB would cost as much as
 * adjudicating. */
void result_begin(struct result *out, uint16_t year, uint32_t line_count)
{
    out->problems.count = out->problems.more = 0;
    out->totals = (struct totals){0};
    out->year = year;
    out->against = false;
    out->insutype = 0;
    out->med_kind = out->clr_type = out->clr_way = "";
    out->psn_type[0] = out->insuplc_admdvs[0] = out->identities[0] = '\0';
    out->line_count = line_count;
    out->row_count = out->step_count = out->delta_count = 0;
}

enum err run_decided(struct run *r)
{
    struct layer_outcome outcomes[POLICY_LAYERS_MAX];
    r->outcomes = outcomes;
    enum err err = lines_split(r);
    if (err == ERR_OK && r->out->problems.count == 0 && r->in->policy->period_days[r->kind] > 0)
        err = periods_begin(r);
    if (err != ERR_OK || r->out->problems.count > 0)
        return err;
    parts_begin(r);
    if (r->in->policy->packages)
        packages_begin(r);
    payers_first(r);
    uint32_t layers = r->in->policy->layers_of[r->insutype][r->kind];
    for (; layers != 0; layers &= layers - 1)
        layer_apply(r, (uint8_t)__builtin_ctz(layers));
    if (r->package.of)
        packages_end(r);
    if (r->in->policy->allowances)
        allowances_pay(r);
    payers_settle(r);
    const char *broken = r->broken ? r->broken : result_broken_identity(r->out, 1);
    if (!broken)
        return ERR_OK;
    problem_add(&r->out->problems, REASON_INTERNAL, NULL, NULL, broken);
    return ERR_INVALID;
}

enum err adjudicate(const struct adjudication *in, struct arena *arena, struct result *result)
{
    const struct care_days days = adjudicate_days(in->claim, in->setl_time);
    const struct policy_dates *dates = &in->policy->dates;
    const bool splits = dates_split(dates) && split_applies(in->policy, in->claim);
    result_begin(result,
                 splits ? adjudicate_years(in->policy, in->claim, in->setl_time).year
                        : dates_year(dates, care_day(&days, dates->benefit_year)),
                 in->claim->line_count);
    if (!in->institution) {
        problem_add(&result->problems, REASON_INSTITUTION_UNKNOWN, "fixmedins_code", NULL, NULL);
        return ERR_OK;
    }
    if (splits)
        return split_settle(in, arena, result);
    struct run r = {.in = in, .arena = arena, .out = result, .days = days};
    r.dates = dates;
    cover_decide(&r);
    enum err err = run_decided(&r);
    if (err == ERR_OK && in->policy->transition && result->problems.count == 0)
        err = transition_compare(&r);
    return err;
}

static void drop_problems(struct problems *problems, enum reason reason)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < problems->count; i++)
        if (problems->list[i].reason != reason)
            problems->list[kept++] = problems->list[i];
    problems->count = kept;
}

/* Everything before the lines, of a bill that is still open; what is against it is a problem. */
static struct run begin_open(const struct adjudication *in, struct arena *arena,
                             struct result *result)
{
    const struct policy_dates *dates = &in->policy->dates;
    struct run r = {.in = in,
                    .arena = arena,
                    .out = result,
                    .days = adjudicate_days(in->claim, in->setl_time),
                    .dates = dates};
    result_begin(result, dates_year(dates, care_day(&r.days, dates->benefit_year)),
                 in->claim->line_count);
    if (in->institution) {
        cover_decide(&r);
        drop_problems(&result->problems, REASON_MID_SETTLE);
    } else {
        problem_add(&result->problems, REASON_INSTITUTION_UNKNOWN, "fixmedins_code", NULL, NULL);
    }
    return r;
}

enum err adjudicate_lines(const struct adjudication *in, struct arena *arena, struct result *result)
{
    struct run r = begin_open(in, arena, result);
    return result->problems.count > 0 ? ERR_OK : lines_split(&r);
}

enum err adjudicate_entitled(const struct adjudication *in, struct arena *arena,
                             struct result *result, struct entitled *out)
{
    const struct run r = begin_open(in, arena, result);
    *out = (struct entitled){0};
    if (result->problems.count > 0)
        return ERR_OK;
    uint32_t left = in->policy->layers_of[r.insutype][r.kind];
    for (; left != 0; left &= left - 1) {
        const uint32_t bit = left & -left;
        const struct layer *layer = &in->policy->layers[__builtin_ctz(left)];
        if (layer_holds(&r, layer))
            out->layers |= bit;
        else if (!situation_holds(&r, &layer->in))
            out->shut |= bit;
    }
    memcpy(out->values, r.situations, sizeof out->values);
    situation_lacks(&r, &out->filings, &out->dimensions);
    return ERR_OK;
}
