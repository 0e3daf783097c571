/* Ceilings over groups of lines: what is above them leaves the scope, shared over the lines by
 * in-scope amount. Settler's thread (and every offline tool). */
#include <stdlib.h>
#include <string.h>

#include "adjudicate/bound.h"

static const struct ceiling *ceiling_of(const struct bound *b, uint8_t index)
{
    return &b->r->in->policy->lines.ceilings[index];
}

static const struct ceiling_rule *find_rule(const struct run *r, const struct ceiling *ceiling)
{
    if (!(ceiling->classes & r->class_mask))
        return NULL;
    for (uint8_t i = 0; i < ceiling->rule_count; i++)
        if (cover_selects(r, &ceiling->rules[i].who, r->in->institution->benefit_grade))
            return &ceiling->rules[i];
    return NULL;
}

/* A line counts against the first ceiling that it is in the scope of. */
static int ceiling_for(const struct bound *b, uint32_t ceilings, const struct line_split *split)
{
    for (; ceilings != 0; ceilings &= ceilings - 1) {
        int index = __builtin_ctz(ceilings);
        if (b->ceilings[index].rule && line_in_scope(&ceiling_of(b, (uint8_t)index)->scope, split))
            return index;
    }
    return -1;
}

struct place {
    uint8_t ceiling;
    int32_t day;
    uint32_t line;
};

static int by_bucket(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->ceiling != y->ceiling)
        return x->ceiling < y->ceiling ? -1 : 1;
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    return (x->line > y->line) - (x->line < y->line);
}

static void add(struct bound *b, const struct place *place, bool begins)
{
    struct bound_line *l = &b->lines[place->line];
    struct ceiling_now *now = &b->ceilings[place->ceiling];
    struct bound_group *bucket = bound_add(&b->buckets, place->line, begins, &l->ceiling_place);
    if (begins) {
        now->first = now->count == 0 ? l->ceiling_place.group : now->first;
        now->count++;
        bucket->ceiling = place->ceiling;
        bucket->day = place->day;
    }
    b->buckets.weights[bucket->first + l->ceiling_place.place] = l->split.inscp_scp_amt;
    bucket->whole += l->split.inscp_scp_amt;
}

enum err ceiling_group(struct bound *b, uint32_t ceilings)
{
    struct place *places = arena_alloc_raw(b->r->arena, b->count * sizeof *places);
    uint32_t count = 0;
    if (!places)
        return ERR_NOMEM;
    for (uint32_t left = ceilings; left != 0; left &= left - 1) {
        uint8_t index = (uint8_t)__builtin_ctz(left);
        b->ceilings[index].rule = find_rule(b->r, ceiling_of(b, index));
    }
    for (uint32_t i = 0; i < b->count; i++) {
        const struct bound_line *l = &b->lines[i];
        int index = ceiling_for(b, ceilings, &l->split);
        if (index < 0)
            continue;
        bool by_day = ceiling_of(b, (uint8_t)index)->per == CEILING_FEE_DAY;
        places[count++] =
            (struct place){(uint8_t)index, by_day ? date_of_time(l->line->fee_ocur_time) : 0, i};
    }
    qsort(places, count, sizeof *places, by_bucket);
    for (uint32_t i = 0; i < count; i++)
        add(b, &places[i],
            i == 0 || places[i].ceiling != places[i - 1].ceiling ||
                places[i].day != places[i - 1].day);
    return ERR_OK;
}

/* Whether the day, were its fees `sum`, is among those of the special amount: the dearest, the
 * first of equal ones. */
static bool is_special(const struct bound *b, const struct bound_group *bucket, int64_t sum)
{
    const struct ceiling_now *now = &b->ceilings[bucket->ceiling];
    uint32_t dearer = 0;
    for (uint32_t i = now->first; i < now->first + now->count; i++) {
        const struct bound_group *other = &b->buckets.list[i];
        dearer +=
            other != bucket && (other->whole > sum || (other->whole == sum && other < bucket));
    }
    return dearer < now->rule->special_days;
}

/* An amount beyond the national range limits nothing. */
static int64_t limit_of(const struct bound *b, const struct bound_group *bucket, int64_t sum)
{
    const struct ceiling_rule *rule = b->ceilings[bucket->ceiling].rule;
    const struct claim *claim = b->r->in->claim;
    int64_t days = date_of_time(claim->endtime) - date_of_time(claim->begntime);
    int64_t special = 0;
    __int128 limit = rule->fen;
    switch (ceiling_of(b, bucket->ceiling)->per) {
    case CEILING_STAY:
        break;
    case CEILING_STAY_DAY:
        days = days < 1 ? 1 : days;
        special = days < rule->special_days ? days : rule->special_days;
        limit = (__int128)rule->fen * (days - special) + (__int128)rule->special_fen * special;
        break;
    case CEILING_FEE_DAY:
        if (rule->special_days > 0 && is_special(b, bucket, sum))
            limit = rule->special_fen;
        break;
    }
    return limit > FEN_MAX ? FEN_MAX : (int64_t)limit;
}

static int64_t above(const struct bound *b, const struct bound_group *bucket, int64_t sum)
{
    int64_t limit = limit_of(b, bucket, sum);
    return sum > limit ? sum - limit : 0;
}

static void take(const struct bound *b, const struct bound_group *bucket, int64_t fen,
                 struct line_split *split)
{
    if (fen == 0)
        return;
    const struct ceiling *ceiling = ceiling_of(b, bucket->ceiling);
    split->inscp_scp_amt -= fen;
    split->overlmt_amt += ceiling->above == PART_OVERLMT ? fen : 0;
    split->fulamt_ownpay_amt += ceiling->above == PART_FULAMT ? fen : 0;
    split->reason = STEP_OVER_CEILING;
    split->clause = b->ceilings[bucket->ceiling].rule->clause;
}

static void share_bucket(struct bound *b, const struct bound_group *bucket, int64_t fen)
{
    const struct claim_line *claimed = b->r->in->claim->lines;
    for (uint32_t i = 0; i < bucket->count; i++)
        b->portions[i].weight = b->buckets.weights[bucket->first + i];
    apportion(b->portions, bucket->count, fen);
    for (uint32_t i = 0; i < bucket->count; i++) {
        const struct bound_line *l = &b->lines[b->buckets.lines[bucket->first + i]];
        take(b, bucket, b->portions[i].share, &b->r->out->lines[l->line - claimed]);
    }
}

void ceiling_share(struct bound *b)
{
    for (uint8_t i = 0; i < CEILINGS_MAX; i++) {
        const struct ceiling_now *now = &b->ceilings[i];
        struct step step = {0};
        for (uint32_t j = now->first; j < now->first + now->count; j++) {
            const struct bound_group *bucket = &b->buckets.list[j];
            int64_t fen = above(b, bucket, bucket->whole);
            if (fen > 0)
                share_bucket(b, bucket, fen);
            step.base += bucket->whole;
            step.amount += fen;
        }
        if (step.amount == 0)
            continue;
        step.limit = step.base - step.amount;
        step.clause = now->rule->clause;
        step_add(b->r, STEP_CEILING, ceiling_of(b, i)->id, step);
    }
}

void ceiling_take(const struct bound *b, const struct bound_line *line, struct line_split *split)
{
    if (line->ceiling_place.group == BOUND_NONE)
        return;
    const struct bound_group *bucket = &b->buckets.list[line->ceiling_place.group];
    const int64_t *weights = b->buckets.weights + bucket->first;
    const uint32_t place = line->ceiling_place.place;
    int64_t whole = bucket->whole - weights[place] + split->inscp_scp_amt;
    int64_t fen = above(b, bucket, whole);
    if (fen > 0)
        take(b, bucket,
             apportion_one(weights, bucket->count, whole, fen, place, split->inscp_scp_amt), split);
}
