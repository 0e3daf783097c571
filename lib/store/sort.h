/* Sorting very many entries by their keys. Business-ordered keys share long beginnings and arrive
 * nearly sorted per institution, which comparing pairs cannot use and this does. Pure. */
#ifndef STORE_SORT_H
#define STORE_SORT_H

#include "store/overlay.h"

struct sort_item {
    uint64_t word; /* eight bytes of the key: the sort's own */
    const struct overlay_entry *entry;
};

/* Into ascending byte order of keys (overlay_compare()); equal keys keep their order. `room` holds
 * as many items and ends with anything in it. */
void sort_items(struct sort_item *items, struct sort_item *room, size_t count);

#endif
