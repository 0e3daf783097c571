/* A terminal's request as the state machine reads it: decoded, bounded, its shape checked. Texts
 * are NUL-terminated, never NULL, borrowed from the request's arena. */
#ifndef MODEL_REQUEST_H
#define MODEL_REQUEST_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "model/detail.h"
#include "model/encounter_order.h"
#include "model/filing_order.h"
#include "model/order.h"
#include "model/statement.h"
#include "model/visit.h"

enum request_kind {
    REQUEST_PERSON,         /* 1101 */
    REQUEST_PRE_SETTLE,     /* 2101, 2206, 2303 */
    REQUEST_SETTLE,         /* 2102, 2207, 2304 */
    REQUEST_VOID,           /* 2103, 2208, 2305 */
    REQUEST_SETTLEMENT,     /* 5203 */
    REQUEST_REGISTER,       /* 2201, 2401 */
    REQUEST_CHANGE,         /* 2203, 2403 */
    REQUEST_DISCHARGE,      /* 2402 */
    REQUEST_UNDO_REGISTER,  /* 2202, 2404 */
    REQUEST_UNDO_DISCHARGE, /* 2405 */
    REQUEST_UPLOAD,         /* 2204, 2301 */
    REQUEST_CANCEL,         /* 2205, 2302 */
    REQUEST_REVERSAL,       /* 2601 */
    REQUEST_STATEMENT,      /* 3201 */
    REQUEST_DETAIL,         /* 3202 */
    REQUEST_SIGN_IN,        /* 9001 */
    REQUEST_SIGN_OUT,       /* 9002 */
    REQUEST_QUERY,          /* 1201, 1901, 5201, 5202, 5204, 5206, 5303 */
    REQUEST_FILE,           /* 2501 ... (model/filing.h) */
    REQUEST_UNFILE,         /* 2502 ... */
    REQUEST_FILINGS,        /* 5301, 5302, 5304 */
    REQUEST_ENTITLEMENT,    /* 2001 */
};

/* Which counter's transactions; a med_type's kind of care must agree. */
enum request_family { FAMILY_PHARMACY, FAMILY_OUTPATIENT, FAMILY_INPATIENT, FAMILY_NONE };

struct request {
    enum request_kind kind;
    enum request_family family;
    char infno[6]; /* refused ones may have a letter behind their digits */
    const char *msgid, *fixmedins_code, *insuplc_admdvs, *mdtrtarea_admvs;
    const char *opter, *opter_name, *dev_no, *sign_no; /* sign_no "": of no shift */
    int64_t inf_time;                                  /* ms */
    uint32_t attempt, patience_ms;                     /* of the envelope; 0: not given */
    struct slice body; /* the packed Request as received: hashed, recorded */
    struct hash body_hash;
    struct encounter_bill_order bill; /* settle and pre-settle */
    union {
        struct person_query person;
        struct claim claim; /* entitlement: without lines */
        struct void_order void_order;
        struct settlement_query settlement;
        struct reversal_order reversal;
        struct encounter_order encounter; /* register, change, discharge and what undoes them */
        struct upload_order upload;
        struct cancel_order cancel;
        struct statement_query statement;
        struct detail_query detail;
        struct sign_out_order sign_out;
        struct counter_query query;
        struct filing_order filing; /* file, unfile, filings */
    };
};

/* True when a done or refused-by-state answer is a ledger record. */
static inline bool request_writes(const struct request *request)
{
    return request->kind != REQUEST_PERSON && request->kind != REQUEST_PRE_SETTLE &&
           request->kind != REQUEST_SETTLEMENT && request->kind != REQUEST_STATEMENT &&
           request->kind != REQUEST_DETAIL && request->kind != REQUEST_FILINGS &&
           request->kind != REQUEST_ENTITLEMENT && request->kind != REQUEST_QUERY;
}

#endif
