/* Reconciliation (3201, 3202): which documents, settlements and voids, are held against the
 * institution's books together, and what they come to. */
#ifndef MODEL_STATEMENT_H
#define MODEL_STATEMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/id.h"

/* Dates of one request: a quarter. Each costs two look-ups. */
#define STATEMENT_DAYS_MAX 92
/* Where all kinds are listed, a month: each day costs two for each of its kinds. */
#define STATEMENT_KINDS_DAYS_MAX 31
/* Kinds told in one answer. */
#define STATEMENT_KINDS_MAX 256

/* The kind of document. */
struct statement_kind {
    char insutype[4], clr_type[7], setl_optins[ID_ADMDVS + 1];
};

/* Of settlements or of voids, whose amounts are negative. */
struct statement_sums {
    int64_t setl_cnt;
    int64_t medfee_sumamt, fund_pay_sumamt, acct_pay, psn_cash_pay; /* fen */
};

/* An institution's settlements, or its voids, of one kind and business date. */
struct statement_day {
    struct statement_sums sums;
    uint64_t last; /* sequence of the newest; the others hang on its day_prev */
};

/* Settlements, voids, and both together: the count is of what stands then. */
struct statement_totals {
    struct statement_sums gross, voids, net;
};

/* stmt_rslt. */
enum statement_result {
    STATEMENT_EVEN = 0,
    STATEMENT_OURS_MORE = 1,
    STATEMENT_THEIRS_MORE = 2, /* the institution has more */
    STATEMENT_DIFFERS = 3,
};

/* 3201 as asked. */
struct statement_query {
    struct statement_kind kind; /* insutype "": all kinds are listed */
    bool refd_given, refd_setl_flag;
    int32_t begndate, enddate;
    bool figures_given;
    struct statement_sums figures; /* the institution's; no psn_cash_pay */
};

/* 3201 as answered. */
struct statement {
    bool compared;
    enum statement_result result;
    struct statement_totals totals;
    uint32_t day_count; /* days with anything on them */
    struct {
        int32_t date;
        struct statement_totals totals;
    } days[STATEMENT_DAYS_MAX];
    uint32_t kind_count, kinds_more; /* beyond those listed */
    struct {
        struct statement_kind kind;
        struct statement_totals totals;
    } kinds[STATEMENT_KINDS_MAX];
};

#endif
