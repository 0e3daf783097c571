/* The rules of a compiled layer: whom, from which bound, at which ratio (design section 6). */
#ifndef POLICY_RULE_H
#define POLICY_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "model/accum.h"
#include "policy/stay.h"

#define POLICY_GRADES_MAX 16
#define POLICY_CLASSES_MAX 16
#define POLICY_KINDS_MAX 16
#define POLICY_DIMENSIONS_MAX 6
#define DIMENSION_VALUES_MAX 16
#define RULE_NTH_MAX 40 /* from 2,000 to 100, 50 less each time, are 39 */
#define RULE_BANDS_MAX 8
#define LAYER_SCOPES_MAX 4

/* Over what a deductible or a cap runs. Days, months and quarters are the calendar's, of the day on
 * which the care began. */
enum rule_per {
    PER_NONE,
    PER_STAY,
    PER_VISIT, /* of a kind of care that is no stay */
    PER_DAY,
    PER_MONTH,
    PER_QUARTER,
    PER_YEAR,          /* the benefit year */
    PER_HOSPITAL_YEAR, /* the benefit year at one institution */
    PER_PERIOD,        /* settlement periods of a stay, each settled as if it were one */
};

#define RULE_PERIODS_MAX 6 /* of a stay: an answer has room for the rows of so many */

/* What a span adds to the scope under which its sums stand (adjudicate/run.h, delta_span). */
size_t rule_span_length(enum rule_per per);

/* In which situations: of each dimension in the mask, one of these values (bit 1 << value). */
struct situation_set {
    uint8_t dimensions; /* 0: in any situation */
    uint16_t values[POLICY_DIMENSIONS_MAX];
};

/* Whom a rule is for; all bits set: everyone. Rules of one table are tried in order; the checker
 * refuses two that could both hold. */
struct selector {
    uint32_t grades; /* benefit grade; of a deductible: deductible grade */
    uint32_t classes;
    uint32_t identities; /* 0 in the mask of a person without any: use SELECTOR_ANY to match them */
    uint32_t without;    /* who has none of these */
    int16_t age_min, age_max;
    struct situation_set in;
};
#define SELECTOR_ANY UINT32_MAX

/* Which rules of a table, bit 1 << position, can hold at a grade and for a class: of a long table
 * only these few are looked at, the first bit first. By policy_index(). */
struct rule_index {
    uint64_t by_grade[POLICY_GRADES_MAX], by_class[POLICY_CLASSES_MAX];
};

/* The nth stay of the year pays nth_fen[n - 1]; the last one holds for all that follow. */
struct deductible_rule {
    struct selector who;
    uint8_t nth_count;
    int64_t nth_fen[RULE_NTH_MAX];
    uint16_t clause;
    struct nth_rule nth; /* of a stay */
};

/* Bounds are inclusive. They are amounts of the layer's base, the deductible included, which hides
 * what is below it (D16: 30,000 counts the 1,300), or of what is above the deductible
 * (layer.from_deductible). The last one is INT64_MAX, or the point above which nothing is paid. */
struct band {
    int64_t upto_fen;
    int32_t ratio;
    uint16_t clause;
};

enum ratio_form {
    RATIO_BANDS,    /* marginal: the base between two bounds pays the upper one's ratio */
    RATIO_BRACKETS, /* the whole base pays the ratio of the bracket that it falls in */
    RATIO_LUMP,     /* a sum, of one band at the ratio 0 */
};

struct ratio_rule {
    struct selector who;
    enum ratio_form form;
    int64_t lump_fen;
    bool cash_benefit; /* what the lump is above the money there is, is one */
    uint8_t band_count;
    struct band bands[RULE_BANDS_MAX];
};

#endif
