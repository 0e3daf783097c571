/* A terminal's request as the state machine reads it: decoded, bounded, its shape checked. Texts
 * are NUL-terminated, never NULL, borrowed from the request's arena. */
#ifndef MODEL_REQUEST_H
#define MODEL_REQUEST_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "model/claim.h"

enum request_kind {
    REQUEST_PERSON,     /* 1101 */
    REQUEST_PRE_SETTLE, /* 2101, 2206, 2303 */
    REQUEST_SETTLE,     /* 2102, 2207, 2304 */
    REQUEST_VOID,       /* 2103, 2208, 2305 */
    REQUEST_SETTLEMENT, /* 5203 */
    REQUEST_REVERSAL,   /* 2601 */
};

/* Which counter's transactions; a med_type's kind of care must agree. */
enum request_family { FAMILY_PHARMACY, FAMILY_OUTPATIENT, FAMILY_INPATIENT, FAMILY_NONE };

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

struct request {
    enum request_kind kind;
    enum request_family family;
    char infno[5];
    const char *msgid, *fixmedins_code, *insuplc_admdvs, *mdtrtarea_admvs;
    const char *opter, *opter_name, *dev_no;
    int64_t inf_time;              /* ms */
    uint32_t attempt, patience_ms; /* of the envelope; 0: not given */
    struct slice body;             /* the packed Request as received: hashed, recorded */
    struct hash body_hash;
    union {
        struct person_query person;
        struct claim claim;
        struct void_order void_order;
        struct settlement_query settlement;
        struct reversal_order reversal;
    };
};

/* True when a done or refused-by-state answer is a ledger record. */
static inline bool request_writes(const struct request *request)
{
    return request->kind == REQUEST_SETTLE || request->kind == REQUEST_VOID ||
           request->kind == REQUEST_REVERSAL;
}

#endif
