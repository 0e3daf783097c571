/* A table of a pack as rows of texts: what diff compares and import rewrites. */
#ifndef REVIEW_SHEET_H
#define REVIEW_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/table.h"

struct sheet_row {
    const char *key;
    int32_t begins, ends; /* inclusive; DATE_MAX when open */
    const char *const *cells;
    size_t place; /* in the file: 0 is the first row */
};

struct sheet {
    const char *key; /* name of the key's column */
    struct arena *arena;
    size_t column_count;
    const char *columns[TABLE_COLUMNS_MAX];
    size_t count, capacity;
    struct sheet_row *rows; /* by key and first day */
};

/* An empty sheet, without columns: sheet_free(). */
void sheet_new(struct sheet *sheet, const char *key);
/* Reads a table of a folder whose pack was compiled. What is wrong is printed; false then. A file
 * that is not there is a sheet without columns. sheet_free() whatever happened. */
bool sheet_read(struct sheet *sheet, const char *folder, const char *file, const char *key);
void sheet_free(struct sheet *sheet);

/* The number of a column, column_count when there is none. */
size_t sheet_column(const struct sheet *sheet, const char *name);
/* A row's cell by the column's name, "" when there is no such column. Borrowed. */
const char *sheet_cell(const struct sheet *sheet, const struct sheet_row *row, const char *column);
/* The number of a column, which is added, empty in every row, where there is none. */
size_t sheet_need_column(struct sheet *sheet, const char *name);
/* The rows of one key, which begin at `from`. */
size_t sheet_run(const struct sheet *sheet, size_t from);
/* Adds a row, whose cells are borrowed. The rows are in order again after sheet_sort(). */
void sheet_add(struct sheet *sheet, struct sheet_row row);
void sheet_sort(struct sheet *sheet);
/* Writes it as CSV in order of place, and of first day where places are the same. */
void sheet_write(struct sheet *sheet, FILE *out);

#endif
