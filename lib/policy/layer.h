/* A compiled layer: one fund's share of a settlement, from its base to its cap (design section 6,
 * points 3 to 5). */
#ifndef POLICY_LAYER_H
#define POLICY_LAYER_H

#include "model/result.h"
#include "policy/adjust.h"
#include "policy/cap.h"
#include "policy/line_scope.h"
#include "policy/part.h"
#include "policy/rounding.h"
#include "policy/rule.h"

#define LAYER_RULES_MAX 48
#define LAYER_TERMS_MAX 8
#define LAYER_ADJUSTS_MAX 32

enum amount_name {
    AMOUNT_MEDFEE,
    AMOUNT_FULAMT,
    AMOUNT_OVERLMT,
    AMOUNT_PRESELFPAY,
    AMOUNT_INSCP,
    AMOUNT_REST_INSCP,       /* in-scope money that nobody has taken on so far */
    AMOUNT_REST_TOTAL,       /* the same of the whole fee */
    AMOUNT_TRANSFER_SELFPAY, /* what earlier layers took off their bases as first self-pay */
    AMOUNT_LAYER_PAID,       /* what an earlier layer paid */
    AMOUNT_LAYER_EXCESS,     /* what an earlier layer's cap left over: eligible money above what was
                                paid for, exact; not what lies above a last band's bound */
    AMOUNT_LAYER_DEDUCTIBLE, /* what an earlier layer's deductible consumed */
};
#define AMOUNTS (AMOUNT_LAYER_DEDUCTIBLE + 1)

struct base_term {
    int32_t times; /* x 10^4: RATIO_ONE adds it whole, -RATIO_ONE takes it off */
    enum amount_name amount;
    uint8_t layer; /* index, for the last three */
};

struct layer {
    const char *id, *name_zh;
    const char *fund_pay_type;
    enum fund_field field; /* FUND_FIELDS: the hospital's part */
    enum owner_kind owner_kind;
    bool paid_later;        /* due, and shown, but not paid on this bill */
    const char *owner_code; /* insurer and civil servant; else NULL */
    /* When it applies: masks; identities 0 asks for none in particular. A civil servant's layer
     * without identities asks for the cover's cvlserv_flag. */
    uint32_t insutypes, kinds, classes, identities;
    struct situation_set in;
    bool needs_pool; /* closed by waiting and arrears */
    struct line_scope scope;
    uint8_t term_count;
    struct base_term terms[LAYER_TERMS_MAX];
    uint8_t opens; /* fee parts that its base adds, mask; by policy_index() */
    /* Not 0: its ratio is a target, and it pays what these layers (mask) left missing of it. */
    uint32_t guarantee;
    uint16_t guarantee_clause;
    /* false: each settlement for itself. true: the base is cumulated over the benefit year and the
     * layer pays f(after) - f(before); bands are absolute amounts of the cumulated base and the
     * deductible is a floor under them. With reach_back it pays f(after) - paid before. */
    bool cumulative, reach_back;
    struct segment_rounding rounding; /* of its segments: the policy's */
    bool from_deductible;          /* bounds are measured above the deductible */
    bool bands_over_year; /* bands begin where those of the year's earlier settlements ended */
    /* PER_NONE: no deductible. Per stay and visit: the nth of the year. Otherwise it is consumed
     * over the span: each row up to its own amount over all the grades it names. */
    enum rule_per accrual;
    struct nth_rule nth;
    bool carries; /* what a stay did not consume is the next one's deductible; else it is lost */
    uint8_t merge_count;
    struct merge_rule merges[RULE_MERGES_MAX]; /* PER_STAY; the transfers of each are its own */
    bool tops_up;             /* PER_YEAR: what was consumed at any grade counts for every row */
    int64_t dedc_ceiling_fen; /* of all that is consumed in the year; INT64_MAX: none */
    uint16_t dedc_ceiling_clause;
    char accumulates[ACCUM_SCOPE + 1]; /* scope of its accumulators */
    /* accumulates/value, by the claim's value of that dimension; NULL: under one name. */
    const char (*scopes)[ACCUM_SCOPE + 1];
    uint8_t by_dimension;
    uint8_t paid_spans, base_spans; /* spans whose sums some cap asks, 1 << rule_per; by
                                       policy_index() */
    bool counts_base; /* a cap on eligible money counts what it pays for; by policy_index() */
    bool counts_dedc; /* what it takes is act_pay_dedc of the settlement (the basic layers) */
    uint16_t clause;
    uint8_t deductible_count, ratio_count, cap_count, adjust_count;
    const struct deductible_rule *deductibles;
    const struct ratio_rule *ratios;
    struct cap_rule *caps;
    const struct adjust_rule *adjusts;
    struct rule_index deductible_index, ratio_index, adjust_index;
};
_Static_assert(LAYER_RULES_MAX <= 64, "a mask holds a table's rules");
_Static_assert(LAYER_ADJUSTS_MAX <= 32, "a mask holds the adjustments");

#endif
