/* Radix sort from the first bytes on, eight at a time: what is already in order is left alone at
 * every level (one institution's messages arrive in the order of their keys), equal words go on
 * with the next eight bytes, and bytes that all keys share cost nothing but their count.
 *
 * Measured on 4 M message and visit keys of 1,000 institutions: 5 times as fast as qsort(). */
#include "store/sort.h"

#include <string.h>

#include "base/limits.h"

#define WORD_BYTES 8
/* Entries lie anywhere in memory: so many are asked for before they are looked at. */
#define AHEAD 16
#define FEW 24 /* below it, insertion is cheaper than counting */

static uint64_t word_at(struct slice key, size_t depth)
{
    uint64_t word = 0;
    size_t left = key.size > depth ? key.size - depth : 0;
    if (left > 0)
        memcpy(&word, key.data + depth, left < WORD_BYTES ? left : WORD_BYTES);
    return __builtin_bswap64(word);
}

static int compare(const struct sort_item *a, const struct sort_item *b)
{
    return overlay_compare(overlay_key(a->entry), overlay_key(b->entry));
}

static bool in_order(const struct sort_item *items, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (compare(&items[i - 1], &items[i]) > 0)
            return false;
    return true;
}

static void insert_each(struct sort_item *items, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct sort_item item = items[i];
        size_t at = i;
        for (; at > 0 && compare(&items[at - 1], &item) > 0; at--)
            items[at] = items[at - 1];
        items[at] = item;
    }
}

/* By word, byte after byte from the last; bytes that are the same in all are skipped. */
static void sort_words(struct sort_item *items, struct sort_item *room, size_t count)
{
    size_t counts[WORD_BYTES][256] = {0};
    struct sort_item *from = items, *to = room;
    for (size_t i = 0; i < count; i++)
        for (size_t byte = 0; byte < WORD_BYTES; byte++)
            counts[byte][items[i].word >> (8 * byte) & 0xFF]++;
    for (size_t byte = 0; byte < WORD_BYTES; byte++) {
        size_t *starts = counts[byte], sum = 0;
        if (starts[items[0].word >> (8 * byte) & 0xFF] == count)
            continue;
        for (size_t value = 0; value < 256; value++) {
            size_t here = starts[value];
            starts[value] = sum;
            sum += here;
        }
        for (size_t i = 0; i < count; i++)
            to[starts[from[i].word >> (8 * byte) & 0xFF]++] = from[i];
        struct sort_item *other = from;
        from = to;
        to = other;
    }
    if (from != items)
        memcpy(items, from, count * sizeof *items);
}

/* Keys agree up to `depth`. */
static void sort_from(struct sort_item *items, struct sort_item *room, size_t count, size_t depth)
{
    if (in_order(items, count))
        return;
    /* Beyond every key's end only lengths differ: few keys, for no text holds a zero. */
    if (count < FEW || depth > KEY_MAX) {
        insert_each(items, count);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (i + AHEAD < count)
            __builtin_prefetch(items[i + AHEAD].entry->bytes + depth);
        items[i].word = word_at(overlay_key(items[i].entry), depth);
    }
    sort_words(items, room, count);
    for (size_t i = 0, n; i < count; i += n) {
        for (n = 1; i + n < count && items[i + n].word == items[i].word;)
            n++;
        if (n > 1)
            sort_from(items + i, room, n, depth + WORD_BYTES);
    }
}

void sort_items(struct sort_item *items, struct sort_item *room, size_t count)
{
    sort_from(items, room, count, 0);
}
