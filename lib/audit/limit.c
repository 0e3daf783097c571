/* Limits: how many, how much, how often. The lines that count together stand in order of day, and
 * what is above the limit belongs to the line that brings it there. */
#include <stdlib.h>
#include <string.h>

#include "audit/work.h"
#include "base/date.h"
#include "base/money.h"

static const char *code_of(const struct work *w, uint32_t at)
{
    return w->facts->claim->lines[w->lines[at].line].med_list_codg;
}

/* Merges by code; equal ones stay in the order of the lines. */
static void sort_by_code(const struct work *w, uint32_t *at, uint32_t count, uint32_t *spare)
{
    if (count < 2)
        return;
    uint32_t half = count / 2;
    sort_by_code(w, at, half, spare);
    sort_by_code(w, at + half, count - half, spare);
    if (strcmp(code_of(w, at[half - 1]), code_of(w, at[half])) <= 0)
        return;
    memcpy(spare, at, half * sizeof *at);
    for (uint32_t a = 0, b = half, to = 0; a < half; to++)
        at[to] =
            b < count && strcmp(code_of(w, at[b]), code_of(w, spare[a])) < 0 ? at[b++] : spare[a++];
}

/* The hits of a rule, of each item by itself where it counts so; NULL: out of memory. */
static const uint32_t *group_order(struct work *w, const struct audit_rule *rule)
{
    const struct hits *hits = &w->hits[rule->slot];
    if (!rule->as.limit.each_item)
        return hits->at;
    uint32_t *order = arena_alloc_raw(w->arena, hits->count * sizeof *order);
    uint32_t *spare = arena_alloc_raw(w->arena, hits->count * sizeof *spare);
    if (!order || !spare) {
        w->out_of_memory = true;
        return NULL;
    }
    memcpy(order, hits->at, hits->count * sizeof *order);
    sort_by_code(w, order, hits->count, spare);
    return order;
}

/* Where the group ends that begins at `from`. */
static uint32_t group_end(const struct work *w, const struct audit_rule *rule,
                          const uint32_t *order, uint32_t from)
{
    const uint32_t count = w->hits[rule->slot].count;
    uint32_t end = from + 1;
    if (!rule->as.limit.each_item)
        return count;
    while (end < count && strcmp(code_of(w, order[from]), code_of(w, order[end])) == 0)
        end++;
    return end;
}

struct history limit_history(struct work *w, const struct audit_rule *rule, uint32_t first)
{
    if (!rule->as.limit.history)
        return (struct history){0};
    return rule->as.limit.each_item ? item_history(w, &w->lines[first])
                                    : slot_history(w, rule->slot);
}

int64_t limit_share(int64_t amount, int64_t over, int64_t value)
{
    return over >= value ? amount : money_round((__int128)amount * over, value);
}

/* The first day that counts together with `day`. */
static int32_t span_begin(const struct audit_limit *limit, int32_t day)
{
    struct civil civil;
    switch ((enum audit_per)limit->per) {
    case AUDIT_PER_LINE:
    case AUDIT_PER_FEE_DAY:
        return day;
    case AUDIT_PER_CLAIM:
        return INT32_MIN;
    case AUDIT_PER_MONTH:
        civil = date_civil(date_start_ms(day));
        return date_of(civil.year, civil.month, 1);
    case AUDIT_PER_DAYS:
        return day - limit->days + 1;
    }
    CHECK(!"a span");
}

static int64_t counted(const struct audit_limit *limit, int64_t cnt, int64_t amount)
{
    switch ((enum audit_of)limit->of) {
    case AUDIT_OF_CNT:
        return cnt;
    case AUDIT_OF_AMOUNT:
        return amount;
    case AUDIT_OF_LINES:
        return 1;
    case AUDIT_OF_SUPPLY:
        break;
    }
    CHECK(!"what is counted");
}

/* A day in bed ends on the day after; whoever leaves on the same day had one. */
static int64_t most_of(const struct work *w, const struct audit_limit *limit)
{
    if (!limit->stay_days)
        return limit->at_most;
    int64_t days = date_of_time(w->facts->claim->endtime) - date_of_time(w->facts->claim->begntime);
    return (days > 0 ? days : 1) * CNT_ONE;
}

/* What the history holds from `begin` to `day`; the last of it. */
static int64_t history_sum(const struct audit_limit *limit, const struct history *history,
                           int32_t begin, int32_t day, const struct audit_dispensed **last)
{
    int64_t sum = 0;
    *last = NULL;
    for (uint32_t i = history->count; i > 0 && history->list[i - 1]->date >= begin; i--) {
        const struct audit_dispensed *one = history->list[i - 1];
        if (one->date > day)
            continue;
        sum += counted(limit, one->cnt, one->amount);
        *last = *last ? *last : one;
    }
    return sum;
}

static void above(struct work *w, uint16_t number, uint32_t at, int64_t value, int64_t sum,
                  struct vola_evid evidence)
{
    const struct audit_limit *limit = &w->rules->rules[number].as.limit;
    evidence.found = sum;
    evidence.limit = most_of(w, limit);
    finding_add(w, number, at,
                limit_share(w->lines[at].amount, evidence.found - evidence.limit, value), evidence);
}

static void walk_group(struct work *w, uint16_t number, const uint32_t *order, uint32_t count)
{
    const struct audit_rule *rule = &w->rules->rules[number];
    const struct audit_limit *limit = &rule->as.limit;
    const int64_t most = most_of(w, limit);
    const struct history history = limit_history(w, rule, order[0]);
    uint32_t from = 0;
    int64_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct audited *line = &w->lines[order[i]];
        const struct audit_dispensed *last;
        const int32_t begin = span_begin(limit, line->day);
        const bool alone = limit->per == AUDIT_PER_LINE;
        for (; from < i && (alone || w->lines[order[from]].day < begin); from++)
            sum -= counted(limit, w->lines[order[from]].cnt, w->lines[order[from]].amount);
        const int64_t value = counted(limit, line->cnt, line->amount);
        sum += value;
        int64_t all = sum + history_sum(limit, &history, begin, line->day, &last);
        if (all <= most)
            continue;
        struct vola_evid evidence = no_evidence();
        if (last) {
            evidence.setl_id = last->setl_id;
            evidence.fixmedins_code = last->fixmedins_code;
            evidence.date = last->date;
        } else if (from < i) {
            evidence.line = w->lines[order[i - 1]].line;
            evidence.date = w->lines[order[i - 1]].day;
        }
        above(w, number, order[i], value, all, evidence);
    }
}

void limit_walk(struct work *w, uint16_t number)
{
    const struct audit_rule *rule = &w->rules->rules[number];
    const uint32_t *order = group_order(w, rule);
    for (uint32_t from = 0; order && from < w->hits[rule->slot].count && !w->out_of_memory;) {
        const uint32_t end = group_end(w, rule, order, from);
        if (rule->as.limit.of == AUDIT_OF_SUPPLY)
            supply_group(w, number, order + from, end - from);
        else
            walk_group(w, number, order + from, end - from);
        from = end;
    }
}
