/* What was dispensed before, by item and by slot: found once for all rules of a bill. */
#include <string.h>

#include "audit/work.h"
#include "policy/catalogue_key.h"

/* Of an item's code, whatever the catalogue says of it. */
static uint32_t mark_of(const char *med_list_codg)
{
    struct catalogue_key key;
    return catalogue_key(med_list_codg, &key) ? key.hash : 0;
}

static void find_slots(struct work *w, struct earlier *list)
{
    const struct audit_facts *facts = w->facts;
    struct catalogue_query queries[CATALOGUE_QUERIES_MAX];
    for (uint32_t from = 0; from < facts->dispensed_count; from += CATALOGUE_QUERIES_MAX) {
        const uint32_t left = facts->dispensed_count - from;
        const uint32_t count = left < CATALOGUE_QUERIES_MAX ? left : CATALOGUE_QUERIES_MAX;
        for (uint32_t i = 0; i < count; i++)
            queries[i] =
                (struct catalogue_query){.med_list_codg = facts->dispensed[from + i].med_list_codg,
                                         .date = facts->dispensed[from + i].date,
                                         .found = CATALOGUE_UNKNOWN};
        if (facts->catalogue)
            catalogue_find_all(facts->catalogue, queries, count);
        for (uint32_t i = 0; i < count; i++) {
            if (queries[i].entry)
                list[from + i].slots = audit_rules_of(w->rules, facts->catalogue, queries[i].entry);
            else if (facts->stated)
                list[from + i].slots =
                    stated_slots(w, queries[i].med_list_codg, &(struct stated_line){0});
        }
    }
}

/* False: out of memory. */
static bool earlier_begin(struct work *w)
{
    const struct audit_facts *facts = w->facts;
    if (w->earlier)
        return true;
    struct earlier *list = arena_alloc(w->arena, facts->dispensed_count * sizeof *list);
    if (!list) {
        w->out_of_memory = true;
        return false;
    }
    for (uint32_t i = 0; i < facts->dispensed_count; i++)
        list[i].mark = mark_of(facts->dispensed[i].med_list_codg);
    for (uint32_t i = 0; i < w->line_count; i++)
        w->lines[i].mark = mark_of(facts->claim->lines[w->lines[i].line].med_list_codg);
    find_slots(w, list);
    w->earlier = list;
    return true;
}

struct history item_history(struct work *w, struct audited *line)
{
    const struct audit_facts *facts = w->facts;
    const char *code = facts->claim->lines[line->line].med_list_codg;
    struct history found = line->history;
    if (found.list || facts->dispensed_count == 0 || !earlier_begin(w))
        return found;
    found.list = arena_alloc_raw(w->arena, facts->dispensed_count * sizeof *found.list);
    if (!found.list) {
        w->out_of_memory = true;
        return found;
    }
    for (uint32_t i = 0; i < facts->dispensed_count; i++)
        if (w->earlier[i].mark == line->mark &&
            strcmp(facts->dispensed[i].med_list_codg, code) == 0)
            found.list[found.count++] = &facts->dispensed[i];
    line->history = found;
    return found;
}

/* Slots whose rule counts the history of its items together, as bits. */
static void history_slots(const struct work *w, uint64_t *mask)
{
    for (uint16_t i = 0; i < w->rules->slot_count; i++) {
        const struct audit_rule *rule = &w->rules->rules[w->rules->slots[i].rule];
        if (w->hits[i].count > 0 && rule->kind == AUDIT_LIMIT && rule->as.limit.history)
            mask[i / 64] |= UINT64_C(1) << i % 64;
    }
}

static bool list_histories(struct work *w)
{
    const uint16_t words = (uint16_t)((w->rules->slot_count + 63) / 64);
    const uint32_t count = w->facts->dispensed_count;
    uint64_t mask[AUDIT_SLOTS_MAX / 64] = {0};
    struct history *all = arena_alloc(w->arena, w->rules->slot_count * sizeof *all);
    if (!all)
        return false;
    history_slots(w, mask);
    for (uint32_t i = 0; i < count; i++)
        for (uint16_t word = 0; w->earlier[i].slots && word < words; word++)
            for (uint64_t left = w->earlier[i].slots[word] & mask[word]; left; left &= left - 1) {
                struct history *one = &all[word * 64 + __builtin_ctzll(left)];
                if (!one->list)
                    one->list = arena_alloc_raw(w->arena, (count - i) * sizeof *one->list);
                if (!one->list)
                    return false;
                one->list[one->count++] = &w->facts->dispensed[i];
            }
    w->histories = all;
    return true;
}

struct history slot_history(struct work *w, uint16_t slot)
{
    if (w->facts->dispensed_count == 0 || !earlier_begin(w))
        return (struct history){0};
    if (!w->histories && !list_histories(w)) {
        w->out_of_memory = true;
        return (struct history){0};
    }
    return w->histories[slot];
}
