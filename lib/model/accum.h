/* Accumulators: a sorted list (year, insutype, kind, scope) -> fen or count (design decision 21).
 * One list per person and benefit year. */
#ifndef MODEL_ACCUM_H
#define MODEL_ACCUM_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "base/limits.h"

enum accum_kind {
    ACCUM_STAYS = 1, /* count of inpatient admissions; scope: deductible grade */
    ACCUM_VISITS,    /* count of other settlements; scope: kind of care */
    ACCUM_DEDC,      /* deductible consumed, fen; scope: a layer's, with /grade where it counts */
    ACCUM_PAID,      /* paid by a layer, fen; scope: the layer's `accumulates` */
    ACCUM_BASE,      /* cumulated base of a cumulative layer, or eligible money paid for by a layer
                        whose cap is on eligible money; fen */
    ACCUM_BANDS,     /* money that a layer's bands ran over, where they run over the year; fen */
};

#define ACCUM_SCOPE 31
/* A list's stored form never grows beyond this: an LMDB page's share less its key and what stands
 * beside it in the value. accum_add() keeps it, so that short scopes get 64 entries and long ones
 * fewer. */
#define ACCUMS_STORED_MAX (VALUE_INLINE_MAX - 64)

struct accum {
    uint16_t year;
    uint16_t insutype;
    uint8_t kind;
    char scope[ACCUM_SCOPE + 1];
    int64_t value;
};

struct accums {
    uint32_t count;
    struct accum list[ACCUMS_MAX];
};

/* By year, insutype, kind, scope. */
int accum_compare(const struct accum *a, const struct accum *b);
/* Whether two sorted lists hold the same values under the same keys. */
bool accums_same(const struct accum *a, uint32_t a_count, const struct accum *b, uint32_t b_count);
/* 0 when absent. */
int64_t accum_get(const struct accums *accums, uint16_t year, uint16_t insutype,
                  enum accum_kind kind, const char *scope);
/* Adds delta->value to its entry, inserting in order; an entry that becomes 0 goes away, so that a
 * void leaves no trace. ERR_LIMIT: no room (ACCUMS_MAX, ACCUMS_STORED_MAX), or a sum out of
 * range (nothing changed). */
enum err accum_add(struct accums *accums, const struct accum *delta) MUST_CHECK;

/* Drops the sums of days and months that are long past on `date`, so that a list of a year's days
 * stays in its bounds: scopes with "@240315" and "@2403" in them (adjudicate/run.h, delta_span). A
 * bill that comes later than that finds its day without what was summed before. */
#define ACCUM_DAYS_KEPT                                                                            \
    14 /* terminals send a week late at most (MSGID_AGE_MAX_MS), and some more */
#define ACCUM_MONTHS_KEPT 92 /* days after a month's end */
void accums_forget(struct accums *accums, int32_t date);

/* Layout of one entry, in lists and in settlements; no version of its own. */
void accum_write(struct writer *w, const struct accum *accum);
void accum_read(struct reader *r, struct accum *accum);
/* Layout of a stored list (schema version 2): schema, count, entries. Reading latches a failure for
 * another schema, a count over the bound, or entries out of order. */
void accums_write(struct writer *w, const struct accums *accums);
void accums_read(struct reader *r, struct accums *accums);

#endif
