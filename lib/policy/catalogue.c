/* Looking an item up: one hash table from a code to its first entry; its other entries follow. */
#include "policy/catalogue.h"

#include <string.h>

#include "policy/catalogue_hash.h"
#include "policy/tables.h"

enum catalogue_found catalogue_find(const struct catalogue *catalogue, const char *med_list_codg,
                                    int32_t date, const struct catalogue_entry **entry)
{
    *entry = NULL;
    if (catalogue->count == 0)
        return CATALOGUE_UNKNOWN;
    uint32_t slot = catalogue_hash(med_list_codg) & catalogue->slot_mask;
    for (; catalogue->slots[slot]; slot = (slot + 1) & catalogue->slot_mask) {
        uint32_t i = catalogue->slots[slot] - 1;
        if (strcmp(catalogue->entries[i].med_list_codg, med_list_codg) != 0)
            continue;
        for (; i < catalogue->count; i++) {
            const struct catalogue_entry *e = &catalogue->entries[i];
            if (strcmp(e->med_list_codg, med_list_codg) != 0)
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

uint32_t catalogue_count(const struct catalogue *catalogue)
{
    return catalogue->count;
}
