/* Compiled packages and allowances: prices that an institution is paid by, and cash benefits that
 * stand on no bill (design section 6, points 6 and 9). */
#ifndef POLICY_PACKAGE_H
#define POLICY_PACKAGE_H

#include "policy/part.h"
#include "policy/vocabulary.h"

#define POLICY_PACKAGES_MAX 16
#define PACKAGE_RULES_MAX 64
#define POLICY_ALLOWANCES_MAX 4
#define ALLOWANCE_ROWS_MAX 8

/* The last three never change the patient's part. */
enum package_method {
    METHOD_DISEASE,
    METHOD_PER_DIEM,
    METHOD_CAPITATION,
    METHOD_DRG,
    METHOD_DIP,
};

/* What the patient's part follows. */
enum package_share { SHARE_ACTUAL, SHARE_PRICE, SHARE_FIXED };

struct package {
    const char *id, *name_zh;
    uint8_t layer; /* index: its fund settles by the price */
    enum package_method method;
    enum package_share share_on;
    bool above_hospital; /* what is above the price is the hospital's; else the patient's */
    bool below_kept;     /* the hospital is paid up to the price */
    /* What the price stands for, in the order in which the hospital bears what is above it. */
    uint8_t part_count, parts[FEE_PARTS];
    const char *fund_pay_type; /* of what the hospital bears */
};

struct package_rule {
    struct selector who;
    uint8_t package;
    int64_t price_fen;   /* per diem: of a day; -1: the claim states it, or there is none */
    int64_t patient_fen; /* SHARE_FIXED */
    uint16_t clause;
};

struct policy_packages {
    uint8_t count, rule_count;
    struct package list[POLICY_PACKAGES_MAX];
    struct package_rule rules[PACKAGE_RULES_MAX];
    /* By policy_index(): which rules can hold. */
    uint64_t rules_of[POLICY_INSUTYPES_MAX][POLICY_KINDS_MAX];
    struct rule_index index;
};
_Static_assert(PACKAGE_RULES_MAX <= 64, "a mask holds the rules");

struct allowance_row {
    struct situation_set in;
    int32_t days;
    uint16_t clause;
};

/* Days of wages: all rows that hold are added up. */
struct allowance {
    const char *id, *name_zh;
    uint32_t insutypes, kinds, classes; /* masks */
    struct situation_set in;
    bool needs_pool;
    bool rounds_days;  /* the day's wage to the fen; else the sum alone */
    int32_t over_days; /* a day's wage is the month's through this */
    uint8_t row_count;
    struct allowance_row rows[ALLOWANCE_ROWS_MAX];
};

struct policy_allowances {
    uint8_t count;
    struct allowance list[POLICY_ALLOWANCES_MAX];
};

#endif
