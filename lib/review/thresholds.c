/* From the amounts that a pack states to the bills that they divide. */
#include "review/thresholds.h"

#include <stdlib.h>

static void add(struct thresholds *t, uint8_t layer, int64_t fen)
{
    if (fen <= 0 || fen == INT64_MAX || t->count == THRESHOLDS_MAX)
        return;
    for (uint32_t i = 0; i < t->count; i++)
        if (t->list[i].layer == layer && t->list[i].fen == fen)
            return;
    t->list[t->count].layer = layer;
    t->list[t->count++].fen = fen;
}

static bool meets(const struct encounter *encounter, const struct selector *who)
{
    return !encounter || encounter_selects(encounter, who);
}

/* A bound stands for itself or above a deductible, which one of the two is the layer's. */
static void add_bound(struct thresholds *t, const struct encounter *encounter,
                      const struct layer *layer, uint8_t index, int64_t fen)
{
    add(t, index, fen);
    if (fen == INT64_MAX)
        return;
    for (uint8_t i = 0; i < layer->deductible_count; i++)
        for (uint8_t j = 0; j < layer->deductibles[i].nth_count; j++)
            if (meets(encounter, &layer->deductibles[i].who))
                add(t, index, fen + layer->deductibles[i].nth_fen[j]);
}

static void add_layer(struct thresholds *t, const struct encounter *encounter,
                      const struct policy *policy, uint8_t index)
{
    const struct layer *layer = &policy->layers[index];
    for (uint8_t i = 0; i < layer->deductible_count; i++)
        for (uint8_t j = 0; j < layer->deductibles[i].nth_count; j++)
            if (meets(encounter, &layer->deductibles[i].who))
                add(t, index, layer->deductibles[i].nth_fen[j]);
    for (uint8_t i = 0; i < layer->ratio_count; i++) {
        const struct ratio_rule *rule = &layer->ratios[i];
        if (!meets(encounter, &rule->who))
            continue;
        add_bound(t, encounter, layer, index, rule->lump_fen);
        for (uint8_t b = 0; b < rule->band_count; b++)
            add_bound(t, encounter, layer, index, rule->bands[b].upto_fen);
    }
}

void thresholds_of(const struct policy *policy, const struct encounter *encounter,
                   struct thresholds *thresholds)
{
    thresholds->count = 0;
    for (uint8_t i = 0; i < policy->layer_count; i++)
        if (!encounter || encounter_meets(encounter, policy, &policy->layers[i]))
            add_layer(thresholds, encounter, policy, i);
    for (uint8_t i = 0; policy->packages && i < policy->packages->rule_count; i++)
        if (meets(encounter, &policy->packages->rules[i].who))
            add(thresholds, POLICY_LAYERS_MAX, policy->packages->rules[i].price_fen);
}

void points_add(struct points *points, int64_t fen)
{
    if (fen > 0 && points->count < POINTS_MAX)
        points->list[points->count++] = fen;
}

static bool reaches(sweep_settle *settle, void *context, uint8_t layer, int64_t fen, int64_t at)
{
    struct sweep_point point;
    if (layer == POLICY_LAYERS_MAX)
        return at >= fen;
    return settle(context, at, &point) && !point.refused && point.base[layer] >= fen;
}

/* The smallest fee whose base reaches an amount, with its neighbours. */
static void add_reaching(sweep_settle *settle, void *context, uint8_t layer, int64_t fen,
                         int64_t most, struct points *points)
{
    int64_t low = 0, high = most;
    if (!reaches(settle, context, layer, fen, most))
        return;
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (reaches(settle, context, layer, fen, middle))
            high = middle;
        else
            low = middle;
    }
    for (int64_t by = -1; by <= 1; by++)
        points_add(points, high + by);
}

void thresholds_reach(const struct thresholds *thresholds, sweep_settle *settle, void *context,
                      int64_t most, struct points *points)
{
    for (uint32_t i = 0; i < thresholds->count; i++) {
        const uint8_t layer = thresholds->list[i].layer;
        const int64_t fen = thresholds->list[i].fen;
        add_reaching(settle, context, layer, fen, most, points);
        add_reaching(settle, context, layer, fen + 1, most, points); /* bounds are inclusive */
    }
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

void points_sort(struct points *points)
{
    uint32_t kept = 0;
    qsort(points->list, points->count, sizeof *points->list, compare);
    for (uint32_t i = 0; i < points->count; i++)
        if (kept == 0 || points->list[i] != points->list[kept - 1])
            points->list[kept++] = points->list[i];
    points->count = kept;
}
