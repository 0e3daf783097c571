/* Operators sign in and out, and what they settle in between is counted. Inside lib/settle only. */
#ifndef SETTLE_SHIFT_H
#define SETTLE_SHIFT_H

#include "settle/turn.h"

/* 9001, 9002. */
enum err shift_turn(struct turn *turn) MUST_CHECK;

/* The running shift that the message names, if it names one, becomes the turn's; any other is among
 * its problems. */
enum err shift_open(struct turn *turn) MUST_CHECK;
/* A settlement or void counts in the turn's shift, if it has one. ERR_LIMIT: a sum out of range. */
enum err shift_post(struct turn *turn, const struct settlement *settlement) MUST_CHECK;

#endif
