/* Reconciliation one by one (3202): the institution's list, and what differs from it. */
#ifndef MODEL_DETAIL_H
#define MODEL_DETAIL_H

#include "base/limits.h"
#include "model/statement.h"

/* One document as the institution has it. */
struct detail_row {
    const char *setl_id, *msgid, *psn_no; /* one of the first two may be "" */
    int64_t medfee_sumamt, fund_pay_sumamt, acct_pay;
    bool refd_setl_flag;
};

/* Where the next turn begins: rows first, then our documents by date, settlements before voids,
 * newest first. */
struct detail_cursor {
    uint32_t row; /* the list's count: behind it */
    int32_t date;
    bool voids;
    uint64_t sequence; /* 0: the newest of its day */
};

struct detail_query {
    struct statement_kind kind;
    bool refd_given, refd_setl_flag;
    int32_t begndate, enddate;
    uint32_t row_count;
    const struct detail_row *rows;
    struct detail_cursor from;
};

enum detail_cause {
    DETAIL_LACKS,     /* the institution has not */
    DETAIL_UNKNOWN,   /* we have not */
    DETAIL_REFUSED,   /* nor did it settle: the message was refused */
    DETAIL_BARRED,    /* or was reversed before it came */
    DETAIL_REPEATED,  /* listed before */
    DETAIL_FIGURES,   /* listed otherwise than it is */
    DETAIL_ELSEWHERE, /* ours is not of this kind, or not of these dates */
};

struct detail_difference {
    struct detail_difference *next; /* NULL: the last */
    enum detail_cause cause;
    bool row_given;
    uint32_t row;
    const char *field; /* static; NULL */
    const char *msgid; /* of a row that names nothing of ours; NULL */
    bool ours_given;   /* the rest is filled */
    char setl_id[ID_SETL + 1], ours_msgid[ID_MSGID + 1], infno[5], void_setl_id[ID_SETL + 1];
    char psn_no[TEXT_ID_MAX + 1];
    int32_t date;
    bool refd_setl_flag;
    int64_t medfee_sumamt, fund_pay_sumamt, acct_pay;
};

/* One turn's answer. */
struct detail {
    uint32_t row_count, setl_count; /* looked at */
    struct detail_difference *first, *last;
    bool more; /* go on at next */
    struct detail_cursor next;
};

/* Documents looked up in one turn, so that nobody waits long behind it. */
#define DETAIL_LOOKS_MAX 2000

#endif
