/* Rules that bind lines of a bill together: an item's deductible, first self-pay that is rounded on
 * the bill's sum, and ceilings over groups of lines; private to lib/adjudicate.
 *
 * Refunds are netted first. A line without refunds has its part of the whole as it is finally
 * billed. Of a line with refunds, the split before any of them and after each is what it would be
 * with all other lines as finally billed; refunds report the differences. So every line and its
 * refunds come to its part of the whole, whatever the order of the lines. */
#ifndef ADJUDICATE_BOUND_H
#define ADJUDICATE_BOUND_H

#include "adjudicate/apportion.h"
#include "adjudicate/lines.h"

#define BOUND_NONE UINT32_MAX

/* Where a line stands among the lines of an item, or of a ceiling and day. */
struct bound_place {
    uint32_t group; /* BOUND_NONE: in none */
    uint32_t place;
};

/* A line that is no refund. */
struct bound_line {
    const struct claim_line *line;
    struct item item;        /* set where items have deductibles or share, or it has refunds */
    int64_t amount, cnt;     /* after refunds */
    struct item_taken taken; /* of that */
    struct line_split split; /* after refunds, before ceilings */
    int64_t selfpay_rest;    /* of its first self-pay rounded down, in parts of RATIO_ONE */
    struct bound_place item_place, ceiling_place;
};

/* Lines that share: they lie together in the lists of their kind. */
struct bound_group {
    uint32_t first, count;
    int64_t whole;   /* of their weights */
    int64_t most;    /* of an item: the deductible */
    uint8_t ceiling; /* of a ceiling: its index */
    int32_t day;     /* of CEILING_FEE_DAY; else 0 */
};

/* The items' groups, or the ceilings'. */
struct bound_groups {
    uint32_t count;
    struct bound_group *list;
    uint32_t *lines;  /* positions of their lines */
    int64_t *weights; /* beside them */
};

struct ceiling_now {
    const struct ceiling_rule *rule; /* NULL: holds for nobody here */
    uint32_t first, count;           /* its groups */
};

struct bound_rules {
    bool item_dedc;    /* an item among the lines has a deductible */
    bool selfpay;      /* one has first self-pay, and the policy rounds that on the bill's sum */
    uint32_t ceilings; /* those that may hold, mask */
};

struct bound {
    struct run *r;
    struct bound_rules rules;
    int64_t selfpay_rests;   /* what rounding every line's first self-pay down leaves */
    uint64_t *selfpay_ranks; /* of each of these remainders, in order */
    uint32_t count;          /* lines that are no refunds, in order of feedetl_sn */
    struct bound_line *lines;
    struct bound_groups items, buckets;
    struct ceiling_now ceilings[CEILINGS_MAX];
    struct portion *portions; /* scratch, as many as lines */
};

/* bound.c: the lines were split by themselves. */
enum err bound_split(struct run *r, struct bound_rules rules);
/* One line more of the last group, or the first of a new one. */
struct bound_group *bound_add(struct bound_groups *groups, uint32_t line, bool begins,
                              struct bound_place *place);

/* selfpay.c: shares the bill's first self-pay. ERR_NOMEM. */
enum err selfpay_share(struct bound *b);
/* What the line would have of it for so much, `dedc` of which is its item's deductible. */
int64_t selfpay_of(const struct bound *b, const struct bound_line *line, int64_t amount,
                   int64_t cnt, int64_t dedc);

/* item_dedc.c: groups the lines whose items have a deductible, and shares that. */
enum err item_dedc_group(struct bound *b);
/* What it would take of the line for so much. */
int64_t item_dedc_of(const struct bound *b, const struct bound_line *line, int64_t amount,
                     int64_t cnt);

/* ceiling.c: which lines count against which ceiling (mask). */
enum err ceiling_group(struct bound *b, uint32_t ceilings);
/* What the ceilings take of all lines' in-scope money; explains it. */
void ceiling_share(struct bound *b);
/* What they would take of the line for this split of it. */
void ceiling_take(const struct bound *b, const struct bound_line *line, struct line_split *split);

#endif
