/* An item's rows as they will be. */
#include "revision.h"

#include <string.h>

#include "base/date.h"

static const char *day_text(const struct course *c, int32_t day)
{
    char text[DATE_TEXT];
    if (day == DATE_MAX)
        return "";
    date_format(day, text);
    const char *kept = arena_copy(c->merge->arena, text, strlen(text));
    CHECK(kept);
    return kept;
}

static void put_row(const struct course *c, const char *const *from, int32_t begins, int32_t ends)
{
    const struct course_item *item = &c->item;
    const char **cells =
        arena_alloc(c->merge->arena, c->merge->before->column_count * sizeof *cells);
    CHECK(cells);
    memcpy(cells, from, c->merge->before->column_count * sizeof *cells);
    cells[c->begins] = day_text(c, begins);
    cells[c->ends] = day_text(c, ends);
    sheet_add(c->merge->after,
              (struct sheet_row){.key = cells[c->code],
                                 .begins = begins,
                                 .ends = ends,
                                 .cells = cells,
                                 .place = item->row_count ? item->rows[0].place
                                                          : c->merge->before->count + c->added});
}

/* A ratio that is missing, or one that the class does not have. */
static void check_ratios(const struct course *c, const struct course_state *state, int32_t day)
{
    const struct course_item *item = &c->item;
    int class = course_class(state->cells[c->class]);
    char text[DATE_TEXT];
    for (size_t i = 0; i < c->merge->before->column_count; i++) {
        const char *column = c->merge->before->columns[i];
        const struct fact *cell = timeline_fact(&item->cells[i], day);
        const struct fact *local = item->local.stated ? item->local.first : item->facts;
        if (!column_is_ratio(c->roles[i]))
            continue;
        if (class == 2 && c->roles[i] == ROLE_RATIO_NEEDED && state->cells[i][0] == '\0')
            faults_add(c->merge->faults, local->file, local->line, column,
                       "%s 自 %s 起为乙类，没有先自付比例（1319）",
                       "%s is class 02 from %s and has no first self-pay (1319)", item->code,
                       date_format(day, text));
        if (cell && class == 1 && strcmp(cell->text, "0") != 0)
            faults_add(c->merge->faults, cell->file, cell->line, "selfpay_prop",
                       "%s 自 %s 起为甲类，没有先自付", "%s is class 01 from %s and has none",
                       item->code, date_format(day, text));
        if (cell && class == 3 && strcmp(cell->text, "1") != 0)
            faults_add(c->merge->faults, cell->file, cell->line, "selfpay_prop",
                       "%s 自 %s 起为丙类，应为 1", "%s is class 03 from %s: expected 1",
                       item->code, date_format(day, text));
    }
}

void revision_keep(const struct course *c)
{
    for (size_t i = 0; i < c->item.row_count; i++)
        sheet_add(c->merge->after, c->item.rows[i]);
}

void revision_write(struct course *c, size_t first)
{
    const struct course_item *item = &c->item;
    int32_t day = item->days[first], begins = DATE_NONE;
    struct course_state open = {0};
    for (size_t i = 0; i < item->row_count && item->rows[i].begins < day; i++) {
        const struct sheet_row *row = &item->rows[i];
        if (row->ends < day - 1) {
            put_row(c, row->cells, row->begins, row->ends);
            continue;
        }
        memcpy(open.cells, row->cells, c->merge->before->column_count * sizeof *row->cells);
        begins = row->begins;
    }
    for (size_t i = first; i < item->day_count; i++) {
        struct course_state state;
        course_on(c, item->days[i], &state);
        if (begins != DATE_NONE &&
            (!state.present || !course_same(c, state.cells, open.cells, true))) {
            put_row(c, open.cells, begins, item->days[i] - 1);
            begins = DATE_NONE;
        }
        if (!state.present)
            continue;
        check_ratios(c, &state, item->days[i]);
        begins = begins == DATE_NONE ? item->days[i] : begins;
        open = state;
    }
    if (begins != DATE_NONE)
        put_row(c, open.cells, begins, DATE_MAX);
    c->added += item->row_count == 0;
}
