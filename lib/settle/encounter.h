/* Encounters: registered, admitted, changed, discharged, undone. Inside lib/settle only. */
#ifndef SETTLE_ENCOUNTER_H
#define SETTLE_ENCOUNTER_H

#include "settle/turn.h"
#include "state/encounters.h"

/* The whole turn of a REQUEST_REGISTER, ..._CHANGE, ..._DISCHARGE, ..._UNDO_REGISTER or
 * ..._UNDO_DISCHARGE. */
enum err encounter_turn(struct turn *turn) MUST_CHECK;

/* The encounter of that number, when it is this institution's and person's, of the request's
 * counter and not cancelled; else a problem is added, and *out is nothing. A store's error. */
enum err encounter_find(struct turn *turn, const char *mdtrt_id, const char *psn_no,
                        struct encounter *out) MUST_CHECK;
/* Effects and answer of taking its registration back; or problems: what must be undone before, in
 * the right order the settlement, the discharge, the fees. A store's error. */
enum err encounter_cancel(struct turn *turn, struct encounter *encounter) MUST_CHECK;
/* Adds a problem that says at which stage it stands and which transaction comes first. */
void encounter_refuse_stage(struct turn *turn, const struct encounter *encounter,
                            const char *infno_first);
/* The bill that a message means: an outpatient's as named, an inpatient's open one. */
#define BATCH_TEXT (TEXT_ID_MAX + 1)
const char *encounter_batch(const struct encounter *encounter, const char *chrg_bchno,
                            char text[BATCH_TEXT]);

/* Adds a problem when these are more lines, or more money, than one bill may have. `next` is the
 * transaction that makes room. */
void encounter_check_room(struct turn *turn, const struct claim_line *lines, uint32_t count,
                          const char *next);

/* The bill of that name; one that is settled is a problem, which names its settlement, borrowed
 * from *bill. ERR_NOTFOUND: nothing was uploaded to it, and *bill is empty. */
enum err encounter_open_bill(struct turn *turn, const struct encounter *encounter,
                             const char *chrg_bchno, struct encounter_bill *bill) MUST_CHECK;
/* An outpatient's bill is not open any more. */
void encounter_forget_bill(struct encounter *encounter, const char *chrg_bchno);

/* A claim of what a bill knows, without lines; its texts are borrowed from the arguments. */
struct claim encounter_claim(const struct encounter *encounter, const struct care *care);
/* The turn goes on with a request that differs in its claim. NULL: the arena is exhausted. */
struct request *encounter_stand_in(struct turn *turn, const struct claim *claim) MUST_CHECK;

/* Puts how it stands into the reply; bill may be NULL. Borrows. */
void encounter_reply(struct turn *turn, const struct encounter *encounter, const char *chrg_bchno,
                     const struct encounter_bill *bill);

#endif
