/* A case made of options instead of a file: one member, one bill. What quote answers and matrix
 * sweeps; it is written as a case and read by the reader of cases, so that it knows all that they
 * know. */
#ifndef REVIEW_SCENARIO_H
#define REVIEW_SCENARIO_H

#include "base/money.h"
#include "cases/trial.h"
#include "review/load.h"
#include "review/words.h"

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

/* What is reckoned when nothing is said: a man of 50 without identities, ten days. */
void scenario_defaults(struct scenario_options *options);

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
