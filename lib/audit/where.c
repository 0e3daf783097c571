/* For whom and for what care a rule is. Pure. */
#include "audit/work.h"
#include "base/date.h"

static bool diagnosed(const struct audit_facts *facts, const struct code_list *codes)
{
    if (code_list_begins(codes, facts->claim->dise_codg))
        return true;
    for (uint32_t i = 0; i < facts->diagnosis_count; i++)
        if (code_list_begins(codes, facts->diagnoses[i]))
            return true;
    return false;
}

static bool aged(const struct audit_facts *facts, const struct audit_where *where,
                 const struct audited *line)
{
    int32_t day = line ? line->day : date_of_time(facts->claim->begntime);
    int age = date_age(facts->brdy, day);
    return age >= where->age_min && age <= where->age_max;
}

static bool holds(const struct work *w, const struct audit_where *where, enum audit_match match,
                  const struct audited *line)
{
    const struct audit_facts *facts = w->facts;
    int insutype;
    switch (match) {
    case AUDIT_MATCH_KINDS:
        return where->kinds >> facts->kind & 1;
    case AUDIT_MATCH_INSUTYPES:
        insutype = policy_insutype(facts->policy, facts->insutype);
        return insutype >= 0 && where->insutypes >> insutype & 1;
    case AUDIT_MATCH_GRADES:
        return where->grades >> facts->institution->benefit_grade & 1;
    case AUDIT_MATCH_INSTITUTION_TAGS:
        return where->institution_tags & facts->institution->tags;
    case AUDIT_MATCH_SEX:
        return where->sex == facts->gend;
    case AUDIT_MATCH_AGE:
        return aged(facts, where, line);
    case AUDIT_MATCH_DIAGNOSES:
        return diagnosed(facts, &where->diagnoses);
    case AUDIT_MATCH_OPERATIONS:
        return code_list_begins(&where->operations, facts->claim->oprn_oprt_code);
    case AUDIT_MATCH_EMERGENCY:
        return where->emergency == facts->claim->emergency;
    case AUDIT_MATCH_HOSP_APPR:
        return where->hosp_appr >> facts->claim->lines[line->line].hosp_appr_flag & 1;
    case AUDIT_MATCH_NONE:
    case AUDIT_MATCHES:
        break;
    }
    CHECK(!"a condition");
}

enum audit_match where_failed(const struct work *w, const struct audit_where *where,
                              const struct audited *line)
{
    for (uint32_t left = where->asked; left != 0; left &= left - 1) {
        enum audit_match match = (enum audit_match)__builtin_ctz(left);
        if (!holds(w, where, match, line))
            return match;
    }
    return AUDIT_MATCH_NONE;
}
