/* Catalogue and institutions compared day by day: an entry's rows follow each other in time, so the
 * same code may agree today and differ from next January on. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/file.h"
#include "base/table.h"
#include "diff.h"

#define TABLE_BYTES_MAX ((size_t)256 * 1024 * 1024)
#define TABLE_ARENA_MAX ((size_t)2048 * 1024 * 1024)
#define NAME_COLUMN "name"

struct sheet_row {
    const char *key;
    int32_t begins, ends;
    const char *const *cells;
};

/* One table of one side. */
struct sheet {
    const char *key; /* name of the key's column */
    struct arena *arena;
    size_t column_count;
    const char *columns[TABLE_COLUMNS_MAX];
    size_t count, capacity;
    struct sheet_row *rows; /* by key and first day */
};

struct pair {
    enum lang lang;
    const struct policy *policy; /* whose names print uses */
    const struct sheet *before, *after;
    unsigned added, removed, changed;
};

static size_t column_find(const struct sheet *sheet, const char *name)
{
    size_t i = 0;
    while (i < sheet->column_count && strcmp(sheet->columns[i], name) != 0)
        i++;
    return i;
}

static const char *cell(const struct sheet *sheet, const struct sheet_row *row, const char *column)
{
    size_t i = column_find(sheet, column);
    return i < sheet->column_count ? row->cells[i] : "";
}

static bool add_row(const struct table_row *row, void *user)
{
    struct sheet *sheet = user;
    const char **cells = arena_alloc(sheet->arena, sheet->column_count * sizeof *cells);
    CHECK(cells);
    if (sheet->count == sheet->capacity) {
        sheet->capacity = sheet->capacity ? 2 * sheet->capacity : 1024;
        sheet->rows = realloc(sheet->rows, sheet->capacity * sizeof *sheet->rows);
        CHECK(sheet->rows);
    }
    for (size_t i = 0; i < sheet->column_count; i++) {
        const char *text = table_cell(row, i);
        cells[i] = arena_copy(sheet->arena, text, strlen(text));
        CHECK(cells[i]);
    }
    struct sheet_row *out = &sheet->rows[sheet->count++];
    *out = (struct sheet_row){.cells = cells, .ends = DATE_MAX};
    out->key = cell(sheet, out, sheet->key);
    return table_period(row, column_find(sheet, "begndate"), column_find(sheet, "enddate"),
                        &out->begins, &out->ends);
}

static int compare_rows(const void *a, const void *b)
{
    const struct sheet_row *x = a, *y = b;
    int order = strcmp(x->key, y->key);
    return order ? order : (x->begins > y->begins) - (x->begins < y->begins);
}

/* The header's names; the pack was compiled, so it is sound. */
static void read_header(struct sheet *sheet, struct slice text)
{
    const char *at = (const char *)text.data, *end = at + text.size;
    if (text.size >= 3 && memcmp(at, "\xEF\xBB\xBF", 3) == 0)
        at += 3;
    while (sheet->column_count < TABLE_COLUMNS_MAX) {
        const char *stop = at;
        while (stop < end && !strchr(",\r\n", *stop))
            stop++;
        char *name = arena_copy(sheet->arena, at, (size_t)(stop - at));
        CHECK(name);
        sheet->columns[sheet->column_count++] = name;
        if (stop == end || *stop != ',')
            return;
        at = stop + 1;
    }
}

/* What is wrong is printed; false then. */
static bool read_sheet(struct sheet *sheet, const char *folder, const char *file, const char *key)
{
    static struct faults faults;
    char path[PATH_MAX + 32];
    uint8_t *text;
    size_t size;
    faults.count = faults.more = 0;
    *sheet = (struct sheet){.key = key, .arena = arena_new(TABLE_ARENA_MAX)};
    CHECK(sheet->arena);
    snprintf(path, sizeof path, "%s/%s", folder, file);
    enum err err = file_read(path, TABLE_BYTES_MAX, &text, &size);
    if (err == ERR_NOTFOUND)
        return true;
    if (err == ERR_OK) {
        const struct slice slice = {text, size};
        read_header(sheet, slice);
        err = table_read(path, slice, sheet->columns, sheet->column_count, add_row, sheet, &faults);
        free(text);
    }
    if (err != ERR_OK && faults.count == 0)
        faults_add(&faults, path, 0, NULL, "无法读取：%s", "cannot be read: %s", err_text(err));
    faults_report(&faults, stdout);
    if (sheet->count)
        qsort(sheet->rows, sheet->count, sizeof *sheet->rows, compare_rows);
    return faults.count == 0;
}

static void free_sheet(struct sheet *sheet)
{
    free(sheet->rows);
    arena_free(sheet->arena);
}

static void say_column(const struct pair *pair, const char *column)
{
    static const struct {
        const char *name, *zh, *en;
    } names[] = {
        {"name", "名称", "name"},
        {"chrgitm_lv", "收费等级", "class"},
        {"med_chrgitm_type", "费用类别", "charge type"},
        {"bas_medn_flag", "基本药物", "essential drug"},
        {"lmt_used_flag", "限制使用", "limited use"},
        {"inpatient_only", "限住院", "inpatients only"},
        {"sex_limit", "限性别", "sex"},
        {"age_min", "最低年龄", "age from"},
        {"age_max", "最高年龄", "age to"},
        {"tags", "标签", "tags"},
        {"item_dedc", "单项起付", "item's deductible"},
        {"pay_standard", "支付标准", "payment standard"},
        {"fixmedins_type", "机构类型", "type"},
        {"admdvs", "县区", "county"},
        {"benefit_grade", "待遇级别", "benefit grade"},
        {"cap_grade", "限价级别", "price-cap grade"},
        {"dedc_grade", "起付级别", "deductible grade"},
        {"kinds", "医疗类型", "kinds of care"},
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(names[i].name, column) == 0) {
            fputs(in_words(pair->lang, names[i].zh, names[i].en), stdout);
            return;
        }
    if (strncmp(column, "selfpay_prop_", 13) == 0)
        say(stdout, pair->lang, "先自付比例 %s", "first self-pay %s", column + 13);
    else if (strncmp(column, "pric_uplmt_", 11) == 0)
        say(stdout, pair->lang, "限价 %s", "price cap %s",
            title_of(pair->lang, pair->policy, column + 11));
    else
        fputs(column, stdout);
}

static bool told_apart(const struct sheet *sheet, const char *column)
{
    return strcmp(column, sheet->key) != 0 && strcmp(column, "begndate") != 0 &&
           strcmp(column, "enddate") != 0;
}

/* Prints what differs between two rows, or counts it only. */
static unsigned differences(const struct pair *pair, const struct sheet_row *a,
                            const struct sheet_row *b, bool print)
{
    unsigned count = 0;
    for (int side = 0; side < 2; side++) {
        const struct sheet *sheet = side ? pair->after : pair->before;
        for (size_t i = 0; i < sheet->column_count; i++) {
            const char *column = sheet->columns[i];
            bool told = side && column_find(pair->before, column) < pair->before->column_count;
            const char *was = cell(pair->before, a, column), *is = cell(pair->after, b, column);
            if (told || !told_apart(sheet, column) || strcmp(was, is) == 0)
                continue;
            if (count++ && print)
                fputs(in_words(pair->lang, "，", ", "), stdout);
            if (!print)
                continue;
            say_column(pair, column);
            printf(" %s → %s", was[0] ? was : in_words(pair->lang, "无", "none"),
                   is[0] ? is : in_words(pair->lang, "无", "none"));
        }
    }
    return count;
}

static void print_days(enum lang lang, int32_t from, int32_t to)
{
    char first[DATE_TEXT], last[DATE_TEXT];
    say(stdout, lang, "自 %s 起", "from %s", date_format(from, first));
    if (to < DATE_MAX)
        say(stdout, lang, "至 %s", " to %s", date_format(to, last));
}

/* From one day to another the sides hold these rows of a code, either of which may be none. */
static void print_difference(struct pair *pair, const struct sheet_row *a,
                             const struct sheet_row *b, int32_t from, int32_t to)
{
    enum lang lang = pair->lang;
    const struct sheet *sheet = b ? pair->after : pair->before;
    const struct sheet_row *row = b ? b : a;
    const char *mark = a && b ? ""
                       : b    ? in_words(lang, "新增 ", "new ")
                              : in_words(lang, "取消 ", "no more ");
    printf("    %s%s %s ", mark, row->key, cell(sheet, row, NAME_COLUMN));
    print_days(lang, from, to);
    pair->added += !a;
    pair->removed += !b;
    pair->changed += a && b;
    if (a && b) {
        fputs(in_words(lang, "：", ": "), stdout);
        differences(pair, a, b, true);
    }
    putchar('\n');
}

/* The row of a run that holds on a day, NULL when none does; *until is the last day on which that
 * stays so, if it is before what it was. */
static const struct sheet_row *row_on(const struct sheet_row *rows, size_t count, int32_t day,
                                      int32_t *until)
{
    for (size_t i = 0; i < count; i++) {
        if (day < rows[i].begins) {
            *until = rows[i].begins - 1 < *until ? rows[i].begins - 1 : *until;
            return NULL;
        }
        if (day <= rows[i].ends) {
            *until = rows[i].ends < *until ? rows[i].ends : *until;
            return &rows[i];
        }
    }
    return NULL;
}

static void compare_code(struct pair *pair, const struct sheet_row *a, size_t a_count,
                         const struct sheet_row *b, size_t b_count)
{
    int32_t day = a_count && (!b_count || a->begins < b->begins) ? a->begins : b->begins;
    const struct sheet_row *was = NULL, *is = NULL; /* of the difference that is open */
    int32_t since = DATE_NONE;
    for (bool more = true; more;) {
        int32_t until = DATE_MAX;
        const struct sheet_row *x = row_on(a, a_count, day, &until);
        const struct sheet_row *y = row_on(b, b_count, day, &until);
        bool differ = (x || y) && (!x || !y || differences(pair, x, y, false) > 0);
        if (since != DATE_NONE && (!differ || x != was || y != is)) {
            print_difference(pair, was, is, since, day - 1);
            since = DATE_NONE;
        }
        if (differ && since == DATE_NONE) {
            since = day;
            was = x;
            is = y;
        }
        more = until < DATE_MAX;
        day = more ? until + 1 : day;
    }
    if (since != DATE_NONE)
        print_difference(pair, was, is, since, DATE_MAX);
}

static size_t run_of(const struct sheet *sheet, size_t from)
{
    size_t end = from;
    while (end < sheet->count && strcmp(sheet->rows[end].key, sheet->rows[from].key) == 0)
        end++;
    return end - from;
}

static void compare_sheets(struct pair *pair)
{
    const struct sheet *a = pair->before, *b = pair->after;
    for (size_t i = 0, j = 0; i < a->count || j < b->count;) {
        int order = i == a->count ? 1 : j == b->count ? -1 : strcmp(a->rows[i].key, b->rows[j].key);
        size_t before = order <= 0 ? run_of(a, i) : 0, after = order >= 0 ? run_of(b, j) : 0;
        compare_code(pair, a->rows + i, before, b->rows + j, after);
        i += before;
        j += after;
    }
}

static unsigned diff_table(enum lang lang, const struct loaded *before, const struct loaded *after,
                           const char *file, const char *key, const char *title, unsigned *faults)
{
    struct sheet a, b;
    struct pair pair = {.lang = lang, .policy = after->policy, .before = &a, .after = &b};
    bool sound = read_sheet(&a, before->path, file, key);
    sound &= read_sheet(&b, after->path, file, key);
    *faults += !sound;
    if (sound) {
        printf("  %s\n", title);
        compare_sheets(&pair);
        say(stdout, lang, "    新增 %u，取消 %u，变更 %u\n", "    new %u, no more %u, changed %u\n",
            pair.added, pair.removed, pair.changed);
    }
    free_sheet(&a);
    free_sheet(&b);
    return pair.added + pair.removed + pair.changed;
}

unsigned diff_tables(enum lang lang, const struct loaded *before, const struct loaded *after,
                     unsigned *faults)
{
    return diff_table(lang, before, after, "catalogue.csv", "med_list_codg",
                      in_words(lang, "目录（catalogue.csv）", "catalogue.csv"), faults) +
           diff_table(lang, before, after, "institutions.csv", "fixmedins_code",
                      in_words(lang, "定点机构（institutions.csv）", "institutions.csv"), faults);
}
