/* Stays among the year's others: which one this is, what an earlier one left to it, and whether it
 * continues the one before. Pure but for the accumulators' movements. */
#include <string.h>

#include "adjudicate/share.h"

static bool among(const struct policy *policy, const struct nth_rule *nth, const char *value)
{
    const struct dimension *dimension = &policy->dimensions[nth->dimension];
    for (uint8_t i = 0; i < dimension->value_count; i++)
        if (nth->values >> i & 1 && strcmp(dimension->values[i].name, value) == 0)
            return true;
    return false;
}

/* Stays stand under their grade, and under grade/value for each dimension that is counted by. */
static int64_t stays_counted(const struct run *r, const struct nth_rule *nth, const char *grade)
{
    const struct accums *accums = r->in->accums;
    const size_t length = strlen(grade);
    int64_t stays = 0;
    for (uint32_t i = 0; i < accums->count; i++) {
        const struct accum *a = &accums->list[i];
        if (a->kind != ACCUM_STAYS || a->year != r->out->year || a->insutype != r->out->insutype)
            continue;
        const char *end = strchr(a->scope, '/');
        bool counted =
            end ? nth->values != 0 && among(r->in->policy, nth, end + 1) : nth->values == 0;
        if (nth->of == NTH_SAME_GRADE)
            counted = counted && strncmp(a->scope, grade, length) == 0 &&
                      (a->scope[length] == '\0' || a->scope[length] == '/');
        stays += counted ? a->value : 0;
    }
    return stays;
}

/* Which stay of the year this is; a continued one is the same as the one before, where that was
 * counted for it. Other kinds of care count visits. */
static int64_t nth_of_year(const struct run *r, const struct share *share,
                           const struct nth_rule *nth)
{
    const struct policy *policy = r->in->policy;
    const struct accums *accums = r->in->accums;
    const struct result *out = r->out;
    const uint8_t grade = r->in->institution->dedc_grade;
    if (!(policy->inpatient_kinds >> r->kind & 1))
        return accum_get(accums, out->year, out->insutype, ACCUM_VISITS, out->med_kind) + 1;
    bool same = share->merge && (nth->of == NTH_ALL_STAYS || r->in->previous->dedc_grade == grade);
    if (nth->of == NTH_SAME_GRADE && nth->values == 0)
        return accum_get(accums, out->year, out->insutype, ACCUM_STAYS, policy->grades[grade]) +
               !same;
    return stays_counted(r, nth, policy->grades[grade]) + !same;
}

int64_t stay_amount(const struct run *r, const struct share *share,
                    const struct deductible_rule *rule)
{
    if (rule->nth_count == 1)
        return rule->nth_fen[0];
    int64_t nth = nth_of_year(r, share, &rule->nth) + share->period;
    nth = nth < 1 ? 1 : nth;
    return rule->nth_fen[(nth < rule->nth_count ? nth : rule->nth_count) - 1];
}

/* Where the part that no stay has consumed yet stands: by grade where the nth is counted so. */
static const char *left_scope(const struct run *r, const struct layer *layer, char *buf)
{
    size_t used = strlen(delta_own(r, layer));
    memcpy(buf, delta_own(r, layer), used);
    memcpy(buf + used, "~", 2);
    char own[ACCUM_SCOPE + 1];
    if (layer->nth.of == NTH_ALL_STAYS)
        return buf;
    memcpy(own, buf, used + 2);
    return delta_scope(own, r->in->policy->grades[r->in->institution->dedc_grade], buf);
}

int64_t stay_left(struct run *r, const struct layer *layer, struct deductible own)
{
    char scope[ACCUM_SCOPE + 1];
    int64_t left = delta_sum(r, ACCUM_DEDC, left_scope(r, layer, scope));
    if (own.due == 0 || left <= 0)
        return own.due;
    step_add(r, STEP_CARRIED, layer->id,
             (struct step){.limit = own.due, .amount = left, .clause = own.clause});
    return left;
}

void stay_leave(struct run *r, const struct layer *layer, struct deductible due, int64_t consumed)
{
    if (due.due == 0)
        return;
    char scope[ACCUM_SCOPE + 1];
    int64_t left = due.due - consumed;
    left_scope(r, layer, scope);
    delta_add(r, ACCUM_DEDC, scope, left - delta_sum(r, ACCUM_DEDC, scope));
    if (left == 0)
        return;
    r->uncounted = true;
    step_add(r, STEP_LEFT, layer->id, (struct step){.amount = left, .clause = due.clause});
}

enum transfer stay_transfer(const struct run *r)
{
    const struct previous_stay *previous = r->in->previous;
    const struct institution *here = r->in->institution;
    if (strcmp(previous->fixmedins_code, here->fixmedins_code) == 0)
        return TRANSFER_SAME_HOSPITAL;
    if (previous->dedc_grade == here->dedc_grade)
        return TRANSFER_SAME;
    return previous->dedc_grade < here->dedc_grade ? TRANSFER_UP : TRANSFER_DOWN;
}

bool stay_follows(const struct run *r, int32_t within_days)
{
    const struct previous_stay *previous = r->in->previous;
    if (!(r->in->policy->inpatient_kinds >> r->kind & 1))
        return false;
    if (!previous || previous->year != r->out->year || previous->insutype != r->out->insutype)
        return false;
    int32_t gap = r->days.admission - previous->end_date;
    return gap >= 0 && gap <= within_days;
}

const struct merge_rule *stay_merge(struct run *r, const struct layer *layer)
{
    for (uint8_t i = 0; i < layer->merge_count; i++) {
        const struct merge_rule *merge = &layer->merges[i];
        if (!stay_follows(r, merge->within_days) || !(merge->transfers >> stay_transfer(r) & 1))
            continue;
        r->uncounted = true;
        return merge;
    }
    return NULL;
}

int64_t stay_continued(struct run *r, const struct share *share, int64_t own)
{
    const struct merge_rule *merge = share->merge;
    int64_t before = r->in->previous->consumed, due = own;
    if (merge->pays == MERGE_NONE)
        due = 0;
    else if (merge->pays == MERGE_DIFFERENCE)
        due = own > before ? own - before : 0;
    step_add(r, STEP_MERGED, share->layer->id,
             (struct step){.base = before, .limit = own, .amount = due, .clause = merge->clause});
    return due;
}

bool adjudicate_counted(const struct accum *deltas, uint32_t delta_count)
{
    for (uint32_t i = 0; i < delta_count; i++)
        if (deltas[i].kind == ACCUM_STAYS)
            return true;
    return false;
}
