/* 3202: an institution's list against our documents, one by one. */
#ifndef SETTLE_DETAIL_H
#define SETTLE_DETAIL_H

#include "settle/turn.h"

enum err detail_turn(struct turn *turn) MUST_CHECK;

#endif
