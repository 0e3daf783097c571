/* How the lines of a bill split, and which of them a benefit pays for (design section 6, points 1
 * and 3). */
#ifndef POLICY_LINE_RULES_H
#define POLICY_LINE_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "policy/ceiling.h"
#include "policy/item_list.h"
#include "policy/line_scope.h"
#include "policy/vocabulary.h"

/* What the hospital's flag on a limited-use line does: it is paid as listed, or wholly the
 * patient's, or the hospital's. */
enum hosp_appr { HOSP_APPR_AS_LISTED, HOSP_APPR_OWN, HOSP_APPR_HOSPITAL };

/* How the hospital's part appears among the payers, where it bears lines. */
struct hospital_part {
    const char *fund_pay_type;
    uint16_t clause;
};

/* Volume purchase: where money above an item's payment standard goes. */
struct pay_standard {
    bool given;
    enum fee_part above;
    uint16_t clause;
};

/* The first yuan of an item on a bill that are first self-pay. */
struct item_dedc {
    bool given;
    bool of_whole; /* the first self-pay ratio is of the whole amount, not of what is left */
    uint16_t clause;
};

struct line_rules {
    uint16_t clauses[4];         /* by chrgitm_lv; [0]: price caps */
    enum hosp_appr hosp_appr[3]; /* by hosp_appr_flag */
    bool refused_by_hospital;    /* who bears a line that is LINE_REFUSED; false: the patient */
    struct hospital_part hospital;
    struct pay_standard pay_standard;
    struct item_dedc item_dedc;
    uint8_t item_tag_count;
    const char *item_tags[ITEM_TAGS_MAX];
    struct item_lists *items;
    uint8_t ceiling_count;
    const struct ceiling *ceilings;
    /* By insutype and kind of care, a mask of the ceilings that may hold; by policy_index(). */
    uint8_t ceilings_of[POLICY_INSUTYPES_MAX][POLICY_KINDS_MAX];
};
_Static_assert(CEILINGS_MAX <= 8, "a mask holds the ceilings");

#endif
