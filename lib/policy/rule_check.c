/* Overlaps and gaps of a table of rules. */
#include "policy/rule_check.h"

#include <stdio.h>
#include <string.h>

#define AGES_MAX (LAYER_RULES_MAX + 1)

/* Whether somebody may meet both, of those who have no identity that one of the two leaves out. */
static bool identities_meet(const struct policy *policy, const struct selector *a,
                            const struct selector *b)
{
    const uint32_t out = a->without | b->without;
    const uint32_t left_a = a->identities & ~out, left_b = b->identities & ~out;
    if (a->identities == SELECTOR_ANY || b->identities == SELECTOR_ANY)
        return left_a && left_b;
    /* With "stacked" a person may have both identities; with "best" one counts. */
    return policy->identities_stacked ? left_a && left_b : left_a & left_b;
}

static bool situations_meet(const struct situation_set *a, const struct situation_set *b)
{
    for (uint32_t left = a->dimensions & b->dimensions; left != 0; left &= left - 1) {
        int d = __builtin_ctz(left);
        if (!(a->values[d] & b->values[d]))
            return false;
    }
    return true;
}

bool rule_check_meet(const struct policy *policy, const struct selector *a,
                     const struct selector *b)
{
    return (a->grades & b->grades) && (a->classes & b->classes) && identities_meet(policy, a, b) &&
           a->age_min <= b->age_max && b->age_min <= a->age_max && situations_meet(&a->in, &b->in);
}

/* Two rows, one for some identities and one for all, are most often meant to be for them and for
 * the rest. */
static void object_overlap(const struct rule_table *table, size_t row, size_t other)
{
    const struct selector *a = &table->who[row], *b = &table->who[other];
    const int line = yaml_line(table->rows[other]);
    const bool some = (a->identities == SELECTOR_ANY) != (b->identities == SELECTOR_ANY);
    if (some && !a->without && !b->without)
        yaml_object(table->rows[row], "适用对象与第 %d 行的规则重叠；其余人员的行写 not_identities",
                    "overlaps the rule on line %d; a row for the rest says not_identities", line);
    else
        yaml_object(table->rows[row], "适用对象与第 %d 行的规则重叠",
                    "overlaps the rule on line %d", line);
}

void rule_check_overlaps(const struct policy *policy, const struct rule_table *table)
{
    for (size_t i = 1; i < table->count; i++)
        for (size_t j = 0; j < i; j++)
            if (rule_check_meet(policy, &table->who[i], &table->who[j]))
                object_overlap(table, i, j);
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

/* One person at one grade, whom a rule must hold for in every situation. */
struct gap {
    const struct policy *policy;
    const struct layer *layer;
    const struct rule_table *table;
    struct selector person;
    int16_t age;
    uint8_t situations[POLICY_DIMENSIONS_MAX]; /* of the gap; DIMENSION_VALUES_MAX: any */
};

/* The rules that hold for the person in some situation, as bits of their positions. */
static uint64_t rules_for(const struct gap *gap)
{
    const struct selector *person = &gap->person;
    uint64_t rules = 0;
    for (size_t i = 0; i < gap->table->count; i++) {
        const struct selector *who = &gap->table->who[i];
        bool identity = who->identities == SELECTOR_ANY || (who->identities & person->identities);
        if (identity && !(who->without & person->identities) && (who->grades & person->grades) &&
            (who->classes & person->classes) && gap->age >= who->age_min &&
            gap->age <= who->age_max)
            rules |= UINT64_C(1) << i;
    }
    return rules;
}

static uint64_t rules_in(const struct gap *gap, uint64_t rules, uint8_t dimension, uint8_t value)
{
    uint64_t kept = 0;
    for (uint64_t left = rules; left != 0; left &= left - 1) {
        int i = __builtin_ctzll(left);
        const struct situation_set *in = &gap->table->who[i].in;
        if (!(in->dimensions >> dimension & 1) || in->values[dimension] >> value & 1)
            kept |= UINT64_C(1) << i;
    }
    return kept;
}

/* True when one of the rules holds whatever this dimension and those after it say. */
static bool settled(const struct gap *gap, uint64_t rules, uint8_t dimension)
{
    for (uint64_t left = rules; left != 0; left &= left - 1)
        if (gap->table->who[__builtin_ctzll(left)].in.dimensions >> dimension == 0)
            return true;
    return false;
}

/* Values that the rules do not tell apart are tried once. Recurses once per dimension. */
static bool situations_covered(struct gap *gap, uint64_t rules, uint8_t dimension)
{
    uint64_t tried[DIMENSION_VALUES_MAX];
    size_t count = 0;
    if (settled(gap, rules, dimension))
        return true;
    if (rules == 0 || dimension == gap->policy->dimension_count)
        return false;
    uint16_t values = layer_situations(gap->policy, gap->layer, gap->person.classes, dimension);
    for (uint8_t v = 0; v < DIMENSION_VALUES_MAX; v++) {
        uint64_t left = rules_in(gap, rules, dimension, v);
        bool again = !(values >> v & 1);
        for (size_t i = 0; i < count && !again; i++)
            again = tried[i] == left;
        if (again)
            continue;
        tried[count++] = left;
        gap->situations[dimension] = v;
        if (!situations_covered(gap, left, (uint8_t)(dimension + 1)))
            return false;
    }
    gap->situations[dimension] = DIMENSION_VALUES_MAX;
    return true;
}

static bool ages_covered(struct gap *gap, uint32_t identities)
{
    int16_t ages[AGES_MAX];
    size_t age_count = ages_to_try(gap->table, ages);
    gap->person.identities = identities;
    for (size_t i = 0; i < age_count; i++) {
        gap->age = ages[i];
        if (!situations_covered(gap, rules_for(gap), 0))
            return false;
    }
    return true;
}

/* True when every identity (or none, where the layer asks for none), age and situation has a rule.
 * Where all of a person's identities count, one that a row leaves out may come with any other: of
 * rows for identities one at most holds where others leave some out, and who has all but its own
 * meets the fewest. */
static bool all_covered(struct gap *gap)
{
    const struct policy *policy = gap->policy;
    const uint32_t asked = gap->layer->identities;
    if (!asked && !ages_covered(gap, 0))
        return false;
    for (int identity = 0; identity < policy->identity_count; identity++)
        if ((!asked || asked >> identity & 1) && !ages_covered(gap, UINT32_C(1) << identity))
            return false;
    if (!asked || !policy->identities_stacked)
        return true;
    for (size_t i = 0; i < gap->table->count; i++)
        if (gap->table->who[i].identities != SELECTOR_ANY &&
            (asked & ~gap->table->who[i].identities) &&
            !ages_covered(gap, asked & ~gap->table->who[i].identities))
            return false;
    return ages_covered(gap, asked);
}

/* ", place/unfiled" for each dimension that the gap names. */
static const char *gap_situations(const struct gap *gap, char *buf, size_t size)
{
    size_t used = 0;
    buf[0] = '\0';
    for (uint8_t d = 0; d < gap->policy->dimension_count; d++)
        if (gap->situations[d] < DIMENSION_VALUES_MAX)
            used += (size_t)snprintf(buf + used, size - used, ", %s",
                                     gap->policy->dimensions[d].values[gap->situations[d]].id);
    CHECK(used < size);
    return buf;
}

void rule_check_gaps(const struct policy *policy, const struct layer *layer,
                     const struct rule_table *table)
{
    char situations[POLICY_DIMENSIONS_MAX * (SITUATION_ID + 2) + 1];
    for (int g = 0; g < policy->grade_count; g++) {
        for (int k = 0; k < policy->class_count; k++) {
            struct gap gap = {.policy = policy, .layer = layer, .table = table};
            gap.person.grades = UINT32_C(1) << g;
            gap.person.classes = UINT32_C(1) << k;
            memset(gap.situations, DIMENSION_VALUES_MAX, sizeof gap.situations);
            if (!(layer->classes & gap.person.classes) || all_covered(&gap))
                continue;
            yaml_object(table->node, "没有适用于级别 %s、人员类别 %s（%d 岁%s）的规则",
                        "no rule for grade %s, class %s (age %d%s)", policy->grades[g],
                        policy->classes[k].name, gap.age,
                        gap_situations(&gap, situations, sizeof situations));
        }
    }
}
