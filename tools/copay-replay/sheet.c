/* Tables over base/table.h, whose set of columns is closed: the header is read first. */
#include "sheet.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/table.h"

#define SHEET_BYTES_MAX ((size_t)1 << 30)

static bool take(const struct table_row *row, void *user)
{
    struct sheet *sheet = user;
    if (sheet->rows == sheet->capacity) {
        uint32_t more = sheet->capacity ? sheet->capacity * 2 : 1024;
        void *grown = realloc(sheet->cells, (size_t)more * sheet->columns * sizeof(char *));
        if (!grown)
            return !(sheet->failed = true);
        sheet->cells = grown;
        sheet->capacity = more;
    }
    for (uint32_t i = 0; i < sheet->columns; i++) {
        const char *text = table_cell(row, i);
        const char *copy = arena_copy(sheet->arena, text, strlen(text));
        if (!copy)
            return !(sheet->failed = true);
        sheet->cells[(size_t)sheet->rows * sheet->columns + i] = copy;
    }
    sheet->rows++;
    return true;
}

static bool read_header(struct sheet *sheet, const uint8_t *data, size_t size)
{
    size_t length = 0;
    while (length < size && data[length] != '\n' && data[length] != '\r')
        length++;
    char *line = arena_copy(sheet->arena, data, length);
    sheet->names = arena_alloc(sheet->arena, TABLE_COLUMNS_MAX * sizeof(char *));
    if (!line || !sheet->names)
        return false;
    for (char *name; sheet->columns < TABLE_COLUMNS_MAX && (name = strsep(&line, ","));)
        sheet->names[sheet->columns++] = name;
    return true;
}

static bool read_rows(const char *path, struct sheet *sheet, const uint8_t *data, size_t size)
{
    struct faults faults = {0};
    enum err err = ERR_NOMEM;
    if (read_header(sheet, data, size))
        err = table_read(path, (struct slice){data, size}, (const char *const *)sheet->names,
                         sheet->columns, take, sheet, &faults);
    for (uint32_t i = 0; i < faults.count; i++)
        fprintf(stderr, "%s:%d %s\n", path, faults.list[i].line, faults.list[i].en);
    return err == ERR_OK && !sheet->failed && faults.count == 0;
}

bool sheet_read(const char *path, struct sheet *sheet)
{
    uint8_t *data;
    size_t size;
    *sheet = (struct sheet){0};
    enum err err = file_read(path, SHEET_BYTES_MAX, &data, &size);
    if (err != ERR_OK) {
        fprintf(stderr, "copay-replay: %s: %s\n", path, err_text(err));
        return false;
    }
    sheet->arena = arena_new(SHEET_BYTES_MAX);
    bool read = sheet->arena && read_rows(path, sheet, data, size);
    free(data);
    if (!read) {
        fprintf(stderr, "copay-replay: %s cannot be used\n", path);
        sheet_free(sheet);
    }
    return read;
}

void sheet_free(struct sheet *sheet)
{
    arena_free(sheet->arena);
    free(sheet->cells);
    *sheet = (struct sheet){0};
}

int sheet_column(const struct sheet *sheet, const char *name)
{
    for (uint32_t i = 0; i < sheet->columns; i++)
        if (strcmp(sheet->names[i], name) == 0)
            return (int)i;
    return -1;
}

const char *sheet_cell(const struct sheet *sheet, uint32_t row, int column)
{
    return column < 0 ? "" : sheet->cells[(size_t)row * sheet->columns + (size_t)column];
}

void sheet_put(FILE *file, const char *text, bool last)
{
    if (text[strcspn(text, ",\"\r\n")]) {
        fputc('"', file);
        for (; *text; text++) {
            if (*text == '"')
                fputc('"', file);
            fputc(*text, file);
        }
        fputc('"', file);
    } else {
        fputs(text, file);
    }
    fputc(last ? '\n' : ',', file);
}
