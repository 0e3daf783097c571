/* The texts that stand beside a stored answer. Its body holds ids alone; the clauses and names that
 * the envelope carries beside it are those of the pack that made its record, next year too. */
#ifndef SETTLE_STORED_LABELS_H
#define SETTLE_STORED_LABELS_H

#include "settle/settle.h"

/* Puts the texts of what a stored reply names into answer->labels, borrowed until the next call
 * that changes packs; none of an operator's, nor when the pack cannot be had. answer->verdict is
 * SETTLE_NEEDS, with needs.old_pack, when settle_put_old_pack() must come first. ERR_NOMEM,
 * ERR_CORRUPT. */
enum err settle_labels(const struct settle *settle, const struct record *record,
                       struct arena *arena, struct settle_answer *answer) MUST_CHECK;

/* What needs.old_pack asked for, of a machine with options.labels; takes `pack` over. NULL: it
 * cannot be had, and is not asked for again while it is remembered. */
void settle_put_old_pack(struct settle *settle, const struct hash *digest, struct pack *pack);

#endif
