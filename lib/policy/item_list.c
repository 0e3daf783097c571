/* Lists of item codes. Pure. */
#include "policy/item_list.h"

#include <stdbool.h>
#include <string.h>

/* No prefix begins another, so the last one that is not behind the code is the only candidate. */
static bool holds(const struct item_list *list, const char *med_list_codg)
{
    uint16_t low = 0, high = list->count;
    while (low < high) {
        uint16_t middle = (uint16_t)(low + (high - low) / 2);
        if (strcmp(list->prefixes[middle], med_list_codg) <= 0)
            low = (uint16_t)(middle + 1);
        else
            high = middle;
    }
    if (low == 0)
        return false;
    const char *prefix = list->prefixes[low - 1];
    return strncmp(med_list_codg, prefix, strlen(prefix)) == 0;
}

uint32_t item_lists_holding(const struct item_lists *lists, const char *med_list_codg)
{
    uint32_t mask = 0;
    for (uint8_t i = 0; i < lists->count; i++)
        if (holds(&lists->lists[i], med_list_codg))
            mask |= UINT32_C(1) << (ITEM_TAGS_MAX + i);
    return mask;
}
