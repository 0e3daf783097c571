/* Rows of 1312, 1318 and 1319. Fields and their order are those of public client code for the three
 * replies (C#, Inner Mongolia, Anhui and Shenzhen, and the C header of a vendor's library); here
 * the first line names them, so their order is free. */
#include "local.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/money.h"
#include "policy/catalogue.h"

#define NO_CAP (INT64_C(999999) * PRIC_ONE) /* what the national wire says where there is none */
#define CAP_MAX (INT64_C(999999999) * PRIC_ONE)
#define UNKNOWN_MAX 64 /* codes that were told once */

/* Of every row, then of the kind. */
enum field {
    FIELD_CODE,
    FIELD_ADMDVS,
    FIELD_BEGINS,
    FIELD_ENDS,
    FIELD_VALID,
    FIELD_TIME,
    FIELD_A,
    FIELD_B,
    FIELD_C,
    FIELDS
};

static const char *const common[] = {"hilist_code", "insu_admdvs", "begndate",
                                     "enddate",     "vali_flag",   "updt_time"};
static const char *const own[][3] = {
    [LOCAL_CLASS] = {"chrgitm_lv", "med_chrgitm_type", "lmt_used_flag"},
    [LOCAL_CAP] = {"hilist_lmtpric_type", "overlmt_dspo_way", "hilist_pric_uplmt_amt"},
    [LOCAL_RATIO] = {"selfpay_prop_psn_type", "selfpay_prop_type", "selfpay_prop"},
};
/* The others of the three replies, which say nothing that a catalogue holds. */
static const char *const ignored[] = {"hilist_name",
                                      "list_type",
                                      "med_use_flag",
                                      "matn_used_flag",
                                      "hilist_use_type",
                                      "wubi",
                                      "pinyin",
                                      "memo",
                                      "rid",
                                      "lmt_cpnd_type",
                                      "crter_id",
                                      "crter_name",
                                      "crte_time",
                                      "crte_optins_no",
                                      "opter_id",
                                      "opter_name",
                                      "opt_time",
                                      "optins_no",
                                      "poolarea_no",
                                      "tabname"};

struct reader_of_rows {
    struct input *input;
    struct intake *intake;
    uint8_t number;
    bool header_read, readable;
    bool fine; /* the row so far */
    size_t width;
    size_t columns[FIELDS]; /* counted from 1 */
    size_t unknown_count;
    const char *unknown[UNKNOWN_MAX];
};

static const char *field_name(const struct reader_of_rows *r, enum field field)
{
    return field < FIELD_A ? common[field] : own[r->input->kind->local][field - FIELD_A];
}

static const char *field(const struct reader_of_rows *r, const struct tab_line *line, enum field f)
{
    return tab_cell(line, r->columns[f]);
}

static bool is_ignored(const char *name)
{
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        if (strcmp(ignored[i], name) == 0)
            return true;
    return false;
}

static void read_header(struct reader_of_rows *r, const struct tab_line *line)
{
    uint32_t before = faults_total(line->faults);
    r->header_read = true;
    r->width = line->count;
    for (size_t i = 1; i <= line->count; i++) {
        const char *name = tab_cell(line, i);
        enum field f = 0;
        while (f < FIELDS && strcmp(field_name(r, f), name) != 0)
            f++;
        if (f < FIELDS && r->columns[f] == 0)
            r->columns[f] = i;
        else if (f < FIELDS)
            tab_fault(line, name, "列重复", "duplicate column");
        else if (!is_ignored(name))
            tab_fault(line, name, "未知的列：首行应为国家字段名",
                      "unknown column: the first line holds the national field names");
    }
    for (enum field f = 0; f < FIELDS; f++)
        if (r->columns[f] == 0)
            tab_fault(line, field_name(r, f), "缺少该列", "this column is missing");
    r->readable = faults_total(line->faults) == before;
}

static bool check_width(const struct reader_of_rows *r, const struct tab_line *line)
{
    if (line->count == r->width)
        return true;
    size_t least = 0;
    for (enum field f = 0; f < FIELDS; f++)
        least = r->columns[f] > least ? r->columns[f] : least;
    if (line->count < r->width && line->count >= least && !line->last)
        return true; /* empty ones at the end */
    if (line->last && line->count < r->width)
        tab_fault(line, NULL, "文件在本行中断：只有 %zu 列，应为 %zu 列",
                  "the file ends in the middle of this line: %zu columns, expected %zu",
                  line->count, r->width);
    else
        tab_fault(line, NULL, "本行有 %zu 列，应为 %zu 列", "found %zu columns, expected %zu",
                  line->count, r->width);
    return false;
}

/* A code that catalogue-import.yaml does not name is told once, with the first line that has it. */
static void tell_unknown(struct reader_of_rows *r, const struct tab_line *line, enum field f)
{
    const char *code = field(r, line, f);
    for (size_t i = 0; i < r->unknown_count; i++)
        if (strcmp(r->unknown[i], code) == 0)
            return;
    if (r->unknown_count < UNKNOWN_MAX)
        r->unknown[r->unknown_count++] = code;
    tab_fault(line, field_name(r, f), "“%.*s”在 " READINGS_FILE " 的 %s 中没有说明",
              "\"%.*s\" is not in " READINGS_FILE ", %s", tab_shown(code), code, field_name(r, f));
}

/* One fact for each column that the row's code fills. */
static void add_cells(struct reader_of_rows *r, const struct tab_line *line,
                      const struct reading_map *map, struct fact fact, const char *text)
{
    const struct reading_row *row = reading_find(map, field(r, line, FIELD_A));
    if (!row) {
        tell_unknown(r, line, FIELD_A);
        return;
    }
    if (row->column_count == 0)
        skip_row(r->intake->skips, SKIP_KIND, fact.file, fact.line, field_name(r, FIELD_A),
                 fact.code);
    fact.text = arena_copy(r->intake->arena, text, strlen(text));
    CHECK(fact.text);
    for (uint8_t i = 0; i < row->column_count; i++) {
        fact.again = i > 0;
        fact.subject = (uint16_t)(FACT_CELL + sheet_need_column(r->intake->sheet, row->columns[i]));
        if (r->fine)
            facts_add(r->intake->facts, fact);
    }
}

static bool read_amount(const struct reader_of_rows *r, const struct tab_line *line, int scale,
                        int64_t max, int64_t *out)
{
    const char *text = field(r, line, FIELD_C);
    if (*text != '-' && money_parse(text, scale, max, out) == ERR_OK)
        return true;
    char limit[MONEY_TEXT];
    tab_fault(line, field_name(r, FIELD_C), "“%.*s”有误，应为 0 至 %s、至多 %d 位小数的数",
              "found \"%.*s\", expected a number from 0 to %s with at most %d decimals",
              tab_shown(text), text, money_format(max, scale, -1, limit), scale);
    return false;
}

static void take_cap(struct reader_of_rows *r, const struct tab_line *line, struct fact fact)
{
    char text[MONEY_TEXT] = "";
    int64_t cap;
    const struct readings *readings = r->intake->readings;
    if (!reading_lists(&readings->overlmt_dspo_way, field(r, line, FIELD_B))) {
        if (readings->overlmt_dspo_way.count == 0)
            tell_unknown(r, line, FIELD_B);
        else
            skip_row(r->intake->skips, SKIP_KIND, fact.file, fact.line, field_name(r, FIELD_B),
                     fact.code);
        return;
    }
    if (!read_amount(r, line, 6, CAP_MAX, &cap))
        return;
    if (cap == 0)
        tab_fault(line, field_name(r, FIELD_C), "限价为 0；没有限价应为 999999",
                  "a cap of 0; 999999 says that there is none");
    if (cap != NO_CAP)
        money_format(cap, 6, -1, text);
    add_cells(r, line, &readings->hilist_lmtpric_type, fact, text);
}

static void take_ratio(struct reader_of_rows *r, const struct tab_line *line, struct fact fact)
{
    char text[MONEY_TEXT];
    int64_t ratio;
    const struct readings *readings = r->intake->readings;
    if (!reading_lists(&readings->selfpay_prop_type, field(r, line, FIELD_B))) {
        if (readings->selfpay_prop_type.count == 0)
            tell_unknown(r, line, FIELD_B);
        else
            skip_row(r->intake->skips, SKIP_KIND, fact.file, fact.line, field_name(r, FIELD_B),
                     fact.code);
        return;
    }
    if (read_amount(r, line, 4, RATIO_ONE, &ratio))
        add_cells(r, line, &readings->selfpay_prop_psn_type, fact,
                  money_format(ratio, 4, -1, text));
}

static bool read_number(const struct reader_of_rows *r, const struct tab_line *line, enum field f,
                        int most, char out[3])
{
    int64_t value;
    const char *text = field(r, line, f);
    if (!strchr(text, '.') && money_parse(text, 0, most, &value) == ERR_OK && value >= 1) {
        snprintf(out, 3, "%02d", (int)value);
        return true;
    }
    tab_fault(line, field_name(r, f), "“%.*s”有误，应为 01 至 %02d",
              "found \"%.*s\", expected 01 to %02d", tab_shown(text), text, most);
    return false;
}

static void take_class(struct reader_of_rows *r, const struct tab_line *line, struct fact fact)
{
    fact.subject = FACT_LOCAL;
    bool fine = read_number(r, line, FIELD_A, 3, fact.chrgitm_lv);
    fine &= read_number(r, line, FIELD_B, 14, fact.type);
    fine &= tab_flag(line, r->columns[FIELD_C], field_name(r, FIELD_C), &fact.limited);
    if (fine && r->fine)
        facts_add(r->intake->facts, fact);
}

/* The time of writing is what the next query begins with, so it is the file's version. */
static bool read_time(struct reader_of_rows *r, const struct tab_line *line, int64_t *stamp)
{
    char digits[TEXT_CODE_MAX + 1];
    size_t count = 0;
    const char *text = field(r, line, FIELD_TIME);
    for (const char *p = text; *p && *p != '.' && count < 15; p++)
        if (*p >= '0' && *p <= '9')
            digits[count++] = *p;
    digits[count] = '\0';
    int32_t day;
    if (!tab_day(line, r->columns[FIELD_TIME], "updt_time", DATE_NONE, &day))
        return false;
    if (count == 8)
        memcpy(digits + count, "000000", 7);
    if (day == DATE_NONE || (count != 8 && count != 14) || !version_stamp(digits, stamp)) {
        tab_fault(line, "updt_time", "“%.*s”有误，应为时间，如 2026-01-01 08:00:00",
                  "found \"%.*s\", expected a time such as 2026-01-01 08:00:00", tab_shown(text),
                  text);
        return false;
    }
    input_note_version(r->input, digits, *stamp);
    return true;
}

static void take_row(const struct tab_line *line, void *user)
{
    struct reader_of_rows *r = user;
    if (!r->header_read) {
        read_header(r, line);
        return;
    }
    if (!r->readable || !check_width(r, line))
        return;
    struct fact fact = {.file = r->input->path, .line = line->number, .input = r->number};
    r->input->lines++;
    r->fine = input_code(line, r->columns[FIELD_CODE], "hilist_code", &fact.code);
    r->fine &= tab_flag(line, r->columns[FIELD_VALID], "vali_flag", &fact.valid);
    r->fine &= tab_period(line, r->columns[FIELD_BEGINS], r->columns[FIELD_ENDS], &fact.begins,
                          &fact.ends);
    r->fine &= read_time(r, line, &fact.stamp);
    if (!reading_lists(&r->intake->readings->insu_admdvs, field(r, line, FIELD_ADMDVS))) {
        skip_row(r->intake->skips, SKIP_REGION, fact.file, fact.line, "insu_admdvs", fact.code);
        return;
    }
    switch (r->input->kind->local) {
    case LOCAL_CAP:
        take_cap(r, line, fact);
        break;
    case LOCAL_RATIO:
        take_ratio(r, line, fact);
        break;
    default:
        take_class(r, line, fact);
    }
}

void local_read(struct input *input, uint8_t number, struct intake *intake)
{
    struct reader_of_rows r = {.input = input, .intake = intake, .number = number};
    tab_read(input->path, input->text, input->size, take_row, &r, intake->faults);
}
