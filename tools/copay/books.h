/* An institution's own books: a CSV of what it settled and voided. */
#ifndef COPAY_BOOKS_H
#define COPAY_BOOKS_H

#include "base/arena.h"
#include "model/detail.h"

struct book_entry {
    struct statement_kind kind;
    int32_t date; /* business date */
    struct detail_row row;
};

struct books {
    size_t count, capacity;
    struct book_entry *entries; /* by kind, then by date */
};

/* Reads the whole file; what is wrong with it goes to `err` for people, with line and column. Texts
 * lie in the arena, the entries are malloc'ed: free them. False when anything was wrong. */
bool books_read(const char *path, struct arena *arena, struct books *out);

/* The sums of these entries, all of one kind, settlements and voids together. */
struct statement_sums books_net(const struct book_entry *entries, size_t count);

/* Order of entries; of kinds alone. */
int books_compare_kinds(const struct statement_kind *a, const struct statement_kind *b);

#endif
