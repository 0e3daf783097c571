/* What anybody at a counter may look up: a person's sums of the year (5206), as 1101 shows them, an
 * institution (1201) and the codes of the pack (1901). Inside lib/settle only. */
#ifndef SETTLE_LOOKUP_H
#define SETTLE_LOOKUP_H

#include "settle/turn.h"

enum err lookup_cumulated(struct turn *turn) MUST_CHECK;
enum err lookup_medins(struct turn *turn) MUST_CHECK;
enum err lookup_dictionary(struct turn *turn) MUST_CHECK;

#endif
