/* An item's deductible: so many yuan of all the bill's lines of one item are first self-pay, shared
 * by what is left of each. Settler's thread (and every offline tool). */
#include <stdlib.h>
#include <string.h>

#include "adjudicate/bound.h"

/* qsort() has no context, so what is compared lies beside the place. */
struct place {
    const char *med_list_codg;
    uint32_t line;
};

static int by_code(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    int order = strcmp(x->med_list_codg, y->med_list_codg);
    return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

/* What the deductible may take of the line. */
static int64_t weight_of(const struct bound *b, const struct bound_line *l, int64_t amount,
                         int64_t cnt)
{
    int64_t limited = item_limited(&l->item, amount, cnt);
    if (!b->r->in->policy->lines.item_dedc.of_whole)
        return limited;
    return limited - selfpay_of(b, l, amount, cnt, 0);
}

/* Of rows of one item that differ, the largest deductible holds. */
static void add(struct bound *b, uint32_t line, bool begins)
{
    struct bound_line *l = &b->lines[line];
    struct bound_group *group = bound_add(&b->items, line, begins, &l->item_place);
    int64_t weight = weight_of(b, l, l->amount, l->cnt);
    b->items.weights[group->first + l->item_place.place] = weight;
    group->whole += weight;
    if (l->item.item_dedc > group->most)
        group->most = l->item.item_dedc;
}

static int64_t taken(const struct bound_group *group, int64_t whole)
{
    return whole < group->most ? whole : group->most;
}

static void share_group(struct bound *b, const struct bound_group *group)
{
    for (uint32_t i = 0; i < group->count; i++)
        b->portions[i].weight = b->items.weights[group->first + i];
    apportion(b->portions, group->count, taken(group, group->whole));
    for (uint32_t i = 0; i < group->count; i++)
        b->lines[b->items.lines[group->first + i]].taken.dedc = b->portions[i].share;
}

enum err item_dedc_group(struct bound *b)
{
    struct place *places = arena_alloc_raw(b->r->arena, b->count * sizeof *places);
    uint32_t count = 0;
    if (!places)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < b->count; i++)
        if (b->lines[i].item.item_dedc != 0 && !b->lines[i].item.own)
            places[count++] = (struct place){b->lines[i].line->med_list_codg, i};
    qsort(places, count, sizeof *places, by_code);
    for (uint32_t i = 0; i < count; i++)
        add(b, places[i].line,
            i == 0 || strcmp(places[i].med_list_codg, places[i - 1].med_list_codg) != 0);
    for (uint32_t i = 0; i < b->items.count; i++)
        share_group(b, &b->items.list[i]);
    return ERR_OK;
}

int64_t item_dedc_of(const struct bound *b, const struct bound_line *line, int64_t amount,
                     int64_t cnt)
{
    if (line->item_place.group == BOUND_NONE)
        return 0;
    const struct bound_group *group = &b->items.list[line->item_place.group];
    const int64_t *weights = b->items.weights + group->first;
    int64_t weight = weight_of(b, line, amount, cnt);
    int64_t whole = group->whole - weights[line->item_place.place] + weight;
    return apportion_one(weights, group->count, whole, taken(group, whole), line->item_place.place,
                         weight);
}
