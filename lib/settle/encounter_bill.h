/* Settling what was uploaded to an encounter, and taking it back. Inside lib/settle only. */
#ifndef SETTLE_ENCOUNTER_BILL_H
#define SETTLE_ENCOUNTER_BILL_H

#include "settle/encounter.h"
#include "settle/later.h"

struct encounter_bill_file {
    struct encounter encounter;
    char batch[BATCH_TEXT]; /* room for an inpatient's */
    const char *chrg_bchno;
    struct encounter_bill bill;
    bool mid; /* a stay that goes on */
    /* A mid-stay settlement takes the fees up to its end; later ones wait in the next bill. */
    uint32_t taken, later;
    struct claim_line *lines; /* those that are taken, then the later ones */
};

/* Makes a whole claim of the request's few words: the turn goes on with it. Problems are the
 * turn's. A store's error, ERR_NOMEM. */
enum err encounter_bill_open(struct turn *turn, struct encounter_bill_file **out) MUST_CHECK;
/* The encounter and its bills after that settlement, as effects. */
void encounter_bill_close(struct turn *turn, struct encounter_bill_file *file,
                          const struct settlement *settlement);

/* What a void does to them. Of a stay only the last settlement may be voided: of another, *later
 * names that one. What else is against it is among the turn's problems, and later->opposed set. */
struct encounter_void {
    struct encounter encounter;
    struct encounter_bill bill;
    /* Of a stay that went on: what was uploaded since, which goes back into the bill. */
    struct encounter_bill next;
    struct claim_line *next_lines;
};
enum err encounter_void_check(struct turn *turn, const struct settlement *original,
                              struct encounter_void *out, struct later *later) MUST_CHECK;
void encounter_void_apply(struct turn *turn, const struct settlement *original,
                          struct encounter_void *v);

/* The claim that a settlement of an encounter was made from, but for what its message says itself:
 * lines, dates and facts, in the arena. ERR_CORRUPT when they are not there. */
enum err encounter_bill_restore(struct state *state, const struct settlement *settlement,
                                struct arena *arena, struct claim *claim) MUST_CHECK;

#endif
