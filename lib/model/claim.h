/* A bill as the adjudicator reads it: plain values, never wire messages. Field names are the
 * national interface's (reference: interface.md, sections 2.1 and 3.2). Texts are NUL-terminated,
 * never NULL (absent is ""), and borrowed from the request's arena. */
#ifndef MODEL_CLAIM_H
#define MODEL_CLAIM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "model/problem.h"

/* Whether audit refuses a line, and who bears it then. */
enum line_refused {
    LINE_PAYABLE,
    LINE_REFUSED, /* by whom the pack says: lines.refused_line */
    LINE_REFUSED_PATIENT,
    LINE_REFUSED_HOSPITAL,
};

struct claim_line {
    const char *feedetl_sn;
    const char *init_feedetl_sn;  /* original line when refunding */
    const char *med_list_codg;    /* national item code */
    const char *medins_list_codg; /* the institution's own code */
    const char *medins_list_name;
    const char *rxno; /* prescription number */
    const char *unit;
    int64_t pric;                /* yuan x 10^6 */
    int64_t cnt;                 /* x 10^4 */
    int64_t unit_conversion;     /* dispensed units per priced unit x 10^4; 0 when not stated */
    int64_t det_item_fee_sumamt; /* fen; negative for a refund */
    int64_t fee_ocur_time;       /* ms */
    uint16_t prd_days;           /* days of supply x 100; 0: not stated */
    uint8_t hosp_appr_flag;      /* the hospital's flag for limited use: 0, 1, 2 */
    uint8_t refused;             /* enum line_refused; never the sender's word */
    bool trdn_flag;      /* 拆零: from opened boxes, which others are dispensed from too */
    uint32_t trac_count; /* 药品追溯码: the boxes that were dispensed, or taken back */
    const char *const *drug_trac_codgs;
};

/* Trauma declaration, required for the med_types that the pack marks (19 and 22). */
struct trauma {
    bool present;
    bool third_party; /* a third party or work injury is liable */
    bool signed_by_patient;
    const char *cause;
};

/* The patient, when it is a newborn under another's cover. */
struct newborn {
    bool present;
    uint8_t gend; /* 1 male, 2 female */
    int32_t brdy;
};

struct claim {
    const char *psn_no;
    const char *insutype; /* "" : resolved from the person's insurances, employee first */
    const char *med_type;
    const char *mdtrt_cert_type; /* 01 e-voucher, 02 ID card, 03 social-security card, 99 by hand */
    const char *mdtrt_cert_no;
    const char *card_sn;
    const char *ipt_otp_no; /* the institution's visit or ticket number */
    const char *chrg_bchno; /* batch; "" counts as "1" */
    const char *dise_codg;
    const char *oprn_oprt_code;
    const char *matn_type;        /* mode of delivery */
    const char *birctrl_type;     /* family planning operation */
    uint8_t fetus_cnt;            /* children of this delivery; 0: not stated */
    uint8_t fetts;                /* which of the mother's it is; 0: not stated */
    const char *prescriber_grade; /* of an e-prescription sold elsewhere: the pack's grade */
    const char *invono;
    const char *psn_setlway;
    int64_t begntime, endtime; /* ms; equal for a visit at one moment */
    int64_t medfee_sumamt;     /* fen, as the sender added it up */
    int64_t group_price;       /* fen, of its DRG or DIP group; 0: not grouped yet */
    bool emergency;
    bool acct_used_flag;
    bool agreed; /* the two figures below were shown to the patient and agreed */
    int64_t agreed_psn_cash_pay, agreed_acct_pay;
    struct trauma trauma;
    struct newborn newborn;
    uint32_t line_count;
    struct claim_line *lines;
};

/* What the message alone can tell, all of it at once: required texts present, line numbers unique,
 * amounts and their sum in range and equal to cnt x pric within a fen, refunds with an original of
 * the same item that is not refunded below zero, sums equal to medfee_sumamt, dates in order. A
 * fee's day is not after endtime's, and at most BEFORE_DAYS_MAX before begntime's, where the policy
 * says how many. Adds what it finds to problems, in order of feedetl_sn where lines are to blame;
 * ERR_NOMEM when the arena is exhausted, ERR_INVALID when something was found. */
enum err claim_check(const struct claim *claim, struct arena *arena,
                     struct problems *problems) MUST_CHECK;

/* The same of lines that are uploaded to a bill, whose head and earlier lines another message
 * brought: each line's own texts and figures, numbers unique among them. Whether a refund's
 * original is there is for whoever knows the bill. */
enum err claim_check_upload(const struct claim *claim, struct arena *arena,
                            struct problems *problems) MUST_CHECK;

/* A refund: a line that names the original it takes back. */
static inline bool claim_line_is_refund(const struct claim_line *line)
{
    return line->init_feedetl_sn[0] != '\0';
}

/* The lines in order of feedetl_sn, whatever order they came in; in the arena, NULL when it is
 * exhausted. Equal numbers keep the order of the message. */
const struct claim_line **claim_order(const struct claim *claim, struct arena *arena) MUST_CHECK;
/* Position in `order` of the line with that number, or -1. */
int64_t claim_order_find(const struct claim *claim, const struct claim_line *const *order,
                         const char *feedetl_sn);
/* The line itself; of a refund the line that it takes back, which claim_check() has seen. */
const struct claim_line *claim_original(const struct claim *claim,
                                        const struct claim_line *const *order,
                                        const struct claim_line *line);

#endif
