/* What a scenario leaves unsaid and its answer rests on. */
#ifndef COPAY_POLICY_HINT_H
#define COPAY_POLICY_HINT_H

#include "review/scenario.h"

/* One line for each layer that left out money of lines of which the options say too little, after
 * scenario_settle(). */
void hint_scope(FILE *out, enum lang lang, const struct scenario_options *options,
                const struct scenario *scenario);

#endif
