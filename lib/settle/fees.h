/* What was charged in an institution's own visits, and for what: 5204, 5202. Inside lib/settle
 * only.
 */
#ifndef SETTLE_FEES_H
#define SETTLE_FEES_H

#include "settle/turn.h"

/* 5202 */
enum err fees_diagnoses(struct turn *turn) MUST_CHECK;
/* 5204: a page of a bill's lines. */
enum err fees_query(struct turn *turn) MUST_CHECK;

#endif
