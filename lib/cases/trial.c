/* One claim against the member's state as the claims before it left it. */
#include "cases/trial.h"

#include <stdlib.h>

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
    struct claim audited;
    enum err err = claim_check(&claim->claim, trial->scratch, &result->problems);
    if (err != ERR_OK)
        return err == ERR_INVALID ? ERR_OK : err;
    if (!policy) {
        problem_add(&result->problems, REASON_UNCOVERED_DATE, NULL, NULL, NULL);
        return ERR_OK;
    }
    err = trial_audit(trial, claim, policy, &audited);
    if (err != ERR_OK || result->problems.count > 0)
        return err;
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
                              .claim = &audited,
                              .stated = claim->stated,
                              .setl_time = claim->setl_time};
    err = adjudicate(&in, trial->scratch, result);
    return err == ERR_INVALID ? ERR_OK : err;
}

static enum err settle(struct trial *trial, const struct case_claim *claim,
                       const struct policy *policy)
{
    trial->report = NULL;
    trial->result = arena_alloc(trial->scratch, sizeof *trial->result);
    if (!trial->result)
        return ERR_NOMEM;
    trial->result->lines =
        arena_alloc(trial->scratch, claim->claim.line_count * sizeof *trial->result->lines);
    if (!trial->result->lines)
        return ERR_NOMEM;
    return adjudicate_claim(trial, claim, policy);
}

static uint32_t number_of(const struct trial *trial, const struct case_claim *claim)
{
    return (uint32_t)(claim - trial->policy_case->claims) + 1;
}

/* The same claims with one of them and without it. */
struct replay {
    struct trial before; /* that one */
    struct trial with, without;
    uint32_t later; /* a claim after it that comes out otherwise; 0: none */
};

static enum err replay_claim(struct replay *replay, uint32_t number, uint32_t voids)
{
    const struct policy_case *policy_case = replay->with.policy_case;
    const struct case_claim *claim = &policy_case->claims[number - 1];
    const struct policy *policy = case_policy(policy_case, claim);
    if (number == voids)
        replay->before = replay->with;
    arena_reset(replay->with.scratch);
    enum err err = settle(&replay->with, claim, policy);
    if (err == ERR_OK && number != voids) {
        err = settle(&replay->without, claim, policy);
        if (err == ERR_OK && (replay->without.result->problems.count > 0 ||
                              !result_same_amounts(replay->with.result, replay->without.result)))
            replay->later = number;
        if (err == ERR_OK && !replay->later)
            err = trial_carry(&replay->without, claim, policy);
    }
    return err == ERR_OK ? trial_carry(&replay->with, claim, policy) : err;
}

/* What was voided before is left out of both. */
static enum err replay_all(const struct trial *trial, uint32_t number, uint32_t voids,
                           struct replay *replay)
{
    enum err err = ERR_OK;
    trial_begin(&replay->with, trial->policy_case, trial->scratch);
    replay->without = replay->with;
    replay->later = 0;
    for (uint32_t i = 1; i < number && err == ERR_OK && !replay->later; i++)
        if (trial->fates[i - 1] == FATE_SETTLED)
            err = replay_claim(replay, i, voids);
    return err;
}

/* The document of a void: the negative of all that its original was. */
static void mirror(const struct trial *trial, struct result *result)
{
    result->lines = NULL;
    result->line_count = 0;
    totals_negate(&result->totals);
    result->totals.balc = trial->balc - result->totals.acct_pay;
    for (uint32_t i = 0; i < result->row_count; i++) {
        result->rows[i].base = -result->rows[i].base;
        result->rows[i].amount = -result->rows[i].amount;
    }
    for (uint32_t i = 0; i < result->step_count; i++)
        result->steps[i].amount = -result->steps[i].amount;
    for (uint32_t i = 0; i < result->delta_count; i++)
        result->deltas[i].value = -result->deltas[i].value;
}

static enum err refuse(struct trial *trial, enum reason reason, uint32_t number)
{
    arena_reset(trial->scratch);
    trial->result = arena_alloc(trial->scratch, sizeof *trial->result);
    if (!trial->result)
        return ERR_NOMEM;
    problem_addf(&trial->result->problems, reason, "void", NULL, "%u", number);
    return ERR_OK;
}

/* The original once more, as it was settled, and then the other way round. */
static enum err reverse(struct trial *trial, uint32_t voids, struct replay *replay)
{
    const struct case_claim *claim = &trial->policy_case->claims[voids - 1];
    arena_reset(trial->scratch);
    enum err err = settle(&replay->before, claim, case_policy(trial->policy_case, claim));
    if (err != ERR_OK)
        return err;
    trial->result = replay->before.result;
    mirror(trial, trial->result);
    trial->had_previous = replay->without.has_previous;
    trial->before = replay->without.previous;
    return ERR_OK;
}

static enum err take_back(struct trial *trial, const struct case_claim *claim)
{
    const uint8_t fate = trial->fates[claim->voids - 1];
    if (fate != FATE_SETTLED)
        return refuse(trial,
                      fate == FATE_VOIDED ? REASON_SETTLEMENT_VOIDED : REASON_SETTLEMENT_UNKNOWN,
                      claim->voids);
    struct replay *replay = malloc(sizeof *replay);
    if (!replay)
        return ERR_NOMEM;
    enum err err = replay_all(trial, number_of(trial, claim), claim->voids, replay);
    if (err == ERR_OK)
        err = replay->later ? refuse(trial, REASON_VOID_LATER, replay->later)
                            : reverse(trial, claim->voids, replay);
    free(replay);
    return err;
}

enum err trial_claim(struct trial *trial, const struct case_claim *claim,
                     const struct policy *policy)
{
    trial->report = NULL; /* a void is not audited */
    if (claim->voids)
        return take_back(trial, claim);
    arena_reset(trial->scratch);
    return settle(trial, claim, policy);
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

/* The amounts go back by the document's own; which stay was the one before, no amount tells. */
static void forget_claim(struct trial *trial, const struct case_claim *claim)
{
    trial->fates[claim->voids - 1] = FATE_VOIDED;
    trial->has_previous = trial->had_previous;
    trial->previous = trial->before;
}

enum err trial_carry(struct trial *trial, const struct case_claim *claim,
                     const struct policy *policy)
{
    const struct result *result = trial->result;
    enum err err = ERR_OK;
    if (claim->voids) {
        forget_claim(trial, claim);
    } else {
        trial->fates[number_of(trial, claim) - 1] = FATE_SETTLED;
        remember(trial, claim, policy);
    }
    if (policy->sums_days)
        accums_forget(&trial->accums, date_of_time(claim->setl_time));
    for (uint32_t i = 0; err == ERR_OK && i < result->delta_count; i++)
        err = accum_add(&trial->accums, &result->deltas[i]);
    /* Of what was forgotten, taking back leaves less than nothing. */
    if (policy->sums_days && claim->voids)
        accums_forget(&trial->accums, date_of_time(claim->setl_time));
    trial->balc = result->totals.balc;
    trial->family_balc -= result->totals.acct_mulaid_pay;
    return err;
}
