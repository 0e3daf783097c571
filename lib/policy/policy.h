/* A compiled policy: flat, immutable tables that the adjudicator walks (design section 5, decision
 * 12; section 6). Made by pack.h from a region's folder; shared read-only between threads.
 *
 * Grades, person classes, kinds of care, insurance types and identities are small indexes into the
 * policy's own name tables, so that a rule's selector is a few bit masks. Ratios are x 10^4, money
 * is fen. A clause is an index into `clauses`; 0 is none. */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "model/accum.h"
#include "model/result.h"
#include "policy/dates.h"
#include "policy/layer.h"
#include "policy/line_rules.h"
#include "policy/package.h"
#include "policy/rounding.h"
#include "policy/transition.h"
#include "policy/vocabulary.h"
#include "policy/waiting.h"

/* The version of the policy language that is read. Version 0 was being made and promised nothing;
 * what it may still say means in version 1 what it meant last. */
#define POLICY_LANGUAGE 1

#define POLICY_LAYERS_MAX 24

struct policy_labels; /* policy/labels.h */

struct policy {
    char region[ID_ADMDVS + 1];
    const char *name;
    uint8_t language;          /* as written: 0 is read as 1 */
    int32_t begndate, enddate; /* in force, by the day that dates.rule_version names */
    struct policy_dates dates;
    struct transition *transition; /* NULL: none */
    struct newborn_rule newborn;
    uint8_t waiting_count;
    bool identities_stacked; /* false: the best-ranked identity alone */
    uint8_t insutype_count, class_count, kind_count, grade_count, cap_grade_count;
    uint8_t identity_count, layer_count, filing_count, dimension_count, institution_tag_count;
    uint16_t med_type_count, clause_count;
    uint16_t insutypes[POLICY_INSUTYPES_MAX];
    struct policy_class classes[POLICY_CLASSES_MAX];
    const char *kinds[POLICY_KINDS_MAX];
    bool sums_days;  /* some sums are a day's or a month's: accums_forget(); by policy_index() */
    bool files;      /* some rule asks for filings; by policy_index() */
    bool looks_back; /* some rule asks for the stay before this one */
    uint16_t look_back_days;                /* at most so many days after it ended */
    uint8_t counted_dimensions;             /* mask: stays are counted by their values too */
    uint16_t period_days[POLICY_KINDS_MAX]; /* of a settlement period; 0: stays have none */
    uint8_t before_days[POLICY_KINDS_MAX];  /* fees so many days old stand on the bill */
    /* Of those days; 0: none. */
    uint16_t before_clauses[POLICY_KINDS_MAX];
    uint32_t inpatient_kinds; /* mask: they count as a stay (ACCUM_STAYS) */
    uint32_t pharmacy_kinds;  /* mask: transactions 2101 to 2103 */
    const char *grades[POLICY_GRADES_MAX];
    const char *cap_grades[POLICY_GRADES_MAX];
    struct policy_identity identities[POLICY_IDENTITIES_MAX];
    struct policy_filing filings[POLICY_FILINGS_MAX];
    const char *institution_tags[POLICY_TAGS_MAX];
    struct dimension *dimensions;
    struct policy_med_type med_types[POLICY_MED_TYPES_MAX];
    const struct policy_clause *clauses;
    uint16_t title_count;
    const struct policy_title *titles;
    struct policy_rounding rounding;
    struct line_rules lines;
    struct policy_account account;
    struct layer layers[POLICY_LAYERS_MAX]; /* in the pack's order */
    struct policy_packages *packages;       /* NULL: none */
    struct policy_allowances *allowances;   /* NULL: none */
    const struct policy_labels *labels;
    struct waiting_rule waiting[POLICY_INSUTYPES_MAX];
    /* By insutype and kind of care, a mask of the layers that such care can come to; by
     * policy_index(). */
    uint32_t layers_of[POLICY_INSUTYPES_MAX][POLICY_KINDS_MAX];
};
_Static_assert(POLICY_LAYERS_MAX <= 32, "a mask holds the layers");

/* Fills what follows from the rules and is asked by every claim; the last step of compiling. */
void policy_index(struct policy *policy);

/* The version whose figures a settlement has: this one, or the one that its transition compares
 * with.
 */
const struct policy *policy_made(const struct policy *policy, bool against);

/* Whether a claim under it must know the person's filings. */
bool policy_asks_filings(const struct policy *policy);

/* Index lookups; -1 when there is none. */
int policy_insutype(const struct policy *policy, uint16_t insutype);
int policy_class(const struct policy *policy, uint16_t insutype, const char *psn_type);
int policy_grade(const struct policy *policy, const char *name);
int policy_kind(const struct policy *policy, const char *name);
const struct policy_med_type *policy_med_type(const struct policy *policy, const char *med_type);
int policy_institution_tag(const struct policy *policy, const char *name);
int policy_item_tag(const struct policy *policy, const char *name);
/* The identity that a psn_idet_type code means here, or -1. */
int policy_identity(const struct policy *policy, const char *psn_idet_type);
/* The kind of filing that a code means here, or -1. */
int policy_filing(const struct policy *policy, const char *category);
/* The clause's static texts; index 0 gives empty texts. */
const struct policy_clause *policy_clause(const struct policy *policy, uint16_t clause);
/* NULL when there is none. */
const struct policy_clause *policy_clause_find(const struct policy *policy, const char *id);
/* What the pack calls a grade, class or kind in Chinese; NULL when it does not say. */
const char *policy_title(const struct policy *policy, const char *name);
const struct layer *policy_layer(const struct policy *policy, const char *id);
/* By "ceiling/<name>". */
const struct ceiling *policy_ceiling(const struct policy *policy, const char *id);
/* "官方", "二手资料,未核实", "示例数据" and their English keys. */
const char *provenance_zh(enum provenance provenance);
const char *provenance_key(enum provenance provenance);

#endif
