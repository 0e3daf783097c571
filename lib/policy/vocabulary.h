/* The names of a compiled policy: clauses, person classes, identities, filings, kinds of care, and
 * what the account may pay. Their positions are the indexes that the rules use. */
#ifndef POLICY_VOCABULARY_H
#define POLICY_VOCABULARY_H

#include <stdbool.h>
#include <stdint.h>

#include "model/filing.h"
#include "policy/part.h"
#include "policy/situation.h"

#define POLICY_CLAUSES_MAX 2000
#define POLICY_INSUTYPES_MAX 4
#define POLICY_IDENTITIES_MAX 16
#define POLICY_MED_TYPES_MAX 64
#define POLICY_FILINGS_MAX 16
#define POLICY_TAGS_MAX 16 /* of institutions */

enum provenance { PROVENANCE_OFFICIAL, PROVENANCE_SECONDARY, PROVENANCE_ILLUSTRATIVE };

struct policy_clause {
    const char *id;   /* short, unique in the pack: "R-IP-3" */
    const char *text; /* Chinese, with the document's number */
    enum provenance provenance;
};

/* How a grade, a person class or a kind of care is called in print. */
struct policy_title {
    const char *name, *zh;
};

/* A person class: an insutype and psn_type prefixes ("11" holds 1101). */
struct policy_class {
    const char *name;
    uint8_t insutype; /* index */
    uint8_t prefix_count;
    char prefixes[8][7];
};

struct policy_identity {
    const char *name; /* key used by the rules */
    const char *name_zh;
    uint8_t code_count;
    char codes[8][4]; /* psn_idet_type */
    uint8_t rank;     /* 1 is best; only the best in force counts (identities_combine) */
};

/* A kind of filing. */
struct policy_filing {
    const char *name, *name_zh;
    uint8_t code_count;
    char codes[8][FILING_CODE + 1];
    int32_t
        days; /* good for so many days from its first, that day included; 0: as long as it says */
    uint16_t clause; /* 0: none */
};

struct policy_med_type {
    char med_type[7];
    const char *name_zh;
    uint8_t kind; /* index */
    bool trauma;  /* needs the declaration */
    const char *clr_type, *clr_way;
};

/* A balance that pays of the patient's part. */
struct policy_purse {
    uint8_t pay_count;
    uint8_t pays[FEE_PARTS]; /* enum fee_part, in the order in which it pays them */
    const char *fund_pay_type;
    uint16_t clause;
};

/* The personal account: for whom, and what it may pay. */
struct policy_account {
    uint32_t insutypes, kinds; /* masks */
    bool first;                /* before the layers, whose bases then have less */
    struct policy_purse own;
    struct policy_purse family; /* relatives', last; pays nothing where there is none */
};

#endif
