/* Tables as texts: read, put in order, written again. */
#include "review/sheet.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/file.h"

#define TABLE_BYTES_MAX ((size_t)256 * 1024 * 1024)
#define TABLE_ARENA_MAX ((size_t)2048 * 1024 * 1024)

size_t sheet_column(const struct sheet *sheet, const char *name)
{
    size_t i = 0;
    while (i < sheet->column_count && strcmp(sheet->columns[i], name) != 0)
        i++;
    return i;
}

size_t sheet_need_column(struct sheet *sheet, const char *name)
{
    size_t column = sheet_column(sheet, name);
    if (column < sheet->column_count)
        return column;
    CHECK(column < TABLE_COLUMNS_MAX);
    for (size_t i = 0; i < sheet->count; i++) {
        const char **wider = arena_alloc(sheet->arena, (column + 1) * sizeof *wider);
        CHECK(wider);
        memcpy(wider, sheet->rows[i].cells, column * sizeof *wider);
        wider[column] = "";
        sheet->rows[i].cells = wider;
    }
    sheet->columns[column] = arena_copy(sheet->arena, name, strlen(name));
    CHECK(sheet->columns[column]);
    sheet->column_count++;
    return column;
}

const char *sheet_cell(const struct sheet *sheet, const struct sheet_row *row, const char *column)
{
    size_t i = sheet_column(sheet, column);
    return i < sheet->column_count ? row->cells[i] : "";
}

void sheet_add(struct sheet *sheet, struct sheet_row row)
{
    if (sheet->count == sheet->capacity) {
        sheet->capacity = sheet->capacity ? 2 * sheet->capacity : 1024;
        sheet->rows = realloc(sheet->rows, sheet->capacity * sizeof *sheet->rows);
        CHECK(sheet->rows);
    }
    sheet->rows[sheet->count++] = row;
}

static bool take_row(const struct table_row *row, void *user)
{
    struct sheet *sheet = user;
    const char **cells = arena_alloc(sheet->arena, sheet->column_count * sizeof *cells);
    CHECK(cells);
    for (size_t i = 0; i < sheet->column_count; i++) {
        const char *text = table_cell(row, i);
        cells[i] = arena_copy(sheet->arena, text, strlen(text));
        CHECK(cells[i]);
    }
    struct sheet_row taken = {.cells = cells, .ends = DATE_MAX, .place = sheet->count};
    taken.key = sheet_cell(sheet, &taken, sheet->key);
    bool fine = table_period(row, sheet_column(sheet, "begndate"), sheet_column(sheet, "enddate"),
                             &taken.begins, &taken.ends);
    sheet_add(sheet, taken);
    return fine;
}

static int by_key(const void *a, const void *b)
{
    const struct sheet_row *x = a, *y = b;
    int order = strcmp(x->key, y->key);
    return order ? order : (x->begins > y->begins) - (x->begins < y->begins);
}

static int by_place(const void *a, const void *b)
{
    const struct sheet_row *x = a, *y = b;
    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    return by_key(a, b);
}

void sheet_sort(struct sheet *sheet)
{
    if (sheet->count)
        qsort(sheet->rows, sheet->count, sizeof *sheet->rows, by_key);
}

size_t sheet_run(const struct sheet *sheet, size_t from)
{
    size_t end = from;
    while (end < sheet->count && strcmp(sheet->rows[end].key, sheet->rows[from].key) == 0)
        end++;
    return end - from;
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

void sheet_new(struct sheet *sheet, const char *key)
{
    *sheet = (struct sheet){.key = key, .arena = arena_new(TABLE_ARENA_MAX)};
    CHECK(sheet->arena);
}

bool sheet_read(struct sheet *sheet, const char *folder, const char *file, const char *key)
{
    static struct faults faults;
    char path[PATH_MAX + 32];
    uint8_t *text;
    size_t size;
    faults_clear(&faults);
    sheet_new(sheet, key);
    snprintf(path, sizeof path, "%s/%s", folder, file);
    enum err err = file_read(path, TABLE_BYTES_MAX, &text, &size);
    if (err == ERR_NOTFOUND)
        return true;
    if (err == ERR_OK) {
        const struct slice slice = {text, size};
        read_header(sheet, slice);
        err =
            table_read(path, slice, sheet->columns, sheet->column_count, take_row, sheet, &faults);
        free(text);
    }
    if (err != ERR_OK && faults.count == 0)
        faults_add(&faults, path, 0, NULL, "无法读取：%s", "cannot be read: %s", err_text(err));
    faults_report(&faults, stdout);
    sheet_sort(sheet);
    return faults.count == 0;
}

void sheet_free(struct sheet *sheet)
{
    free(sheet->rows);
    arena_free(sheet->arena);
}

/* libcsv drops spaces around a cell that is not quoted. */
static bool needs_quotes(const char *text)
{
    size_t size = strlen(text);
    return size > 0 &&
           (strpbrk(text, ",\"\r\n") || strchr(" \t", text[0]) || strchr(" \t", text[size - 1]));
}

static void write_cell(const char *text, FILE *out)
{
    if (!needs_quotes(text)) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static void write_cells(const struct sheet *sheet, const char *const *cells, FILE *out)
{
    for (size_t i = 0; i < sheet->column_count; i++) {
        if (i)
            fputc(',', out);
        write_cell(cells[i], out);
    }
    fputc('\n', out);
}

void sheet_write(struct sheet *sheet, FILE *out)
{
    if (sheet->count)
        qsort(sheet->rows, sheet->count, sizeof *sheet->rows, by_place);
    write_cells(sheet, sheet->columns, out);
    for (size_t i = 0; i < sheet->count; i++)
        write_cells(sheet, sheet->rows[i].cells, out);
    sheet_sort(sheet);
}
