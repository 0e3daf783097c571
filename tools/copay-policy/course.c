/* Rows and facts of an item, laid side by side in time. */
#include "course.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/money.h"

int course_class(const char *text)
{
    int64_t value = 0;
    return money_parse(text, 0, 99, &value) == ERR_OK ? (int)value : 0;
}

const struct sheet_row *course_row(const struct course_item *item, int32_t day)
{
    for (size_t i = 0; i < item->row_count; i++)
        if (day >= item->rows[i].begins && day <= item->rows[i].ends)
            return &item->rows[i];
    return NULL;
}

/* Whose cells a day without a row takes what no file says from: the row before, else the first. */
static const struct sheet_row *pattern_on(const struct course_item *item, int32_t day)
{
    const struct sheet_row *pattern = item->row_count ? &item->rows[0] : NULL;
    for (size_t i = 0; i < item->row_count; i++)
        if (item->rows[i].begins <= day)
            pattern = &item->rows[i];
    return pattern;
}

static void fill_local(const struct course *c, const struct fact *fact, struct course_state *out)
{
    out->cells[c->class] = column_keep(ROLE_CLASS, out->cells[c->class], fact->chrgitm_lv);
    out->cells[c->type] = column_keep(ROLE_TYPE, out->cells[c->type], fact->type);
    out->cells[c->limited] = fact->limited ? "1" : "0";
}

/* Only class 02 has ratios, and class 03 has no amounts; what a row of another class says of them
 * does not go on. */
static void fill_by_class(const struct course *c, const struct sheet_row *pattern,
                          struct course_state *out)
{
    int class = course_class(out->cells[c->class]);
    int was = pattern ? course_class(pattern->cells[c->class]) : class;
    for (size_t i = 0; i < c->merge->before->column_count; i++) {
        bool amount = c->roles[i] == ROLE_AMOUNT && class == 3;
        bool ratio = column_is_ratio(c->roles[i]) && class != 2;
        if (amount || ratio)
            out->cells[i] = pattern && was == class ? pattern->cells[i] : "";
        else if (column_is_ratio(c->roles[i]) && was != 2 && pattern)
            out->cells[i] = "";
    }
}

void course_on(const struct course *c, int32_t day, struct course_state *out)
{
    const struct course_item *item = &c->item;
    const struct sheet_row *row = course_row(item, day),
                           *pattern = row ? row : pattern_on(item, day);
    const struct fact *national = timeline_fact(&item->national, day);
    const struct fact *local = timeline_fact(&item->local, day);
    out->present = (timeline_says(&item->national, day) ? national != NULL : row != NULL) &&
                   (timeline_says(&item->local, day) ? local != NULL : row != NULL);
    for (size_t i = 0; i < c->merge->before->column_count; i++) {
        enum role role = c->roles[i];
        bool flag = role == ROLE_FLAG || role == ROLE_ESSENTIAL || role == ROLE_LIMITED;
        out->cells[i] = pattern ? pattern->cells[i] : flag ? "0" : "";
    }
    out->cells[c->code] = item->code;
    if (national)
        out->cells[c->name] = national->text;
    if (national && national->essential)
        out->cells[c->essential] = national->essential;
    if (local)
        fill_local(c, local, out);
    fill_by_class(c, pattern, out);
    for (size_t i = 0; i < c->merge->before->column_count; i++) {
        const struct fact *cell = timeline_fact(&item->cells[i], day);
        bool closed = column_is_ratio(c->roles[i]) && course_class(out->cells[c->class]) != 2;
        if (timeline_says(&item->cells[i], day) && !closed)
            out->cells[i] = column_keep(c->roles[i], out->cells[i], cell ? cell->text : "");
    }
}

bool course_same(const struct course *c, const char *const *a, const char *const *b, bool names)
{
    for (size_t i = 0; i < c->merge->before->column_count; i++) {
        enum role role = c->roles[i];
        bool day = role == ROLE_BEGINS || role == ROLE_ENDS;
        if (!day && (names || role != ROLE_NAME) && strcmp(a[i], b[i]) != 0)
            return false;
    }
    return true;
}

bool course_differs(const struct course *c, const struct course_state *state, int32_t day,
                    bool names)
{
    const struct sheet_row *row = course_row(&c->item, day);
    if (!state->present || !row)
        return state->present != (row != NULL);
    return !course_same(c, state->cells, row->cells, names);
}

static int compare_days(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

void course_collect_days(struct course *c)
{
    struct course_item *item = &c->item;
    size_t most = 3 * item->fact_count + 2 * item->row_count + 1, n = 0;
    if (most > c->day_capacity) {
        c->day_capacity = 2 * most;
        item->days = realloc(item->days, c->day_capacity * sizeof *item->days);
        CHECK(item->days);
    }
    item->days[n++] = c->merge->from;
    for (size_t i = 0; i < item->row_count; i++) {
        item->days[n++] = item->rows[i].begins;
        item->days[n++] = item->rows[i].ends < DATE_MAX ? item->rows[i].ends + 1 : c->merge->from;
    }
    for (size_t i = 0; i < item->fact_count; i++) {
        const struct fact *f = &item->facts[i];
        item->days[n++] = f->begins;
        item->days[n++] = f->ends < DATE_MAX ? f->ends + 1 : c->merge->from;
    }
    qsort(item->days, n, sizeof *item->days, compare_days);
    item->day_count = 1;
    for (size_t i = 1; i < n; i++)
        if (item->days[i] != item->days[item->day_count - 1])
            item->days[item->day_count++] = item->days[i];
}
