/* What is asked at a counter besides bills, and answered: visits and their bills, sums of the year,
 * the institution, the words of a dictionary. Texts are borrowed, never NULL. */
#ifndef MODEL_VISIT_H
#define MODEL_VISIT_H

#include "model/encounter.h"

/* By the transaction: 5201, 5202, 5204, 5206, 5303, 1201, 1901. */
enum asked {
    ASKED_VISITS,
    ASKED_DIAGNOSES,
    ASKED_FEES,
    ASKED_CUMULATED,
    ASKED_INPATIENTS,
    ASKED_MEDINS,
    ASKED_DICTIONARY
};

/* "" and 0: not said. */
struct counter_query {
    enum asked asked;
    const char *psn_no, *mdtrt_id, *ipt_otp_no, *setl_id, *chrg_bchno, *fixmedins_code, *type;
    const char *next;
    uint16_t year;
    bool date_given;
    int32_t date;
};

struct sign_out_order {
    const char *sign_no;
};

struct visit_bill {
    const char *chrg_bchno;
    const char *setl_id, *void_setl_id; /* ""; "": it stands */
    uint32_t line_cnt;                  /* 0: not known without its record */
    int64_t medfee_sumamt;              /* fen */
};

struct visit {
    const char *mdtrt_id, *psn_no, *psn_name, *ipt_otp_no, *stage, *insutype, *med_type;
    const char *dept_code, *bed, *atddr_no, *dise_codg;
    bool inpatient;
    bool since_last_year; /* in hospital with an open bill that began before 1 January */
    int64_t begntime;     /* ms */
    int64_t endtime;      /* ms; 0: it is not ended */
    uint32_t settled;     /* settlements of it that stand */
    uint32_t bill_count;
    const struct visit_bill *bills;
};

/* One sum of a person's benefit year (累计). */
struct cumulated {
    const char *cum_type_code, *name; /* name "": none */
    uint16_t year, insutype;
    uint8_t kind; /* enum accum_kind */
    const char *scope;
    int64_t value; /* fen, or a count */
};

struct medins {
    const char *fixmedins_code, *name, *admdvs, *benefit_grade, *cap_grade, *dedc_grade;
    uint8_t fixmedins_type;
    int32_t begndate, enddate; /* DATE_MAX: open */
    uint32_t kind_count;
    const char **kinds; /* of care that it may provide */
};

struct dictionary_word {
    const char *value, *label, *parent; /* parent "": none */
};

struct dictionary {
    const char *type;
    int32_t begndate, enddate; /* of the rules that say so; DATE_MAX: open */
    uint32_t count;
    const struct dictionary_word *list;
};

/* An answer's lists by count, the others NULL: absent. */
struct shift;
struct visit_told {
    const struct shift *shift, *closed_shift; /* closed: of an earlier day */
    uint32_t visit_count, diagnosis_count, line_count, cumulated_count;
    const struct visit *visits;
    const struct diagnosis *diagnoses;
    const struct claim_line *lines;
    const struct visit_bill *bill; /* whose lines they are */
    const struct cumulated *cumulated;
    const struct medins *medins;
    const struct dictionary *dictionary;
    const char *next;
};

#endif
