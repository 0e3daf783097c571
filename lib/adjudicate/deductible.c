/* Deductibles: per stay or visit by the nth of the year, or consumed over a span up to each row's
 * amount; a ceiling on all of it. Pure but for the accumulators' movements. */
#include <string.h>

#include "adjudicate/decide.h"
#include "adjudicate/share.h"

/* What the span's care at the grades of the rule's row consumed already: a row is one deductible,
 * however many grades it names. An institution has one grade. */
static int64_t consumed_by_row(const struct run *r, const struct layer *layer,
                               const struct deductible_rule *rule)
{
    const struct policy *policy = r->in->policy;
    char own[ACCUM_SCOPE + 1], scope[ACCUM_SCOPE + 1];
    const char *prefix = delta_span(r, delta_own(r, layer), layer->accrual, own);
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

static struct deductible under_ceiling(const struct run *r, const struct layer *layer,
                                       struct deductible due)
{
    int64_t left = layer->dedc_ceiling_fen - delta_sum_below(r, ACCUM_DEDC, delta_own(r, layer));
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
    bool nth =
        layer->accrual == PER_STAY || layer->accrual == PER_VISIT || layer->accrual == PER_PERIOD;
    int64_t amount = nth ? stay_amount(r, share, rule) : rule->nth_fen[0];
    struct deductible due = {adjust_deductible(share, amount), rule->clause};
    /* A cumulative layer's floor is the year's whole deductible: what was consumed is below it. */
    if (!nth && !layer->cumulative) {
        int64_t consumed = consumed_by_row(r, layer, rule);
        due.due -= consumed < 0 ? 0 : consumed; /* a void of what was forgotten */
        due.due = due.due < 0 ? 0 : due.due;
    }
    if (layer->carries)
        due.due = stay_left(r, layer, due);
    if (share->merge)
        due.due = stay_continued(r, share, due.due);
    if (r->once)
        due.due = split_due(r, layer, due.due);
    return layer->dedc_ceiling_fen == INT64_MAX ? due : under_ceiling(r, layer, due);
}

/* The year's sum stands by grade whatever the span: a ceiling is on it. */
static void count_consumed(struct run *r, const struct layer *layer, int64_t consumed)
{
    char own[ACCUM_SCOPE + 1], scope[ACCUM_SCOPE + 1];
    const char *grade = r->in->policy->grades[r->in->institution->dedc_grade];
    delta_add(r, ACCUM_DEDC, delta_scope(delta_own(r, layer), grade, scope), consumed);
    if (rule_span_length(layer->accrual) == 0)
        return;
    const char *span = delta_span(r, delta_own(r, layer), layer->accrual, own);
    bool graded = layer->accrual != PER_HOSPITAL_YEAR;
    delta_add(r, ACCUM_DEDC, graded ? delta_scope(span, grade, scope) : span, consumed);
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
    if (r->once)
        split_consume(r, layer, consumed);
    if (layer->counts_dedc)
        r->out->totals.act_pay_dedc += consumed;
    if (consumed > 0 && !layer->cumulative)
        count_consumed(r, layer, consumed);
    if (layer->carries)
        stay_leave(r, layer, due, consumed);
}
