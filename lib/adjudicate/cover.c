/* Who is insured how, where and for what: entitlement per fund, institution, kind of care. Adds
 * refusals; settler's thread (and every offline tool). */
#include <string.h>

#include "adjudicate/decide.h"

enum { FEMALE = 2 };

static void refuse(struct run *r, enum reason reason, const char *field, const char *value)
{
    problem_add(&r->out->problems, reason, field, NULL, value);
}

static void refuse_day(struct run *r, enum reason reason, const char *field, int32_t date)
{
    char text[DATE_TEXT];
    refuse(r, reason, field, date_format(date, text));
}

/* A number of at most four digits, 0 for an empty text, -1 for anything else. */
static int insutype_of(const char *text)
{
    int value = 0;
    for (const char *p = text; *p != '\0'; p++) {
        if (*p < '0' || *p > '9' || value > 999)
            return -1;
        value = value * 10 + (*p - '0');
    }
    return text[0] != '\0' && value == 0 ? -1 : value;
}

int cover_wanted(const struct claim *claim)
{
    return insutype_of(claim->insutype);
}

/* Care after death: the visit begins, or a fee arises, on a later day. Discharge papers may. */
static void check_alive(struct run *r)
{
    const struct claim *claim = r->in->claim;
    int32_t death = r->in->person->death_date;
    if (death == DATE_NONE)
        return;
    bool late = date_of_time(claim->begntime) > death;
    for (uint32_t i = 0; i < claim->line_count && !late; i++)
        late = !claim_line_is_refund(&claim->lines[i]) &&
               date_of_time(claim->lines[i].fee_ocur_time) > death;
    if (late)
        refuse_day(r, REASON_PERSON_DEAD, "death_date", death);
}

/* The day that a question is asked of. Cover ends with death; the last stay is settled after it, as
 * of that day. */
static int32_t day_of(const struct run *r, uint8_t which)
{
    int32_t death = r->in->person->death_date;
    int32_t day = which == DAY_ENROLMENT && r->cover ? r->cover_begins : care_day(&r->days, which);
    return death != DATE_NONE && death < day ? death : day;
}

/* What says the class: the insurance of the same type in force on the class's day; where there is
 * none, the cover itself. */
static const struct insurance *classed_by(const struct run *r)
{
    const struct policy_dates *dates = r->dates;
    if (dates->person_class == dates->cover || dates->person_class == DAY_ENROLMENT)
        return r->cover;
    const struct insurance *other =
        person_insurance(r->in->person, r->cover->insutype, day_of(r, dates->person_class));
    return other ? other : r->cover;
}

static void find_class(struct run *r)
{
    const struct policy *policy = r->in->policy;
    const struct insurance *by = classed_by(r);
    int class = policy_class(policy, by->insutype, by->psn_type);
    memcpy(r->out->psn_type, by->psn_type, sizeof r->out->psn_type);
    /* Of no class, no layer would hold, and the patient would silently pay all. */
    if (class < 0) {
        refuse(r, REASON_NOT_INSURED, "psn_type", by->psn_type);
        return;
    }
    r->class = (uint8_t) class;
    r->class_mask = UINT32_C(1) << class;
}

static void find_cover(struct run *r)
{
    const struct adjudication *in = r->in;
    struct result *out = r->out;
    int wanted = cover_wanted(in->claim);
    int32_t day = day_of(r, r->dates->cover);
    const bool waits = in->policy->waiting_count > 0;
    if (wanted >= 0)
        r->cover = waits ? adjudicate_cover(in->policy, in->person, (uint16_t)wanted, day)
                         : person_insurance(in->person, (uint16_t)wanted, day);
    int index = r->cover ? policy_insutype(in->policy, r->cover->insutype) : -1;
    if (index < 0) {
        refuse(r, REASON_NOT_INSURED, "insutype",
               in->claim->insutype[0] ? in->claim->insutype : NULL);
        r->cover = NULL;
        return;
    }
    r->insutype = (uint8_t)index;
    const struct pool_begins begins = waits
                                          ? adjudicate_pool_begins(in->policy, in->person, r->cover)
                                          : (struct pool_begins){r->cover->pool_begndate, 0};
    r->pool_open = insurance_pool_open(r->cover, begins.date, day);
    r->cover_begins = r->cover->psn_insu_date;
    if (begins.clause != 0 && begins.date < r->cover_begins)
        r->cover_begins = begins.date;
    r->pool_clause = day < begins.date ? begins.clause : 0; /* arrears are no waiting */
    out->insutype = r->cover->insutype;
    memcpy(out->insuplc_admdvs, r->cover->insuplc_admdvs, sizeof out->insuplc_admdvs);
    find_class(r);
}

int cover_best_identity(const struct policy *policy, uint32_t mask)
{
    int best = -1;
    for (int i = 0; i < policy->identity_count; i++)
        if (mask >> i & 1 &&
            (best < 0 || policy->identities[i].rank < policy->identities[best].rank))
            best = i;
    return best;
}

static void find_identities(struct run *r)
{
    const struct policy *policy = r->in->policy;
    const struct person *person = r->in->person;
    const int32_t day = day_of(r, r->dates->identity);
    for (uint32_t i = 0; i < person->identity_count; i++) {
        const struct identity *identity = &person->identities[i];
        if (day < identity->begntime || day > identity->endtime)
            continue;
        int index = policy_identity(policy, identity->psn_idet_type);
        if (index < 0)
            continue;
        /* Certified twice: the later one says which county pays. */
        if (!(r->identities >> index & 1) || identity->begntime > r->identity_of[index]->begntime)
            r->identity_of[index] = identity;
        r->identities |= UINT32_C(1) << index;
    }
    if (!policy->identities_stacked && r->identities)
        r->identities = UINT32_C(1) << cover_best_identity(policy, r->identities);
    size_t used = 0;
    for (int i = 0; i < policy->identity_count; i++) {
        if (!(r->identities >> i & 1))
            continue;
        const char *code = r->identity_of[i]->psn_idet_type;
        size_t length = strlen(code);
        if (used + 1 + length >= sizeof r->out->identities)
            break;
        if (used > 0)
            r->out->identities[used++] = ',';
        memcpy(r->out->identities + used, code, length);
        used += length;
    }
    r->out->identities[used] = '\0';
}

static void check_care(struct run *r)
{
    const struct adjudication *in = r->in;
    const struct claim *claim = in->claim;
    int32_t day = r->days.admission;
    if (day < in->institution->begndate || day > in->institution->enddate)
        refuse_day(r, REASON_INSTITUTION_NOT_IN_FORCE, "begntime", day);
    const struct policy_med_type *type = policy_med_type(in->policy, claim->med_type);
    if (!type) {
        refuse(r, REASON_MED_TYPE, "med_type", claim->med_type);
        return;
    }
    r->kind = type->kind;
    r->med_type = (uint8_t)(type - in->policy->med_types);
    r->out->med_kind = in->policy->kinds[type->kind];
    r->out->clr_type = type->clr_type;
    r->out->clr_way = type->clr_way;
    if (!(in->institution->kinds >> type->kind & 1))
        refuse(r, REASON_KIND_NOT_ALLOWED, "med_type", claim->med_type);
    const struct trauma *trauma = &claim->trauma;
    if (type->trauma && (!trauma->present || !trauma->signed_by_patient || !trauma->cause[0]))
        refuse(r, REASON_TRAUMA_UNDECLARED, "trauma", NULL);
    else if (trauma->present && trauma->third_party)
        refuse(r, REASON_TRAUMA_EXCLUDED, "trauma", trauma->cause[0] ? trauma->cause : NULL);
}

/* Who is treated: the person insured, or a newborn under that cover. */
static void find_patient(struct run *r)
{
    const struct person *person = r->in->person;
    const struct newborn *newborn = &r->in->claim->newborn;
    const struct newborn_rule *rule = &r->in->policy->newborn;
    r->brdy = person->brdy;
    r->gend = r->sex = person->gend;
    if (!newborn->present)
        return;
    const int64_t days = (int64_t)r->days.admission - newborn->brdy;
    if (days < 0 || days > rule->days || rule->days == 0)
        refuse_day(r, REASON_NOT_INSURED, "newborn", newborn->brdy);
    else if (rule->mother && person->gend != FEMALE)
        refuse(r, REASON_NOT_INSURED, "newborn", NULL);
    step_add(r, STEP_NEWBORN, "", (struct step){.clause = rule->clause});
    r->brdy = newborn->brdy;
    r->gend = newborn->gend;
    if (rule->of_child)
        r->sex = newborn->gend;
}

static void find_age(struct run *r)
{
    const struct policy *policy = r->in->policy;
    int32_t born =
        r->in->claim->newborn.present && policy->newborn.of_child ? r->brdy : r->in->person->brdy;
    int age = date_age(born, day_of(r, r->dates->person_class));
    r->age = age < 0 ? 0 : age > INT16_MAX ? INT16_MAX : age;
}

void cover_decide(struct run *r)
{
    check_alive(r);
    find_patient(r);
    find_cover(r);
    find_age(r);
    find_identities(r);
    check_care(r);
    const struct policy *policy = r->in->policy;
    if (policy->dates.across_years || policy->dates.cover_change || policy->period_days[r->kind])
        crossing_check(r);
    if (policy->dimension_count > 0 && r->out->problems.count == 0)
        situation_decide(r);
}

/* Of the insurances that began before the cover and that this version has a class for, the one that
 * lasted longest. */
static const struct insurance *known_before(const struct run *r)
{
    const struct person *person = r->in->person;
    const struct insurance *last = NULL;
    for (uint32_t i = 0; i < person->insurance_count; i++) {
        const struct insurance *other = &person->insurances[i];
        if (other->psn_insu_date < r->cover->psn_insu_date &&
            policy_class(r->in->policy, other->insutype, other->psn_type) >= 0 &&
            (!last || other->expi_date > last->expi_date))
            last = other;
    }
    return last;
}

void cover_decide_without(struct run *r)
{
    check_alive(r);
    find_patient(r);
    check_care(r);
}

bool cover_decide_as(struct run *r, const struct run *decided)
{
    const struct policy *policy = r->in->policy;
    struct result *out = r->out;
    r->cover = decided->cover;
    r->cover_begins = decided->cover_begins;
    const struct insurance *by = classed_by(decided);
    by = policy_class(policy, by->insutype, by->psn_type) < 0 ? known_before(r) : by;
    if (!by)
        return false;
    r->insutype = (uint8_t)policy_insutype(policy, by->insutype);
    r->class = (uint8_t)policy_class(policy, by->insutype, by->psn_type);
    r->class_mask = UINT32_C(1) << r->class;
    r->pool_open = decided->pool_open;
    r->age = decided->age;
    r->brdy = decided->brdy;
    r->gend = decided->gend;
    r->sex = decided->sex;
    /* Accumulators are kept under the cover's type, whichever rules read them. */
    out->insutype = decided->out->insutype;
    memcpy(out->psn_type, decided->out->psn_type, sizeof out->psn_type);
    memcpy(out->insuplc_admdvs, decided->out->insuplc_admdvs, sizeof out->insuplc_admdvs);
    find_identities(r);
    check_care(r);
    if (policy->dimension_count > 0 && out->problems.count == 0)
        situation_decide(r);
    return true;
}

uint64_t cover_candidates(const struct run *r, const struct rule_index *index, uint8_t grade)
{
    return index->by_grade[grade] & index->by_class[r->class];
}

bool cover_selects(const struct run *r, const struct selector *who, uint8_t grade)
{
    return (who->grades == SELECTOR_ANY || who->grades >> grade & 1) &&
           (who->classes == SELECTOR_ANY || who->classes & r->class_mask) &&
           (who->identities == SELECTOR_ANY || who->identities & r->identities) &&
           !(who->without & r->identities) && r->age >= who->age_min && r->age <= who->age_max &&
           (who->in.dimensions == 0 || situation_holds(r, &who->in));
}
