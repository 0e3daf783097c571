/* Rows of a CSV text, over libcsv. The text is fed line by line, so that each row knows where it
 * begins even when a quoted cell holds line breaks. */
#include "base/table.h"

#include <csv.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/money.h"
#include "base/utf8.h"

#define ABSENT SIZE_MAX

struct table {
    const char *file;
    struct faults *faults;
    const char *const *columns;
    size_t column_count;
    table_row_fn *fn;
    void *user;
    /* The row being collected. */
    int line;
    bool in_row, too_long;
    size_t cell_count, used;
    const char *cells[TABLE_COLUMNS_MAX]; /* into buf */
    char buf[TABLE_ROW_MAX];
    /* After the header: cell of each column. */
    bool header_read;
    size_t width;
    size_t place[TABLE_COLUMNS_MAX]; /* ABSENT: an optional one that is not there */
    uint32_t rows;
    bool stopped;
    enum err err;
};

static void fail(struct table *t, enum err err, const char *zh, const char *en)
{
    faults_put(t->faults, t->file, t->line, NULL, zh, en);
    t->err = err;
    t->stopped = true;
}

static void take_cell(void *bytes, size_t size, void *user)
{
    struct table *t = user;
    if (t->cell_count < TABLE_COLUMNS_MAX && size < sizeof t->buf - t->used) {
        t->cells[t->cell_count] = t->buf + t->used;
        memcpy(t->buf + t->used, bytes, size);
        t->buf[t->used + size] = '\0';
        t->used += size + 1;
    } else {
        t->too_long = true;
    }
    t->cell_count++;
}

static bool optional(const struct table *t, size_t column)
{
    return t->columns[column][0] == '?';
}

static const char *column_name(const struct table *t, size_t column)
{
    return t->columns[column] + optional(t, column);
}

static int find_column(const struct table *t, const char *name)
{
    for (size_t i = 0; i < t->column_count; i++)
        if (strcmp(column_name(t, i), name) == 0)
            return (int)i;
    return -1;
}

static void read_header(struct table *t)
{
    bool seen[TABLE_COLUMNS_MAX] = {false};
    t->header_read = true;
    t->width = t->cell_count;
    for (size_t i = 0; i < t->column_count; i++)
        t->place[i] = ABSENT;
    uint32_t before = faults_total(t->faults);
    for (size_t i = 0; i < t->cell_count; i++) {
        int column = find_column(t, t->cells[i]);
        if (column < 0) {
            faults_put(t->faults, t->file, t->line, t->cells[i], "未知的列", "unknown column");
        } else if (seen[column]) {
            faults_put(t->faults, t->file, t->line, t->cells[i], "列重复", "duplicate column");
        } else {
            seen[column] = true;
            t->place[column] = i;
        }
    }
    for (size_t i = 0; i < t->column_count; i++)
        if (!seen[i] && !optional(t, i))
            faults_put(t->faults, t->file, t->line, t->columns[i], "缺少该列",
                       "this column is missing");
    if (faults_total(t->faults) > before) {
        t->err = ERR_INVALID;
        t->stopped = true;
    }
}

static void hand_over(struct table *t)
{
    if (++t->rows > TABLE_ROWS_MAX) {
        fail(t, ERR_LIMIT, "行数过多", "too many rows");
    } else if (t->cell_count != t->width) {
        faults_add(t->faults, t->file, t->line, NULL, "本行有 %zu 列，应为 %zu 列",
                   "found %zu cells, expected %zu", t->cell_count, t->width);
    } else {
        struct table_row row = {.table = t, .number = t->rows, .line = t->line};
        t->stopped = !t->fn(&row, t->user);
    }
}

static void take_row(int terminator, void *user)
{
    struct table *t = user;
    (void)terminator;
    if (t->stopped)
        return;
    if (t->too_long)
        fail(t, ERR_LIMIT, "本行过长或列过多", "the row is too long or has too many cells");
    else if (t->header_read)
        hand_over(t);
    else
        read_header(t);
    t->cell_count = t->used = 0;
    t->in_row = t->too_long = false;
}

static bool blank(const uint8_t *p, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (p[i] != ' ' && p[i] != '\t' && p[i] != '\r' && p[i] != '\n')
            return false;
    return true;
}

static void feed(struct table *t, struct slice text)
{
    struct csv_parser parser;
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0) {
        t->err = ERR_NOMEM;
        return;
    }
    int line = 0;
    for (size_t at = 0; at < text.size && !t->stopped;) {
        const uint8_t *p = text.data + at;
        const uint8_t *newline = memchr(p, '\n', text.size - at);
        size_t size = newline ? (size_t)(newline - p) + 1 : text.size - at;
        line++;
        at += size;
        if (!t->in_row && blank(p, size))
            continue;
        t->line = t->in_row ? t->line : line;
        t->in_row = true;
        if (size > TABLE_ROW_MAX)
            fail(t, ERR_LIMIT, "本行过长", "the line is too long");
        else if (csv_parse(&parser, p, size, take_cell, take_row, t) != size)
            fail(t, csv_error(&parser) == CSV_EPARSE ? ERR_INVALID : ERR_NOMEM, "引号使用有误",
                 "quotes are misplaced");
        else if (csv_get_buffer_size(&parser) > 2 * TABLE_ROW_MAX)
            fail(t, ERR_LIMIT, "单元格过长", "a cell is too long");
    }
    if (!t->stopped && csv_fini(&parser, take_cell, take_row, t) != 0)
        fail(t, ERR_INVALID, "引号没有结束", "a quote is not closed");
    csv_free(&parser);
    if (!t->stopped && !t->header_read) {
        t->line = 0;
        fail(t, ERR_INVALID, "文件为空", "the file is empty");
    }
}

enum err table_read(const char *file, struct slice text, const char *const columns[], size_t count,
                    table_row_fn *fn, void *user, struct faults *faults)
{
    CHECK(count > 0 && count <= TABLE_COLUMNS_MAX);
    size_t bad = 0;
    if (!utf8_valid(text.data, text.size, &bad)) {
        int line = 1;
        for (size_t i = 0; i < bad; i++)
            line += text.data[i] == '\n';
        faults_put(faults, file, line, NULL, "不是 UTF-8 文本", "not UTF-8 text");
        return ERR_INVALID;
    }
    if (text.size >= 3 && memcmp(text.data, "\xef\xbb\xbf", 3) == 0)
        text = (struct slice){text.data + 3, text.size - 3};
    struct table *t = calloc(1, sizeof *t);
    if (!t)
        return ERR_NOMEM;
    t->file = file;
    t->faults = faults;
    t->columns = columns;
    t->column_count = count;
    t->fn = fn;
    t->user = user;
    feed(t, text);
    enum err err = t->err;
    free(t);
    return err;
}

const char *table_cell(const struct table_row *row, size_t column)
{
    CHECK(column < row->table->column_count);
    size_t place = row->table->place[column];
    return place == ABSENT ? "" : row->table->cells[place];
}

void table_fault(const struct table_row *row, size_t column, const char *zh, const char *en, ...)
{
    va_list args;
    va_start(args, en);
    faults_vadd(row->table->faults, row->table->file, row->line, column_name(row->table, column),
                zh, en, args);
    va_end(args);
}

/* Bytes of a cell quoted in a fault. */
static int shown(const char *text)
{
    return (int)utf8_whole(text, strnlen(text, 40));
}

bool table_text(const struct table_row *row, size_t column, size_t max, const char **out)
{
    const char *text = table_cell(row, column);
    if (*text == '\0' || strlen(text) > max) {
        table_fault(row, column, "长 %zu 字节，应为 1 至 %zu 字节",
                    "found %zu bytes, expected 1 to %zu", strlen(text), max);
        return false;
    }
    uint32_t code;
    if (!utf8_printable(text, &code)) {
        const uint32_t before = faults_total(row->table->faults);
        table_fault(row, column, "“%.*s”有误，应为不含控制字符的文本（现有 U+%04X）",
                    "found \"%.*s\", expected a text without control characters (it has U+%04X)",
                    shown(text), text, code);
        faults_object(row->table->faults, before);
    }
    *out = text;
    return true;
}

static bool whole(const char *text, int64_t min, int64_t max, int64_t *value)
{
    return !strchr(text, '.') && money_parse(text, 0, INT64_MAX, value) == ERR_OK &&
           *value >= min && *value <= max;
}

bool table_integer(const struct table_row *row, size_t column, int64_t min, int64_t max,
                   int64_t *out)
{
    const char *text = table_cell(row, column);
    int64_t value;
    if (!whole(text, min, max, &value)) {
        table_fault(row, column, "“%.*s”有误，应为 %lld 至 %lld 的整数",
                    "found \"%.*s\", expected an integer from %lld to %lld", shown(text), text,
                    (long long)min, (long long)max);
        return false;
    }
    *out = value;
    return true;
}

bool table_code(const struct table_row *row, size_t column, int max, uint8_t *out)
{
    const char *text = table_cell(row, column);
    int64_t value;
    if (!whole(text, 1, max, &value)) {
        table_fault(row, column, "“%.*s”有误，应为 01 至 %02d",
                    "found \"%.*s\", expected 01 to %02d", shown(text), text, max);
        return false;
    }
    *out = (uint8_t)value;
    return true;
}

bool table_decimal(const struct table_row *row, size_t column, int scale, int64_t max, int64_t *out)
{
    const char *text = table_cell(row, column);
    int64_t value;
    if (*text == '-' || money_parse(text, scale, max, &value) != ERR_OK) {
        char limit[MONEY_TEXT];
        table_fault(row, column, "“%.*s”有误，应为 0 至 %s、至多 %d 位小数的数",
                    "found \"%.*s\", expected a number from 0 to %s with at most %d decimals",
                    shown(text), text, money_format(max, scale, -1, limit), scale);
        return false;
    }
    *out = value;
    return true;
}

bool table_date(const struct table_row *row, size_t column, int32_t *out)
{
    const char *text = table_cell(row, column);
    int32_t value;
    if (date_parse(text, &value) != ERR_OK) {
        table_fault(row, column, "“%.*s”有误，应为日期 YYYY-MM-DD",
                    "found \"%.*s\", expected a date YYYY-MM-DD", shown(text), text);
        return false;
    }
    *out = value;
    return true;
}

bool table_flag(const struct table_row *row, size_t column, bool *out)
{
    const char *text = table_cell(row, column);
    if (strcmp(text, "0") != 0 && strcmp(text, "1") != 0) {
        table_fault(row, column, "“%.*s”有误，应为 0 或 1", "found \"%.*s\", expected 0 or 1",
                    shown(text), text);
        return false;
    }
    *out = *text == '1';
    return true;
}

bool table_period(const struct table_row *row, size_t first, size_t last, int32_t *begins,
                  int32_t *ends)
{
    int32_t from = DATE_NONE, to = DATE_MAX;
    bool fine = table_date(row, first, &from);
    fine &= *table_cell(row, last) == '\0' || table_date(row, last, &to);
    if (fine && to < from) {
        table_fault(row, last, "早于 %s", "before %s", column_name(row->table, first));
        fine = false;
    }
    if (!fine)
        return false;
    *begins = from;
    *ends = to;
    return true;
}

/* A quoted cell may hold line breaks, so there can be fewer. */
size_t table_rows_most(struct slice text)
{
    size_t rows = 1;
    for (size_t i = 0; i < text.size; i++) {
        bool pair = text.data[i] == '\n' && i > 0 && text.data[i - 1] == '\r';
        rows += (text.data[i] == '\n' || text.data[i] == '\r') && !pair;
    }
    return rows;
}
