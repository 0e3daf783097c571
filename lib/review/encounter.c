/* Encounters told apart by the rows that they meet. */
#include "review/encounter.h"

#include <stdlib.h>

#define AGES_MAX 64
#define AGE_OF_MOST 50

bool encounter_selects(const struct encounter *encounter, const struct selector *who)
{
    const uint32_t mine =
        encounter->identity == ENCOUNTER_NOBODY ? 0 : UINT32_C(1) << encounter->identity;
    bool identity =
        (who->identities == SELECTOR_ANY || who->identities & mine) && !(who->without & mine);
    if (!identity || !(who->grades >> encounter->grade & 1) ||
        !(who->classes >> encounter->class & 1) || encounter->age < who->age_min ||
        encounter->age > who->age_max)
        return false;
    for (uint32_t left = who->in.dimensions; left; left &= left - 1) {
        int i = __builtin_ctz(left);
        if (!(who->in.values[i] >> encounter->values[i] & 1))
            return false;
    }
    return true;
}

bool encounter_meets(const struct encounter *encounter, const struct policy *policy,
                     const struct layer *layer)
{
    (void)policy;
    const struct selector who = {.grades = SELECTOR_ANY,
                                 .classes = layer->classes,
                                 .identities = layer->identities ? layer->identities : SELECTOR_ANY,
                                 .age_max = INT16_MAX,
                                 .in = layer->in};
    return (layer->insutypes >> encounter->insutype & 1) && (layer->kinds >> encounter->kind & 1) &&
           encounter_selects(encounter, &who);
}

int encounter_ratio(const struct encounter *encounter, const struct layer *layer)
{
    for (uint8_t i = 0; i < layer->ratio_count; i++)
        if (encounter_selects(encounter, &layer->ratios[i].who))
            return i;
    return -1;
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    return (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15) + (hash >> 29);
}

/* Which rows it meets, of all layers. */
static uint64_t signature(const struct encounter *encounter, const struct policy *policy)
{
    uint64_t hash = 1 + encounter->kind;
    for (uint8_t l = 0; l < policy->layer_count; l++) {
        const struct layer *layer = &policy->layers[l];
        uint64_t deductibles = 0, caps = 0, adjusts = 0;
        if (!encounter_meets(encounter, policy, layer))
            continue;
        for (uint8_t i = 0; i < layer->deductible_count; i++)
            deductibles |= (uint64_t)encounter_selects(encounter, &layer->deductibles[i].who) << i;
        for (uint8_t i = 0; i < layer->cap_count; i++)
            caps |= (uint64_t)encounter_selects(encounter, &layer->caps[i].who) << i;
        for (uint8_t i = 0; i < layer->adjust_count; i++)
            adjusts |= (uint64_t)encounter_selects(encounter, &layer->adjusts[i].who) << i;
        hash =
            mix(mix(mix(hash, l), (uint64_t)(encounter_ratio(encounter, layer) + 1)), deductibles);
        hash = mix(mix(hash, caps), adjusts);
    }
    for (uint8_t i = 0; policy->packages && i < policy->packages->rule_count; i++)
        if (encounter_selects(encounter, &policy->packages->rules[i].who) &&
            policy->packages->rules_of[encounter->insutype][encounter->kind] >> i & 1)
            hash = mix(hash, 1000u + i);
    return hash;
}

/* Signatures met so far, and the ages at which some row begins to hold. */
struct walk {
    const struct policy *policy;
    bool (*visit)(void *context, const struct encounter *encounter);
    void *context;
    size_t count, capacity;
    uint64_t *met;
    uint8_t age_count;
    int16_t ages[AGES_MAX];
    bool stopped;
};

static void add_age(struct walk *w, int16_t age)
{
    for (uint8_t i = 0; i < w->age_count; i++)
        if (w->ages[i] == age)
            return;
    if (age >= 0 && age < 150 && w->age_count < AGES_MAX)
        w->ages[w->age_count++] = age;
}

static void add_ages(struct walk *w, const struct selector *who)
{
    if (who->age_min > 0)
        add_age(w, who->age_min);
    if (who->age_max < INT16_MAX)
        add_age(w, (int16_t)(who->age_max + 1));
}

static void find_ages(struct walk *w)
{
    add_age(w, AGE_OF_MOST);
    for (uint8_t l = 0; l < w->policy->layer_count; l++) {
        const struct layer *layer = &w->policy->layers[l];
        for (uint8_t i = 0; i < layer->deductible_count; i++)
            add_ages(w, &layer->deductibles[i].who);
        for (uint8_t i = 0; i < layer->ratio_count; i++)
            add_ages(w, &layer->ratios[i].who);
        for (uint8_t i = 0; i < layer->cap_count; i++)
            add_ages(w, &layer->caps[i].who);
        for (uint8_t i = 0; i < layer->adjust_count; i++)
            add_ages(w, &layer->adjusts[i].who);
    }
    if (w->age_count > 1)
        add_age(w, 0);
}

static bool is_new(struct walk *w, uint64_t hash)
{
    for (size_t i = 0; i < w->count; i++)
        if (w->met[i] == hash)
            return false;
    if (w->count == w->capacity) {
        w->capacity = w->capacity ? 2 * w->capacity : 256;
        w->met = realloc(w->met, w->capacity * sizeof *w->met);
        CHECK(w->met);
    }
    w->met[w->count++] = hash;
    return true;
}

static void try_encounter(struct walk *w, const struct encounter *encounter)
{
    if (!w->stopped && is_new(w, signature(encounter, w->policy)))
        w->stopped = !w->visit(w->context, encounter);
}

/* The last value of each dimension, then each other value in its turn. */
static void try_situations(struct walk *w, struct encounter *encounter)
{
    const struct policy *policy = w->policy;
    for (uint8_t i = 0; i < policy->dimension_count; i++)
        encounter->values[i] = (uint8_t)(policy->dimensions[i].value_count - 1);
    try_encounter(w, encounter);
    for (uint8_t i = 0; i < policy->dimension_count; i++) {
        uint16_t possible =
            dimension_possible(&policy->dimensions[i], UINT32_C(1) << encounter->kind,
                               UINT32_C(1) << encounter->insutype, UINT32_C(1) << encounter->class);
        uint8_t last = encounter->values[i];
        for (uint8_t v = 0; v < last; v++) {
            encounter->values[i] = v;
            if (possible >> v & 1)
                try_encounter(w, encounter);
        }
        encounter->values[i] = last;
    }
}

static void try_people(struct walk *w, struct encounter *encounter)
{
    for (uint8_t a = 0; a < w->age_count; a++) {
        encounter->age = w->ages[a];
        encounter->identity = ENCOUNTER_NOBODY;
        try_situations(w, encounter);
        for (uint8_t i = 0; i < w->policy->identity_count; i++) {
            encounter->identity = i;
            try_situations(w, encounter);
        }
    }
}

void encounter_each(const struct policy *policy,
                    bool (*visit)(void *context, const struct encounter *encounter), void *context)
{
    struct walk w = {.policy = policy, .visit = visit, .context = context};
    struct encounter encounter;
    find_ages(&w);
    for (uint8_t class = 0; class < policy->class_count; class ++)
        for (uint8_t kind = 0; kind < policy->kind_count; kind++)
            for (uint8_t grade = 0; grade < policy->grade_count; grade++) {
                encounter = (struct encounter){.insutype = policy->classes[class].insutype,
                                               .kind = kind,
                                               .class = class,
                                               .grade = grade};
                if (policy->layers_of[encounter.insutype][kind] && !w.stopped)
                    try_people(&w, &encounter);
            }
    free(w.met);
}

void encounter_say(FILE *out, enum lang lang, const struct policy *policy,
                   const struct encounter *encounter)
{
    const char *next = in_words(lang, "，", ", ");
    say(out, lang, "%s，%s，%s", "%s, %s, %s", class_name(lang, policy, encounter->class),
        kind_name(lang, policy, encounter->kind), grade_name(lang, policy, encounter->grade));
    if (encounter->age != AGE_OF_MOST)
        say(out, lang, "，%d 岁", ", aged %d", encounter->age);
    if (encounter->identity != ENCOUNTER_NOBODY)
        fprintf(out, "%s%s", next, identity_name(lang, policy, encounter->identity));
    for (uint8_t i = 0; i < policy->dimension_count; i++) {
        const struct dimension *dimension = &policy->dimensions[i];
        const struct dimension_value *value = &dimension->values[encounter->values[i]];
        if (encounter->values[i] + 1 < dimension->value_count)
            fprintf(out, "%s%s", next, in_words(lang, value->name_zh, value->name));
    }
}
