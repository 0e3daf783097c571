/* First self-pay that is rounded on the bill's sum (V-64): every line's is rounded down, and what
 * is missing of the sum, rounded as the policy says, goes fen by fen to the largest remainders, of
 * equal ones to the first by feedetl_sn. A line without a remainder gets none, so that no line
 * bears more than it is. Settler's thread (and every offline tool). */
#include <stdlib.h>

#include "adjudicate/bound.h"

/* Exact first self-pay: fen and the rest, in parts of RATIO_ONE. */
struct exact {
    int64_t fen;
    int64_t rest;
};

static struct exact exact_of(const struct bound *b, const struct bound_line *l, int64_t amount,
                             int64_t cnt, int64_t dedc)
{
    int64_t of = item_limited(&l->item, amount, cnt);
    if (!b->r->in->policy->lines.item_dedc.of_whole)
        of -= dedc;
    const __int128 product = (__int128)of * l->item.selfpay_prop;
    return (struct exact){(int64_t)(product / RATIO_ONE), (int64_t)(product % RATIO_ONE)};
}

/* How many fen are missing of the sum when every line's is rounded down. */
static int64_t missing(const struct bound *b, int64_t rests)
{
    return money_round_to(rests, RATIO_ONE, b->r->in->policy->rounding.preselfpay.to);
}

/* The place of a line's remainder among all: the largest first, of equal ones the first line's. */
static uint64_t rank_of(const struct bound *b, const struct bound_line *line, int64_t rest)
{
    return (uint64_t)(RATIO_ONE - rest) << 32 | (uint64_t)(line - b->lines);
}

static int by_rank(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* So that a bill of many refunds looks at its lines once and not once for each of them. */
static void rank(struct bound *b)
{
    for (uint32_t i = 0; i < b->count; i++)
        b->selfpay_ranks[i] = rank_of(b, &b->lines[i], b->lines[i].selfpay_rest);
    qsort(b->selfpay_ranks, b->count, sizeof *b->selfpay_ranks, by_rank);
}

enum err selfpay_share(struct bound *b)
{
    b->selfpay_ranks = arena_alloc_raw(b->r->arena, b->count * sizeof *b->selfpay_ranks);
    if (!b->selfpay_ranks)
        return ERR_NOMEM;
    b->selfpay_rests = 0;
    for (uint32_t i = 0; i < b->count; i++) {
        struct bound_line *l = &b->lines[i];
        struct exact exact = exact_of(b, l, l->amount, l->cnt, l->taken.dedc);
        l->selfpay_rest = exact.rest;
        b->selfpay_rests += exact.rest;
        b->portions[i] = (struct portion){.share = exact.fen, .rest = exact.rest};
    }
    apportion_rests(b->portions, b->count, RATIO_ONE, (uint32_t)missing(b, b->selfpay_rests));
    for (uint32_t i = 0; i < b->count; i++) {
        b->lines[i].taken.shared = true;
        b->lines[i].taken.selfpay = b->portions[i].share;
    }
    rank(b);
    return ERR_OK;
}

/* How many other lines have a fen before the line does, were its remainder `rest`. */
static uint32_t ranked_before(const struct bound *b, const struct bound_line *line, int64_t rest)
{
    const uint64_t own = rank_of(b, line, rest);
    uint32_t low = 0, high = b->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (b->selfpay_ranks[middle] < own)
            low = middle + 1;
        else
            high = middle;
    }
    return low - (line->selfpay_rest > rest);
}

int64_t selfpay_of(const struct bound *b, const struct bound_line *line, int64_t amount,
                   int64_t cnt, int64_t dedc)
{
    const struct exact exact = exact_of(b, line, amount, cnt, dedc);
    if (!b->rules.selfpay)
        return money_round_to((__int128)exact.fen * RATIO_ONE + exact.rest, RATIO_ONE,
                              b->r->in->policy->rounding.preselfpay.to);
    return exact.fen + (ranked_before(b, line, exact.rest) <
                        missing(b, b->selfpay_rests - line->selfpay_rest + exact.rest));
}
