/* The texts that stand beside a stored answer. Its body holds ids alone; the clauses and names that
 * the envelope carries beside it are those of the pack that made its record, next year too. The
 * active pack is at hand; of older ones the last used are kept here, compiled for their texts alone
 * (pack_compile_versions()). */
#ifndef SETTLE_WORDS_H
#define SETTLE_WORDS_H

#include "settle/settle.h"

/* Old packs kept at a time: some hundred kilobytes each, catalogue and institutions aside. */
#define WORDS_MAX 16

/* Puts the texts of what a stored reply names into answer->labels, borrowed until the next call
 * that changes packs; none of an operator's, nor when the pack cannot be had. answer->verdict is
 * SETTLE_NEEDS, with needs.words, when settle_put_words() must come first. ERR_NOMEM, ERR_CORRUPT.
 */
enum err settle_labels(const struct settle *settle, const struct record *record,
                       struct arena *arena, struct settle_answer *answer) MUST_CHECK;

/* What needs.words asked for; takes `pack` over. NULL: it cannot be had, and is not asked for
 * again while it is remembered. */
void settle_put_words(struct settle *settle, const struct hash *digest, struct pack *pack);

/* Inside lib/settle. The pack of that digest, for its texts; *pack NULL when there is none to be
 * had. False: it must be asked for. */
bool words_find(const struct settle *settle, const struct hash *digest, const struct pack **pack);

struct words;
struct words *words_new(void);
void words_free(struct words *words); /* NULL is allowed */

#endif
