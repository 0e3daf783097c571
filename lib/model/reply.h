/* An answer before it becomes bytes. Everything is borrowed until it is packed. */
#ifndef MODEL_REPLY_H
#define MODEL_REPLY_H

#include "base/bytes.h"
#include "model/person.h"
#include "model/request.h"
#include "model/settlement.h"

/* As in copay.proto. */
enum outcome { OUTCOME_DONE = 1, OUTCOME_REFUSED = 2, OUTCOME_RETRY = 3 };
enum fate { FATE_VOIDED = 1, FATE_REFUSED = 2, FATE_BARRED = 3, FATE_CANCELLED = 4 };

#define REPLY_SETL_IDS_MAX 64
#define REPLY_ENTITLEMENTS_MAX 24
struct entitlement {
    const char *fund_pay_type, *layer;
    bool trt_enjymnt_flag;
    const char *trt_chk_rslt; /* Chinese: why not, or what it lacks to be more; NULL */
};

#define REPLY_ID_MAX 31
/* A clause's id, zeros behind it: so it is copied whole, its length being the first byte. */
struct reply_id {
    uint8_t size;
    char text[REPLY_ID_MAX];
};

/* What the pack's owner provides, so that the codec need not know the policy. */
struct reply_texts {
    const void *policy;
    uint32_t clause_count;
    const struct reply_id *clause_ids; /* by clause; empty for 0 */
};

struct reply {
    const struct request *request; /* infno, msgid; lines' numbers for the splits */
    char inf_refmsgid[ID_MSGID + 1];
    enum outcome outcome;
    const struct problems *problems;
    const char *setl_id; /* in a refusal: the settlement it names; NULL */
    uint32_t setl_id_count;
    const char *setl_ids[REPLY_SETL_IDS_MAX];

    /* 1101; 2001: entitlements alone; 25xx, 530x: filings alone */
    const struct person *person;
    const struct accums *accums;
    int64_t balance;
    int32_t age;
    uint32_t entitlement_count;
    struct entitlement entitlements[REPLY_ENTITLEMENTS_MAX];
    const char *(*identity_name)(const void *policy, const char *psn_idet_type); /* or NULL */
    struct filing_answer filings;

    /* settle, pre-settle, void */
    const struct settlement *settlement; /* heads, totals and rows */
    const struct result *result;         /* lines, steps, rows with clauses; NULL for a void */
    const struct accums *accums_after;   /* those moved are written */
    const char *psn_name;
    const char *policy_digest; /* 16 hexadecimal digits */
    bool agreed_given;         /* CHANGED: the agreed figures stand beside the new ones */
    struct reply_texts texts;

    /* Encounters. */
    const char *mdtrt_id; /* opened; in a refusal: the encounter it names; NULL */
    struct {
        const struct encounter *of; /* NULL: absent */
        const char *chrg_bchno;     /* "": no bill */
        const struct encounter_bill *bill;
    } encounter;
    struct {
        uint32_t count; /* of the message's lines */
        const struct claim_line *lines;
        const struct line_split *splits;
    } results;

    /* 5203; 2601, for the sender's books */
    struct {
        const char *infno, *msgid, *setl_id, *void_setl_id;
        enum outcome outcome;
        struct slice reply;
    } found; /* infno NULL: absent */

    /* 2601 */
    struct {
        const char *omsgid, *oinfno, *setl_id, *void_setl_id;
        enum fate fate;
    } reversed; /* omsgid NULL: absent */

    const struct statement *statement; /* 3201; NULL */
    const struct detail *detail;       /* 3202; NULL */
    struct visit_told told;            /* 9001, 9002, queries at a counter */
};

/* The envelope around a body. */
struct reply_tally {
    uint64_t sequence, setl_cnt;
    int32_t business_date;
    char dev_no[TEXT_ID_MAX + 1], insutype[4], clr_type[7], setl_optins[ID_ADMDVS + 1];
    bool refd_setl_flag;
    int64_t medfee_sumamt, fund_pay_sumamt, acct_pay, psn_cash_pay;
    struct hash digest;
};

#define REPLY_LABELS_MAX 128

struct reply_envelope {
    uint8_t schema; /* enum record_schema of the frame that is answered */
    struct slice body;
    const char *msgid;
    int64_t refmsg_time, respond_time;
    uint32_t retry_after_ms;
    bool repeated;
    const struct reply_tally *tally; /* NULL: none */
    const struct problems *warnings; /* NULL: none */
    uint32_t label_count;
    const struct slice *labels; /* of ids in the body, as wire_label() packs them */
};

#endif
