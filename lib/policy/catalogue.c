/* Looking an item up: one hash table from a code to its first entry; its other entries follow. */
#include "policy/catalogue.h"

#include <string.h>

#include "base/check.h"
#include "policy/catalogue_hash.h"
#include "policy/tables.h"

/* The entry among those of one code, from `first` on, that is in force. */
static const struct catalogue_entry *in_force(const struct catalogue *catalogue, uint32_t first,
                                              int32_t date)
{
    const struct catalogue_entry *e = &catalogue->entries[first];
    const struct catalogue_entry *end = catalogue->entries + catalogue->count;
    const char *code = e->med_list_codg;
    do {
        if (date >= e->begndate && date <= e->enddate)
            return e;
        e++;
    } while (e < end && memcmp(e->med_list_codg, code, CATALOGUE_CODE) == 0);
    return NULL;
}

enum catalogue_found catalogue_find(const struct catalogue *catalogue, const char *med_list_codg,
                                    int32_t date, const struct catalogue_entry **entry)
{
    size_t size = strlen(med_list_codg);
    *entry = NULL;
    if (catalogue->count == 0 || size >= CATALOGUE_CODE)
        return CATALOGUE_UNKNOWN;
    uint32_t hash = catalogue_hash(med_list_codg, size), slot = hash & catalogue->slot_mask;
    for (; catalogue->slots[slot].first; slot = (slot + 1) & catalogue->slot_mask) {
        uint32_t first = catalogue->slots[slot].first - 1;
        if (catalogue->slots[slot].hash != hash ||
            memcmp(catalogue->entries[first].med_list_codg, med_list_codg, size + 1) != 0)
            continue;
        *entry = in_force(catalogue, first, date);
        return *entry ? CATALOGUE_FOUND : CATALOGUE_NOT_IN_FORCE;
    }
    return CATALOGUE_UNKNOWN;
}

void catalogue_warm(const struct catalogue *catalogue, const char *const *codes, uint32_t count)
{
    const struct catalogue_slot *slots[CATALOGUE_WARM_MAX];
    CHECK(count <= CATALOGUE_WARM_MAX);
    if (catalogue->count == 0)
        return;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t hash = catalogue_hash(codes[i], strlen(codes[i]));
        slots[i] = &catalogue->slots[hash & catalogue->slot_mask];
        __builtin_prefetch(slots[i]);
    }
    for (uint32_t i = 0; i < count; i++)
        if (slots[i]->first) {
            const struct catalogue_entry *e = &catalogue->entries[slots[i]->first - 1];
            __builtin_prefetch(e);
            __builtin_prefetch(e->pric_uplmt_amt); /* the first eight grades */
        }
}

uint32_t catalogue_count(const struct catalogue *catalogue)
{
    return catalogue->count;
}
