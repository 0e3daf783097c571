/* Reversals: 2601. Inside lib/settle only. */
#ifndef SETTLE_REVERSAL_H
#define SETTLE_REVERSAL_H

#include "settle/turn.h"

/* The whole turn of a REQUEST_REVERSAL. */
enum err reversal_turn(struct turn *turn) MUST_CHECK;

#endif
