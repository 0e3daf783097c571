/* Fees uploaded to an encounter's bill, and cancelled. Inside lib/settle only. */
#ifndef SETTLE_UPLOAD_H
#define SETTLE_UPLOAD_H

#include "settle/turn.h"

/* The whole turn of a REQUEST_UPLOAD, of a REQUEST_CANCEL. */
enum err upload_turn(struct turn *turn) MUST_CHECK;
enum err cancel_turn(struct turn *turn) MUST_CHECK;

#endif
