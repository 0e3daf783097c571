/* Ceilings over a group of lines: what a stay's examinations, or its bed days, may come to. */
#ifndef POLICY_CEILING_H
#define POLICY_CEILING_H

#include "policy/line_scope.h"
#include "policy/part.h"
#include "policy/rule.h"

#define CEILINGS_MAX 8

enum ceiling_per {
    CEILING_STAY,     /* one amount */
    CEILING_STAY_DAY, /* an amount for each day from begin to end, at least one, on the whole sum */
    CEILING_FEE_DAY,  /* an amount for each day on which fees arose, on that day's fees */
};

struct ceiling_rule {
    struct selector who;
    int64_t fen;
    /* So many days, on which fees arose the dearest ones, have another amount. */
    uint16_t special_days;
    int64_t special_fen;
    uint16_t clause;
};

/* In-scope money of the lines above the amount goes to `above`. */
struct ceiling {
    const char *id, *name_zh;           /* "ceiling/<name>" */
    uint32_t insutypes, kinds, classes; /* masks */
    struct line_scope scope;
    enum ceiling_per per;
    enum fee_part above; /* over limit or wholly own */
    uint8_t rule_count;
    const struct ceiling_rule *rules;
};

#endif
