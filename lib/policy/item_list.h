/* The item tags of a pack, and the lists of item codes that its scopes name. A list is looked up
 * when the catalogue is compiled: of a line only bits are left, the tags' first, the lists' behind
 * them. */
#ifndef POLICY_ITEM_LIST_H
#define POLICY_ITEM_LIST_H

#include <stdint.h>

#define ITEM_TAGS_MAX 24
#define ITEM_LISTS_MAX 8
_Static_assert(ITEM_TAGS_MAX + ITEM_LISTS_MAX <= 32, "a mask holds tags and lists");

struct item_list {
    uint16_t count;
    const char *const *prefixes; /* of med_list_codg, sorted */
};

/* Shared by all versions of a pack, since they share its catalogue. */
struct item_lists {
    uint8_t count;
    struct item_list lists[ITEM_LISTS_MAX];
};

/* The bits of the lists that hold the code. */
uint32_t item_lists_holding(const struct item_lists *lists, const char *med_list_codg);

#endif
