/* A scenario's options as quote and matrix take them from the command line. */
#ifndef COPAY_POLICY_SCENARIO_OPTION_H
#define COPAY_POLICY_SCENARIO_OPTION_H

#include <getopt.h>

#include "review/scenario.h"

/* The command line's options, for getopt_long(); their values are SCENARIO_OPTION and above. Ends
 * with a zero. */
#define SCENARIO_OPTION 256
#define SCENARIO_OPTIONS (12 + SCENARIO_NUMBERS)
extern const struct option scenario_long_options[SCENARIO_OPTIONS + 1];

/* Takes one; false when its text is not understood, which is told (misuse.h). */
bool scenario_option(struct scenario_options *options, int option, const char *text);
/* The number by its option's name ("total"); -1 when there is none. */
int scenario_number_find(const char *name);
const char *scenario_number_name(enum lang lang, enum scenario_number number);
/* A value of that number: yuan, a ratio or a count. False when `text`, of `option`, is none, which
 * is told. */
bool scenario_number_read(const char *option, enum scenario_number number, const char *text,
                          int64_t *value);
/* Tells that `text`, of `option`, names no number; false. */
bool scenario_number_unknown(const char *option, const char *text);
char *scenario_number_format(enum scenario_number number, int64_t value, char buf[MONEY_TEXT]);

#endif
