/* How the lines of a bill split, and which of them a benefit pays for (design section 6, points 1
 * and 3). */
#ifndef POLICY_LINE_RULES_H
#define POLICY_LINE_RULES_H

#include <stdbool.h>
#include <stdint.h>

/* Lines a benefit pays for: any of the conditions admits a line's in-scope money. */
struct line_scope {
    bool all;
    uint8_t chrgitm_lv;        /* mask, bit 1 << lv */
    uint16_t med_chrgitm_type; /* mask, bit 1 << type */
    bool bas_medn;
    uint16_t clause;
};

/* What the hospital's flag on a limited-use line does: it is paid as listed, or wholly the
 * patient's, or the hospital's. */
enum hosp_appr { HOSP_APPR_AS_LISTED, HOSP_APPR_OWN, HOSP_APPR_HOSPITAL };

/* How the hospital's part appears among the payers, where it bears lines. */
struct hospital_part {
    const char *fund_pay_type;
    uint16_t clause;
};

struct line_rules {
    uint16_t clauses[4];         /* by chrgitm_lv; [0]: price caps */
    enum hosp_appr hosp_appr[3]; /* by hosp_appr_flag */
    bool refused_by_hospital;    /* who bears a line that audit refuses; false: the patient */
    struct hospital_part hospital;
};

#endif
