/* Situations: dimensions that sort every claim into exactly one of their values, so that rules
 * select by a bit instead of looking at the claim (design section 6). */
#ifndef POLICY_SITUATION_H
#define POLICY_SITUATION_H

#include <stdbool.h>
#include <stdint.h>

#include "policy/rule.h"

#define SITUATION_ID 31 /* dimension/value, two names */

/* What a matcher may ask; its `asked` is a mask of them. */
enum match {
    MATCH_KINDS,
    MATCH_MED_TYPES,
    MATCH_INSUTYPES,
    MATCH_CLASSES,
    MATCH_SEX,
    MATCH_AGE,
    MATCH_DISTANCE,
    MATCH_FILING,
    MATCH_DISEASES,
    MATCH_OPERATIONS,
    MATCH_INSTITUTIONS,
    MATCH_INSTITUTION_TAGS,
    MATCH_DELIVERY,
    MATCH_FETUS_CNT,
    MATCH_FETTS,
    MATCH_BIRCTRL,
    MATCH_EMERGENCY,
    MATCH_TRAUMA,
    MATCH_NEWBORN,
    MATCH_CVLSERV_LV,
    MATCH_PRESCRIBER_GRADES,
    MATCH_TRANSFER,
    MATCH_GRADES,
    MATCH_BREAK_DAYS,
    MATCHES
};

/* From the county of enrolment to that of care. */
enum distance { DISTANCE_COUNTY, DISTANCE_CITY, DISTANCE_PROVINCE, DISTANCE_BEYOND };

/* Codes, or prefixes of codes of which none begins another; sorted. */
struct code_list {
    uint32_t count;
    const char *const *codes;
};

/* Both inclusive; what the claim does not state is 0, and in none. */
struct count_span {
    uint8_t from, to;
};

/* All that is asked must hold; masks are of the policy's indexes. */
struct matcher {
    uint32_t asked;
    uint32_t kinds, insutypes, classes;
    uint64_t med_types;
    uint16_t filings;
    uint8_t distances; /* mask of enum distance */
    uint8_t transfers; /* mask of enum transfer */
    uint8_t sex;       /* 1 male, 2 female */
    bool emergency, trauma, newborn;
    int16_t age_min, age_max;
    struct count_span fetus_cnt, fetts;
    int16_t transfer_days; /* admitted at most so many after the previous stay ended */
    int16_t break_days;    /* more than so many before the cover began, there was none */
    uint32_t grades;       /* benefit grade */
    uint32_t institution_tags, prescriber_grades;
    struct code_list diseases, operations; /* prefixes */
    struct code_list institutions, delivery, birctrl, cvlserv_lv;
};

struct dimension_value {
    const char *name, *name_zh;
    const char *id;      /* dimension/value, as the explanation names it */
    struct matcher when; /* of the last value: asks nothing */
    uint16_t clause;     /* of what `when` asks; 0: none */
};

/* The first value whose matcher holds. */
struct dimension {
    const char *name, *name_zh;
    uint8_t value_count;
    uint16_t by_kind[POLICY_KINDS_MAX]; /* values of such care, by policy_index() */
    struct dimension_value values[DIMENSION_VALUES_MAX];
};

/* True when `b` holds only where `a` does. */
bool matcher_within(const struct matcher *b, const struct matcher *a);

/* True when one of the prefixes begins `code`. */
bool code_list_begins(const struct code_list *list, const char *code);
bool code_list_has(const struct code_list *list, const char *code);
/* The values of a dimension that a claim of these kinds, insutypes and classes may have. */
uint16_t dimension_possible(const struct dimension *dimension, uint32_t kinds, uint32_t insutypes,
                            uint32_t classes);

struct policy;
struct layer;
/* The same of what comes to a layer, for people of these classes. */
uint16_t layer_situations(const struct policy *policy, const struct layer *layer, uint32_t classes,
                          uint8_t dimension);

#endif
