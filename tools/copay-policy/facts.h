/* What the files of an import say, row by row: of an item, about one subject, for certain days. */
#ifndef COPAY_POLICY_FACTS_H
#define COPAY_POLICY_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

/* Subjects; from FACT_CELL on a column of the catalogue: a ratio or a cap. */
enum { FACT_NATIONAL, FACT_LOCAL, FACT_CELL };

struct fact {
    const char *code; /* med_list_codg; texts borrow from the files */
    const char *file;
    int line;
    uint16_t subject;
    uint8_t input; /* number of the file among those of the import */
    bool again;    /* one more fact of a line that made another already */
    bool valid;    /* vali_flag: false takes back what the item had of this subject */
    int32_t begins, ends;
    int64_t stamp;               /* of the version, or of the time of writing: which row is later */
    const char *text;            /* national: the name; cell: its text, "" for no cap */
    const char *essential;       /* national: "0" or "1"; NULL: not stated */
    char chrgitm_lv[3], type[3]; /* local */
    bool limited;                /* local */
};

struct facts {
    size_t count, capacity;
    struct fact *list; /* after facts_sort() by code, subject and first day */
};

/* Rows left out, each with its file, line and reason, and how many for each reason. */
enum skip {
    SKIP_REGION,     /* another region's row */
    SKIP_KIND,       /* a ratio or cap of a kind that the catalogue does not hold */
    SKIP_OLDER,      /* a later version of the row is there too */
    SKIP_TWICE,      /* the same row once more */
    SKIP_VOID,       /* taken back, and another row of the item is valid */
    SKIP_NO_LOCAL,   /* not in the insurance catalogue */
    SKIP_NO_NATIONAL /* in no national file */
};
#define SKIP_REASONS 7

struct skips {
    uint32_t counts[SKIP_REASONS];
    struct faults list;
};

void skip_row(struct skips *skips, enum skip why, const char *file, int line, const char *key,
              const char *what);
/* The row that a fact comes from, once. */
void skip_fact(struct skips *skips, enum skip why, const struct fact *fact);
const char *skip_zh(enum skip why);
const char *skip_en(enum skip why);

void facts_add(struct facts *facts, struct fact fact);
/* Puts them in order and leaves out those said twice, and what was taken back where another row
 * stands. Rows of one subject that hold on the same days and say different things are faults. */
void facts_sort(struct facts *facts, struct skips *skips, struct faults *faults);
void facts_free(struct facts *facts);

#endif
