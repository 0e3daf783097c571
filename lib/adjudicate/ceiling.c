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

static void add(struct bound *b, uint32_t member, const struct place *place, bool begins)
{
    struct bound_line *l = &b->lines[place->line];
    if (begins) {
        struct ceiling_now *now = &b->ceilings[place->ceiling];
        now->first = now->count == 0 ? b->bucket_count : now->first;
        now->count++;
        b->buckets[b->bucket_count++] =
            (struct bound_group){.first = member, .ceiling = place->ceiling, .day = place->day};
    }
    struct bound_group *bucket = &b->buckets[b->bucket_count - 1];
    b->bucket_members[member] = place->line;
    l->bucket = b->bucket_count - 1;
    l->bucket_place = bucket->count++;
    bucket->sum += l->split.inscp_scp_amt;
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
        add(b, i, &places[i],
            i == 0 || places[i].ceiling != places[i - 1].ceiling ||
                places[i].day != places[i - 1].day);
    return ERR_OK;
}

/* Whether the day is among those of the special amount: the dearest, the first of equal ones. */
static bool is_special(const struct bound *b, const struct bound_group *bucket)
{
    const struct ceiling_now *now = &b->ceilings[bucket->ceiling];
    uint32_t dearer = 0;
    for (uint32_t i = now->first; i < now->first + now->count; i++) {
        const struct bound_group *other = &b->buckets[i];
        dearer += other->sum > bucket->sum || (other->sum == bucket->sum && other < bucket);
    }
    return dearer < now->rule->special_days;
}

/* An amount beyond the national range limits nothing. */
static int64_t limit_of(const struct bound *b, const struct bound_group *bucket)
{
    const struct ceiling_rule *rule = b->ceilings[bucket->ceiling].rule;
    const struct claim *claim = b->r->in->claim;
    int64_t days = date_of_time(claim->endtime) - date_of_time(claim->begntime);
    __int128 limit = rule->fen;
    switch (ceiling_of(b, bucket->ceiling)->per) {
    case CEILING_STAY:
        break;
    case CEILING_STAY_DAY:
        days = days < 1 ? 1 : days;
        int64_t special = days < rule->special_days ? days : rule->special_days;
        limit = (__int128)rule->fen * (days - special) + (__int128)rule->special_fen * special;
        break;
    case CEILING_FEE_DAY:
        if (rule->special_days > 0 && is_special(b, bucket))
            limit = rule->special_fen;
        break;
    }
    return limit > FEN_MAX ? FEN_MAX : (int64_t)limit;
}

static int64_t above(const struct bound *b, const struct bound_group *bucket)
{
    int64_t limit = limit_of(b, bucket);
    return bucket->sum > limit ? bucket->sum - limit : 0;
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

static void weigh(struct bound *b, const struct bound_group *bucket)
{
    const uint32_t *members = b->bucket_members + bucket->first;
    for (uint32_t i = 0; i < bucket->count; i++)
        b->portions[i].weight = b->lines[members[i]].split.inscp_scp_amt;
}

static void share_bucket(struct bound *b, const struct bound_group *bucket, int64_t fen)
{
    const uint32_t *members = b->bucket_members + bucket->first;
    const struct claim_line *lines = b->r->in->claim->lines;
    weigh(b, bucket);
    apportion(b->portions, bucket->count, fen);
    for (uint32_t i = 0; i < bucket->count; i++)
        take(b, bucket, b->portions[i].share, &b->r->out->lines[b->lines[members[i]].line - lines]);
}

void ceiling_share(struct bound *b)
{
    for (uint8_t i = 0; i < CEILINGS_MAX; i++) {
        const struct ceiling_now *now = &b->ceilings[i];
        struct step step = {0};
        for (uint32_t j = now->first; j < now->first + now->count; j++) {
            int64_t fen = above(b, &b->buckets[j]);
            if (fen > 0)
                share_bucket(b, &b->buckets[j], fen);
            step.base += b->buckets[j].sum;
            step.amount += fen;
        }
        if (step.amount == 0)
            continue;
        step.limit = step.base - step.amount;
        step.clause = now->rule->clause;
        step_add(b->r, STEP_CEILING, ceiling_of(b, i)->id, step);
    }
}

void ceiling_take(struct bound *b, const struct bound_line *line, struct line_split *split)
{
    struct bound_group *bucket = &b->buckets[line->bucket];
    weigh(b, bucket);
    bucket->sum = 0;
    for (uint32_t i = 0; i < bucket->count; i++)
        bucket->sum += b->portions[i].weight;
    int64_t fen = above(b, bucket);
    if (fen > 0)
        take(b, bucket, apportion_one(b->portions, bucket->count, fen, line->bucket_place), split);
}
