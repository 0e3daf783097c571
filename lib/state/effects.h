/* Effects under construction: the typed after-images that a record will carry. Built by the state
 * machine, folded by state_apply() alone. Errors latch; look once with effects_done(): ERR_NOMEM,
 * ERR_INVALID (a text that cannot be a key), ERR_LIMIT (a sum or list over its bound), or the
 * store's. One owner thread. */
#ifndef STATE_EFFECTS_H
#define STATE_EFFECTS_H

#include "base/arena.h"
#include "state/state.h"

struct effects; /* in an arena; grows there */

struct effects *effects_new(struct arena *arena) MUST_CHECK;

/* Facts, insurances, identities and the identity number's index. `before` is what is stored now, or
 * NULL: a changed identity number frees the old one. */
void effects_put_person(struct effects *effects, const struct person *person,
                        const struct person *before);
/* Another benefit year of the person than the one that a document carries. */
void effects_put_person_year(struct effects *effects, const char *psn_no, uint16_t year,
                             const struct person_year *facts);
void effects_put_balance(struct effects *effects, const char *psn_no, int64_t balance);
/* A settlement's own value, as a void changes its original. */
void effects_put_settlement(struct effects *effects, const struct settlement *settlement);

/* A tombstone under the msgid of a message that has not arrived; `sequence` is the reversal's. */
void effects_put_barred(struct effects *effects, const char *msgid, uint64_t sequence);

/* What a settlement or void leaves, as one document (state/document.h): itself, its visit, the
 * person's year and account, the running tally; the books of the funds that its rows name are
 * added to (their present sums are read). */
struct posted {
    const struct settlement *settlement; /* numbered as the record will be */
    const struct accums *accums;         /* of the person's benefit year, after it */
    const int64_t *balance;              /* of the account, after it; NULL: it did not move */
    const struct reply_tally *tally;     /* after it */
    const struct statement_sums *day;    /* of its kind and date, after it */
};
void effects_post(struct effects *effects, struct state *state, const struct posted *posted);

void effects_put_region(struct effects *effects, const char *region);
void effects_put_chunk(struct effects *effects, const struct hash *digest, uint32_t number,
                       struct slice bytes);
void effects_put_active_pack(struct effects *effects, enum pack_scope scope,
                             const struct active_pack *pack);
/* NULL: none is on its way any more. */
void effects_put_proposal(struct effects *effects, enum pack_scope scope,
                          const struct proposal *proposal);
void effects_put_signer(struct effects *effects, const struct signer *signer);
void effects_put_import_row(struct effects *effects, const struct hash *file_digest, uint32_t row);

/* The effects' bytes, borrowed from the arena; the first error that was latched otherwise. */
enum err effects_done(struct effects *effects, struct slice *bytes) MUST_CHECK;

#endif
