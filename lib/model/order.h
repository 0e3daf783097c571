/* What single transactions say, as their requests carry it. Texts as in request.h. */
#ifndef MODEL_ORDER_H
#define MODEL_ORDER_H

#include <stdint.h>

struct person_query {
    const char *psn_no, *mdtrt_cert_type, *mdtrt_cert_no, *card_sn, *psn_cert_type, *certno;
    const char *psn_name, *med_type;
    int64_t begntime; /* ms; 0: now */
};

struct void_order {
    const char *setl_id, *psn_no, *mdtrt_id;
};

struct settlement_query {
    const char *setl_id, *msgid;
};

/* Of the original: who, its msgid, its transaction. */
struct reversal_order {
    const char *psn_no, *omsgid, *oinfno;
};

#endif
