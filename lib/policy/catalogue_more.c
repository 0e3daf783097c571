/* Optional cells of catalogue.csv, and one copy of all that say the same: of half a million items
 * few are marked, and those alike. */
#include "policy/catalogue_more.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/money.h"

size_t more_columns(const struct policy *policy, const char *columns[], char texts[][32])
{
    static const char *const fixed[MORE_FIXED] = {
        [MORE_TAGS] = "?tags",
        [MORE_ITEM_DEDC] = "?item_dedc",
        [MORE_PAY_STANDARD] = "?pay_standard",
    };
    size_t n = 0;
    for (; n < MORE_FIXED; n++)
        columns[n] = fixed[n];
    for (uint8_t i = 0; i < policy->class_count; i++, n++) {
        snprintf(texts[n], sizeof texts[n], "?selfpay_prop_%s", policy->classes[i].name);
        columns[n] = texts[n];
    }
    return n;
}

static int64_t read_amount(const struct table_row *row, size_t column, int scale, int64_t most,
                           const struct catalogue_entry *entry)
{
    int64_t amount = 0;
    if (*table_cell(row, column) == '\0' || !table_decimal(row, column, scale, most, &amount))
        return 0;
    if (amount == 0)
        table_fault(row, column, "应大于 0；没有则留空", "expected more than 0; empty says none");
    if (entry->chrgitm_lv == 3)
        table_fault(row, column, "丙类全部自费，没有此项", "class 03 is wholly own and has none");
    return amount;
}

static uint16_t read_prop(const struct table_row *row, size_t column,
                          const struct catalogue_entry *entry)
{
    int64_t ratio;
    if (*table_cell(row, column) == '\0' || !table_decimal(row, column, 4, RATIO_ONE, &ratio))
        return CATALOGUE_PROP_NONE;
    if (entry->chrgitm_lv != 2)
        table_fault(row, column, "只有乙类有先行自付", "only class 02 has a first self-pay");
    return (uint16_t)ratio;
}

/* Room for one more, zeroed to the last byte, since they are compared as bytes. */
static struct catalogue_more *more_next(struct more_list *list)
{
    if (list->count == list->capacity) {
        uint32_t capacity = list->capacity ? 2 * list->capacity : 256;
        struct catalogue_more *grown = realloc(list->list, capacity * sizeof *grown);
        if (!grown)
            return NULL;
        list->list = grown;
        list->capacity = capacity;
    }
    struct catalogue_more *more = &list->list[list->count];
    memset(more, 0, sizeof *more);
    return more;
}

bool more_read(const struct policy *policy, const struct table_row *row, size_t first,
               const struct catalogue_entry *entry, struct more_list *list, uint32_t *number)
{
    struct catalogue_more *more = more_next(list);
    if (!more)
        return false;
    more->tags = item_lists_holding(policy->lines.items, entry->med_list_codg) |
                 names_mask(policy, row, first + MORE_TAGS, policy_item_tag);
    more->item_dedc = read_amount(row, first + MORE_ITEM_DEDC, 2, CATALOGUE_DEDC_MAX, entry);
    more->pay_standard = read_amount(row, first + MORE_PAY_STANDARD, 6, CATALOGUE_PRICE_MAX, entry);
    bool any = more->tags || more->item_dedc || more->pay_standard;
    for (size_t i = 0; i < POLICY_CLASSES_MAX; i++) {
        more->selfpay_prop[i] = CATALOGUE_PROP_NONE;
        if (i < policy->class_count)
            more->selfpay_prop[i] = read_prop(row, first + MORE_FIXED + i, entry);
        any |= more->selfpay_prop[i] != CATALOGUE_PROP_NONE;
    }
    *number = any ? ++list->count : 0;
    return true;
}

static int compare(const void *a, const void *b)
{
    const struct catalogue_more *const *x = a, *const *y = b;
    int order = memcmp(*x, *y, sizeof **x);
    return order != 0 ? order : (*x > *y) - (*x < *y);
}

static void note(struct catalogue *out, const struct catalogue_more *more)
{
    out->has_item_dedc |= more->item_dedc != 0;
    out->has_pay_standard |= more->pay_standard != 0;
    for (size_t i = 0; i < POLICY_CLASSES_MAX; i++)
        out->by_class |= more->selfpay_prop[i] != CATALOGUE_PROP_NONE;
}

/* Numbers those in order; the table's first entry is none. */
static enum err copy_once(const struct more_list *list, const struct catalogue_more **order,
                          struct arena *arena, struct catalogue *out, uint16_t *numbers)
{
    uint32_t different = 1;
    for (uint32_t i = 1; i < list->count; i++)
        different += memcmp(order[i], order[i - 1], sizeof **order) != 0;
    if (different > UINT16_MAX)
        return ERR_LIMIT;
    struct catalogue_more *kept = arena_alloc(arena, (different + 1) * sizeof *kept);
    if (!kept)
        return ERR_NOMEM;
    uint16_t count = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        if (i == 0 || memcmp(order[i], order[i - 1], sizeof **order) != 0) {
            kept[++count] = *order[i];
            note(out, order[i]);
        }
        numbers[order[i] - list->list] = count;
    }
    out->more = kept;
    return ERR_OK;
}

enum err more_freeze(const struct more_list *list, struct arena *arena, struct catalogue *out,
                     uint16_t **numbers)
{
    *numbers = NULL;
    if (list->count == 0)
        return ERR_OK;
    const struct catalogue_more **order = malloc(list->count * sizeof *order);
    *numbers = malloc(list->count * sizeof **numbers);
    enum err err = order && *numbers ? ERR_OK : ERR_NOMEM;
    for (uint32_t i = 0; err == ERR_OK && i < list->count; i++)
        order[i] = &list->list[i];
    if (err == ERR_OK) {
        qsort(order, list->count, sizeof *order, compare);
        err = copy_once(list, order, arena, out, *numbers);
    }
    free(order);
    if (err != ERR_OK) {
        free(*numbers);
        *numbers = NULL;
    }
    return err;
}

void more_free(struct more_list *list)
{
    free(list->list);
}
