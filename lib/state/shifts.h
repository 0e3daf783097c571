/* Operators' shifts in the state, one of each operator: the running one, or the last. Reads as in
 * state.h; effects as in effects.h. One owner thread. */
#ifndef STATE_SHIFTS_H
#define STATE_SHIFTS_H

#include "model/shift.h"
#include "state/effects.h"

/* ERR_NOTFOUND: the operator has never signed in there. */
enum err state_shift(struct state *state, const char *fixmedins_code, const char *opter,
                     struct shift *out) MUST_CHECK;

void effects_put_shift(struct effects *effects, const char *fixmedins_code, const char *opter,
                       const struct shift *shift);

#endif
