/* The parts of diff; each prints what changed and returns how much did. */
#ifndef REVIEW_DIFF_H
#define REVIEW_DIFF_H

#include "review/load.h"
#include "review/words.h"

/* Two versions: which they are, their rules and clauses. */
unsigned diff_version(enum lang lang, const struct loaded *before, const struct loaded *after);
/* Smart-audit rules, by their ids, and reasons. */
unsigned diff_audit(enum lang lang, const struct pack *before, const struct pack *after);
/* Two folders, whatever the version: their smart-audit rules, where their catalogues come from, and
 * their tables. */
unsigned diff_folders(enum lang lang, const struct loaded *before, const struct loaded *after,
                      unsigned *faults);
/* Rules: section by section, rows compared place by place (grade, class), so that the same rule
 * written in other rows is no change. */
unsigned diff_rules(enum lang lang, const struct policy *before, const struct policy *after);
/* Ids of clauses with other texts or provenance. */
unsigned diff_clauses(enum lang lang, const struct policy *before, const struct policy *after);
/* The catalogues of two folders, entry by entry, with the day from which they differ. What cannot
 * be read counts as a fault. */
unsigned diff_catalogue(enum lang lang, const struct loaded *before, const struct loaded *after,
                        unsigned *faults);
/* Catalogue and institutions of two folders, entry by entry, with the day from which they differ.
 * What cannot be read counts as a fault. */
unsigned diff_tables(enum lang lang, const struct loaded *before, const struct loaded *after,
                     unsigned *faults);

#endif
