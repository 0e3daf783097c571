/* Columns are as wide as their widest cell (Unicode's East Asian width, the ranges that bills use).
 */
#include "table.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

static const struct {
    uint32_t first, last;
} wide[] = {{0x1100, 0x115f}, {0x2e80, 0xa4cf}, {0xac00, 0xd7a3}, {0xf900, 0xfaff},
            {0xfe30, 0xfe4f}, {0xff00, 0xff60}, {0xffe0, 0xffe6}, {0x20000, 0x3fffd}};

static size_t cells_of(uint32_t character)
{
    for (size_t i = 0; i < ARRAY_LEN(wide); i++)
        if (character >= wide[i].first && character <= wide[i].last)
            return 2;
    return 1;
}

size_t text_width(const char *text)
{
    size_t width = 0;
    uint32_t character = 0;
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        if ((*p & 0xc0) == 0x80)
            character = character << 6 | (*p & 0x3f);
        else
            character = *p < 0x80 ? *p : *p < 0xe0 ? *p & 0x1f : *p < 0xf0 ? *p & 0xf : *p & 7;
        if ((p[1] & 0xc0) != 0x80)
            width += cells_of(character);
    }
    return width;
}

struct table table_of(const char *align)
{
    CHECK(strlen(align) <= TABLE_COLUMNS_MAX);
    return (struct table){.columns = strlen(align), .align = align};
}

void table_add(struct table *table, ...)
{
    va_list texts;
    size_t first = table->count * table->columns;
    table->cells = realloc(table->cells, (first + table->columns) * sizeof *table->cells);
    CHECK(table->cells);
    va_start(texts, table);
    for (size_t i = 0; i < table->columns; i++) {
        table->cells[first + i] = strdup(va_arg(texts, const char *));
        CHECK(table->cells[first + i]);
    }
    va_end(texts);
    table->count++;
}

static void print_row(const struct table *table, char *const *row, const size_t *widths, FILE *out)
{
    size_t owed = 2; /* cells of padding, written only before a text: no line ends in spaces */
    for (size_t i = 0; i < table->columns; i++) {
        size_t gap = widths[i] - text_width(row[i]);
        owed += table->align[i] == 'r' ? gap : 0;
        if (row[i][0]) {
            fprintf(out, "%*s%s", (int)owed, "", row[i]);
            owed = 0;
        }
        owed += table->align[i] == 'l' ? gap + 2 : 2;
    }
    fputc('\n', out);
}

void table_print(struct table *table, FILE *out)
{
    size_t widths[TABLE_COLUMNS_MAX] = {0};
    for (size_t i = 0; i < table->count * table->columns; i++) {
        size_t width = text_width(table->cells[i]), column = i % table->columns;
        widths[column] = width > widths[column] ? width : widths[column];
    }
    for (size_t r = 0; r < table->count; r++)
        print_row(table, &table->cells[r * table->columns], widths, out);
    for (size_t i = 0; i < table->count * table->columns; i++)
        free(table->cells[i]);
    free(table->cells);
    table->cells = NULL;
    table->count = 0;
}
