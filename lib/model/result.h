/* What adjudication answers, explanation included (design section 6). Amounts in fen, ratios
 * x 10^4. Texts and clauses are references into the pack that made them. */
#ifndef MODEL_RESULT_H
#define MODEL_RESULT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/id.h"
#include "base/limits.h"
#include "model/accum.h"
#include "model/problem.h"
#include "model/step.h"
#include "model/totals.h"

enum owner_kind {
    OWNER_COUNTY = 1, /* book of the county of enrolment */
    OWNER_INSURER,    /* critical-illness insurer, by the pack's code */
    OWNER_CIVIL_SERVANT,
    OWNER_ASSISTANCE, /* assistance fund of the county that certified the identity */
    OWNER_ACCOUNT,    /* the person's own account */
    OWNER_HOSPITAL,
    OWNER_RELATIVE, /* relatives' accounts */
};

#define OWNER_CODE 15

/* One split of one line: medfee = fulamt + overlmt + preselfpay + inscp. */
struct line_split {
    int64_t det_item_fee_sumamt;
    int64_t fulamt_ownpay_amt, overlmt_amt, preselfpay_amt, inscp_scp_amt;
    int64_t pric_uplmt_amt; /* yuan x 10^6; -1: no cap */
    int32_t selfpay_prop;   /* ratio */
    uint8_t chrgitm_lv;     /* 1 甲 2 乙 3 丙 */
    uint8_t med_chrgitm_type;
    bool bas_medn_flag; /* essential drug */
    uint8_t reason;     /* enum step_code below 32 */
    uint16_t clause;    /* index into the policy's clauses; 0: none */
    bool hospital;      /* the hospital bears its fulamt_ownpay_amt */
    uint32_t tags;      /* the pack's, and its lists of items; never on the wire */
};

/* One row of setldetail: a layer's segment, the account, or the hospital. */
struct fund_row {
    const char *layer;         /* the layer's id; "account"; "hospital" for lines that it bears */
    const char *fund_pay_type; /* string code */
    uint8_t field;             /* enum fund_field; FUND_FIELDS for accounts and hospital */
    uint8_t owner_kind;
    char owner[OWNER_CODE + 1];
    int64_t base;  /* fen, rounded for show */
    int32_t ratio; /* 0: none */
    int64_t amount;
    uint16_t clause;
};

struct result {
    struct problems problems; /* count > 0: refused, and nothing below is to be used */
    struct totals totals;
    uint16_t year; /* benefit year */
    bool against;  /* the figures are those of the version that the policy's transition names */
    uint16_t insutype;
    const char *med_kind; /* the pack's name of the kind of care */
    char psn_type[7];
    char insuplc_admdvs[ID_ADMDVS + 1];
    char identities[64]; /* codes used, comma separated */
    const char *clr_type, *clr_way;
    uint32_t line_count;
    struct line_split *lines; /* the caller's array, as many as the claim has lines */
    uint32_t row_count;
    struct fund_row rows[FUND_ROWS_MAX];
    uint32_t step_count;
    struct step steps[STEPS_MAX];
    uint32_t delta_count;
    struct accum deltas[DELTAS_MAX]; /* sorted; what the settlement adds to the accumulators */
};

/* Whether two ways of settling one claim come to the same: totals, rows and what they move. */
bool result_same_amounts(const struct result *a, const struct result *b);

/* Checks the identities of design decision 2: per line and in sum, funds, payers, rows per field,
 * nothing negative, no fund above the fee. NULL when all hold, else a static English name of the
 * broken one. `sign` is 1 for a settlement, -1 for a void (all amounts negated). */
const char *result_broken_identity(const struct result *result, int sign);

#endif
