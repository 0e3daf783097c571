/* Smart audit (智能审核): (rules, facts, bill) -> findings. Pure like lib/adjudicate: no input or
 * output, no clock, no globals; scratch memory comes from the caller's arena. The same arguments
 * give the same findings on every machine, whatever the order of the lines.
 *
 * It runs before adjudicate(), which takes the lines that were refused as claim_line.refused. The
 * same call before and during treatment answers 3101 and 3102. Who calls it fills the facts from
 * what it knows; what it does not know it leaves empty, and rules about that find nothing. */
#ifndef AUDIT_AUDIT_H
#define AUDIT_AUDIT_H

#include "base/arena.h"
#include "model/claim.h"
#include "model/finding.h"
#include "policy/audit_rules.h"
#include "policy/stated_line.h"

/* Other care of this person: settled and not voided, or a stay that still lasts. */
struct audit_visit {
    const char *setl_id; /* "": not settled yet */
    const char *fixmedins_code;
    const char *dise_codg; /* its main diagnosis; "" */
    uint8_t kind;          /* of care, the policy's index */
    int32_t begin, end;    /* first and last day; DATE_MAX: still there */
};

/* A line of an earlier settlement of this person, its refunds taken off. */
struct audit_dispensed {
    const char *setl_id, *fixmedins_code;
    const char *med_list_codg;
    int32_t date;        /* of the fee */
    int64_t cnt, amount; /* x 10^4; fen */
    uint16_t prd_days;   /* days of supply x 100; 0: not known */
};

/* From which day; DATE_NONE: not. */
struct audit_state {
    int32_t frozen, suspended;
};

/* What the hospital said to a finding of this bill. */
struct audit_answer {
    const char *rule_id;
    const char *feedetl_sn;  /* "": to the rule's every finding */
    const char *reason_code; /* one of the pack's, or "" */
    bool consent;            /* the patient's, recorded, to bearing the line */
};

struct audit_facts {
    const struct policy *policy;           /* the version that the claim is settled by */
    const struct catalogue *catalogue;     /* may be NULL when every line is stated */
    const struct institution *institution; /* where the care is */
    const struct claim *claim;             /* claim_check() has passed it */
    const struct stated_line *stated;      /* by line; NULL: the catalogue is asked */
    uint8_t kind;                          /* of care, the policy's index */
    uint16_t insutype;                     /* that settles it; 0: not known */
    uint8_t gend;                          /* of the patient: 1 male, 2 female */
    int32_t brdy;                          /* of the patient */
    uint32_t diagnosis_count;              /* beside claim->dise_codg */
    const char *const *diagnoses;
    uint32_t visit_count; /* never this one's own */
    const struct audit_visit *visits;
    uint32_t dispensed_count;
    const struct audit_dispensed *dispensed; /* in order of date */
    struct audit_state member, place;        /* place: the institution */
    uint32_t answer_count;
    const struct audit_answer *answers;
};

struct audit_report {
    struct findings findings;
    bool waits;   /* a reason or a consent is missing: not to be settled now */
    bool refuses; /* not to be settled at all */
    bool holds;   /* to be settled; the institution's money waits */
};

/* Fills *report, and raises refused[i], enum line_refused, of lines that are refused; the caller's
 * array of claim->line_count holds what else is known of them. The hospital bears what one rule
 * lays on it and another on the patient. rules may be NULL. ERR_NOMEM: the arena is exhausted. */
enum err audit(const struct audit_rules *rules, const struct audit_facts *facts,
               struct arena *arena, uint8_t *refused, struct audit_report *report) MUST_CHECK;

/* What is against the rule, in Chinese or English (vola_cont of 3101); writes at most VOLA_CONT
 * bytes, cut at a character, and returns out. */
#define VOLA_CONT 400
char *audit_vola_cont(const struct audit_rules *rules, const struct audit_facts *facts,
                      const struct finding *finding, bool english, char out[VOLA_CONT]);
/* "told", "asked" ..., by enum finding_outcome; ends with NULL. */
extern const char *const finding_outcome_names[];

#endif
