/* Lines of cells with TABs between them, as the national platform hands catalogues out: UTF-8, no
 * quoting (a quote is a character), LF or CR LF, a byte order mark tolerated, "null" for nothing.
 */
#ifndef COPAY_POLICY_TAB_H
#define COPAY_POLICY_TAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

#define TAB_CELLS_MAX 128

struct tab_line {
    const char *file;
    struct faults *faults;
    int number; /* of the file, 1-based */
    bool last;  /* of the file, and no line end behind it */
    size_t count;
    const char *cells[TAB_CELLS_MAX]; /* spaces around them dropped, "" for null */
};

typedef void tab_line_fn(const struct tab_line *line, void *user);

/* Calls `fn` for each line that is not empty. The text is written over and holds one byte more than
 * `size`; cells borrow from it. A line with a NUL or too many cells is a fault and left out; a text
 * that is not UTF-8 is one fault, and nothing is read. Returns the number of lines handed over. */
uint32_t tab_read(const char *file, char *text, size_t size, tab_line_fn *fn, void *user,
                  struct faults *faults);

/* The cell of a 1-based column, "" behind the last. */
const char *tab_cell(const struct tab_line *line, size_t column);
/* Adds a fault at the line; formats as in faults_add(). */
void tab_fault(const struct tab_line *line, const char *column, const char *zh, const char *en, ...)
    PRINTF_LIKE(3, 5) PRINTF_LIKE(4, 5);

/* Typed reads; a fault and false when the cell says something else. */
/* A day: YYYY-MM-DD, YYYYMMDD, either with a time behind it, or as Java prints one ("Thu Jan 01
 * 00:00:00 CST 2026"): all of these are read out of the files by public code. An empty cell is
 * `absent`. */
bool tab_day(const struct tab_line *line, size_t column, const char *name, int32_t absent,
             int32_t *out);
/* 0 or 1. */
bool tab_flag(const struct tab_line *line, size_t column, const char *name, bool *out);
/* First and last day, in that order; an empty last one is open. */
bool tab_period(const struct tab_line *line, size_t first, size_t last, int32_t *begins,
                int32_t *ends);
/* Bytes of a cell that a fault quotes. */
int tab_shown(const char *text);

#endif
