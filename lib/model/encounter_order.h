/* What messages about an encounter ask for: register and change, upload and cancel, settle. Texts
 * as in request.h. */
#ifndef MODEL_ENCOUNTER_ORDER_H
#define MODEL_ENCOUNTER_ORDER_H

#include "model/encounter.h"

/* What a message says of an encounter; a text that it does not give is NULL: as it was. */
struct encounter_order {
    const char *mdtrt_id, *psn_no; /* never NULL */
    const char *mdtrt_cert_type, *mdtrt_cert_no, *card_sn, *insutype, *med_type, *ipt_otp_no;
    const char *dept_code, *atddr_no, *bed, *dise_codg, *oprn_oprt_code, *matn_type;
    const char *birctrl_type, *dscg_way;
    bool begntime_given, endtime_given, emergency_given, emergency;
    int64_t begntime, endtime; /* ms */
    struct trauma trauma;
    struct newborn newborn;
    uint32_t diagnosis_count; /* 0: as they were */
    struct diagnosis diagnoses[DIAGNOSES_MAX];
};

struct upload_order {
    const char *mdtrt_id, *psn_no, *chrg_bchno;
    struct claim claim; /* its lines; nothing else */
};

struct cancel_order {
    const char *mdtrt_id, *psn_no, *chrg_bchno;
    uint32_t count;
    char **feedetl_sn; /* none: the whole bill; CANCEL_ALL: every open one */
};
#define CANCEL_ALL "0000"

/* Of a settlement of what was uploaded. */
struct encounter_bill_order {
    const char *mdtrt_id; /* "": the message brings the whole bill itself */
    bool endtime_given;   /* claim.endtime */
    bool mid_setl_flag;
};

#endif
