/* Looking an item up: one hash table from a code to its first entry; its other entries follow. */
#include "policy/catalogue.h"

#include <string.h>

#include "base/check.h"
#include "policy/catalogue_hash.h"
#include "policy/tables.h"

#define CACHE_LINE 64

enum catalogue_found catalogue_find(const struct catalogue *catalogue, const char *med_list_codg,
                                    int32_t date, const struct catalogue_entry **entry)
{
    *entry = NULL;
    if (catalogue->count == 0)
        return CATALOGUE_UNKNOWN;
    uint32_t hash = catalogue_hash(med_list_codg), slot = hash & catalogue->slot_mask;
    for (; catalogue->slots[slot].first; slot = (slot + 1) & catalogue->slot_mask) {
        uint32_t i = catalogue->slots[slot].first - 1;
        if (catalogue->slots[slot].hash != hash ||
            strcmp(catalogue->entries[i].med_list_codg, med_list_codg) != 0)
            continue;
        for (uint32_t first = i; i < catalogue->count; i++) {
            const struct catalogue_entry *e = &catalogue->entries[i];
            if (i > first && strcmp(e->med_list_codg, med_list_codg) != 0)
                break;
            if (date >= e->begndate && date <= e->enddate) {
                *entry = e;
                return CATALOGUE_FOUND;
            }
        }
        return CATALOGUE_NOT_IN_FORCE;
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
        slots[i] = &catalogue->slots[catalogue_hash(codes[i]) & catalogue->slot_mask];
        __builtin_prefetch(slots[i]);
    }
    for (uint32_t i = 0; i < count; i++)
        if (slots[i]->first) {
            const char *entry = (const char *)&catalogue->entries[slots[i]->first - 1];
            for (size_t at = 0; at < sizeof *catalogue->entries; at += CACHE_LINE)
                __builtin_prefetch(entry + at);
        }
    for (uint32_t i = 0; i < count; i++)
        if (slots[i]->first)
            __builtin_prefetch(catalogue->entries[slots[i]->first - 1].med_list_codg);
}

uint32_t catalogue_count(const struct catalogue *catalogue)
{
    return catalogue->count;
}
