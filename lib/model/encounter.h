/* An encounter (就诊) over days: registered or admitted, its fees uploaded in batches, settled in
 * one bill or several. A bill (账单) is what one settlement takes: an outpatient's are named by the
 * hospital (chrg_bchno), an inpatient has one open at a time, numbered from 1, and the next opens
 * where a mid-stay settlement closes one.
 *
 * Names that nobody reckons with (of diagnoses, doctors, departments) stay in the ledger's record
 * of the message that brought them. */
#ifndef MODEL_ENCOUNTER_H
#define MODEL_ENCOUNTER_H

#include "base/bytes.h"
#include "base/id.h"
#include "base/limits.h"
#include "model/claim.h"

#define ENCOUNTER_CODE 20 /* diag_code and kin, national length */
#define DIAGNOSES_MAX 16
/* An outpatient's bills that are open at a time: so many may be begun, so many voided open again.
 */
#define NEW_BILLS_MAX 8
#define OPEN_BILLS_MAX 24
/* An inpatient's settlements; one a month for four years. */
#define STAY_BILLS_MAX 48

/* Stored; never reuse a number. */
enum encounter_stage {
    ENCOUNTER_OPEN = 1, /* registered, or in hospital */
    ENCOUNTER_DISCHARGED = 2,
    ENCOUNTER_SETTLED = 3, /* an inpatient's last bill is settled */
    ENCOUNTER_CANCELLED = 4,
};

/* What adjudication asks of an encounter. A settled bill keeps what it was settled with. */
struct care {
    char insutype[4];
    char med_type[7];
    int64_t begntime; /* ms; of a bill after a mid-stay settlement, where that ended */
    char dise_codg[TEXT_CODE_MAX + 1];
    char oprn_oprt_code[TEXT_CODE_MAX + 1];
    char matn_type[7], birctrl_type[7];
    bool emergency;
    struct {
        bool present, third_party, signed_by_patient;
    } trauma; /* its cause stays in the record */
    struct newborn newborn;
};

struct diagnosis {
    char diag_code[ENCOUNTER_CODE + 1];
    char diag_type; /* '1' to '3'; 0: not said */
    bool maindiag_flag;
};

struct encounter {
    char mdtrt_id[ID_SETL + 1]; /* of the record that opened it: id_format_mdtrt() */
    char fixmedins_code[ID_FIXMEDINS + 1];
    char psn_no[TEXT_ID_MAX + 1];
    char ipt_otp_no[TEXT_ID_MAX + 1];
    char mdtrt_cert_type[4];
    char dept_code[TEXT_ID_MAX + 1], bed[TEXT_ID_MAX + 1], atddr_no[TEXT_ID_MAX + 1];
    char dscg_way[4];
    bool inpatient;
    enum encounter_stage stage;
    int64_t endtime;      /* ms; 0 before discharge */
    struct care care;     /* begntime: of the encounter */
    uint32_t settled;     /* live settlements */
    uint32_t bill;        /* inpatient: number of the open bill, from 1 */
    uint32_t bills_count; /* outpatient: open ones */
    char bills[OPEN_BILLS_MAX][TEXT_ID_MAX + 1];
    uint32_t diagnosis_count;
    struct diagnosis diagnoses[DIAGNOSES_MAX];
};

struct encounter_bill {
    uint32_t line_count; /* refunds included */
    uint32_t chunk_count;
    int64_t medfee_sumamt;     /* fen */
    int64_t begntime;          /* ms; an inpatient's: from when its fees may be */
    char setl_id[ID_SETL + 1]; /* "" while it is open */
    struct care care;          /* while it is settled: what it was settled with */
};

/* Stored layouts, version 1; reading latches. */
#define ENCOUNTER_BYTES_MAX 1800
#define ENCOUNTER_BILL_BYTES_MAX 400
void encounter_write(struct writer *w, const struct encounter *encounter);
void encounter_read(struct reader *r, struct encounter *encounter);
void encounter_bill_write(struct writer *w, const struct encounter_bill *bill);
void encounter_bill_read(struct reader *r, struct encounter_bill *bill);

/* "open" ... , as the wire names it. */
const char *encounter_stage_name(enum encounter_stage stage);

/* One uploaded line in a chunk of them, without its chunk's head. Names of the hospital's own stay
 * in the record. No longer than it came. */
#define FEE_LINE_BYTES_MAX LINE_WIRE_MAX
#define FEE_LINE_BYTES_MIN 12 /* every text and number takes one byte at least */
void fee_line_write(struct writer *w, const struct claim_line *line);
/* Texts are copied into the arena; latches when it is exhausted. */
void fee_line_read(struct reader *r, struct arena *arena, struct claim_line *line);

#endif
