/* Sorted once a turn and searched in halves: whatever names a list has, it costs the same. */
#include "settle/detail_rows.h"

#include <stdlib.h>
#include <string.h>

static int compare_places(const void *a, const void *b)
{
    const struct detail_place *x = a, *y = b;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

static bool setl_number(const char *setl_id, uint64_t *number)
{
    return id_parse_setl(setl_id, number) == ERR_OK;
}

/* Behind the institution there are 18 digits. */
static bool msg_number(const char *msgid, uint64_t *number)
{
    if (id_parse_msgid(msgid, NULL) != ERR_OK)
        return false;
    *number = 0;
    for (int i = ID_FIXMEDINS; i < ID_MSGID; i++)
        *number = *number * 10 + (uint64_t)(msgid[i] - '0');
    return true;
}

enum err detail_rows_index(const struct detail_row *rows, uint32_t count, struct arena *arena,
                           struct detail_rows *out)
{
    *out = (struct detail_rows){.rows = rows};
    out->by_setl = arena_alloc_raw(arena, (count + 1) * sizeof out->by_setl[0]);
    out->by_msg = arena_alloc_raw(arena, (count + 1) * sizeof out->by_msg[0]);
    if (!out->by_setl || !out->by_msg)
        return ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t number;
        if (setl_number(rows[i].setl_id, &number))
            out->by_setl[out->setl_count++] = (struct detail_place){number, i};
        if (msg_number(rows[i].msgid, &number))
            out->by_msg[out->msg_count++] = (struct detail_place){number, i};
    }
    qsort(out->by_setl, out->setl_count, sizeof out->by_setl[0], compare_places);
    qsort(out->by_msg, out->msg_count, sizeof out->by_msg[0], compare_places);
    return ERR_OK;
}

/* The first of that number. */
static uint32_t find(const struct detail_place *places, uint32_t count, uint64_t number)
{
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (places[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool detail_rows_settlement(const struct detail_rows *list, const char *setl_id, uint32_t *row)
{
    uint64_t number;
    if (!setl_number(setl_id, &number))
        return false;
    for (uint32_t i = find(list->by_setl, list->setl_count, number);
         i < list->setl_count && list->by_setl[i].number == number; i++) {
        *row = list->by_setl[i].row;
        if (strcmp(list->rows[*row].setl_id, setl_id) == 0)
            return true;
    }
    return false;
}

bool detail_rows_message(const struct detail_rows *list, const char *msgid, uint32_t *row)
{
    uint64_t number;
    if (!msg_number(msgid, &number))
        return false;
    for (uint32_t i = find(list->by_msg, list->msg_count, number);
         i < list->msg_count && list->by_msg[i].number == number; i++) {
        *row = list->by_msg[i].row;
        if (strcmp(list->rows[*row].msgid, msgid) == 0)
            return true;
    }
    return false;
}
