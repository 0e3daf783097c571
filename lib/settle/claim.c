/* Pre-settle and settle: gather the facts that the state knows, adjudicate, compare with what was
 * agreed, post. A pre-settlement takes the same way and stops before posting. */
#include "settle/claim.h"

#include <string.h>
#include <strings.h>

#include "adjudicate/adjudicate.h"
#include "base/money.h"
#include "settle/bill.h"
#include "settle/posting.h"
#include "settle/previous.h"

/* What a claim is adjudicated from and what comes of it; large, so in the arena. */
struct case_file {
    struct person person;
    struct years before, after;
    struct adjudication in;
    struct previous_stay previous;
    struct result result;
    struct settlement settlement;
};

static void refuse(struct turn *turn, enum reason reason, const char *field, const char *value)
{
    problem_add(turn->problems, reason, field, NULL, value);
}

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
        refuse(turn, REASON_CREDENTIAL_MISMATCH, "mdtrt_cert_no", NULL);
}

static enum err find_person(struct turn *turn, struct case_file *file)
{
    const struct claim *claim = &turn->request->claim;
    enum err err = state_person(turn->state, claim->psn_no, &file->person);
    if (err == ERR_NOTFOUND) {
        refuse(turn, REASON_PERSON_UNKNOWN, "psn_no", claim->psn_no);
        return ERR_OK;
    }
    if (err != ERR_OK)
        return err;
    check_credential(turn, &file->person);
    file->in.person = &file->person;
    return ERR_OK;
}

/* The policy in force, and the care's kind under it. */
static void find_policy(struct turn *turn, struct case_file *file)
{
    const struct request *request = turn->request;
    const char *med_type = request->claim.med_type;
    char text[DATE_TEXT];
    const struct care_days days = adjudicate_days(&request->claim, turn->now_ms);
    const struct policy *policy = pack_policy_for(turn->pack, days);
    if (!policy) {
        refuse(turn, REASON_UNCOVERED_DATE, NULL,
               date_format(pack_rule_day(turn->pack, days), text));
        return;
    }
    const struct care_years years = adjudicate_years(policy, &request->claim, turn->now_ms);
    if (years.year < date_year(turn->today) - BENEFIT_YEARS_BACK)
        refuse(turn, REASON_UNCOVERED_DATE, "begntime",
               date_format(care_day(&days, policy->dates.benefit_year), text));
    file->in.policy = policy;
    const struct policy_med_type *type = policy_med_type(policy, med_type);
    if (!type || family_of(policy, type->kind) != request->family)
        refuse(turn, REASON_MED_TYPE, "med_type", med_type);
}

static void find_institution(struct turn *turn, struct case_file *file)
{
    const struct request *request = turn->request;
    file->in.institution = pack_institution(turn->pack, request->fixmedins_code);
    if (!file->in.institution)
        refuse(turn, REASON_INSTITUTION_UNKNOWN, "fixmedins_code", request->fixmedins_code);
    if (strcmp(request->mdtrtarea_admvs, request->insuplc_admdvs) != 0)
        refuse(turn, REASON_CROSS_REGION, "mdtrtarea_admvs", request->mdtrtarea_admvs);
}

/* The second key (design decision 4): a system that restarts and sends again under a new msgid. */
static enum err check_visit(struct turn *turn)
{
    const struct request *request = turn->request;
    const struct claim *claim = &request->claim;
    char *setl_id = arena_alloc(turn->arena, ID_SETL + 1);
    if (!setl_id)
        return ERR_NOMEM;
    enum err err = state_visit(turn->state, request->fixmedins_code, claim->ipt_otp_no,
                               bill_batch(claim), setl_id);
    if (err == ERR_NOTFOUND)
        return ERR_OK;
    if (err != ERR_OK)
        return err;
    refuse(turn, REASON_VISIT_SETTLED, "ipt_otp_no", setl_id);
    turn->reply->setl_id = setl_id;
    return ERR_OK;
}

/* Nobody is billed for care to come. A day's grace: clocks differ, and a stay's last day may be
 * written with its end. The fees lie within the visit (claim_check()). */
static void check_not_ahead(struct turn *turn)
{
    char text[DATE_TEXT];
    int64_t endtime = turn->request->claim.endtime;
    if (endtime > turn->now_ms + DAY_MS)
        refuse(turn, REASON_DATES, "endtime", date_format_time(endtime, text));
}

static enum err find_previous(struct turn *turn, struct case_file *file)
{
    struct adjudication *in = &file->in;
    bool found;
    if (!in->policy->looks_back || turn->request->family != FAMILY_INPATIENT)
        return ERR_OK;
    const struct previous_search search = {.pack = turn->pack,
                                           .newest = file->before.own.setl_id,
                                           .without = "",
                                           .since = previous_since(in->policy, in->claim->begntime),
                                           .arena = turn->arena};
    enum err err = previous_find(turn, &search, &file->previous, &found);
    in->previous = found ? &file->previous : NULL;
    return err;
}

/* Where the claim finds the person's year and account. */
static enum err find_year(struct turn *turn, struct case_file *file)
{
    const struct claim *claim = &turn->request->claim;
    struct adjudication *in = &file->in;
    in->catalogue = pack_catalogue(turn->pack);
    in->claim = claim;
    in->setl_time = turn->now_ms;
    const struct care_years years = adjudicate_years(in->policy, claim, turn->now_ms);
    in->accums = &file->before.own.accums;
    in->accums_before = years.before ? &file->before.before.accums : NULL;
    enum err err = years_read(turn, claim->psn_no, years.year, years.before != 0, &file->before);
    if (err == ERR_OK)
        err = find_previous(turn, file);
    return err == ERR_OK ? state_balance(turn->state, claim->psn_no, &in->balance) : err;
}

/* The visit last: the store finds a person's rows together. */
static enum err gather(struct turn *turn, struct case_file *file)
{
    check_not_ahead(turn);
    find_institution(turn, file);
    find_policy(turn, file);
    enum err err = find_person(turn, file);
    if (err == ERR_OK && !turn_has_problems(turn))
        err = find_year(turn, file);
    return err == ERR_OK ? check_visit(turn) : err;
}

/* ERR_INVALID: a broken identity. Its figures are copied into the bill without their deltas: they
 * are evidence and move nothing. */
static enum err judge(struct turn *turn, struct case_file *file)
{
    struct result *result = &file->result;
    result->lines = arena_alloc(turn->arena, file->in.claim->line_count * sizeof result->lines[0]);
    if (!result->lines)
        return ERR_NOMEM;
    enum err err = adjudicate(&file->in, turn->arena, result);
    if (err != ERR_OK && err != ERR_INVALID)
        return err;
    if (err == ERR_OK && result->problems.count > 0) {
        *turn->problems = result->problems;
        return ERR_OK;
    }
    bill_fill(turn, &file->in, result, &file->settlement);
    file->settlement.spans = file->before.spans;
    years_copy(&file->after, &file->before);
    return err;
}

static bool changed(const struct claim *claim, const struct totals *totals)
{
    return claim->agreed && (claim->agreed_psn_cash_pay != totals->psn_cash_pay ||
                             claim->agreed_acct_pay != totals->acct_pay);
}

static void refuse_changed(struct turn *turn, const struct claim *claim,
                           const struct totals *totals)
{
    char was[MONEY_TEXT], is[MONEY_TEXT];
    turn->reply->agreed_given = true;
    problem_addf(turn->problems, REASON_CHANGED, "psn_cash_pay", NULL, "%s -> %s",
                 money_yuan(claim->agreed_psn_cash_pay, was), money_yuan(totals->psn_cash_pay, is));
    problem_addf(turn->problems, REASON_CHANGED, "acct_pay", NULL, "%s -> %s",
                 money_yuan(claim->agreed_acct_pay, was), money_yuan(totals->acct_pay, is));
}

/* An internal refusal of a claim: the failed result stays in the reply, the only place of a record
 * that keeps it for ever. */
static enum err refuse_broken(struct turn *turn, struct case_file *file, const char *what)
{
    file->settlement.sequence = 0;
    file->settlement.setl_id[0] = '\0';
    return turn_internal(turn, what);
}

static enum err post(struct turn *turn, struct case_file *file)
{
    struct settlement *s = &file->settlement;
    posting_number(turn, s);
    enum err err = posting_effects(turn, s, &file->after);
    if (err == ERR_LIMIT)
        return refuse_broken(turn, file, "a tally, book or list would leave its bounds");
    return err == ERR_OK ? turn_record(turn, RECORD_SETTLEMENT) : err;
}

enum err claim_turn(struct turn *turn)
{
    const struct claim *claim = &turn->request->claim;
    if (!turn->pack)
        return turn_retry(turn, REASON_NO_POLICY);
    /* Every part is filled before it is read; clearing it all would cost as much as adjudicating.
     */
    struct case_file *file = arena_alloc_raw(turn->arena, sizeof *file);
    if (!file)
        return ERR_NOMEM;
    file->in = (struct adjudication){0};
    enum err err = gather(turn, file);
    if (err != ERR_OK)
        return err;
    if (turn_has_problems(turn))
        return turn_refuse(turn);
    enum err judged = judge(turn, file);
    if (judged != ERR_OK && judged != ERR_INVALID)
        return judged;
    if (turn_has_problems(turn))
        return turn_refuse(turn);
    err = bill_reply(turn, &file->in, &file->result, &file->settlement, &file->after.own.accums);
    if (err != ERR_OK)
        return err;
    if (judged == ERR_INVALID) {
        *turn->problems = file->result.problems;
        return turn_refuse(turn);
    }
    if (file->in.policy->sums_days)
        years_forget(&file->after, turn->today);
    if (years_move(&file->after, file->result.deltas, file->result.delta_count, 1) != ERR_OK)
        return refuse_broken(turn, file, "an accumulator does not fit");
    if (turn->request->kind != REQUEST_SETTLE)
        return turn_answer(turn);
    if (changed(claim, &file->result.totals)) {
        refuse_changed(turn, claim, &file->result.totals);
        return turn_refuse(turn);
    }
    return post(turn, file);
}
