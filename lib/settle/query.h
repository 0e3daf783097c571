/* Questions that change nothing: 5203, 1101 and 2001. Inside lib/settle only. */
#ifndef SETTLE_QUERY_H
#define SETTLE_QUERY_H

#include "settle/turn.h"

/* 5203: the stored answer of a settlement or message of the sender's own. */
enum err query_settlement(struct turn *turn) MUST_CHECK;

/* 2001: whether each fund would pay for that care on that day. */
enum err query_entitlement(struct turn *turn) MUST_CHECK;

/* 1101: facts, entitlement per layer, accumulators, account. */
enum err query_person(struct turn *turn) MUST_CHECK;

/* Fills reply->person and what stands around it as of `date`. The pack may be NULL: no
 * entitlements then. ERR_NOTFOUND: no such person. */
enum err query_fill_person(struct turn *turn, const char *psn_no, int32_t date,
                           const char *med_type) MUST_CHECK;

#endif
