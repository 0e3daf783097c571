/* Settlement periods (V-04): a long stay is settled as if it were several, each with the money that
 * arose in it. Pure but for what part_pay() writes. */
#include <string.h>

#include "adjudicate/lines.h"
#include "adjudicate/share.h"

/* Of the claim's own days: a part of a split stay has periods of its own. */
static int32_t first_day(const struct run *r)
{
    return date_of_time(r->in->claim->begntime);
}

uint8_t periods_of(const struct run *r)
{
    const struct care_days own = {.admission = first_day(r),
                                  .discharge = date_of_time(r->in->claim->endtime)};
    int32_t days = r->in->policy->period_days[r->kind];
    int32_t count = (care_length(&own) + days - 1) / days;
    return (uint8_t)(count > RULE_PERIODS_MAX ? RULE_PERIODS_MAX : count);
}

/* Fees of the days before admission are the first period's, those of the last day the last one's.
 */
static uint8_t period_at(const struct run *r, uint8_t periods, const struct claim_line *line)
{
    int32_t day = date_of_time(line->fee_ocur_time) - first_day(r);
    int32_t period = day < 0 ? 0 : day / r->in->policy->period_days[r->kind];
    return (uint8_t)(period < periods ? period : periods - 1);
}

/* A refund takes back money of its original's period. */
enum err periods_begin(struct run *r)
{
    const struct claim *claim = r->in->claim;
    const uint8_t periods = periods_of(r);
    if (periods == 1)
        return ERR_OK;
    const struct claim_line **order = claim_order(claim, r->arena);
    r->period = arena_alloc_raw(r->arena, claim->line_count);
    if (!order || !r->period)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < claim->line_count; i++) {
        const struct claim_line *line = claim_original(claim, order, &claim->lines[i]);
        r->period[i] = period_at(r, periods, line);
    }
    return ERR_OK;
}

/* In-scope money up to the end of each period. */
static void sum_periods(const struct run *r, const struct line_scope *scope, int64_t upto[])
{
    memset(upto, 0, r->periods * sizeof *upto);
    for (uint32_t i = 0; i < r->out->line_count; i++) {
        const struct line_split *line = &r->out->lines[i];
        if (scope->all || line_in_scope(scope, line))
            upto[r->period ? r->period[i] : 0] += line->inscp_scp_amt;
    }
    for (uint8_t i = 1; i < r->periods; i++)
        upto[i] += upto[i - 1];
}

/* The share's base up to the end of a period; what left the base before it (an account that pays
 * first, first self-pay) left all periods alike. */
static struct frac base_upto(const struct share *share, int64_t upto, int64_t whole)
{
    if (upto == whole || whole == 0)
        return share->base;
    return frac_of(money_round((__int128)money_round_frac(share->base) * upto, whole));
}

static void add_part(struct share *share, const struct share *part)
{
    share->paid += part->paid;
    share->deductible += part->deductible;
    if (part->excess.num == 0)
        return;
    share->excess = frac_add(share->excess, part->excess);
    share->excess_clause = part->excess_clause;
}

void periods_pay(struct run *r, struct share *share)
{
    const struct layer *layer = share->layer;
    int64_t upto[RULE_PERIODS_MAX];
    struct frac before = frac_of(0);
    sum_periods(r, &layer->scope, upto);
    for (uint8_t i = 0; i < r->periods; i++) {
        struct frac after = base_upto(share, upto[i], upto[r->periods - 1]);
        struct share part = *share;
        part.base = frac_sub(after, before);
        part.period = i;
        part.room = share->room - share->paid;
        part.paid = part.deductible = 0;
        part.excess = frac_of(0);
        before = after;
        if (part.base.num <= 0)
            continue;
        if (r->periods > 1)
            step_add(r, STEP_PERIOD, layer->id,
                     (struct step){.amount = money_round_frac(part.base), .clause = layer->clause});
        part_pay(r, &part);
        share_count(r, layer, part.paid);
        add_part(share, &part);
    }
}
