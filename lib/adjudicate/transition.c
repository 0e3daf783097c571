/* 就高不就低: the claim under the version that the policy names, too, and the better of the two
 * (V-59). Year, cover, pool, identities' day and age are as this version judged them; class, kind
 * of care and everything after are the other's. Settler's thread (and every offline tool). */
#include "adjudicate/decide.h"

#include <string.h>

static bool holds(const struct run *r, const struct transition *t)
{
    int32_t day = care_day(&r->days, r->in->policy->dates.rule_version);
    return day <= t->until && (t->filings == 0 || situation_filed(r, t->filings));
}

/* Rows and steps are copied as far as they are counted. */
static void take(struct result *to, const struct result *from, bool accumulators)
{
    to->against = true;
    to->totals = from->totals;
    to->med_kind = from->med_kind;
    to->clr_type = from->clr_type;
    to->clr_way = from->clr_way;
    memcpy(to->lines, from->lines, from->line_count * sizeof from->lines[0]);
    memcpy(to->rows, from->rows, from->row_count * sizeof from->rows[0]);
    memcpy(to->steps, from->steps, from->step_count * sizeof from->steps[0]);
    to->row_count = from->row_count;
    to->step_count = from->step_count;
    if (!accumulators)
        return;
    memcpy(to->deltas, from->deltas, from->delta_count * sizeof from->deltas[0]);
    to->delta_count = from->delta_count;
}

static void choose(struct run *r, const struct transition *t, const struct result *other)
{
    struct result *out = r->out;
    const int64_t own = out->totals.psn_part_amt, others = other->totals.psn_part_amt;
    const bool better = others < own; /* at a tie the new version stays */
    if (better)
        take(out, other, !t->new_accumulators);
    step_add(r, STEP_TRANSITION, "",
             (struct step){.base = own,
                           .limit = others,
                           .amount = better ? others : own,
                           .clause = better ? t->clause_against : t->clause});
}

enum err transition_compare(struct run *r)
{
    const struct transition *t = r->in->policy->transition;
    if (!holds(r, t))
        return ERR_OK;
    struct adjudication in = *r->in;
    struct result *other = arena_alloc_raw(r->arena, sizeof *other);
    if (!other)
        return ERR_NOMEM;
    in.policy = t->against;
    result_begin(other, r->out->year, r->out->line_count);
    other->lines = arena_alloc(r->arena, other->line_count * sizeof other->lines[0]);
    if (!other->lines)
        return ERR_NOMEM;
    struct run as = {
        .in = &in, .arena = r->arena, .out = other, .days = r->days, .dates = r->dates};
    if (!cover_decide_as(&as, r))
        return ERR_OK;
    enum err err = run_decided(&as);
    /* What the other version would refuse is no better. */
    if (err == ERR_OK && other->problems.count == 0)
        choose(r, t, other);
    return err;
}
