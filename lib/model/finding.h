/* What audit finds in a bill (智能审核), with the national names of 3101 and 3102 (reference:
 * interface.md, section 1.3). Texts are never NULL and borrow from the pack that has the rule and
 * from the facts that were audited. */
#ifndef MODEL_FINDING_H
#define MODEL_FINDING_H

#include <stdint.h>

#define FINDINGS_MAX 64          /* of one bill; what is beyond them takes effect all the same */
#define REASON_CODE_MAX 15       /* bytes of a reason code */
#define FINDING_WHOLE UINT32_MAX /* no line in particular */

/* What a rule does; in order of weight. */
enum audit_level {
    AUDIT_INFORM,       /* nothing but tell */
    AUDIT_ASK,          /* the doctor goes on with a reason code, which is recorded */
    AUDIT_HOLD,         /* the patient is settled now; the institution's money waits */
    AUDIT_REFUSE_LINE,  /* no fund pays for the line; the rule says who does */
    AUDIT_REFUSE_CLAIM, /* the bill is not settled */
};

/* What came of it. */
enum finding_outcome {
    FINDING_TOLD,
    FINDING_ASKED,       /* not settled before a reason code is given */
    FINDING_OVERRIDDEN,  /* with reason_code */
    FINDING_UNCONSENTED, /* the line is the patient's, who must consent before it is settled */
    FINDING_LINE_REFUSED,
    FINDING_CLAIM_REFUSED,
    FINDING_HELD,
};

/* Why: an earlier settlement, another line of the bill, or figures. */
struct vola_evid {
    const char *setl_id;        /* "": none, or care that is not settled yet */
    const char *fixmedins_code; /* where; "": nowhere else */
    int32_t date;               /* of the evidence; DATE_NONE */
    uint32_t line;              /* position in the bill; FINDING_WHOLE: no other line */
    uint8_t what;               /* enum audit_match: the condition that is not met; or 0 */
    int64_t found, limit;       /* in the unit of what the rule limits; 0 and 0: no figures */
};

struct finding {
    uint32_t jr_id; /* 1, 2, ... of this bill, whatever the order of its lines */
    uint16_t rule;  /* position in the pack's rules */
    const char *rule_id, *rule_name;
    uint8_t sev_deg;         /* enum audit_level */
    uint8_t outcome;         /* enum finding_outcome */
    uint8_t bearer;          /* enum line_refused: who bears a line that is or will be refused */
    uint32_t line;           /* position in the bill, or FINDING_WHOLE */
    int64_t vola_amt;        /* fen that are against the rule */
    const char *reason_code; /* of an overridden one; "" */
    struct vola_evid vola_evid;
};

/* In order of the rules, each one's by day and feedetl_sn. */
struct findings {
    uint32_t count, more; /* of `list`; beyond it */
    struct finding list[FINDINGS_MAX];
};

#endif
