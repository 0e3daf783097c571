/* What every claim asks and the rules already answer, worked out once per policy. Pure. */
#include <string.h>

#include "policy/policy.h"

static bool by_value(const struct policy *policy, uint32_t insutypes, const char *scope)
{
    for (uint8_t i = 0; i < policy->layer_count; i++)
        if (policy->layers[i].scopes && policy->layers[i].insutypes & insutypes &&
            strcmp(policy->layers[i].accumulates, scope) == 0)
            return true;
    return false;
}

static void index_caps(const struct policy *policy, const struct layer *layer)
{
    for (uint8_t i = 0; i < layer->cap_count; i++) {
        struct cap_rule *cap = &layer->caps[i];
        cap->all_values = 0;
        for (uint8_t j = 0; j < cap->scope_count; j++)
            if (by_value(policy, layer->insutypes, cap->scopes[j]))
                cap->all_values |= (uint8_t)(1u << j);
    }
}

/* Whether caps on eligible money count what a layer accumulates, and of which spans caps ask its
 * sums. */
static void index_counts(const struct policy *policy, struct layer *layer)
{
    layer->counts_base = false;
    layer->paid_spans = layer->base_spans = 0;
    for (uint8_t i = 0; i < policy->layer_count; i++) {
        const struct layer *other = &policy->layers[i];
        if (!(other->insutypes & layer->insutypes))
            continue;
        for (uint8_t j = 0; j < other->cap_count; j++) {
            const struct cap_rule *cap = &other->caps[j];
            if (!cap_names(cap, layer->accumulates))
                continue;
            uint8_t span = (uint8_t)(rule_span_length(cap->per) > 0 ? 1u << cap->per : 0);
            layer->counts_base |= cap->on == CAP_ON_ELIGIBLE;
            *(cap->on == CAP_ON_ELIGIBLE ? &layer->base_spans : &layer->paid_spans) |= span;
        }
    }
}

static void index_rule(struct rule_index *index, uint8_t position, const struct selector *who)
{
    const uint64_t bit = UINT64_C(1) << position;
    for (size_t i = 0; i < POLICY_GRADES_MAX; i++)
        index->by_grade[i] |= who->grades >> i & 1 ? bit : 0;
    for (size_t i = 0; i < POLICY_CLASSES_MAX; i++)
        index->by_class[i] |= who->classes >> i & 1 ? bit : 0;
}

static void index_rules(struct layer *layer)
{
    layer->deductible_index = layer->ratio_index = layer->adjust_index = (struct rule_index){0};
    for (uint8_t i = 0; i < layer->deductible_count; i++)
        index_rule(&layer->deductible_index, i, &layer->deductibles[i].who);
    for (uint8_t i = 0; i < layer->ratio_count; i++)
        index_rule(&layer->ratio_index, i, &layer->ratios[i].who);
    for (uint8_t i = 0; i < layer->adjust_count; i++)
        index_rule(&layer->adjust_index, i, &layer->adjusts[i].who);
}

static void index_situations(struct policy *policy, struct dimension *dimension)
{
    for (uint8_t i = 0; i < dimension->value_count; i++)
        policy->files |= dimension->values[i].when.asked >> MATCH_FILING & 1;
    for (uint8_t k = 0; k < policy->kind_count; k++)
        dimension->by_kind[k] =
            dimension_possible(dimension, UINT32_C(1) << k, SELECTOR_ANY, SELECTOR_ANY);
}

/* Money above a cap, or what a layer paid, was in scope. */
static uint8_t opens(const struct layer *layer)
{
    static const uint8_t parts[AMOUNTS] = {
        [AMOUNT_MEDFEE] = PARTS_ALL,
        [AMOUNT_FULAMT] = 1u << PART_FULAMT,
        [AMOUNT_OVERLMT] = 1u << PART_OVERLMT,
        [AMOUNT_PRESELFPAY] = 1u << PART_PRESELFPAY,
        [AMOUNT_INSCP] = 1u << PART_INSCP,
        [AMOUNT_REST_INSCP] = 1u << PART_INSCP,
        [AMOUNT_REST_TOTAL] = PARTS_ALL,
        [AMOUNT_TRANSFER_SELFPAY] = 1u << PART_INSCP,
        [AMOUNT_LAYER_PAID] = 1u << PART_INSCP,
        [AMOUNT_LAYER_EXCESS] = 1u << PART_INSCP,
        [AMOUNT_LAYER_DEDUCTIBLE] = 1u << PART_INSCP,
    };
    uint8_t mask = 0;
    for (uint8_t i = 0; i < layer->term_count; i++)
        mask |= layer->terms[i].times > 0 ? parts[layer->terms[i].amount] : 0;
    return mask;
}

static void index_packages(const struct policy *policy, struct policy_packages *packages)
{
    memset(packages->rules_of, 0, sizeof packages->rules_of);
    packages->index = (struct rule_index){0};
    for (uint8_t n = 0; n < packages->rule_count; n++) {
        const struct package_rule *rule = &packages->rules[n];
        const struct layer *layer = &policy->layers[packages->list[rule->package].layer];
        index_rule(&packages->index, n, &rule->who);
        for (uint8_t i = 0; i < policy->insutype_count; i++)
            for (uint8_t k = 0; k < policy->kind_count; k++)
                if (layer->insutypes >> i & 1 && layer->kinds >> k & 1)
                    packages->rules_of[i][k] |= UINT64_C(1) << n;
    }
}

static void index_ceilings(struct policy *policy)
{
    struct line_rules *lines = &policy->lines;
    memset(lines->ceilings_of, 0, sizeof lines->ceilings_of);
    for (uint8_t n = 0; n < lines->ceiling_count; n++)
        for (uint8_t i = 0; i < policy->insutype_count; i++)
            for (uint8_t k = 0; k < policy->kind_count; k++)
                if (lines->ceilings[n].insutypes >> i & 1 && lines->ceilings[n].kinds >> k & 1)
                    lines->ceilings_of[i][k] |= (uint8_t)(1u << n);
}

void policy_index(struct policy *policy)
{
    index_ceilings(policy);
    policy->sums_days = policy->files = false;
    for (uint8_t i = 0; i < policy->dimension_count; i++)
        index_situations(policy, &policy->dimensions[i]);
    memset(policy->layers_of, 0, sizeof policy->layers_of);
    for (uint8_t n = 0; n < policy->layer_count; n++) {
        struct layer *layer = &policy->layers[n];
        index_rules(layer);
        index_counts(policy, layer);
        index_caps(policy, layer);
        const uint8_t days = 1u << PER_DAY | 1u << PER_MONTH;
        policy->sums_days |= layer->accrual == PER_DAY || layer->accrual == PER_MONTH ||
                             ((layer->paid_spans | layer->base_spans) & days);
        layer->opens = opens(layer);
        for (uint8_t i = 0; i < policy->insutype_count; i++)
            for (uint8_t k = 0; k < policy->kind_count; k++)
                if (layer->insutypes >> i & 1 && layer->kinds >> k & 1)
                    policy->layers_of[i][k] |= UINT32_C(1) << n;
    }
    if (policy->packages)
        index_packages(policy, policy->packages);
}
