/* How an adjudication begins: who is insured, when and in which situation, and whether another
 * version is asked too; private to lib/adjudicate. */
#ifndef ADJUDICATE_DECIDE_H
#define ADJUDICATE_DECIDE_H

#include "adjudicate/run.h"

/* adjudicate.c: a result's heads and counts, and everything after cover_decide(). */
void result_begin(struct result *out, uint16_t year, uint32_t line_count);
enum err run_decided(struct run *r);

/* cover.c: who is insured how, where and for what. Adds refusals to out->problems. */
void cover_decide(struct run *r);
/* The same under another version, from what this one decided; false: that version knows neither the
 * person's insurance nor an earlier one. */
bool cover_decide_as(struct run *r, const struct run *decided);
/* Of days on which the person is not insured. */
void cover_decide_without(struct run *r);
/* The insutype that a claim names: 0: none in particular, -1: it is none. */
int cover_wanted(const struct claim *claim);

/* crossing.c: refuses a stay that its policy will not have settled as a whole. */
void crossing_check(struct run *r);
/* The first day after `from`, up to `to`, on which the person is insured otherwise: type, class or
 * an open pool; DATE_NONE. */
int32_t crossing_cover(const struct run *r, int32_t from, int32_t to);

/* The last day on which there was care. */
int32_t crossing_last_day(const struct run *r);

/* split.c: whether the claim is a stay that its policy splits; its settlement as the sum of its
 * parts, into a begun result. */
bool split_applies(const struct policy *policy, const struct claim *claim);
enum err split_settle(const struct adjudication *in, struct arena *arena, struct result *result);

/* A split stay's one deductible: what its first part left of it, by the first layer of the name
 * that it accumulates under. */
struct split_dedc {
    bool known[POLICY_LAYERS_MAX];
    int64_t left[POLICY_LAYERS_MAX];
};
/* Where r->once is: what is due now of the stay's one deductible, and what of it was consumed. */
int64_t split_due(struct run *r, const struct layer *layer, int64_t due);
void split_consume(struct run *r, const struct layer *layer, int64_t consumed);

/* situation.c: which value each dimension has for this claim, explained where it is not the last.
 */
void situation_decide(struct run *r);
/* The filings that are not in force and would give a dimension an earlier value, all else being as
 * it is; and the dimensions. */
void situation_lacks(const struct run *r, uint32_t *filings, uint8_t *dimensions);
/* Whether one of these kinds of filing is in force for this care. */
bool situation_filed(const struct run *r, uint16_t kinds);

/* transition.c: the better of the run's result and the other version's. */
enum err transition_compare(struct run *r);

#endif
