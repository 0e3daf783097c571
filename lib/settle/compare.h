/* What differs between a stored record's content and the one made again, in words. Pure. Inside
 * lib/settle only. */
#ifndef SETTLE_COMPARE_H
#define SETTLE_COMPARE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "model/record.h"
#include "model/settlement.h"

/* Each returns true and fills `what` with the first difference. Never a person's number or name. */
bool compare_heads(const struct record *stored, const struct record *made, char *what, size_t size);
bool compare_settlements(const struct settlement *stored, const struct settlement *made, char *what,
                         size_t size);
bool compare_effects(const struct record *stored, const struct record *made, char *what,
                     size_t size);
bool compare_bytes(struct slice stored, struct slice made, char *what, size_t size);

/* The settlement that a record puts under that id. False when there is none or it does not parse.
 */
bool compare_find_settlement(const struct record *record, const char *setl_id,
                             struct settlement *settlement);

#endif
