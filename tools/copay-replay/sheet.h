/* A CSV table held whole, columns by name: the packs' catalogue and institutions, whose columns
 * follow the policy. */
#ifndef REPLAY_SHEET_H
#define REPLAY_SHEET_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct sheet {
    uint32_t columns, rows;
    char **names;        /* of the columns */
    const char **cells;  /* row by row */
    struct arena *arena; /* everything above but cells */
    uint32_t capacity;   /* in rows */
    bool failed;
};

/* Says on stderr what is wrong. False: *sheet holds nothing. */
bool sheet_read(const char *path, struct sheet *sheet);
void sheet_free(struct sheet *sheet);
/* -1 when there is no such column. */
int sheet_column(const struct sheet *sheet, const char *name);
const char *sheet_cell(const struct sheet *sheet, uint32_t row, int column);
/* One cell, quoted where it must be, and the comma or line end behind it. */
void sheet_put(FILE *file, const char *text, bool last);

#endif
