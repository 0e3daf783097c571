/* Which rules look at an item: worked out once for each entry of the catalogue, from one sorted
 * table of all rules' prefixes, so that neither a bill nor a catalogue of half a million rows is
 * searched rule by rule. */
#include <stdlib.h>
#include <string.h>

#include "policy/compile_audit.h"
#include "policy/tables.h"

#define SET_WORDS_MAX (AUDIT_SLOTS_MAX / 64)
#define AUDIT_SETS_MAX UINT16_MAX
#define TABLE_SIZE (2 * 65536) /* of hashed sets; a power of two */

static bool begun(const struct audit_items_match *match, const struct audit_item *item)
{
    return match->codes.count > 0 && code_list_begins(&match->codes, item->med_list_codg);
}

/* What it asks apart from codes. */
static bool marked(const struct audit_items_match *match, const struct audit_item *item)
{
    return match->chrgitm_lv >> item->chrgitm_lv & 1 ||
           match->med_chrgitm_type >> item->med_chrgitm_type & 1 || (match->tags & item->tags) ||
           (match->lmt_used && item->lmt_used);
}

bool audit_items_hold(const struct audit_items *items, const struct audit_item *item)
{
    return (items->all || marked(&items->any, item) || begun(&items->any, item)) &&
           !marked(&items->none, item) && !begun(&items->none, item);
}

const uint64_t *audit_rules_of(const struct audit_rules *rules, const struct catalogue *catalogue,
                               const struct catalogue_entry *entry)
{
    if (!rules->set_of)
        return NULL;
    uint16_t set = rules->set_of[entry - catalogue->slots];
    return set == 0 ? NULL : &rules->sets[(size_t)set * rules->words];
}

const struct policy_clause *audit_clause(const struct audit_rules *rules, uint16_t clause)
{
    CHECK(clause < rules->clause_count);
    return &rules->clauses[clause];
}

const struct audit_reason *audit_reason_find(const struct audit_rules *rules, const char *code)
{
    for (uint16_t i = 0; i < rules->reason_count; i++)
        if (strcmp(rules->reasons[i].code, code) == 0)
            return &rules->reasons[i];
    return NULL;
}

/* A prefix of some slot's items. */
struct prefix {
    const char *code;
    uint16_t slot;
    bool none;
};

struct index {
    struct audit_rules *rules;
    const struct catalogue *catalogue;
    uint32_t prefix_count;
    struct prefix *prefixes; /* sorted by code */
    uint32_t lengths;        /* that prefixes have, bit 1 << bytes */
    uint16_t set_count;
    uint64_t *sets;
    uint16_t *table; /* of sets by hash; 0: free */
};
_Static_assert(CATALOGUE_CODE <= 32, "a mask holds the lengths of prefixes");

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct prefix *)a)->code, ((const struct prefix *)b)->code);
}

static void list_prefixes(struct index *ix, uint16_t slot, const struct code_list *codes, bool none)
{
    for (uint32_t i = 0; i < codes->count; i++) {
        ix->lengths |= UINT32_C(1) << strlen(codes->codes[i]);
        ix->prefixes[ix->prefix_count++] = (struct prefix){codes->codes[i], slot, none};
    }
}

static bool make_prefixes(struct index *ix)
{
    size_t count = 0;
    for (uint16_t i = 0; i < ix->rules->slot_count; i++)
        count +=
            ix->rules->slots[i].items.any.codes.count + ix->rules->slots[i].items.none.codes.count;
    ix->prefixes = malloc((count + 1) * sizeof *ix->prefixes);
    if (!ix->prefixes)
        return false;
    for (uint16_t i = 0; i < ix->rules->slot_count; i++) {
        list_prefixes(ix, i, &ix->rules->slots[i].items.any.codes, false);
        list_prefixes(ix, i, &ix->rules->slots[i].items.none.codes, true);
    }
    qsort(ix->prefixes, ix->prefix_count, sizeof *ix->prefixes, compare);
    return true;
}

/* The first prefix that is not before `size` characters of the code. */
static uint32_t first_of(const struct index *ix, const char *code, size_t size)
{
    uint32_t from = 0, to = ix->prefix_count;
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        const char *prefix = ix->prefixes[middle].code;
        int order = strncmp(prefix, code, size);
        if (order < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static void add_begun(const struct index *ix, const char *code, uint64_t *any, uint64_t *none)
{
    const size_t length = strnlen(code, CATALOGUE_CODE);
    for (uint32_t left = ix->lengths; left != 0; left &= left - 1) {
        size_t size = (size_t)__builtin_ctz(left);
        if (size > length)
            return;
        for (uint32_t i = first_of(ix, code, size); i < ix->prefix_count; i++) {
            const struct prefix *prefix = &ix->prefixes[i];
            if (strncmp(prefix->code, code, size) != 0 || prefix->code[size] != '\0')
                break;
            (prefix->none ? none : any)[prefix->slot / 64] |= UINT64_C(1) << prefix->slot % 64;
        }
    }
}

static void slots_of(const struct index *ix, const struct catalogue_entry *entry, uint64_t *set)
{
    uint64_t any[SET_WORDS_MAX] = {0}, none[SET_WORDS_MAX] = {0};
    const struct audit_item item = {
        .chrgitm_lv = entry->chrgitm_lv,
        .med_chrgitm_type = entry->med_chrgitm_type,
        .lmt_used = entry->lmt_used_flag,
        .tags = entry->more ? catalogue_more(ix->catalogue, entry)->tags : 0,
    };
    add_begun(ix, entry->med_list_codg, any, none);
    for (uint16_t i = 0; i < ix->rules->slot_count; i++) {
        const struct audit_items *items = &ix->rules->slots[i].items;
        const uint64_t bit = UINT64_C(1) << i % 64;
        any[i / 64] |= items->all || marked(&items->any, &item) ? bit : 0;
        none[i / 64] |= marked(&items->none, &item) ? bit : 0;
    }
    for (uint16_t i = 0; i < ix->rules->words; i++)
        set[i] = any[i] & ~none[i];
}

/* The number of an equal set, or a new one's; false: there are too many. */
static bool number_of(struct index *ix, const uint64_t *set, uint16_t *number)
{
    const size_t size = ix->rules->words * sizeof *set;
    uint64_t hash = 0;
    for (uint16_t i = 0; i < ix->rules->words; i++)
        hash = (hash ^ set[i]) * UINT64_C(0x9E3779B97F4A7C15);
    uint32_t at = (uint32_t)(hash >> 40) & (TABLE_SIZE - 1);
    for (; ix->table[at] != 0; at = (at + 1) & (TABLE_SIZE - 1)) {
        if (memcmp(&ix->sets[(size_t)ix->table[at] * ix->rules->words], set, size) == 0) {
            *number = ix->table[at];
            return true;
        }
    }
    if (ix->set_count == AUDIT_SETS_MAX)
        return false;
    if ((ix->set_count & (ix->set_count - 1)) == 0) {
        uint64_t *grown = realloc(ix->sets, 2u * ix->set_count * size);
        if (!grown)
            return false;
        ix->sets = grown;
    }
    memcpy(&ix->sets[(size_t)ix->set_count * ix->rules->words], set, size);
    *number = ix->table[at] = ix->set_count++;
    return true;
}

static bool fill(struct index *ix, uint16_t *set_of)
{
    const uint64_t empty[SET_WORDS_MAX] = {0};
    for (uint32_t i = 0; i < ix->catalogue->slot_count; i++) {
        uint64_t set[SET_WORDS_MAX];
        if (ix->catalogue->slots[i].med_list_codg[0] == '\0')
            continue;
        slots_of(ix, &ix->catalogue->slots[i], set);
        if (memcmp(set, empty, ix->rules->words * sizeof *set) != 0 &&
            !number_of(ix, set, &set_of[i]))
            return false;
    }
    return true;
}

enum err audit_index(struct audit_rules *rules, const struct catalogue *catalogue,
                     struct arena *arena, struct faults *faults)
{
    struct index ix = {.rules = rules, .catalogue = catalogue, .set_count = 1};
    rules->words = (uint16_t)((rules->slot_count + 63) / 64);
    if (rules->words == 0 || catalogue->slot_count == 0)
        return ERR_OK;
    const size_t size = rules->words * sizeof *ix.sets;
    uint16_t *set_of = arena_alloc(arena, catalogue->slot_count * sizeof *set_of);
    ix.table = calloc(TABLE_SIZE, sizeof *ix.table);
    ix.sets = calloc(1, size);
    bool fine = set_of && ix.table && ix.sets && make_prefixes(&ix);
    bool indexed = fine && fill(&ix, set_of);
    if (indexed) {
        uint64_t *sets = arena_alloc(arena, ix.set_count * size);
        if (sets)
            memcpy(sets, ix.sets, ix.set_count * size);
        rules->sets = sets;
        rules->set_of = sets ? set_of : NULL;
        fine = sets;
    } else if (fine && ix.set_count == AUDIT_SETS_MAX) {
        faults_add(faults, AUDIT_FILE, 0, NULL, "目录项目分属的规则组合过多，上限 %d",
                   "the catalogue's items fall under too many sets of rules, the limit is %d",
                   AUDIT_SETS_MAX);
    } else {
        fine = false;
    }
    free(ix.prefixes);
    free(ix.sets);
    free(ix.table);
    return fine ? ERR_OK : ERR_NOMEM;
}
