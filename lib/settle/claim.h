/* Pre-settle and settle. Inside lib/settle only. */
#ifndef SETTLE_CLAIM_H
#define SETTLE_CLAIM_H

#include "settle/turn.h"

/* The whole turn of a REQUEST_PRE_SETTLE or REQUEST_SETTLE. */
enum err claim_turn(struct turn *turn) MUST_CHECK;

#endif
