/* Rules about the bill as a whole: other care of the person, and who may not be settled. */
#include <string.h>

#include "audit/work.h"
#include "base/date.h"

static void found(struct work *w, uint16_t rule, const struct audit_visit *visit)
{
    struct vola_evid evidence = no_evidence();
    evidence.setl_id = visit->setl_id;
    evidence.fixmedins_code = visit->fixmedins_code;
    evidence.date = visit->begin;
    finding_add(w, rule, FINDING_WHOLE, w->facts->claim->medfee_sumamt, evidence);
}

/* The later of two, for a claim has one finding of a rule. */
static const struct audit_visit *later(const struct audit_visit *a, const struct audit_visit *b)
{
    return !a || b->begin > a->begin || (b->begin == a->begin && strcmp(b->setl_id, a->setl_id) > 0)
               ? b
               : a;
}

static bool same_place(const struct work *w, const struct audit_visit *visit)
{
    return strcmp(visit->fixmedins_code, w->facts->institution->fixmedins_code) == 0;
}

/* Without edges a day of admission or discharge is shared by what comes before and after. */
static bool overlaps(const struct work *w, const struct audit_visit *visit, bool edges)
{
    const int32_t begin = date_of_time(w->facts->claim->begntime);
    const int32_t end = date_of_time(w->facts->claim->endtime);
    return edges ? begin <= visit->end && visit->begin <= end
                 : begin < visit->end && visit->begin < end;
}

void overlap_look(struct work *w, uint16_t number)
{
    const struct audit_rule *rule = &w->rules->rules[number];
    const struct audit_visit *evidence = NULL;
    for (uint32_t i = 0; i < w->facts->visit_count; i++) {
        const struct audit_visit *visit = &w->facts->visits[i];
        if (rule->as.overlap.kinds >> visit->kind & 1 &&
            !(rule->as.overlap.elsewhere && same_place(w, visit)) &&
            overlaps(w, visit, rule->as.overlap.edges))
            evidence = later(evidence, visit);
    }
    if (evidence)
        found(w, number, evidence);
}

/* Of ICD-10 codes the first three characters are the category. */
static bool same_diagnosis(const char *a, const char *b, enum audit_same same)
{
    if (same == AUDIT_SAME_ANY)
        return true;
    if (!a[0] || !b[0])
        return false;
    return same == AUDIT_SAME_CODE ? strcmp(a, b) == 0 : strncmp(a, b, 3) == 0;
}

void readmission_look(struct work *w, uint16_t number)
{
    const struct audit_rule *rule = &w->rules->rules[number];
    const int32_t begin = date_of_time(w->facts->claim->begntime);
    const struct audit_visit *evidence = NULL;
    for (uint32_t i = 0; i < w->facts->visit_count; i++) {
        const struct audit_visit *visit = &w->facts->visits[i];
        if (w->facts->policy->inpatient_kinds >> visit->kind & 1 && visit->end <= begin &&
            begin - visit->end <= rule->as.readmission.within_days &&
            !(rule->as.readmission.same_hospital && !same_place(w, visit)) &&
            same_diagnosis(visit->dise_codg, w->facts->claim->dise_codg,
                           (enum audit_same)rule->as.readmission.diagnosis))
            evidence = later(evidence, visit);
    }
    if (evidence)
        found(w, number, evidence);
}

void standing_look(struct work *w, uint16_t number)
{
    const struct audit_rule *rule = &w->rules->rules[number];
    const struct audit_state *state =
        rule->as.standing.institution ? &w->facts->place : &w->facts->member;
    const int32_t day = date_of_time(w->facts->claim->endtime);
    struct vola_evid evidence = no_evidence();
    if (rule->as.standing.suspended && state->suspended != DATE_NONE && state->suspended <= day)
        evidence.date = state->suspended;
    if (rule->as.standing.frozen && state->frozen != DATE_NONE && state->frozen <= day)
        evidence.date = state->frozen;
    if (evidence.date == DATE_NONE)
        return;
    if (rule->as.standing.institution)
        evidence.fixmedins_code = w->facts->institution->fixmedins_code;
    finding_add(w, number, FINDING_WHOLE, w->facts->claim->medfee_sumamt, evidence);
}
