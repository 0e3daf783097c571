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

/* One group more, or one line more of the last. Of rows of one item that differ, the largest
 * deductible holds. */
static void add(struct bound *b, uint32_t member, uint32_t line, bool begins)
{
    struct bound_line *l = &b->lines[line];
    if (begins)
        b->groups[b->group_count++] = (struct bound_group){.first = member};
    struct bound_group *group = &b->groups[b->group_count - 1];
    b->members[member] = line;
    l->group = b->group_count - 1;
    l->group_place = group->count++;
    if (l->item.item_dedc > group->most)
        group->most = l->item.item_dedc;
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
        add(b, i, places[i].line,
            i == 0 || strcmp(places[i].med_list_codg, places[i - 1].med_list_codg) != 0);
    return ERR_OK;
}

/* What the deductible may take of the line. */
static int64_t weight(const struct bound *b, const struct bound_line *l)
{
    int64_t limited = item_limited(&l->item, l->amount, l->cnt);
    if (!b->r->in->policy->lines.item_dedc.of_whole)
        return limited;
    return limited - money_share(limited, l->item.selfpay_prop);
}

void item_dedc_split(struct bound *b, struct bound_group *group)
{
    const uint32_t *members = b->members + group->first;
    int64_t sum = 0;
    for (uint32_t i = 0; i < group->count; i++) {
        b->portions[i].weight = weight(b, &b->lines[members[i]]);
        sum += b->portions[i].weight;
    }
    apportion(b->portions, group->count, sum < group->most ? sum : group->most);
    for (uint32_t i = 0; i < group->count; i++) {
        struct bound_line *l = &b->lines[members[i]];
        item_split(b->r, &l->item, l->amount, l->cnt, b->portions[i].share, &l->split);
    }
}
