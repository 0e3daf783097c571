/* Overlaps and gaps of a table of rules. */
#include "policy/rule_check.h"

#include <stdio.h>

#define AGES_MAX (LAYER_RULES_MAX + 1)

static bool identities_meet(const struct policy *policy, uint32_t a, uint32_t b)
{
    /* With "stacked" a person may have both identities; with "best" one counts. */
    return a == SELECTOR_ANY || b == SELECTOR_ANY || policy->identities_stacked || (a & b);
}

static bool selectors_meet(const struct policy *policy, const struct selector *a,
                           const struct selector *b)
{
    return (a->grades & b->grades) && (a->classes & b->classes) &&
           identities_meet(policy, a->identities, b->identities) && a->age_min <= b->age_max &&
           b->age_min <= a->age_max;
}

void rule_check_overlaps(const struct policy *policy, const struct rule_table *table)
{
    for (size_t i = 1; i < table->count; i++)
        for (size_t j = 0; j < i; j++)
            if (selectors_meet(policy, &table->who[i], &table->who[j]))
                yaml_fault(table->rows[i], "适用对象与第 %d 行的规则重叠",
                           "overlaps the rule on line %d", yaml_line(table->rows[j]));
}

/* The ages at which some rule begins to hold, and 0: between them nothing changes. */
static size_t ages_to_try(const struct rule_table *table, int16_t ages[])
{
    size_t n = 0;
    ages[n++] = 0;
    for (size_t i = 0; i < table->count; i++)
        if (table->who[i].age_max < INT16_MAX)
            ages[n++] = (int16_t)(table->who[i].age_max + 1);
    return n;
}

static bool covered(const struct rule_table *table, const struct selector *person)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct selector *who = &table->who[i];
        bool identity = who->identities == SELECTOR_ANY || (who->identities & person->identities);
        if (identity && (who->grades & person->grades) && (who->classes & person->classes) &&
            person->age_min >= who->age_min && person->age_min <= who->age_max)
            return true;
    }
    return false;
}

/* True when every identity (or none, where the layer asks for none) and age has a rule. */
static bool all_covered(const struct policy *policy, const struct layer *layer,
                        const struct rule_table *table, struct selector person, int16_t *age)
{
    int16_t ages[AGES_MAX];
    size_t age_count = ages_to_try(table, ages);
    for (int identity = layer->identities ? 0 : -1; identity < policy->identity_count; identity++) {
        person.identities = identity < 0 ? 0 : UINT32_C(1) << identity;
        if (layer->identities && !(layer->identities & person.identities))
            continue;
        for (size_t i = 0; i < age_count; i++) {
            person.age_min = *age = ages[i];
            if (!covered(table, &person))
                return false;
        }
    }
    return true;
}

void rule_check_gaps(const struct policy *policy, const struct layer *layer,
                     const struct rule_table *table)
{
    for (int g = 0; g < policy->grade_count; g++) {
        for (int k = 0; k < policy->class_count; k++) {
            struct selector person = {.grades = UINT32_C(1) << g, .classes = UINT32_C(1) << k};
            int16_t age = 0;
            if (!(layer->classes & person.classes) ||
                all_covered(policy, layer, table, person, &age))
                continue;
            yaml_fault(table->node, "没有适用于级别 %s、人员类别 %s（%d 岁）的规则",
                       "no rule for grade %s, class %s (age %d)", policy->grades[g],
                       policy->classes[k].name, age);
        }
    }
}
