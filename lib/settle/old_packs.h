/* Packs that are active no more, for the texts of what they made. The active pack is at hand; of
 * older ones the last used are kept here, compiled for their texts alone
 * (pack_compile_published()). Inside lib/settle. */
#ifndef SETTLE_OLD_PACKS_H
#define SETTLE_OLD_PACKS_H

#include "settle/settle.h"

/* Kept at a time: some hundred kilobytes each, catalogue and institutions aside. */
#define OLD_PACKS_MAX 16

struct old_packs;
struct old_packs *old_packs_new(void);
void old_packs_free(struct old_packs *packs); /* NULL is allowed */

/* Takes `pack`, which has that digest, over; NULL: it cannot be had. */
void old_packs_put(struct old_packs *packs, const struct hash *digest, struct pack *pack);

/* The pack of that digest, active or old, for its texts; *pack NULL when there is none to be had.
 * False: it must be asked for. */
bool old_packs_find(const struct settle *settle, const struct hash *digest,
                    const struct pack **pack);

#endif
