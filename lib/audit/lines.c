/* The lines of a bill as rules see them: refunds taken off, in order of day, each with the slots
 * that its item is in; and rules that look at one line, or at two. */
#include "audit/work.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/money.h"

const uint64_t *stated_slots(struct work *w, const char *code, const struct stated_line *stated)
{
    uint64_t *slots = arena_alloc(w->arena, (w->rules->slot_count / 64 + 1u) * sizeof *slots);
    const struct audit_item item = {.med_list_codg = code,
                                    .chrgitm_lv = stated->chrgitm_lv,
                                    .med_chrgitm_type = stated->med_chrgitm_type,
                                    .tags = stated->tags};
    if (!slots) {
        w->out_of_memory = true;
        return NULL;
    }
    for (uint16_t i = 0; i < w->rules->slot_count; i++)
        if (audit_items_hold(&w->rules->slots[i].items, &item))
            slots[i / 64] |= UINT64_C(1) << i % 64;
    return slots;
}

static void look_up(struct work *w, struct audited *lines, uint32_t count)
{
    const struct audit_facts *facts = w->facts;
    struct catalogue_query queries[CATALOGUE_QUERIES_MAX];
    for (uint32_t i = 0; i < count; i++)
        queries[i] = (struct catalogue_query){.med_list_codg =
                                                  facts->claim->lines[lines[i].line].med_list_codg,
                                              .date = lines[i].day,
                                              .found = CATALOGUE_UNKNOWN};
    if (facts->catalogue)
        catalogue_find_all(facts->catalogue, queries, count);
    for (uint32_t i = 0; i < count; i++) {
        const struct stated_line *stated = facts->stated ? &facts->stated[lines[i].line] : NULL;
        lines[i].pric_uplmt_amt = -1;
        if (stated && stated->chrgitm_lv != 0) {
            lines[i].slots = stated_slots(w, queries[i].med_list_codg, stated);
            lines[i].pric_uplmt_amt = stated->pric_uplmt_amt;
        } else if (queries[i].entry) {
            lines[i].slots = audit_rules_of(w->rules, facts->catalogue, queries[i].entry);
            lines[i].pric_uplmt_amt =
                catalogue_cap(queries[i].entry, facts->institution->cap_grade);
        }
    }
}

/* By day; within a day they are in order of feedetl_sn already, and mostly all are. */
static void sort_by_day(struct audited *lines, uint32_t count, struct audited *spare)
{
    bool sorted = true;
    for (uint32_t i = 1; sorted && i < count; i++)
        sorted = lines[i - 1].day <= lines[i].day;
    if (sorted || count < 2)
        return;
    uint32_t half = count / 2;
    sort_by_day(lines, half, spare);
    sort_by_day(lines + half, count - half, spare);
    memcpy(spare, lines, half * sizeof *lines);
    for (uint32_t a = 0, b = half, to = 0; a < half; to++)
        lines[to] = b < count && lines[b].day < spare[a].day ? lines[b++] : spare[a++];
}

/* The lines in order; a refund goes off its original. */
static bool order_lines(struct work *w)
{
    const struct claim *claim = w->facts->claim;
    const struct claim_line **order = claim_order(claim, w->arena);
    struct audited *lines = arena_alloc(w->arena, claim->line_count * sizeof *lines);
    struct audited *spare = arena_alloc_raw(w->arena, claim->line_count * sizeof *spare);
    if (!order || !lines || !spare)
        return false;
    for (uint32_t i = 0; i < claim->line_count; i++) {
        const struct claim_line *line = order[i];
        lines[i].line = (uint32_t)(line - claim->lines);
        lines[i].day = date_of_time(line->fee_ocur_time);
        int64_t at = i;
        if (claim_line_is_refund(line))
            at = claim_order_find(claim, order, line->init_feedetl_sn);
        CHECK(at >= 0);
        lines[at].cnt += line->cnt;
        lines[at].amount += line->det_item_fee_sumamt;
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < claim->line_count; i++)
        if (!claim_line_is_refund(order[i]) && lines[i].cnt > 0)
            lines[kept++] = lines[i];
    sort_by_day(lines, kept, spare);
    w->lines = lines;
    w->line_count = kept;
    return true;
}

/* Slots of rules that are for this claim, as bits; false: no rule looks at lines. */
static bool active_slots(const struct work *w, uint64_t *mask)
{
    uint64_t any = 0;
    for (uint16_t i = 0; i < w->rules->slot_count; i++) {
        const uint16_t rule = w->rules->slots[i].rule;
        mask[i / 64] |= (w->active[rule / 64] >> rule % 64 & 1) << i % 64;
        any |= mask[i / 64];
    }
    return any != 0;
}

/* Counts the hits of each slot, then writes them where they fit exactly. */
static bool list_hits(struct work *w, const uint64_t *mask)
{
    const uint16_t slot_count = w->rules->slot_count, words = (uint16_t)((slot_count + 63) / 64);
    uint32_t **at = arena_alloc(w->arena, slot_count * sizeof *at);
    w->hits = arena_alloc(w->arena, slot_count * sizeof *w->hits);
    if (!at || !w->hits)
        return false;
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < w->line_count; i++)
            for (uint16_t word = 0; w->lines[i].slots && word < words; word++)
                for (uint64_t left = w->lines[i].slots[word] & mask[word]; left; left &= left - 1) {
                    const int slot = word * 64 + __builtin_ctzll(left);
                    if (pass == 0)
                        w->hits[slot].count++;
                    else
                        *at[slot]++ = i;
                }
        for (uint16_t slot = 0; pass == 0 && slot < slot_count; slot++) {
            const uint32_t count = w->hits[slot].count;
            if (count == 0)
                continue;
            at[slot] = arena_alloc_raw(w->arena, count * sizeof *at[slot]);
            w->hits[slot].at = at[slot];
            if (!at[slot])
                return false;
        }
    }
    return true;
}

void lines_begin(struct work *w)
{
    uint64_t mask[AUDIT_SLOTS_MAX / 64] = {0};
    bool any = false;
    if (!active_slots(w, mask))
        return;
    if (!order_lines(w)) {
        w->out_of_memory = true;
        return;
    }
    for (uint32_t from = 0; from < w->line_count; from += CATALOGUE_QUERIES_MAX) {
        uint32_t left = w->line_count - from;
        look_up(w, &w->lines[from], left < CATALOGUE_QUERIES_MAX ? left : CATALOGUE_QUERIES_MAX);
    }
    for (uint32_t i = 0; !any && i < w->line_count; i++)
        any = w->lines[i].slots;
    if (any && !list_hits(w, mask))
        w->out_of_memory = true;
}

void only_walk(struct work *w, uint16_t number)
{
    const struct audit_rule *rule = &w->rules->rules[number];
    const struct hits *hits = &w->hits[rule->slot];
    for (uint32_t i = 0; i < hits->count; i++) {
        const struct audited *line = &w->lines[hits->at[i]];
        enum audit_match failed = where_failed(w, &rule->as.only, line);
        if (failed == AUDIT_MATCH_NONE)
            continue;
        struct vola_evid evidence = no_evidence();
        evidence.what = (uint8_t)failed;
        finding_add(w, number, hits->at[i], line->amount, evidence);
    }
}

void price_walk(struct work *w, uint16_t number)
{
    const struct audit_rule *rule = &w->rules->rules[number];
    const struct hits *hits = &w->hits[rule->slot];
    for (uint32_t i = 0; i < hits->count; i++) {
        const struct audited *line = &w->lines[hits->at[i]];
        const int64_t pric = w->facts->claim->lines[line->line].pric;
        const int64_t most = rule->as.price.cap ? line->pric_uplmt_amt : rule->as.price.at_most;
        int64_t within;
        if (most < 0 || pric <= most || money_of_line(line->cnt, most, &within) != ERR_OK)
            continue;
        struct vola_evid evidence = no_evidence();
        evidence.found = pric;
        evidence.limit = most;
        finding_add(w, number, hits->at[i], line->amount > within ? line->amount - within : 0,
                    evidence);
    }
}

void exclude_walk(struct work *w, uint16_t number)
{
    const struct audit_rule *rule = &w->rules->rules[number];
    const struct hits *hits = &w->hits[rule->slot], *others = &w->hits[rule->as.exclude.with];
    const bool per_day = rule->as.exclude.per_day;
    for (uint32_t i = 0, from = 0; i < hits->count; i++) {
        const struct audited *line = &w->lines[hits->at[i]];
        while (per_day && from < others->count && w->lines[others->at[from]].day < line->day)
            from++;
        uint32_t other = from;
        if (other < others->count && others->at[other] == hits->at[i])
            other++;
        if (other >= others->count || (per_day && w->lines[others->at[other]].day != line->day))
            continue;
        struct vola_evid evidence = no_evidence();
        evidence.line = w->lines[others->at[other]].line;
        evidence.date = w->lines[others->at[other]].day;
        finding_add(w, number, hits->at[i], line->amount, evidence);
    }
}
