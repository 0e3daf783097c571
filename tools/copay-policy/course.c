/* Rows and facts of each item, laid side by side in time. */
#include "course.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/money.h"

#define SELFPAY "selfpay_prop_"
#define CAP "pric_uplmt_"

enum role {
    ROLE_KEPT, /* what the pack says by hand: sex, ages, tags */
    ROLE_CODE,
    ROLE_NAME,
    ROLE_CLASS,
    ROLE_TYPE,
    ROLE_ESSENTIAL,
    ROLE_LIMITED,
    ROLE_FLAG, /* by hand, 0 where nothing is said */
    ROLE_BEGINS,
    ROLE_ENDS,
    ROLE_RATIO, /* of a class: empty, the insurance's */
    ROLE_RATIO_NEEDED,
    ROLE_CAP,
    ROLE_AMOUNT /* none of class 03 */
};

/* What the facts of one subject say, from `since` on. */
struct timeline {
    bool stated;
    int32_t since;
    const struct fact *facts; /* valid ones; none where all was taken back */
    size_t count;
    const struct fact *first; /* of all, to name its line */
};

struct item {
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

struct state {
    bool present;
    const char *cells[TABLE_COLUMNS_MAX];
};

struct work {
    struct merge *merge;
    enum role roles[TABLE_COLUMNS_MAX];
    size_t code, name, class, type, essential, limited, begins, ends; /* columns */
    struct item item;
    size_t day_capacity;
    size_t added; /* items so far */
};

static enum role role_of(const struct policy *policy, const char *column)
{
    static const struct {
        const char *name;
        enum role role;
    } known[] = {
        {"med_list_codg", ROLE_CODE},      {"name", ROLE_NAME},
        {"chrgitm_lv", ROLE_CLASS},        {"med_chrgitm_type", ROLE_TYPE},
        {"bas_medn_flag", ROLE_ESSENTIAL}, {"lmt_used_flag", ROLE_LIMITED},
        {"inpatient_only", ROLE_FLAG},     {"sex_limit", ROLE_FLAG},
        {"begndate", ROLE_BEGINS},         {"enddate", ROLE_ENDS},
        {"item_dedc", ROLE_AMOUNT},        {"pay_standard", ROLE_AMOUNT},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].name, column) == 0)
            return known[i].role;
    if (strncmp(column, CAP, strlen(CAP)) == 0)
        return ROLE_CAP;
    if (strncmp(column, SELFPAY, strlen(SELFPAY)) != 0)
        return ROLE_KEPT;
    for (uint8_t i = 0; i < policy->insutype_count; i++) {
        char code[8];
        snprintf(code, sizeof code, "%03u", policy->insutypes[i]);
        if (strcmp(code, column + strlen(SELFPAY)) == 0)
            return ROLE_RATIO_NEEDED;
    }
    return ROLE_RATIO;
}

static bool is_ratio(enum role role)
{
    return role == ROLE_RATIO || role == ROLE_RATIO_NEEDED;
}

/* Of the class: "02" or "2". */
static int number(const char *text)
{
    int64_t value = 0;
    return money_parse(text, 0, 99, &value) == ERR_OK ? (int)value : 0;
}

/* What is written already stays as it is written where it says the same. */
static const char *keep(enum role role, const char *was, const char *is)
{
    int64_t a, b;
    int scale = role == ROLE_CAP ? 6 : is_ratio(role) ? 4 : 0;
    if (*was && *is && money_parse(was, scale, INT64_MAX, &a) == ERR_OK &&
        money_parse(is, scale, INT64_MAX, &b) == ERR_OK && a == b)
        return was;
    return is;
}

static void timeline_add(const struct merge *merge, struct timeline *t, const struct fact *fact)
{
    int32_t since = fact->begins;
    if (!fact->valid) /* no day is said on which it was taken back, unless it had ended */
        since = fact->ends < merge->from ? fact->ends + 1 : merge->from;
    if (!t->stated || since < t->since)
        t->since = since;
    if (!t->stated)
        t->first = fact;
    t->stated = true;
    if (fact->valid) {
        t->facts = t->count ? t->facts : fact;
        t->count++;
    }
}

static bool says(const struct timeline *t, int32_t day)
{
    return t->stated && day >= t->since;
}

static const struct fact *fact_on(const struct timeline *t, int32_t day)
{
    for (size_t i = 0; i < t->count; i++)
        if (day >= t->facts[i].begins && day <= t->facts[i].ends)
            return &t->facts[i];
    return NULL;
}

static const struct sheet_row *row_on(const struct item *item, int32_t day)
{
    for (size_t i = 0; i < item->row_count; i++)
        if (day >= item->rows[i].begins && day <= item->rows[i].ends)
            return &item->rows[i];
    return NULL;
}

/* Whose cells a day without a row takes what no file says from: the row before, else the first. */
static const struct sheet_row *pattern_on(const struct item *item, int32_t day)
{
    const struct sheet_row *pattern = item->row_count ? &item->rows[0] : NULL;
    for (size_t i = 0; i < item->row_count; i++)
        if (item->rows[i].begins <= day)
            pattern = &item->rows[i];
    return pattern;
}

static void fill_local(const struct work *w, const struct fact *fact, struct state *out)
{
    out->cells[w->class] = keep(ROLE_CLASS, out->cells[w->class], fact->chrgitm_lv);
    out->cells[w->type] = keep(ROLE_TYPE, out->cells[w->type], fact->type);
    out->cells[w->limited] = fact->limited ? "1" : "0";
}

/* Only class 02 has ratios, and class 03 has no amounts; what a row of another class says of them
 * does not go on. */
static void fill_by_class(const struct work *w, const struct sheet_row *pattern, struct state *out)
{
    int class = number(out->cells[w->class]);
    int was = pattern ? number(pattern->cells[w->class]) : class;
    for (size_t i = 0; i < w->merge->before->column_count; i++) {
        bool amount = w->roles[i] == ROLE_AMOUNT && class == 3;
        bool ratio = is_ratio(w->roles[i]) && class != 2;
        if (amount || ratio)
            out->cells[i] = pattern && was == class ? pattern->cells[i] : "";
        else if (is_ratio(w->roles[i]) && was != 2 && pattern)
            out->cells[i] = "";
    }
}

/* What rows and files together say of a day. */
static void state_on(const struct work *w, int32_t day, struct state *out)
{
    const struct item *item = &w->item;
    const struct sheet_row *row = row_on(item, day), *pattern = row ? row : pattern_on(item, day);
    const struct fact *national = fact_on(&item->national, day);
    const struct fact *local = fact_on(&item->local, day);
    out->present = (says(&item->national, day) ? national != NULL : row != NULL) &&
                   (says(&item->local, day) ? local != NULL : row != NULL);
    for (size_t i = 0; i < w->merge->before->column_count; i++) {
        enum role role = w->roles[i];
        bool flag = role == ROLE_FLAG || role == ROLE_ESSENTIAL || role == ROLE_LIMITED;
        out->cells[i] = pattern ? pattern->cells[i] : flag ? "0" : "";
    }
    out->cells[w->code] = item->code;
    if (national)
        out->cells[w->name] = national->text;
    if (national && national->essential)
        out->cells[w->essential] = national->essential;
    if (local)
        fill_local(w, local, out);
    fill_by_class(w, pattern, out);
    for (size_t i = 0; i < w->merge->before->column_count; i++) {
        const struct fact *cell = fact_on(&item->cells[i], day);
        bool closed = is_ratio(w->roles[i]) && number(out->cells[w->class]) != 2;
        if (says(&item->cells[i], day) && !closed)
            out->cells[i] = keep(w->roles[i], out->cells[i], cell ? cell->text : "");
    }
}

static bool same_cells(const struct work *w, const char *const *a, const char *const *b, bool names)
{
    for (size_t i = 0; i < w->merge->before->column_count; i++) {
        enum role role = w->roles[i];
        bool day = role == ROLE_BEGINS || role == ROLE_ENDS;
        if (!day && (names || role != ROLE_NAME) && strcmp(a[i], b[i]) != 0)
            return false;
    }
    return true;
}

static bool differs(const struct work *w, const struct state *state, int32_t day, bool names)
{
    const struct sheet_row *row = row_on(&w->item, day);
    if (!state->present || !row)
        return state->present != (row != NULL);
    return !same_cells(w, state->cells, row->cells, names);
}

static int compare_days(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

static void collect_days(struct work *w)
{
    struct item *item = &w->item;
    size_t most = 3 * item->fact_count + 2 * item->row_count + 1, n = 0;
    if (most > w->day_capacity) {
        w->day_capacity = 2 * most;
        item->days = realloc(item->days, w->day_capacity * sizeof *item->days);
        CHECK(item->days);
    }
    item->days[n++] = w->merge->from;
    for (size_t i = 0; i < item->row_count; i++) {
        item->days[n++] = item->rows[i].begins;
        item->days[n++] = item->rows[i].ends < DATE_MAX ? item->rows[i].ends + 1 : w->merge->from;
    }
    for (size_t i = 0; i < item->fact_count; i++) {
        const struct fact *f = &item->facts[i];
        item->days[n++] = f->begins;
        item->days[n++] = f->ends < DATE_MAX ? f->ends + 1 : w->merge->from;
    }
    qsort(item->days, n, sizeof *item->days, compare_days);
    item->day_count = 1;
    for (size_t i = 1; i < n; i++)
        if (item->days[i] != item->days[item->day_count - 1])
            item->days[item->day_count++] = item->days[i];
}

static const char *day_text(const struct work *w, int32_t day)
{
    char text[DATE_TEXT];
    if (day == DATE_MAX)
        return "";
    date_format(day, text);
    const char *kept = arena_copy(w->merge->arena, text, strlen(text));
    CHECK(kept);
    return kept;
}

static void put_row(const struct work *w, const char *const *from, int32_t begins, int32_t ends)
{
    const struct item *item = &w->item;
    const char **cells =
        arena_alloc(w->merge->arena, w->merge->before->column_count * sizeof *cells);
    CHECK(cells);
    memcpy(cells, from, w->merge->before->column_count * sizeof *cells);
    cells[w->begins] = day_text(w, begins);
    cells[w->ends] = day_text(w, ends);
    sheet_add(w->merge->after,
              (struct sheet_row){.key = cells[w->code],
                                 .begins = begins,
                                 .ends = ends,
                                 .cells = cells,
                                 .place = item->row_count ? item->rows[0].place
                                                          : w->merge->before->count + w->added});
}

/* A ratio that is missing, or one that the class does not have. */
static void check_ratios(const struct work *w, const struct state *state, int32_t day)
{
    const struct item *item = &w->item;
    int class = number(state->cells[w->class]);
    char text[DATE_TEXT];
    for (size_t i = 0; i < w->merge->before->column_count; i++) {
        const char *column = w->merge->before->columns[i];
        const struct fact *cell = fact_on(&item->cells[i], day);
        const struct fact *local = item->local.stated ? item->local.first : item->facts;
        if (!is_ratio(w->roles[i]))
            continue;
        if (class == 2 && w->roles[i] == ROLE_RATIO_NEEDED && state->cells[i][0] == '\0')
            faults_add(w->merge->faults, local->file, local->line, column,
                       "%s 自 %s 起为乙类，没有先自付比例（1319）",
                       "%s is class 02 from %s and has no first self-pay (1319)", item->code,
                       date_format(day, text));
        if (cell && class == 1 && strcmp(cell->text, "0") != 0)
            faults_add(w->merge->faults, cell->file, cell->line, "selfpay_prop",
                       "%s 自 %s 起为甲类，没有先自付", "%s is class 01 from %s and has none",
                       item->code, date_format(day, text));
        if (cell && class == 3 && strcmp(cell->text, "1") != 0)
            faults_add(w->merge->faults, cell->file, cell->line, "selfpay_prop",
                       "%s 自 %s 起为丙类，应为 1", "%s is class 03 from %s: expected 1",
                       item->code, date_format(day, text));
    }
}

static void keep_rows(const struct work *w)
{
    for (size_t i = 0; i < w->item.row_count; i++)
        sheet_add(w->merge->after, w->item.rows[i]);
}

/* The rows as they are until the day before, then what the files say. */
static void write_course(struct work *w, size_t first)
{
    const struct item *item = &w->item;
    int32_t day = item->days[first], begins = DATE_NONE;
    struct state open = {0};
    for (size_t i = 0; i < item->row_count && item->rows[i].begins < day; i++) {
        const struct sheet_row *row = &item->rows[i];
        if (row->ends < day - 1) {
            put_row(w, row->cells, row->begins, row->ends);
            continue;
        }
        memcpy(open.cells, row->cells, w->merge->before->column_count * sizeof *row->cells);
        begins = row->begins;
    }
    for (size_t i = first; i < item->day_count; i++) {
        struct state state;
        state_on(w, item->days[i], &state);
        if (begins != DATE_NONE &&
            (!state.present || !same_cells(w, state.cells, open.cells, true))) {
            put_row(w, open.cells, begins, item->days[i] - 1);
            begins = DATE_NONE;
        }
        if (!state.present)
            continue;
        check_ratios(w, &state, item->days[i]);
        begins = begins == DATE_NONE ? item->days[i] : begins;
        open = state;
    }
    if (begins != DATE_NONE)
        put_row(w, open.cells, begins, DATE_MAX);
    w->added += item->row_count == 0;
}

/* An aspect of an item that may be late: a column, or whether it is there at all. */
#define WHETHER_THERE SIZE_MAX

/* Whether the item's row of a day differs in that from what is right now; where there is no row,
 * only in whether there is one. */
static bool row_differs(const struct work *w, const struct state *now, int32_t day, size_t aspect)
{
    const struct sheet_row *row = row_on(&w->item, day);
    if (aspect == WHETHER_THERE)
        return now->present != (row != NULL);
    return now->present && row && strcmp(now->cells[aspect], row->cells[aspect]) != 0;
}

/* The first of the days before that number on which the files said already what they say then, and
 * the rows did not. */
static size_t late_since(const struct work *w, size_t at, const struct state *now, size_t aspect)
{
    const int32_t *days = w->item.days;
    while (at > 0 && row_differs(w, now, days[at - 1], aspect)) {
        struct state then;
        state_on(w, days[at - 1], &then);
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
static const struct fact *blame(const struct item *item, int32_t day)
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

static void tell_late(const struct work *w, int32_t since)
{
    const struct item *item = &w->item;
    const struct fact *fact = blame(item, since);
    char said[DATE_TEXT], from[DATE_TEXT];
    date_format(since, said);
    date_format(w->merge->from, from);
    if (w->merge->late)
        faults_add(w->merge->notes, fact->file, fact->line, item->code,
                   "应自 %s 起，此前可能已有结算，改自 %s 起",
                   "said from %s on; bills before were settled, so it holds from %s", said, from);
    else
        faults_add(w->merge->faults, fact->file, fact->line, item->code,
                   "自 %s 起变更，早于 %s，其间可能已有结算；用 --late 使其自该日起生效",
                   "changes from %s on, which is before %s: bills of those days were settled; with "
                   "--late it holds from that day",
                   said, from);
}

/* Whether something of the change of day number `at` should have been made earlier; told if so. A
 * name may come late: no bill is priced by it. */
static void check_late(const struct work *w, size_t at)
{
    const struct item *item = &w->item;
    struct state now;
    if (item->fresh || item->days[at] != w->merge->from)
        return;
    state_on(w, item->days[at], &now);
    size_t since = row_differs(w, &now, item->days[at], WHETHER_THERE)
                       ? late_since(w, at, &now, WHETHER_THERE)
                       : at;
    for (size_t i = 0; i < w->merge->before->column_count; i++) {
        enum role role = w->roles[i];
        if (role == ROLE_NAME || role == ROLE_BEGINS || role == ROLE_ENDS)
            continue;
        size_t late = row_differs(w, &now, item->days[at], i) ? late_since(w, at, &now, i) : at;
        since = late < since ? late : since;
    }
    if (since < at)
        tell_late(w, item->days[since]);
}

static size_t day_number(const struct item *item, int32_t day)
{
    size_t i = 0;
    while (i < item->day_count && item->days[i] < day)
        i++;
    return i;
}

static void follow(struct work *w)
{
    const struct item *item = &w->item;
    struct state state;
    collect_days(w);
    size_t from = item->fresh ? 0 : day_number(item, w->merge->from), i = from;
    for (; i < item->day_count; i++) {
        state_on(w, item->days[i], &state);
        if (differs(w, &state, item->days[i], true))
            break;
    }
    if (i < item->day_count) {
        check_late(w, i);
        write_course(w, i);
        return;
    }
    keep_rows(w);
    for (i = 0; i < from; i++) {
        state_on(w, item->days[i], &state);
        if (differs(w, &state, item->days[i], false)) {
            w->merge->past++;
            break;
        }
    }
}

static void skip_item(const struct work *w, enum skip why)
{
    const struct item *item = &w->item;
    for (size_t i = 0; i < item->fact_count; i++)
        skip_fact(w->merge->skips, why, &item->facts[i]);
}

/* An item that ended here does not come back by a national file alone. */
static void tell_unreturned(const struct work *w)
{
    const struct item *item = &w->item;
    const struct fact *national = fact_on(&item->national, DATE_MAX);
    if (national && !item->local.stated && item->row_count && !row_on(item, DATE_MAX))
        skip_fact(w->merge->skips, SKIP_NO_LOCAL, national);
}

static void take_item(struct work *w)
{
    struct item *item = &w->item;
    item->national = item->local = (struct timeline){0};
    memset(item->cells, 0, sizeof item->cells);
    for (size_t i = 0; i < item->fact_count; i++) {
        const struct fact *f = &item->facts[i];
        timeline_add(w->merge,
                     f->subject == FACT_NATIONAL ? &item->national
                     : f->subject == FACT_LOCAL  ? &item->local
                                                 : &item->cells[f->subject - FACT_CELL],
                     f);
    }
    item->fresh = item->row_count == 0 && item->national.count > 0 &&
                  w->merge->first_import[item->national.first->input];
    if (item->row_count == 0 && item->national.count == 0) {
        skip_item(w, SKIP_NO_NATIONAL);
    } else if (item->row_count == 0 && item->local.count == 0) {
        skip_item(w, SKIP_NO_LOCAL);
    } else {
        tell_unreturned(w);
        follow(w);
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
    struct work w = {.merge = merge};
    for (size_t i = 0; i < before->column_count; i++)
        w.roles[i] = role_of(merge->policy, before->columns[i]);
    w.code = sheet_column(before, "med_list_codg");
    w.name = sheet_column(before, "name");
    w.class = sheet_column(before, "chrgitm_lv");
    w.type = sheet_column(before, "med_chrgitm_type");
    w.essential = sheet_column(before, "bas_medn_flag");
    w.limited = sheet_column(before, "lmt_used_flag");
    w.begins = sheet_column(before, "begndate");
    w.ends = sheet_column(before, "enddate");
    for (size_t i = 0, j = 0; i < before->count || j < facts->count;) {
        int order = i == before->count  ? 1
                    : j == facts->count ? -1
                                        : strcmp(before->rows[i].key, facts->list[j].code);
        w.item.rows = &before->rows[i];
        w.item.facts = &facts->list[j];
        w.item.row_count = order <= 0 ? sheet_run(before, i) : 0;
        w.item.fact_count = order >= 0 ? run_of_facts(facts, j) : 0;
        w.item.code = order <= 0 ? before->rows[i].key : facts->list[j].code;
        if (order < 0)
            keep_rows(&w);
        else
            take_item(&w);
        i += w.item.row_count;
        j += w.item.fact_count;
    }
    free(w.item.days);
    sheet_sort(merge->after);
}
