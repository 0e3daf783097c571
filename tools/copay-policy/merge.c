/* Items one after the other, from the rows and the facts in the order of their codes. */
#include "merge.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "lateness.h"
#include "revision.h"

static size_t day_number(const struct course_item *item, int32_t day)
{
    size_t i = 0;
    while (i < item->day_count && item->days[i] < day)
        i++;
    return i;
}

static void follow(struct course *c)
{
    const struct course_item *item = &c->item;
    struct course_state state;
    course_collect_days(c);
    size_t from = item->fresh ? 0 : day_number(item, c->merge->from), i = from;
    for (; i < item->day_count; i++) {
        course_on(c, item->days[i], &state);
        if (course_differs(c, &state, item->days[i], true))
            break;
    }
    if (i < item->day_count) {
        lateness_check(c, i);
        revision_write(c, i);
        return;
    }
    revision_keep(c);
    for (i = 0; i < from; i++) {
        course_on(c, item->days[i], &state);
        if (course_differs(c, &state, item->days[i], false)) {
            c->merge->past++;
            break;
        }
    }
}

static void skip_item(const struct course *c, enum skip why)
{
    const struct course_item *item = &c->item;
    for (size_t i = 0; i < item->fact_count; i++)
        skip_fact(c->merge->skips, why, &item->facts[i]);
}

/* An item that ended here does not come back by a national file alone. */
static void tell_unreturned(const struct course *c)
{
    const struct course_item *item = &c->item;
    const struct fact *national = timeline_fact(&item->national, DATE_MAX);
    if (national && !item->local.stated && item->row_count && !course_row(item, DATE_MAX))
        skip_fact(c->merge->skips, SKIP_NO_LOCAL, national);
}

static void take_item(struct course *c)
{
    struct course_item *item = &c->item;
    item->national = item->local = (struct timeline){0};
    memset(item->cells, 0, sizeof item->cells);
    for (size_t i = 0; i < item->fact_count; i++) {
        const struct fact *f = &item->facts[i];
        timeline_add(f->subject == FACT_NATIONAL ? &item->national
                     : f->subject == FACT_LOCAL  ? &item->local
                                                 : &item->cells[f->subject - FACT_CELL],
                     f, c->merge->from);
    }
    item->fresh = item->row_count == 0 && item->national.count > 0 &&
                  c->merge->first_import[item->national.first->input];
    if (item->row_count == 0 && item->national.count == 0) {
        skip_item(c, SKIP_NO_NATIONAL);
    } else if (item->row_count == 0 && item->local.count == 0) {
        skip_item(c, SKIP_NO_LOCAL);
    } else {
        tell_unreturned(c);
        follow(c);
    }
}

static size_t run_of_facts(const struct facts *facts, size_t from)
{
    size_t end = from;
    while (end < facts->count && strcmp(facts->list[end].code, facts->list[from].code) == 0)
        end++;
    return end - from;
}

void merge_catalogue(struct merge *merge, const struct facts *facts)
{
    const struct sheet *before = merge->before;
    struct course c = {.merge = merge};
    for (size_t i = 0; i < before->column_count; i++)
        c.roles[i] = column_role(merge->policy, before->columns[i]);
    c.code = sheet_column(before, "med_list_codg");
    c.name = sheet_column(before, "name");
    c.class = sheet_column(before, "chrgitm_lv");
    c.type = sheet_column(before, "med_chrgitm_type");
    c.essential = sheet_column(before, "bas_medn_flag");
    c.limited = sheet_column(before, "lmt_used_flag");
    c.begins = sheet_column(before, "begndate");
    c.ends = sheet_column(before, "enddate");
    for (size_t i = 0, j = 0; i < before->count || j < facts->count;) {
        int order = i == before->count  ? 1
                    : j == facts->count ? -1
                                        : strcmp(before->rows[i].key, facts->list[j].code);
        c.item.rows = &before->rows[i];
        c.item.facts = &facts->list[j];
        c.item.row_count = order <= 0 ? sheet_run(before, i) : 0;
        c.item.fact_count = order >= 0 ? run_of_facts(facts, j) : 0;
        c.item.code = order <= 0 ? before->rows[i].key : facts->list[j].code;
        if (order < 0)
            revision_keep(&c);
        else
            take_item(&c);
        i += c.item.row_count;
        j += c.item.fact_count;
    }
    free(c.item.days);
    sheet_sort(merge->after);
}
