/* Lines that rules bind together, in order: refunds netted, items' deductibles and first self-pay,
 * ceilings, and what each refund takes back. Settler's thread (and every offline tool). */
#include <stdlib.h>
#include <string.h>

#include "adjudicate/bound.h"

static bool allocate_groups(struct bound_groups *groups, struct arena *arena, uint32_t count)
{
    groups->list = arena_alloc_raw(arena, count * sizeof *groups->list);
    groups->lines = arena_alloc_raw(arena, count * sizeof *groups->lines);
    groups->weights = arena_alloc_raw(arena, count * sizeof *groups->weights);
    return groups->list && groups->lines && groups->weights;
}

static bool allocate(struct bound *b, uint32_t count)
{
    struct arena *arena = b->r->arena;
    b->lines = arena_alloc_raw(arena, count * sizeof *b->lines);
    b->portions = arena_alloc_raw(arena, count * sizeof *b->portions);
    return b->lines && b->portions && allocate_groups(&b->items, arena, count) &&
           allocate_groups(&b->buckets, arena, count);
}

struct bound_group *bound_add(struct bound_groups *groups, uint32_t line, bool begins,
                              struct bound_place *place)
{
    struct bound_group *group = groups->list + groups->count;
    uint32_t at = groups->count == 0 ? 0 : group[-1].first + group[-1].count;
    if (begins) {
        *group = (struct bound_group){.first = at};
        groups->count++;
    } else {
        group--;
    }
    *place = (struct bound_place){groups->count - 1, group->count++};
    groups->lines[at] = line;
    return group;
}

static uint32_t position(const struct bound *b, const struct bound_line *l)
{
    return (uint32_t)(l->line - b->r->in->claim->lines);
}

/* As they were split by themselves. */
static void take_lines(struct bound *b, const struct claim_line *const *order, uint32_t count)
{
    const bool items = b->rules.item_dedc || b->rules.selfpay;
    for (uint32_t i = 0; i < count; i++) {
        if (claim_line_is_refund(order[i]))
            continue;
        struct bound_line *l = &b->lines[b->count++];
        *l = (struct bound_line){.line = order[i],
                                 .amount = order[i]->det_item_fee_sumamt,
                                 .cnt = order[i]->cnt,
                                 .item_place = {BOUND_NONE, 0},
                                 .ceiling_place = {BOUND_NONE, 0}};
        l->split = b->r->out->lines[position(b, l)];
        if (items)
            l->item = item_of(b->r, position(b, l));
    }
}

/* The place of an original among the lines. */
static struct bound_line *find(struct bound *b, const char *feedetl_sn)
{
    uint32_t low = 0, high = b->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (strcmp(b->lines[middle].line->feedetl_sn, feedetl_sn) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    CHECK(low < b->count && strcmp(b->lines[low].line->feedetl_sn, feedetl_sn) == 0);
    return &b->lines[low];
}

/* The line's split for so much of it, ceilings included. */
static struct line_split split_of(const struct bound *b, const struct bound_line *l, int64_t amount,
                                  int64_t cnt)
{
    struct line_split split;
    struct item_taken taken = {.dedc = item_dedc_of(b, l, amount, cnt), .shared = b->rules.selfpay};
    if (taken.shared)
        taken.selfpay = selfpay_of(b, l, amount, cnt, taken.dedc);
    item_split(b->r, &l->item, amount, cnt, taken, &split);
    ceiling_take(b, l, &split);
    return split;
}

/* The refunds of one line, which lie together; the line is as finally billed. */
static void take_back(const struct bound *b, const struct bound_line *l,
                      const struct claim_line *const *refunds, uint32_t count)
{
    const struct claim_line *claimed = b->r->in->claim->lines;
    struct line_split *lines = b->r->out->lines;
    const struct line_split last = lines[position(b, l)];
    int64_t amount = l->line->det_item_fee_sumamt, cnt = l->line->cnt;
    struct line_split before = split_of(b, l, amount, cnt);
    lines[position(b, l)] = before;
    for (uint32_t i = 0; i < count; i++) {
        amount += refunds[i]->det_item_fee_sumamt;
        cnt += refunds[i]->cnt;
        struct line_split after = i + 1 < count ? split_of(b, l, amount, cnt) : last;
        struct line_split *refund = &lines[refunds[i] - claimed];
        *refund = after;
        refund_subtract(refund, &before);
        before = after;
    }
}

static int by_original(const void *a, const void *b)
{
    const struct claim_line *x = *(const struct claim_line *const *)a;
    const struct claim_line *y = *(const struct claim_line *const *)b;
    int order = strcmp(x->init_feedetl_sn, y->init_feedetl_sn);
    return order != 0 ? order : strcmp(x->feedetl_sn, y->feedetl_sn);
}

/* The refunds behind each other by original; how many there are. */
static uint32_t gather_refunds(const struct claim_line **order, uint32_t count)
{
    uint32_t refunds = 0;
    for (uint32_t i = 0; i < count; i++)
        if (claim_line_is_refund(order[i]))
            order[refunds++] = order[i];
    qsort(order, refunds, sizeof *order, by_original);
    return refunds;
}

static void net(struct bound *b, const struct claim_line *const *refunds, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct bound_line *l = find(b, refunds[i]->init_feedetl_sn);
        l->item = item_of(b->r, position(b, l));
        l->amount += refunds[i]->det_item_fee_sumamt;
        l->cnt += refunds[i]->cnt;
        item_split(b->r, &l->item, l->amount, l->cnt, (struct item_taken){0}, &l->split);
    }
}

static void split_refunds(struct bound *b, const struct claim_line *const *refunds, uint32_t count)
{
    for (uint32_t i = 0; i < count;) {
        uint32_t end = i + 1;
        while (end < count &&
               strcmp(refunds[end]->init_feedetl_sn, refunds[i]->init_feedetl_sn) == 0)
            end++;
        take_back(b, find(b, refunds[i]->init_feedetl_sn), refunds + i, end - i);
        i = end;
    }
}

/* What items' deductibles and first self-pay take of the lines, whichever is of what the other
 * leaves. */
static enum err take_shares(struct bound *b)
{
    const bool whole = b->r->in->policy->lines.item_dedc.of_whole;
    enum err err = b->rules.selfpay && whole ? selfpay_share(b) : ERR_OK;
    if (err == ERR_OK && b->rules.item_dedc)
        err = item_dedc_group(b);
    if (err == ERR_OK && b->rules.selfpay && !whole)
        err = selfpay_share(b);
    for (uint32_t i = 0; i < b->count && err == ERR_OK; i++) {
        struct bound_line *l = &b->lines[i];
        if (l->taken.shared || l->taken.dedc != 0)
            item_split(b->r, &l->item, l->amount, l->cnt, l->taken, &l->split);
    }
    return err;
}

enum err bound_split(struct run *r, struct bound_rules rules)
{
    const struct claim *claim = r->in->claim;
    const struct claim_line **order = claim_order(claim, r->arena);
    struct bound b = {.r = r, .rules = rules};
    if (!order || !allocate(&b, claim->line_count))
        return ERR_NOMEM;
    take_lines(&b, order, claim->line_count);
    uint32_t refunds = gather_refunds(order, claim->line_count);
    net(&b, order, refunds);
    enum err err = take_shares(&b);
    if (err == ERR_OK)
        err = ceiling_group(&b, rules.ceilings);
    if (err != ERR_OK)
        return err;
    for (uint32_t i = 0; i < b.count; i++)
        r->out->lines[position(&b, &b.lines[i])] = b.lines[i].split;
    ceiling_share(&b);
    split_refunds(&b, order, refunds);
    return ERR_OK;
}
