/* A reader of CSV tables with a header row (RFC 4180, UTF-8, a byte order mark is tolerated), over
 * libcsv: catalogue, institutions, members. The set of columns is closed, their order is free.
 *
 * Rows are handed over one at a time, so that a file of a million members costs one row of memory.
 * Reads of a cell add what they find wrong to the collector and return false. */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "base/fault.h"

#define TABLE_COLUMNS_MAX 64
#define TABLE_ROW_MAX 16384 /* bytes of one row's cells */
#define TABLE_ROWS_MAX 10000000

struct table_row {
    struct table *table;
    uint32_t number; /* 1-based, the header not counted */
    int line;        /* 1-based line of the file where the row begins */
};

/* One row with all its cells; borrowed until it returns. False stops the reading. */
typedef bool table_row_fn(const struct table_row *row, void *user);

/* Calls `fn` for each row with the right number of cells. `columns` (count <=
 * TABLE_COLUMNS_MAX) are the names that the header must hold, each once and no other; their indexes
 * here name the cells. One that begins with ? may be absent: its cells are empty. ERR_OK: read to
 * the end or stopped by `fn` (faults may hold rows' errors); ERR_INVALID: not UTF-8, no such header
 * or not CSV, in faults; ERR_LIMIT: a bound, in faults; ERR_NOMEM. */
enum err table_read(const char *file, struct slice text, const char *const columns[], size_t count,
                    table_row_fn *fn, void *user, struct faults *faults) MUST_CHECK;

/* A cell's text, "" when empty. Borrowed until the callback returns. */
const char *table_cell(const struct table_row *row, size_t column);
/* Adds a fault at the row and column; formats as in faults_add(). */
void table_fault(const struct table_row *row, size_t column, const char *zh, const char *en, ...)
    PRINTF_LIKE(3, 5) PRINTF_LIKE(4, 5);

/* Typed reads; *out is untouched on failure. */
/* 1 to `max` bytes; that one of them is not printable (utf8_printable()) is an objection. */
bool table_text(const struct table_row *row, size_t column, size_t max, const char **out);
bool table_integer(const struct table_row *row, size_t column, int64_t min, int64_t max,
                   int64_t *out);
/* A two-digit code, 01 to `max`; the zero may be missing, since spreadsheets drop it. */
bool table_code(const struct table_row *row, size_t column, int max, uint8_t *out);
/* An exact decimal x 10^scale, not negative. */
bool table_decimal(const struct table_row *row, size_t column, int scale, int64_t max,
                   int64_t *out);
bool table_date(const struct table_row *row, size_t column, int32_t *out);
bool table_flag(const struct table_row *row, size_t column, bool *out); /* 0 or 1 */
/* First and last day, in that order; an empty last day leaves the period open: DATE_MAX. */
bool table_period(const struct table_row *row, size_t first, size_t last, int32_t *begins,
                  int32_t *ends);

/* A bound of the rows in the text, the header among them: never fewer than there are. */
size_t table_rows_most(struct slice text);

#endif
