/* One claim against the member's state as the claims before it left it. */
#include "cases/trial.h"

#include "base/date.h"

void trial_begin(struct trial *trial, const struct policy_case *policy_case, struct arena *scratch)
{
    *trial = (struct trial){.policy_case = policy_case,
                            .scratch = scratch,
                            .balc = policy_case->balc,
                            .family_balc = policy_case->family_balc,
                            .accums = policy_case->history,
                            .has_previous = policy_case->has_previous,
                            .previous = policy_case->previous};
}

static void accums_of_year(const struct accums *all, uint16_t year, struct accums *out)
{
    out->count = 0;
    for (uint32_t i = 0; i < all->count; i++)
        if (all->list[i].year == year)
            out->list[out->count++] = all->list[i];
}

static enum err adjudicate_claim(struct trial *trial, const struct case_claim *claim,
                                 const struct policy *policy)
{
    const struct policy_case *policy_case = trial->policy_case;
    struct result *result = trial->result;
    struct accums year, before;
    enum err err = claim_check(&claim->claim, trial->scratch, &result->problems);
    if (err != ERR_OK)
        return err == ERR_INVALID ? ERR_OK : err;
    if (!policy) {
        problem_add(&result->problems, REASON_UNCOVERED_DATE, NULL, NULL, NULL);
        return ERR_OK;
    }
    const struct care_years years = adjudicate_years(policy, &claim->claim, claim->setl_time);
    accums_of_year(&trial->accums, years.year, &year);
    accums_of_year(&trial->accums, years.before, &before);
    struct adjudication in = {.policy = policy,
                              .catalogue = pack_catalogue(policy_case->pack),
                              .institution = &claim->institution,
                              .person = &policy_case->person,
                              .filings = &policy_case->filings,
                              .previous = trial->has_previous ? &trial->previous : NULL,
                              .accums = &year,
                              .accums_before = &before,
                              .balance = trial->balc,
                              .family_balance = trial->family_balc,
                              .avg_mon_wage = policy_case->avg_mon_wage,
                              .continuous_years = policy_case->continuous_years,
                              .zero_claim_years = policy_case->zero_claim_years,
                              .claim = &claim->claim,
                              .stated = claim->stated,
                              .setl_time = claim->setl_time};
    err = adjudicate(&in, trial->scratch, result);
    return err == ERR_INVALID ? ERR_OK : err;
}

enum err trial_claim(struct trial *trial, const struct case_claim *claim,
                     const struct policy *policy)
{
    arena_reset(trial->scratch);
    trial->result = arena_alloc(trial->scratch, sizeof *trial->result);
    if (!trial->result)
        return ERR_NOMEM;
    trial->result->lines =
        arena_alloc(trial->scratch, claim->claim.line_count * sizeof *trial->result->lines);
    if (!trial->result->lines)
        return ERR_NOMEM;
    return adjudicate_claim(trial, claim, policy);
}

/* A stay is what the next claim may look back at. */
static void remember(struct trial *trial, const struct case_claim *claim,
                     const struct policy *policy)
{
    const struct policy_med_type *type = policy_med_type(policy, claim->claim.med_type);
    if (!type || !(policy->inpatient_kinds >> type->kind & 1))
        return;
    const struct result *result = trial->result;
    int64_t consumed = result->totals.act_pay_dedc;
    if (trial->has_previous && !adjudicate_counted(result->deltas, result->delta_count))
        consumed += trial->previous.consumed;
    trial->has_previous = true;
    trial->previous = (struct previous_stay){.end_date = date_of_time(claim->claim.endtime),
                                             .dedc_grade = claim->institution.dedc_grade,
                                             .consumed = consumed,
                                             .fixmedins_code = claim->institution.fixmedins_code,
                                             .dise_codg = claim->claim.dise_codg,
                                             .year = result->year,
                                             .insutype = result->insutype};
}

enum err trial_carry(struct trial *trial, const struct case_claim *claim,
                     const struct policy *policy)
{
    const struct result *result = trial->result;
    enum err err = ERR_OK;
    remember(trial, claim, policy);
    if (policy->sums_days)
        accums_forget(&trial->accums, date_of_time(claim->setl_time));
    for (uint32_t i = 0; err == ERR_OK && i < result->delta_count; i++)
        err = accum_add(&trial->accums, &result->deltas[i]);
    trial->balc = result->totals.balc;
    trial->family_balc -= result->totals.acct_mulaid_pay;
    return err;
}
