/* Text in columns: Chinese characters take two cells of a terminal. */
#ifndef COPAY_TABLE_H
#define COPAY_TABLE_H

#include <stddef.h>
#include <stdio.h>

#define TABLE_COLUMNS_MAX 12

struct table {
    size_t columns, count;
    const char *align; /* per column: 'l' or 'r' */
    char **cells;      /* count x columns, owned */
};

/* Cells that a UTF-8 text takes. */
size_t text_width(const char *text);

struct table table_of(const char *align);
/* One row: as many texts as there are columns, copied. */
void table_add(struct table *table, ...);
/* Prints each row behind two spaces; the table is empty afterwards. */
void table_print(struct table *table, FILE *out);

#endif
