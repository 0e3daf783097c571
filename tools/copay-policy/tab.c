/* TAB-separated text, cut in place: a national file has hundreds of megabytes. */
#include "tab.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/utf8.h"

#define QUOTED_MAX 40

int tab_shown(const char *text)
{
    return (int)utf8_whole(text, strnlen(text, QUOTED_MAX));
}

const char *tab_cell(const struct tab_line *line, size_t column)
{
    return column <= line->count ? line->cells[column - 1] : "";
}

void tab_fault(const struct tab_line *line, const char *column, const char *zh, const char *en, ...)
{
    va_list args;
    va_start(args, en);
    faults_vadd(line->faults, line->file, line->number, column, zh, en, args);
    va_end(args);
}

static const char *trim(char *from, char *end)
{
    while (from < end && *from == ' ')
        from++;
    while (end > from && end[-1] == ' ')
        end--;
    *end = '\0';
    return strcmp(from, "null") == 0 || strcmp(from, "NULL") == 0 ? "" : from;
}

/* False: more cells than any file has. */
static bool cut(struct tab_line *line, char *at, char *end)
{
    line->count = 0;
    for (;;) {
        char *tab = memchr(at, '\t', (size_t)(end - at));
        if (line->count == TAB_CELLS_MAX)
            return false;
        line->cells[line->count++] = trim(at, tab ? tab : end);
        if (!tab)
            return true;
        at = tab + 1;
    }
}

/* NUL is well-formed UTF-8, but no text: it is told line by line. */
static bool well_formed(const char *text, size_t size, size_t *bad)
{
    size_t at = 0;
    while (at < size && !utf8_valid(text + at, size - at, bad)) {
        at += *bad;
        if (text[at] != '\0') {
            *bad = at;
            return false;
        }
        at++;
    }
    return true;
}

static bool check_encoding(const char *file, const char *text, size_t size, struct faults *faults)
{
    size_t bad = 0;
    if (well_formed(text, size, &bad))
        return true;
    int line = 1;
    for (size_t i = 0; i < bad; i++)
        line += text[i] == '\n';
    faults_put(faults, file, line, NULL,
               "不是 UTF-8 文本；若为 GB18030，先转换：iconv -f GB18030 -t UTF-8 文件 > 新文件",
               "not UTF-8 text; if it is GB18030, first: iconv -f GB18030 -t UTF-8 FILE > NEW");
    return false;
}

/* The cells of a line that was cut. */
static bool is_printable(const struct tab_line *line, uint32_t *code)
{
    for (size_t i = 0; i < line->count; i++)
        if (!utf8_printable(line->cells[i], code))
            return false;
    return true;
}

static bool check_line(struct tab_line *line, char *at, char *end)
{
    uint32_t code = 0;
    if (memchr(at, '\0', (size_t)(end - at)))
        tab_fault(line, NULL, "本行含 NUL", "the line holds a NUL");
    else if (!cut(line, at, end))
        tab_fault(line, NULL, "本行超过 %d 列", "the line has more than %d columns", TAB_CELLS_MAX);
    else if (!is_printable(line, &code))
        tab_fault(line, NULL, "本行含控制字符 U+%04X", "the line holds a control character, U+%04X",
                  code);
    else
        return true;
    return false;
}

uint32_t tab_read(const char *file, char *text, size_t size, tab_line_fn *fn, void *user,
                  struct faults *faults)
{
    struct tab_line line = {.file = file, .faults = faults};
    uint32_t handed = 0;
    if (!check_encoding(file, text, size, faults))
        return 0;
    char *at = text, *end = text + size;
    if (size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
        at += 3;
    while (at < end) {
        char *newline = memchr(at, '\n', (size_t)(end - at));
        char *stop = newline ? newline : end;
        char *next = newline ? newline + 1 : end;
        line.number++;
        line.last = !newline;
        while (stop > at && stop[-1] == '\r')
            stop--;
        if (stop == at) {
            at = next;
            continue;
        }
        if (check_line(&line, at, stop)) {
            fn(&line, user);
            handed++;
        }
        at = next;
    }
    return handed;
}

/* "Thu Jan 01 00:00:00 CST 2026" */
static bool java_day(const char *text, int32_t *out)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char month[4], iso[DATE_TEXT];
    int day, hour, minute, second, year;
    if (sscanf(text, "%*3[A-Za-z] %3[A-Za-z] %2d %2d:%2d:%2d CST %4d", month, &day, &hour, &minute,
               &second, &year) != 6)
        return false;
    const char *found = strstr(months, month);
    if (strlen(month) != 3 || !found || (found - months) % 3 != 0)
        return false;
    snprintf(iso, sizeof iso, "%04d-%02d-%02d", year, (int)(found - months) / 3 + 1, day);
    return date_parse(iso, out) == ERR_OK;
}

static bool digits_day(const char *text, int32_t *out)
{
    char iso[16];
    size_t size = strlen(text);
    if ((size != 8 && size != 14) || strspn(text, "0123456789") != size)
        return false;
    snprintf(iso, sizeof iso, "%.4s-%.2s-%.2s", text, text + 4, text + 6);
    return date_parse(iso, out) == ERR_OK;
}

/* What stands behind a day may only be its time. */
static bool iso_day(const char *text, int32_t *out)
{
    char day[11];
    if (strlen(text) < 10)
        return false;
    memcpy(day, text, 10);
    day[10] = '\0';
    const char *time = text + 10;
    bool clean = *time == '\0' || ((*time == ' ' || *time == 'T') &&
                                   strspn(time + 1, "0123456789:.") == strlen(time + 1));
    return clean && date_parse(day, out) == ERR_OK;
}

bool tab_day(const struct tab_line *line, size_t column, const char *name, int32_t absent,
             int32_t *out)
{
    const char *text = tab_cell(line, column);
    if (*text == '\0') {
        *out = absent;
        return true;
    }
    if (iso_day(text, out) || digits_day(text, out) || java_day(text, out))
        return true;
    tab_fault(line, name, "“%.*s”有误，应为日期，如 2026-01-01",
              "found \"%.*s\", expected a date such as 2026-01-01", tab_shown(text), text);
    return false;
}

bool tab_flag(const struct tab_line *line, size_t column, const char *name, bool *out)
{
    const char *text = tab_cell(line, column);
    if (strcmp(text, "0") != 0 && strcmp(text, "1") != 0) {
        tab_fault(line, name, "“%.*s”有误，应为 0 或 1", "found \"%.*s\", expected 0 or 1",
                  tab_shown(text), text);
        return false;
    }
    *out = *text == '1';
    return true;
}

bool tab_period(const struct tab_line *line, size_t first, size_t last, int32_t *begins,
                int32_t *ends)
{
    bool fine = tab_day(line, first, "begndate", DATE_NONE, begins);
    fine &= tab_day(line, last, "enddate", DATE_MAX, ends);
    if (fine && *begins == DATE_NONE) {
        tab_fault(line, "begndate", "为空，应为日期", "empty, expected a date");
        return false;
    }
    if (fine && *ends < *begins) {
        tab_fault(line, "enddate", "早于 begndate", "before begndate");
        return false;
    }
    return fine;
}
