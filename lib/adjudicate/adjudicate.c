/* The order of adjudication: cover, lines, layers, payers, identities. Settler's thread (and every
 * offline tool); all state is the caller's. */
#include "adjudicate/adjudicate.h"

#include <string.h>

#include "adjudicate/run.h"

struct care_days adjudicate_days(const struct claim *claim, int64_t setl_time)
{
    return care_days(claim->begntime, claim->endtime, setl_time);
}

uint16_t adjudicate_year(const struct policy *policy, struct care_days days)
{
    return dates_year(&policy->dates, care_day(&days, policy->dates.benefit_year));
}

/* Sets what a refusal shows too. The lists behind the counts stay as they are: clearing some 24 KiB
 * would cost as much as adjudicating. */
static void start(struct result *out, const struct adjudication *in, struct care_days days)
{
    out->problems.count = out->problems.more = 0;
    out->totals = (struct totals){0};
    out->year = adjudicate_year(in->policy, days);
    out->insutype = 0;
    out->med_kind = out->clr_type = out->clr_way = "";
    out->psn_type[0] = out->insuplc_admdvs[0] = out->identities[0] = '\0';
    out->line_count = in->claim->line_count;
    out->row_count = out->step_count = out->delta_count = 0;
}

enum err adjudicate(const struct adjudication *in, struct arena *arena, struct result *result)
{
    const struct care_days days = adjudicate_days(in->claim, in->setl_time);
    start(result, in, days);
    if (!in->institution) {
        problem_add(&result->problems, REASON_INSTITUTION_UNKNOWN, "fixmedins_code", NULL, NULL);
        return ERR_OK;
    }
    struct layer_outcome outcomes[POLICY_LAYERS_MAX];
    struct run r = {.in = in, .arena = arena, .out = result, .days = days, .outcomes = outcomes};
    cover_decide(&r);
    enum err err = lines_split(&r);
    if (err != ERR_OK || result->problems.count > 0)
        return err;
    parts_begin(&r);
    packages_begin(&r);
    payers_first(&r);
    uint32_t layers = in->policy->layers_of[r.insutype][r.kind];
    for (; layers != 0; layers &= layers - 1)
        layer_apply(&r, (uint8_t)__builtin_ctz(layers));
    packages_end(&r);
    allowances_pay(&r);
    payers_settle(&r);
    const char *broken = r.broken ? r.broken : result_broken_identity(result, 1);
    if (!broken)
        return ERR_OK;
    problem_add(&result->problems, REASON_INTERNAL, NULL, NULL, broken);
    return ERR_INVALID;
}
