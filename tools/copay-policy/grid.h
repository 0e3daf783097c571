/* The benefit table of one layer, for one insurance and kind of care, as people print it: rows by
 * grade (and situation, age or identity where the rules tell them apart), columns for deductible
 * and ratio by person class, and notes for all the rest. What `table` renders as text and HTML. */
#ifndef COPAY_POLICY_GRID_H
#define COPAY_POLICY_GRID_H

#include "review/statements.h"

#define GRID_COLUMNS_MAX 64
#define GRID_ROWS_MAX 512
#define GRID_NOTES_MAX 256

struct grid_cell {
    const char *text; /* "" where nothing is said */
    uint16_t clause;
};

struct grid_row {
    const char *label;
    struct grid_cell cells[GRID_COLUMNS_MAX];
};

struct grid_note {
    const char *about; /* for whom it is, too */
    const char *text;
    uint16_t clause;
};

struct grid {
    const struct section *section;
    uint8_t column_count; /* 0: notes alone */
    uint16_t row_count, note_count;
    const char *columns[GRID_COLUMNS_MAX];
    struct grid_row rows[GRID_ROWS_MAX];
    struct grid_note notes[GRID_NOTES_MAX];
};

/* Texts are in the statements' arena. */
void grid_of(struct statements *s, const struct section *section, uint8_t insutype,
             struct grid *grid);
/* "", "†" or "‡": how sure a figure is. */
const char *grid_mark(const struct policy *policy, uint16_t clause);

#endif
