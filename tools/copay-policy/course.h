/* An item's course through time: what its rows in the catalogue say, and what the files of an
 * import say from a certain day on. Where a file speaks of an item at all it says everything, from
 * the first day that it names: a day behind it that no row covers has nothing.
 *
 * The past stays. From the first day on which the two differ the files are right; the row before
 * ends the day before. */
#ifndef COPAY_POLICY_COURSE_H
#define COPAY_POLICY_COURSE_H

#include "column.h"
#include "merge.h"
#include "timeline.h"

struct course_item {
    const char *code;
    const struct sheet_row *rows;
    size_t row_count;
    const struct fact *facts;
    size_t fact_count;
    struct timeline national, local, cells[TABLE_COLUMNS_MAX];
    bool fresh;
    int32_t *days; /* on which something may change, in order */
    size_t day_count;
};

/* One item after the other. */
struct course {
    struct merge *merge;
    enum role roles[TABLE_COLUMNS_MAX];
    size_t code, name, class, type, essential, limited, begins, ends; /* columns */
    struct course_item item;
    size_t day_capacity;
    size_t added; /* items so far */
};

/* The item on one day. */
struct course_state {
    bool present;
    const char *cells[TABLE_COLUMNS_MAX];
};

/* What rows and files together say of a day. */
void course_on(const struct course *course, int32_t day, struct course_state *out);
/* The row that holds on that day; NULL: none. */
const struct sheet_row *course_row(const struct course_item *item, int32_t day);
/* Whether that is otherwise than the row of the day has it. */
bool course_differs(const struct course *course, const struct course_state *state, int32_t day,
                    bool names);
/* Whether two rows say the same but for their days and, without `names`, names. */
bool course_same(const struct course *course, const char *const *a, const char *const *b,
                 bool names);
/* Fills item.days. */
void course_collect_days(struct course *course);
/* Of the class in a cell: "02" or "2". */
int course_class(const char *text);

#endif
