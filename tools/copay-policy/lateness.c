/* Each aspect of an item, back in time to the first day on which its row was wrong. */
#include "lateness.h"

#include <string.h>

#include "base/date.h"

/* An aspect of an item that may be late: a column, or whether it is there at all. */
#define WHETHER_THERE SIZE_MAX

/* Whether the item's row of a day differs in that from what is right now; where there is no row,
 * only in whether there is one. */
static bool row_differs(const struct course *c, const struct course_state *now, int32_t day,
                        size_t aspect)
{
    const struct sheet_row *row = course_row(&c->item, day);
    if (aspect == WHETHER_THERE)
        return now->present != (row != NULL);
    return now->present && row && strcmp(now->cells[aspect], row->cells[aspect]) != 0;
}

/* The first of the days before that number on which the files said already what they say then, and
 * the rows did not. */
static size_t late_since(const struct course *c, size_t at, const struct course_state *now,
                         size_t aspect)
{
    const int32_t *days = c->item.days;
    while (at > 0 && row_differs(c, now, days[at - 1], aspect)) {
        struct course_state then;
        course_on(c, days[at - 1], &then);
        bool same = aspect == WHETHER_THERE
                        ? then.present == now->present
                        : then.present && strcmp(then.cells[aspect], now->cells[aspect]) == 0;
        if (!same)
            break;
        at--;
    }
    return at;
}

/* The line that begins or ends something on that day, else one that holds on it. */
static const struct fact *blame(const struct course_item *item, int32_t day)
{
    const struct fact *holds = item->facts;
    for (size_t i = item->fact_count; i-- > 0;) {
        const struct fact *f = &item->facts[i];
        if (f->begins == day || f->ends == day - 1)
            return f;
        if (f->begins <= day && f->ends >= day)
            holds = f;
    }
    return holds;
}

static void tell_late(const struct course *c, int32_t since)
{
    const struct course_item *item = &c->item;
    const struct fact *fact = blame(item, since);
    char said[DATE_TEXT], from[DATE_TEXT];
    date_format(since, said);
    date_format(c->merge->from, from);
    if (c->merge->late)
        faults_add(c->merge->notes, fact->file, fact->line, item->code,
                   "应自 %s 起，此前可能已有结算，改自 %s 起",
                   "said from %s on; bills before were settled, so it holds from %s", said, from);
    else
        faults_add(c->merge->faults, fact->file, fact->line, item->code,
                   "自 %s 起变更，早于 %s，其间可能已有结算；用 --late 使其自该日起生效",
                   "changes from %s on, which is before %s: bills of those days were settled; with "
                   "--late it holds from that day",
                   said, from);
}

void lateness_check(const struct course *c, size_t at)
{
    const struct course_item *item = &c->item;
    struct course_state now;
    if (item->fresh || item->days[at] != c->merge->from)
        return;
    course_on(c, item->days[at], &now);
    size_t since = row_differs(c, &now, item->days[at], WHETHER_THERE)
                       ? late_since(c, at, &now, WHETHER_THERE)
                       : at;
    for (size_t i = 0; i < c->merge->before->column_count; i++) {
        enum role role = c->roles[i];
        if (role == ROLE_NAME || role == ROLE_BEGINS || role == ROLE_ENDS)
            continue;
        size_t late = row_differs(c, &now, item->days[at], i) ? late_since(c, at, &now, i) : at;
        since = late < since ? late : since;
    }
    if (since < at)
        tell_late(c, item->days[since]);
}
