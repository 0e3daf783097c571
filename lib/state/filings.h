/* People's filings in the state: a short list beside the person, which settlements read, and the
 * whole of each under its number. Reads as in state.h; effects as in effects.h. One owner thread.
 */
#ifndef STATE_FILINGS_H
#define STATE_FILINGS_H

#include "model/filing.h"
#include "state/effects.h"

/* Absent reads as none: never ERR_NOTFOUND. */
enum err state_filings(struct state *state, const char *psn_no,
                       struct person_filings *out) MUST_CHECK;
enum err state_filing(struct state *state, const char *number, struct filing_file *out) MUST_CHECK;

/* A filing as it stands, and its person's list with its part of it: last, where it is new.
 * ERR_LIMIT latches when the list is full. */
void effects_put_filing(struct effects *effects, struct person_filings *all,
                        const struct filing_file *file);
/* Takes the one at that place away; the list is the caller's to put, with effects_put_filing(). */
void effects_drop_filing(struct effects *effects, struct person_filings *all, uint32_t at);

#endif
