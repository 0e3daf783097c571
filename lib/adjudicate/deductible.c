/* Deductibles: per stay or visit by the nth of the year, or consumed over a span up to each row's
 * amount; a ceiling on all of it. Pure but for the accumulators' movements. */
#include <string.h>

#include "adjudicate/share.h"

/* Which stay of the year this is: the grade's own, or all; other kinds of care count visits. */
static int64_t nth_of_year(const struct run *r, const struct layer *layer)
{
    const struct policy *policy = r->in->policy;
    const struct accums *accums = r->in->accums;
    const struct result *out = r->out;
    if (!(policy->inpatient_kinds >> r->kind & 1))
        return accum_get(accums, out->year, out->insutype, ACCUM_VISITS, out->med_kind) + 1;
    if (layer->nth == NTH_SAME_GRADE)
        return accum_get(accums, out->year, out->insutype, ACCUM_STAYS,
                         policy->grades[r->in->institution->dedc_grade]) +
               1;
    int64_t stays = 0;
    for (uint32_t i = 0; i < accums->count; i++) {
        const struct accum *a = &accums->list[i];
        if (a->kind == ACCUM_STAYS && a->year == out->year && a->insutype == out->insutype)
            stays += a->value;
    }
    return stays + 1;
}

static int64_t due_by_nth(const struct run *r, const struct layer *layer,
                          const struct deductible_rule *rule)
{
    if (rule->nth_count == 1)
        return rule->nth_fen[0];
    int64_t nth = nth_of_year(r, layer);
    nth = nth < 1 ? 1 : nth;
    return rule->nth_fen[(nth < rule->nth_count ? nth : rule->nth_count) - 1];
}

/* What the span's care at the grades of the rule's row consumed already: a row is one deductible,
 * however many grades it names. An institution has one grade. */
static int64_t consumed_by_row(const struct run *r, const struct layer *layer,
                               const struct deductible_rule *rule)
{
    const struct policy *policy = r->in->policy;
    char own[ACCUM_SCOPE + 1], scope[ACCUM_SCOPE + 1];
    const char *prefix = delta_span(r, layer->accumulates, layer->accrual, own);
    if (layer->accrual == PER_HOSPITAL_YEAR)
        return delta_sum(r, ACCUM_DEDC, prefix);
    if (rule->who.grades == SELECTOR_ANY || layer->tops_up)
        return delta_sum_below(r, ACCUM_DEDC, prefix);
    int64_t sum = 0;
    for (uint8_t i = 0; i < policy->grade_count; i++)
        if (rule->who.grades >> i & 1)
            sum += delta_sum(r, ACCUM_DEDC, delta_scope(prefix, policy->grades[i], scope));
    return sum;
}

/* Where the part that no stay has consumed yet stands: by grade where the nth is counted so. */
static const char *left_scope(const struct run *r, const struct layer *layer, char *buf)
{
    size_t used = strlen(layer->accumulates);
    memcpy(buf, layer->accumulates, used);
    memcpy(buf + used, "~", 2);
    char own[ACCUM_SCOPE + 1];
    if (layer->nth == NTH_ALL_STAYS)
        return buf;
    memcpy(own, buf, used + 2);
    return delta_scope(own, r->in->policy->grades[r->in->institution->dedc_grade], buf);
}

/* The rest of an earlier stay's deductible takes the place of this one's own; a stay without a
 * deductible leaves it to the next. */
static int64_t due_with_left(struct run *r, const struct layer *layer, int64_t own, uint16_t clause)
{
    char scope[ACCUM_SCOPE + 1];
    int64_t left = delta_sum(r, ACCUM_DEDC, left_scope(r, layer, scope));
    if (own == 0 || left <= 0)
        return own;
    step_add(r, STEP_CARRIED, layer->id,
             (struct step){.limit = own, .amount = left, .clause = clause});
    return left;
}

static struct deductible under_ceiling(const struct run *r, const struct layer *layer,
                                       struct deductible due)
{
    int64_t left = layer->dedc_ceiling_fen - delta_sum_below(r, ACCUM_DEDC, layer->accumulates);
    left = left < 0 ? 0 : left;
    return left < due.due ? (struct deductible){left, layer->dedc_ceiling_clause} : due;
}

static const struct deductible_rule *deductible_rule(const struct run *r, const struct layer *layer)
{
    const uint8_t grade = r->in->institution->dedc_grade;
    uint64_t left =
        layer->accrual == PER_NONE ? 0 : cover_candidates(r, &layer->deductible_index, grade);
    for (; left != 0; left &= left - 1) {
        const struct deductible_rule *rule = &layer->deductibles[__builtin_ctzll(left)];
        if (cover_selects(r, &rule->who, grade))
            return rule;
    }
    return NULL;
}

struct deductible deductible_due(struct run *r, const struct share *share)
{
    const struct layer *layer = share->layer;
    const struct deductible_rule *rule = deductible_rule(r, layer);
    if (!rule)
        return (struct deductible){0, 0};
    bool nth = layer->accrual == PER_STAY || layer->accrual == PER_VISIT;
    int64_t amount = nth ? due_by_nth(r, layer, rule) : rule->nth_fen[0];
    struct deductible due = {money_share(amount, share->dedc_ratio), rule->clause};
    /* A cumulative layer's floor is the year's whole deductible: what was consumed is below it. */
    if (!nth && !layer->cumulative) {
        due.due -= consumed_by_row(r, layer, rule);
        due.due = due.due < 0 ? 0 : due.due;
    }
    if (layer->carries)
        due.due = due_with_left(r, layer, due.due, rule->clause);
    return layer->dedc_ceiling_fen == INT64_MAX ? due : under_ceiling(r, layer, due);
}

/* The year's sum stands by grade whatever the span: a ceiling is on it. */
static void count_consumed(struct run *r, const struct layer *layer, int64_t consumed)
{
    char own[ACCUM_SCOPE + 1], scope[ACCUM_SCOPE + 1];
    const char *grade = r->in->policy->grades[r->in->institution->dedc_grade];
    delta_add(r, ACCUM_DEDC, delta_scope(layer->accumulates, grade, scope), consumed);
    if (rule_span_length(layer->accrual) == 0)
        return;
    const char *span = delta_span(r, layer->accumulates, layer->accrual, own);
    bool graded = layer->accrual != PER_HOSPITAL_YEAR;
    delta_add(r, ACCUM_DEDC, graded ? delta_scope(span, grade, scope) : span, consumed);
}

static void leave_rest(struct run *r, const struct layer *layer, struct deductible due,
                       int64_t consumed)
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

void deductible_consume(struct run *r, const struct share *share, struct deductible due,
                        int64_t consumed)
{
    const struct layer *layer = share->layer;
    if (layer->accrual == PER_NONE)
        return;
    step_add(r, STEP_DEDUCTIBLE, layer->id,
             (struct step){.limit = due.due,
                           .amount = consumed,
                           .clause = due.clause ? due.clause : layer->clause});
    if (layer->counts_dedc)
        r->out->totals.act_pay_dedc += consumed;
    if (consumed > 0 && !layer->cumulative)
        count_consumed(r, layer, consumed);
    if (layer->carries)
        leave_rest(r, layer, due, consumed);
}
