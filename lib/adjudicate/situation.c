/* Sorts the claim into one value of each of the policy's dimensions. Settler's thread (and every
 * offline tool). */
#include <string.h>

#include "adjudicate/decide.h"

static enum distance distance_of(const struct run *r)
{
    const char *care = r->in->institution->admdvs, *home = r->cover->insuplc_admdvs;
    if (memcmp(care, home, 6) == 0)
        return DISTANCE_COUNTY;
    if (memcmp(care, home, 4) == 0)
        return DISTANCE_CITY;
    return memcmp(care, home, 2) == 0 ? DISTANCE_PROVINCE : DISTANCE_BEYOND;
}

/* A filing that names an institution or a disease is good for nothing else. */
static bool filing_holds(const struct run *r, const struct filing *filing, int32_t days)
{
    int32_t day = r->days.admission;
    int64_t last = filing->enddate;
    if (days > 0 && (int64_t)filing->begndate + days - 1 < last)
        last = (int64_t)filing->begndate + days - 1;
    return day >= filing->begndate && day <= last &&
           (!filing->fixmedins_code[0] ||
            strcmp(filing->fixmedins_code, r->in->institution->fixmedins_code) == 0) &&
           (!filing->dise_codg[0] || strcmp(filing->dise_codg, r->in->claim->dise_codg) == 0);
}

bool situation_filed(const struct run *r, uint16_t kinds)
{
    const struct policy *policy = r->in->policy;
    const struct filings *filings = r->in->filings;
    for (uint32_t i = 0; filings && i < filings->count; i++) {
        int kind = policy_filing(policy, filings->list[i].category);
        if (kind >= 0 && kinds >> kind & 1 &&
            filing_holds(r, &filings->list[i], policy->filings[kind].days))
            return true;
    }
    return false;
}

static bool prescribed_at(const struct policy *policy, const char *grade, uint32_t grades)
{
    int index = policy_grade(policy, grade);
    return index >= 0 && grades >> index & 1;
}

/* The cover began in this benefit year, and no other of the person's reached up to it. */
static bool after_break(const struct run *r, int16_t days)
{
    const struct person *person = r->in->person;
    const int32_t begins = r->cover_begins;
    if (dates_year(&r->in->policy->dates, begins) != r->out->year)
        return false;
    for (uint32_t i = 0; i < person->insurance_count; i++) {
        const struct insurance *other = &person->insurances[i];
        if (other->psn_insu_date < begins && other->expi_date >= begins - days)
            return false;
    }
    return true;
}

static bool count_within(uint8_t count, struct count_span span)
{
    return count >= span.from && count <= span.to;
}

static bool match_holds(const struct run *r, const struct matcher *m, enum match match)
{
    const struct policy *policy = r->in->policy;
    const struct claim *claim = r->in->claim;
    switch (match) {
    case MATCH_KINDS:
        return m->kinds >> r->kind & 1;
    case MATCH_MED_TYPES:
        return m->med_types >> r->med_type & 1;
    case MATCH_INSUTYPES:
        return m->insutypes >> r->insutype & 1;
    case MATCH_CLASSES:
        return m->classes & r->class_mask;
    case MATCH_SEX:
        return m->sex == r->sex;
    case MATCH_AGE:
        return r->age >= m->age_min && r->age <= m->age_max;
    case MATCH_DISTANCE:
        return m->distances >> distance_of(r) & 1;
    case MATCH_FILING:
        return situation_filed(r, m->filings);
    case MATCH_DISEASES:
        return code_list_begins(&m->diseases, claim->dise_codg);
    case MATCH_OPERATIONS:
        return code_list_begins(&m->operations, claim->oprn_oprt_code);
    case MATCH_INSTITUTIONS:
        return code_list_has(&m->institutions, r->in->institution->fixmedins_code);
    case MATCH_INSTITUTION_TAGS:
        return m->institution_tags & r->in->institution->tags;
    case MATCH_DELIVERY:
        return code_list_has(&m->delivery, claim->matn_type);
    case MATCH_FETUS_CNT:
        return count_within(claim->fetus_cnt, m->fetus_cnt);
    case MATCH_FETTS:
        return count_within(claim->fetts, m->fetts);
    case MATCH_BIRCTRL:
        return code_list_has(&m->birctrl, claim->birctrl_type);
    case MATCH_EMERGENCY:
        return m->emergency == claim->emergency;
    case MATCH_TRAUMA:
        return m->trauma == claim->trauma.present;
    case MATCH_NEWBORN:
        return m->newborn == claim->newborn.present;
    case MATCH_CVLSERV_LV:
        return code_list_has(&m->cvlserv_lv, r->cover->cvlserv_lv);
    case MATCH_PRESCRIBER_GRADES:
        return prescribed_at(policy, claim->prescriber_grade, m->prescriber_grades);
    case MATCH_TRANSFER:
        return stay_follows(r, m->transfer_days) && m->transfers >> stay_transfer(r) & 1;
    case MATCH_GRADES:
        return m->grades >> r->in->institution->benefit_grade & 1;
    case MATCH_BREAK_DAYS:
        return after_break(r, m->break_days);
    case MATCHES:
        break;
    }
    CHECK(!"a match");
}

/* All but what is in the mask. */
static bool holds_but(const struct run *r, const struct matcher *m, uint32_t but)
{
    for (uint32_t left = m->asked & ~but; left != 0; left &= left - 1)
        if (!match_holds(r, m, (enum match)__builtin_ctz(left)))
            return false;
    return true;
}

static bool matcher_holds(const struct run *r, const struct matcher *m)
{
    return holds_but(r, m, 0);
}

/* The last value asks nothing, so there is always one. */
static uint8_t value_of(const struct run *r, const struct dimension *dimension)
{
    uint16_t left = dimension->by_kind[r->kind];
    while (!matcher_holds(r, &dimension->values[__builtin_ctz(left)].when))
        left &= (uint16_t)(left - 1);
    return (uint8_t)__builtin_ctz(left);
}

void situation_decide(struct run *r)
{
    const struct policy *policy = r->in->policy;
    for (uint8_t i = 0; i < policy->dimension_count; i++) {
        const struct dimension *dimension = &policy->dimensions[i];
        uint8_t value = value_of(r, dimension);
        r->situations[i] = value;
        if (value + 1 < dimension->value_count)
            step_add(r, STEP_SITUATION, dimension->values[value].id,
                     (struct step){.clause = dimension->values[value].clause});
    }
}

void situation_lacks(const struct run *r, uint32_t *filings, uint8_t *dimensions)
{
    const uint32_t filing = UINT32_C(1) << MATCH_FILING;
    const struct policy *policy = r->in->policy;
    *filings = *dimensions = 0;
    for (uint8_t i = 0; i < policy->dimension_count; i++) {
        const struct dimension *dimension = &policy->dimensions[i];
        const uint32_t earlier = (UINT32_C(1) << r->situations[i]) - 1;
        for (uint32_t left = dimension->by_kind[r->kind] & earlier; left != 0; left &= left - 1) {
            const struct matcher *m = &dimension->values[__builtin_ctz(left)].when;
            if (!(m->asked & filing) || !holds_but(r, m, filing))
                continue;
            *filings |= m->filings;
            *dimensions |= (uint8_t)(1u << i);
        }
    }
}

bool situation_holds(const struct run *r, const struct situation_set *in)
{
    for (uint32_t left = in->dimensions; left != 0; left &= left - 1) {
        int i = __builtin_ctz(left);
        if (!(in->values[i] >> r->situations[i] & 1))
            return false;
    }
    return true;
}
