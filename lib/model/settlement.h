/* What is kept of every settlement and void (design decision 22): the value under its setl_id, also
 * the after-image in its record. Layout version 5. */
#ifndef MODEL_SETTLEMENT_H
#define MODEL_SETTLEMENT_H

#include "model/request.h"
#include "model/result.h"

struct settlement_row {
    char layer[32];
    char fund_pay_type[8];
    uint8_t field, owner_kind;
    char owner[OWNER_CODE + 1];
    int64_t base, amount;
    int32_t ratio;
};

struct settlement {
    uint64_t sequence; /* also in the setl_id */
    char setl_id[ID_SETL + 1];
    char infno[5];
    char msgid[ID_MSGID + 1];       /* medins_setl_id */
    bool refd_setl_flag;            /* this is a void */
    bool against;                   /* made by the version that a transition compares with */
    bool spans;                     /* a split stay: it moved the year before `year`, too */
    char init_setl_id[ID_SETL + 1]; /* of a void */
    char void_setl_id[ID_SETL + 1]; /* of a settlement that was voided; "" while it lives */
    char prev_setl_id[ID_SETL + 1]; /* the person's one before, of the same benefit year; "" */
    uint64_t
        day_prev; /* sequence of the one before it of its day and kind (state/statements.h); 0 */
    char mdtrt_id[ID_SETL + 1]; /* of the encounter whose bill this is; "": a visit of its own */
    char psn_no[TEXT_ID_MAX + 1];
    char fixmedins_code[ID_FIXMEDINS + 1];
    char ipt_otp_no[TEXT_ID_MAX + 1], chrg_bchno[TEXT_ID_MAX + 1], invono[TEXT_ID_MAX + 1];
    char opter[TEXT_ID_MAX + 1], dev_no[TEXT_ID_MAX + 1];
    char mdtrt_cert_type[4];
    uint16_t insutype, year;
    char psn_type[7], med_type[7];
    char identities[64];
    char insuplc_admdvs[ID_ADMDVS + 1]; /* county of enrolment */
    char mdtrtarea_admvs[ID_ADMDVS + 1];
    char clr_type[7], clr_way[7], clr_optins[ID_ADMDVS + 1], setl_optins[ID_ADMDVS + 1];
    int64_t setl_time, begntime, endtime; /* ms */
    int32_t business_date;                /* of setl_time */
    int64_t balance_before;               /* personal account, fen */
    struct totals totals;
    uint32_t row_count;
    struct settlement_row rows[FUND_ROWS_MAX];
    uint32_t delta_count;
    struct accum deltas[DELTAS_MAX]; /* what it added to the years' accumulators */
};

/* What the keys of a settlement's after-images are made of, besides its institution and id. */
struct settlement_names {
    bool refd_setl_flag, against, spans;
    uint16_t insutype, year;
    char mdtrt_id[ID_SETL + 1]; /* "" */
    char psn_no[TEXT_ID_MAX + 1], ipt_otp_no[TEXT_ID_MAX + 1], chrg_bchno[TEXT_ID_MAX + 1];
    char dev_no[TEXT_ID_MAX + 1], clr_type[7], setl_optins[ID_ADMDVS + 1];
};

/* The encounter that a settlement, or the one that a void undoes, is of: its own, or the visit that
 * it registers itself (id_format_mdtrt()). */
void settlement_mdtrt_id(const struct settlement *settlement, char mdtrt_id[ID_SETL + 1]);

/* Head and body. Without setl_id, sequence, business date and institution: the key says the first,
 * it the second, setl_time the third, and the msgid begins with the last. */
void settlement_write(struct writer *w, const struct settlement *settlement);
/* The head: what the head of its record says too. */
#define SETTLEMENT_HEAD_MAX 48
void settlement_write_head(struct writer *w, const char *msgid, int64_t setl_time);
void settlement_write_body(struct writer *w, const struct settlement *settlement);
/* The names that a body begins with. */
void settlement_read_names(struct reader *r, struct settlement_names *names);
/* The institution that a settlement's msgid begins with. */
void settlement_fixmedins(const char msgid[ID_MSGID + 1], char fixmedins_code[ID_FIXMEDINS + 1]);
/* Latches an error on a layout it does not know, or a setl_id that is none. */
void settlement_read(struct reader *r, const char *setl_id, struct settlement *settlement);
/* The largest size settlement_write() can produce. */
#define SETTLEMENT_BYTES_MAX 8192

#endif
