/* Voids: 2103, 2208, 2305. Inside lib/settle only. */
#ifndef SETTLE_VOID_H
#define SETTLE_VOID_H

#include "settle/turn.h"

/* The whole turn of a REQUEST_VOID. */
enum err void_turn(struct turn *turn) MUST_CHECK;

#endif
