/* What an institution may ask of its own visits: 5201, 5303. Another's read as none, so that nobody
 * learns where somebody else was treated, or of what (design decision 19). Inside lib/settle only.
 */
#ifndef SETTLE_VISITS_H
#define SETTLE_VISITS_H

#include "settle/turn.h"

/* 5201: an encounter or visit that is named, or those that a person's year settled. */
enum err visits_query(struct turn *turn) MUST_CHECK;
/* 5303: a page of who is in hospital here. */
enum err visits_inpatients(struct turn *turn) MUST_CHECK;

#endif
