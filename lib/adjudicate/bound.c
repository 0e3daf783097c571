/* Lines that rules bind together, in order: refunds netted, items' deductibles, ceilings, and what
 * each refund takes back. Settler's thread (and every offline tool). */
#include <stdlib.h>
#include <string.h>

#include "adjudicate/bound.h"

static enum err allocate(struct bound *b, uint32_t count)
{
    struct arena *arena = b->r->arena;
    b->lines = arena_alloc_raw(arena, count * sizeof *b->lines);
    b->members = arena_alloc_raw(arena, count * sizeof *b->members);
    b->groups = arena_alloc_raw(arena, count * sizeof *b->groups);
    b->bucket_members = arena_alloc_raw(arena, count * sizeof *b->bucket_members);
    b->buckets = arena_alloc_raw(arena, count * sizeof *b->buckets);
    b->portions = arena_alloc_raw(arena, count * sizeof *b->portions);
    return b->lines && b->members && b->groups && b->bucket_members && b->buckets && b->portions
               ? ERR_OK
               : ERR_NOMEM;
}

static uint32_t position(const struct bound *b, const struct bound_line *l)
{
    return (uint32_t)(l->line - b->r->in->claim->lines);
}

/* As they were split by themselves. */
static void take_lines(struct bound *b, const struct claim_line *const *order, uint32_t count,
                       bool items)
{
    for (uint32_t i = 0; i < count; i++) {
        if (claim_line_is_refund(order[i]))
            continue;
        struct bound_line *l = &b->lines[b->count++];
        *l = (struct bound_line){.line = order[i],
                                 .amount = order[i]->det_item_fee_sumamt,
                                 .cnt = order[i]->cnt,
                                 .group = BOUND_NONE,
                                 .bucket = BOUND_NONE};
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

/* Splits the line as its amount stands now; `out` is with ceilings. */
static void split_now(struct bound *b, struct bound_line *l, struct line_split *out)
{
    if (l->group != BOUND_NONE)
        item_dedc_split(b, &b->groups[l->group]);
    else
        item_split(b->r, &l->item, l->amount, l->cnt, 0, &l->split);
    *out = l->split;
    if (l->bucket != BOUND_NONE)
        ceiling_take(b, l, out);
}

/* The refunds of one line, which lie together in `order`; the line's amounts end as they began. */
static void take_back(struct bound *b, struct bound_line *l, const struct claim_line *const *order,
                      uint32_t count)
{
    const struct claim_line *claimed = b->r->in->claim->lines;
    struct line_split *lines = b->r->out->lines;
    struct line_split before, after;
    l->amount = l->line->det_item_fee_sumamt;
    l->cnt = l->line->cnt;
    split_now(b, l, &before);
    lines[position(b, l)] = before;
    for (uint32_t i = 0; i < count; i++) {
        l->amount += order[i]->det_item_fee_sumamt;
        l->cnt += order[i]->cnt;
        split_now(b, l, &after);
        lines[order[i] - claimed] = after;
        refund_subtract(&lines[order[i] - claimed], &before);
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
        item_split(b->r, &l->item, l->amount, l->cnt, 0, &l->split);
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

enum err bound_split(struct run *r, bool item_dedc, uint32_t ceilings)
{
    const struct claim *claim = r->in->claim;
    const struct claim_line **order = claim_order(claim, r->arena);
    struct bound b = {.r = r};
    if (!order || allocate(&b, claim->line_count) != ERR_OK)
        return ERR_NOMEM;
    take_lines(&b, order, claim->line_count, item_dedc);
    uint32_t refunds = gather_refunds(order, claim->line_count);
    net(&b, order, refunds);
    enum err err = item_dedc ? item_dedc_group(&b) : ERR_OK;
    for (uint32_t i = 0; err == ERR_OK && i < b.group_count; i++)
        item_dedc_split(&b, &b.groups[i]);
    if (err == ERR_OK)
        err = ceiling_group(&b, ceilings);
    if (err != ERR_OK)
        return err;
    for (uint32_t i = 0; i < b.count; i++)
        r->out->lines[position(&b, &b.lines[i])] = b.lines[i].split;
    ceiling_share(&b);
    split_refunds(&b, order, refunds);
    return ERR_OK;
}
