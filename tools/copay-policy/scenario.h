/* A case made of options instead of a file: one member, one bill. What quote answers and matrix
 * sweeps; it is written as a case and read by the reader of cases, so that it knows all that they
 * know. */
#ifndef COPAY_POLICY_SCENARIO_H
#define COPAY_POLICY_SCENARIO_H

#include <getopt.h>

#include "base/money.h"
#include "cases/trial.h"
#include "load.h"
#include "words.h"

#define SCENARIO_KEYS_MAX 16

struct scenario_list {
    uint8_t count;
    const char *list[SCENARIO_KEYS_MAX];
};

/* The inputs that are numbers, which matrix can sweep. */
enum scenario_number {
    NUMBER_TOTAL,   /* fen */
    NUMBER_CLASS_B, /* ratio: share of the total */
    NUMBER_CLASS_C, /* likewise */
    NUMBER_SELFPAY, /* ratio: first self-pay of class B */
    NUMBER_AGE,     /* years */
    NUMBER_STAYS,   /* in the year before this one, at each grade */
    NUMBER_DAYS,    /* of the stay */
    SCENARIO_NUMBERS
};

struct scenario_options {
    const char *insutype, *class, *kind, *med_type, *grade, *region, *sex; /* NULL: the first */
    const char *med_chrgitm_type; /* of every line; NULL: not said */
    struct scenario_list identities;
    struct scenario_list member, history, claim; /* further keys of the case, "key=value" */
    int64_t numbers[SCENARIO_NUMBERS];
};

/* The command line's options, for getopt_long(); their values are SCENARIO_OPTION and above. Ends
 * with a zero. */
#define SCENARIO_OPTION 256
#define SCENARIO_OPTIONS (12 + SCENARIO_NUMBERS)
extern const struct option scenario_long_options[SCENARIO_OPTIONS + 1];

void scenario_defaults(struct scenario_options *options);
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

struct scenario {
    const struct loaded *loaded;
    struct arena *arena, *scratch;
    struct yaml *document;
    char *text; /* the case as YAML */
    struct policy_case policy_case;
    struct trial trial;
};

/* The case of the options against the loaded version; what is wrong is printed and counted. Close
 * it whatever happened. */
unsigned scenario_open(const struct scenario_options *options, const struct loaded *loaded,
                       struct scenario *out);
void scenario_close(struct scenario *scenario);
/* Prints it as a case, which expects what is reckoned of it, or what the options say. */
enum err scenario_print(struct scenario *scenario, const struct scenario_options *options,
                        FILE *out) MUST_CHECK;
/* Whether the options say the lines, so that the total is not theirs to change. */
bool scenario_has_lines(const struct scenario_options *options);
/* The same bill with another total, shared over its lines in the same way. */
void scenario_set_total(struct scenario *scenario, const struct scenario_options *options,
                        int64_t total);
/* Adjudicates the bill; the result is scenario->trial.result. */
enum err scenario_settle(struct scenario *scenario) MUST_CHECK;

#endif
