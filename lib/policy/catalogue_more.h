/* The columns that a catalogue may leave out: facts of few items, kept beside the entries. Internal
 * to lib/policy. */
#ifndef POLICY_CATALOGUE_MORE_H
#define POLICY_CATALOGUE_MORE_H

#include "base/table.h"
#include "policy/tables.h"

enum more_column {
    MORE_TAGS,
    MORE_ITEM_DEDC,
    MORE_PAY_STANDARD,
    MORE_FIXED /* then selfpay_prop_<person class> */
};
#define MORE_COLUMNS_MAX (MORE_FIXED + POLICY_CLASSES_MAX)

/* What rows said so far; one malloc'ed list, more_free(). */
struct more_list {
    struct catalogue_more *list;
    uint32_t count, capacity;
};

/* Their names, behind those of the columns that must be there. */
size_t more_columns(const struct policy *policy, const char *columns[], char texts[][32]);
/* The number that the row's facts have in the list, 0 when it states none; `first` is the number of
 * the first of these columns. False: out of memory. */
bool more_read(const struct policy *policy, const struct table_row *row, size_t first,
               const struct catalogue_entry *entry, struct more_list *list,
               uint32_t *number) MUST_CHECK;
/* Keeps of each one copy, in the arena and in out->more. numbers[n - 1] is what number n of the
 * list becomes; malloc'ed, NULL of an empty list. ERR_LIMIT: too many different ones. */
enum err more_freeze(const struct more_list *list, struct arena *arena, struct catalogue *out,
                     uint16_t **numbers) MUST_CHECK;
void more_free(struct more_list *list);

#endif
