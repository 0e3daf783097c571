/* Reads only; nothing here decides an amount. */
#include "settle/facts.h"

#include <string.h>
#include <strings.h>

#include "settle/filing.h"

/* Which counter a kind of care belongs to under that policy. */
static enum request_family family_of(const struct policy *policy, uint8_t kind)
{
    if (policy->pharmacy_kinds >> kind & 1)
        return FAMILY_PHARMACY;
    return policy->inpatient_kinds >> kind & 1 ? FAMILY_INPATIENT : FAMILY_OUTPATIENT;
}

/* An ID card shows whose it is. Cards and tokens carry numbers that we hold nowhere. */
static void check_credential(struct turn *turn, const struct person *person)
{
    const struct claim *claim = &turn->request->claim;
    if (strcmp(claim->mdtrt_cert_type, "02") != 0 || claim->mdtrt_cert_no[0] == '\0')
        return;
    /* The last place of an identity number may be written x or X. */
    if (strcasecmp(claim->mdtrt_cert_no, person->certno) != 0)
        turn_problem(turn, REASON_CREDENTIAL_MISMATCH, "mdtrt_cert_no", NULL);
}

static enum err find_person(struct turn *turn, struct facts *facts)
{
    const struct claim *claim = &turn->request->claim;
    enum err err = state_person(turn->state, claim->psn_no, &facts->person);
    if (err == ERR_NOTFOUND) {
        turn_problem(turn, REASON_PERSON_UNKNOWN, "psn_no", claim->psn_no);
        return ERR_OK;
    }
    if (err != ERR_OK)
        return err;
    check_credential(turn, &facts->person);
    facts->in.person = &facts->person;
    return ERR_OK;
}

/* The policy in force, and the care's kind under it. */
static void find_policy(struct turn *turn, struct facts *facts)
{
    const struct request *request = turn->request;
    const char *med_type = request->claim.med_type;
    char text[DATE_TEXT];
    const struct care_days days = adjudicate_days(&request->claim, turn->now_ms);
    const struct policy *policy = pack_policy_for(turn->pack, days);
    if (!policy) {
        turn_problem(turn, REASON_UNCOVERED_DATE, NULL,
                     date_format(pack_rule_day(turn->pack, days), text));
        return;
    }
    const struct care_years years = adjudicate_years(policy, &request->claim, turn->now_ms);
    if (years.year < date_year(turn->today) - BENEFIT_YEARS_BACK)
        turn_problem(turn, REASON_UNCOVERED_DATE, "begntime",
                     date_format(care_day(&days, policy->dates.benefit_year), text));
    facts->in.policy = policy;
    const struct policy_med_type *type = policy_med_type(policy, med_type);
    if (!type ||
        (request->family != FAMILY_NONE && family_of(policy, type->kind) != request->family))
        turn_problem(turn, REASON_MED_TYPE, "med_type", med_type);
}

static void find_institution(struct turn *turn, struct facts *facts)
{
    const struct request *request = turn->request;
    facts->in.institution = pack_institution(turn->pack, request->fixmedins_code);
    if (!facts->in.institution)
        turn_problem(turn, REASON_INSTITUTION_UNKNOWN, "fixmedins_code", request->fixmedins_code);
    if (strcmp(request->mdtrtarea_admvs, request->insuplc_admdvs) != 0)
        turn_problem(turn, REASON_CROSS_REGION, "mdtrtarea_admvs", request->mdtrtarea_admvs);
}

/* Nobody is billed for care to come. A day's grace: clocks differ, and a stay's last day may be
 * written with its end. The fees lie within the visit (claim_check()). */
static void check_not_ahead(struct turn *turn)
{
    char text[DATE_TEXT];
    int64_t endtime = turn->request->claim.endtime;
    if (endtime > turn->now_ms + DAY_MS)
        turn_problem(turn, REASON_DATES, "endtime", date_format_time(endtime, text));
}

static enum err find_previous(struct turn *turn, struct facts *facts)
{
    struct adjudication *in = &facts->in;
    bool found;
    if (!in->policy->looks_back || turn->request->family != FAMILY_INPATIENT)
        return ERR_OK;
    const struct previous_search search = {.pack = turn->pack,
                                           .newest = facts->before.own.setl_id,
                                           .without = "",
                                           .since = previous_since(in->policy, in->claim->begntime),
                                           .arena = turn->arena};
    enum err err = previous_find(turn, &search, &facts->previous, &found);
    in->previous = found ? &facts->previous : NULL;
    return err;
}

/* Where no rule asks for filings, no claim pays for looking. */
static enum err find_filings(struct turn *turn, struct facts *facts)
{
    if (!policy_asks_filings(facts->in.policy))
        return ERR_OK;
    facts->in.filings = &facts->filings;
    return filings_find(turn->state, facts->person.psn_no, turn->sequence, &facts->filings);
}

/* Where the claim finds the person's year and account. */
static enum err find_year(struct turn *turn, struct facts *facts)
{
    const struct claim *claim = &turn->request->claim;
    struct adjudication *in = &facts->in;
    in->catalogue = pack_catalogue(turn->pack);
    in->claim = claim;
    in->setl_time = turn->now_ms;
    const struct care_years years = adjudicate_years(in->policy, claim, turn->now_ms);
    in->accums = &facts->before.own.accums;
    in->accums_before = years.before ? &facts->before.before.accums : NULL;
    enum err err = years_read(turn, claim->psn_no, years.year, years.before != 0, &facts->before);
    if (err == ERR_OK)
        err = find_filings(turn, facts);
    if (err == ERR_OK)
        err = find_previous(turn, facts);
    return err == ERR_OK ? state_balance(turn->state, claim->psn_no, &in->balance) : err;
}

enum err facts_gather(struct turn *turn, struct facts *facts)
{
    facts->in = (struct adjudication){0};
    check_not_ahead(turn);
    find_institution(turn, facts);
    find_policy(turn, facts);
    enum err err = find_person(turn, facts);
    return err == ERR_OK && !turn_has_problems(turn) ? find_year(turn, facts) : err;
}
