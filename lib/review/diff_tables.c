/* Catalogue and institutions compared day by day: an entry's rows follow each other in time, so the
 * same code may agree today and differ from next January on. */
#include <string.h>

#include "base/date.h"
#include "review/diff.h"
#include "review/sheet.h"

#define NAME_COLUMN "name"

/* A column that either side has; the count of a side's columns where it has none. */
struct pair_column {
    const char *name;
    size_t before, after;
};

struct pair {
    enum lang lang;
    const struct policy *policy; /* whose names print uses */
    const struct sheet *before, *after;
    size_t column_count;
    struct pair_column columns[2 * TABLE_COLUMNS_MAX]; /* but the key and the days */
    unsigned added, removed, changed;
};

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

/* Found once: there are hundreds of thousands of rows. */
static void pair_columns(struct pair *pair)
{
    for (int side = 0; side < 2; side++) {
        const struct sheet *sheet = side ? pair->after : pair->before;
        for (size_t i = 0; i < sheet->column_count; i++) {
            const char *name = sheet->columns[i];
            size_t before = sheet_column(pair->before, name);
            if (told_apart(sheet, name) && (!side || before == pair->before->column_count))
                pair->columns[pair->column_count++] = (struct pair_column){
                    .name = name, .before = before, .after = sheet_column(pair->after, name)};
        }
    }
}

static const char *cell(const struct sheet *sheet, const struct sheet_row *row, size_t column)
{
    return column < sheet->column_count ? row->cells[column] : "";
}

/* Prints what differs between two rows, or counts it only. */
static unsigned differences(const struct pair *pair, const struct sheet_row *a,
                            const struct sheet_row *b, bool print)
{
    unsigned count = 0;
    for (size_t i = 0; i < pair->column_count; i++) {
        const struct pair_column *column = &pair->columns[i];
        const char *was = cell(pair->before, a, column->before);
        const char *is = cell(pair->after, b, column->after);
        if (strcmp(was, is) == 0)
            continue;
        if (count++ && print)
            fputs(in_words(pair->lang, "，", ", "), stdout);
        if (!print)
            continue;
        say_column(pair, column->name);
        printf(" %s → %s", was[0] ? was : in_words(pair->lang, "无", "none"),
               is[0] ? is : in_words(pair->lang, "无", "none"));
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
    printf("    %s%s %s ", mark, row->key, sheet_cell(sheet, row, NAME_COLUMN));
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

static void compare_sheets(struct pair *pair)
{
    const struct sheet *a = pair->before, *b = pair->after;
    pair_columns(pair);
    for (size_t i = 0, j = 0; i < a->count || j < b->count;) {
        int order = i == a->count ? 1 : j == b->count ? -1 : strcmp(a->rows[i].key, b->rows[j].key);
        size_t before = order <= 0 ? sheet_run(a, i) : 0, after = order >= 0 ? sheet_run(b, j) : 0;
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
    bool sound = sheet_read(&a, before->path, file, key);
    sound &= sheet_read(&b, after->path, file, key);
    *faults += !sound;
    if (sound) {
        printf("  %s\n", title);
        compare_sheets(&pair);
        say(stdout, lang, "    新增 %u，取消 %u，变更 %u\n", "    new %u, no more %u, changed %u\n",
            pair.added, pair.removed, pair.changed);
    }
    sheet_free(&a);
    sheet_free(&b);
    return pair.added + pair.removed + pair.changed;
}

unsigned diff_catalogue(enum lang lang, const struct loaded *before, const struct loaded *after,
                        unsigned *faults)
{
    return diff_table(lang, before, after, "catalogue.csv", "med_list_codg",
                      in_words(lang, "目录（catalogue.csv）", "catalogue.csv"), faults);
}

unsigned diff_tables(enum lang lang, const struct loaded *before, const struct loaded *after,
                     unsigned *faults)
{
    return diff_catalogue(lang, before, after, faults) +
           diff_table(lang, before, after, "institutions.csv", "fixmedins_code",
                      in_words(lang, "定点机构（institutions.csv）", "institutions.csv"), faults);
}
