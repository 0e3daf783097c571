/* The lines of a bill at work: what decides a line's split, and the rules that bind several lines
 * together; private to lib/adjudicate. */
#ifndef ADJUDICATE_LINES_H
#define ADJUDICATE_LINES_H

#include "adjudicate/run.h"

/* What decides a line's split, from the catalogue or stated. */
struct item {
    uint8_t chrgitm_lv, med_chrgitm_type;
    bool bas_medn_flag, own, hospital; /* hospital: own, and the hospital's */
    uint8_t reason;
    int32_t selfpay_prop;
    uint32_t tags;
    int64_t pric_uplmt_amt; /* yuan x 10^6; -1: none */
    int64_t pay_standard;   /* yuan x 10^6; 0: none */
    int64_t item_dedc;      /* fen; 0: none */
};

static inline bool line_matches(const struct line_match *match, const struct line_split *line)
{
    return match->chrgitm_lv >> line->chrgitm_lv & 1 ||
           match->med_chrgitm_type >> line->med_chrgitm_type & 1 || match->tags & line->tags ||
           (match->bas_medn && line->bas_medn_flag);
}

static inline bool line_in_scope(const struct line_scope *scope, const struct line_split *line)
{
    return line_matches(&scope->any, line) && !line_matches(&scope->none, line);
}

/* item.c: splits the lines from `from` on that are no refunds, at most CATALOGUE_QUERIES_MAX; what
 * is among them. */
struct items_seen {
    bool refunds, item_dedc, selfpay;
};
struct items_seen items_split(struct run *r, uint32_t from, uint32_t count);
/* The item of a line that was split before. */
struct item item_of(const struct run *r, uint32_t index);
/* `amount` less what is above the price limit and the payment standard: the first self-pay and what
 * is in scope. 0 of a line that is wholly own. */
int64_t item_limited(const struct item *item, int64_t amount, int64_t cnt);
/* What rules over several lines take of one. */
struct item_taken {
    int64_t dedc; /* of the item's deductible */
    bool shared;  /* first self-pay is the bill's, and this much of it the line's */
    int64_t selfpay;
};
/* The split of `amount` for `cnt` units. */
void item_split(const struct run *r, const struct item *item, int64_t amount, int64_t cnt,
                struct item_taken taken, struct line_split *out);

/* refund.c: after - before, as the refund line's own split. */
void refund_subtract(struct line_split *after, const struct line_split *before);
/* Refunds of lines that no rule binds together; such are bound_split()'s. */
enum err refunds_split(struct run *r);

#endif
