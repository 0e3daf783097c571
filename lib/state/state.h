/* The region's state: typed views of the store, and the one function that changes it (design
 * section 3). Keys stand in keys.h, layouts of values in values.c. One owner thread. */
#ifndef STATE_STATE_H
#define STATE_STATE_H

#include "base/err.h"
#include "model/accum.h"
#include "model/person.h"
#include "model/proposal.h"
#include "model/record.h"
#include "model/reply.h"
#include "model/settlement.h"
#include "model/signer.h"
#include "store/store.h"

struct state;

/* A view of `store` (borrowed until state_free()); reads the last sequence, time, region and active
 * pack. ERR_CORRUPT also when the store is ahead of them; ERR_IO, ERR_NOMEM. */
enum err state_new(struct store *store, struct state **out) MUST_CHECK;
void state_free(struct state *state);

uint64_t state_sequence(const struct state *state);  /* last applied */
int64_t state_time(const struct state *state);       /* its stamp, ms; 0 at the beginning */
const char *state_region(const struct state *state); /* "" before the genesis record */

/* Folds one record: its effects, its message key, sequence and time. Sequence must be the next and
 * time not before the last; broken order is a broken invariant. ERR_CORRUPT when the effects do not
 * parse or the head names no message (nothing was changed); ERR_NOMEM. */
enum err state_apply(struct state *state, const struct record *record) MUST_CHECK;

/* Begins to bring near what a claim's reads of the person will look at; it answers nothing. The
 * year is guessed to be that of the last record. A new message and bill are looked for nowhere
 * (KEY_RISING). */
void state_warm_person(const struct state *state, const char *psn_no);

/* Reads. ERR_OK, ERR_NOTFOUND, or a store error (ERR_IO, ERR_CORRUPT). */
struct message_entry {
    uint64_t sequence;
    struct hash_short request_hash;
    enum record_kind kind;
    enum outcome outcome;
};
/* A reversal's tombstone: its original had not arrived, and must never take effect. The sequence is
 * the reversal's; the hash, of nothing, is zeros. */
static inline bool message_is_barred(const struct message_entry *entry)
{
    return entry->kind == RECORD_REVERSAL && entry->outcome == OUTCOME_REFUSED;
}
enum err state_message(struct state *state, const char *msgid,
                       struct message_entry *out) MUST_CHECK;
enum err state_operator_message(struct state *state, const char *actor, const char *msgid,
                                struct message_entry *out) MUST_CHECK;
enum err state_person(struct state *state, const char *psn_no, struct person *out) MUST_CHECK;
enum err state_certificate(struct state *state, const char *psn_cert_type, const char *certno,
                           char psn_no[TEXT_ID_MAX + 1]) MUST_CHECK;
/* A person's benefit year. */
struct person_year {
    char setl_id[ID_SETL + 1]; /* newest settlement or void; older ones hang on its prev_setl_id */
    struct accums accums;
};
/* Absent reads as empty, or 0: never ERR_NOTFOUND. */
enum err state_person_year(struct state *state, const char *psn_no, uint16_t year,
                           struct person_year *out) MUST_CHECK;
enum err state_balance(struct state *state, const char *psn_no, int64_t *balance) MUST_CHECK;
/* Whether the person has an account at all: the opening balance is credited only once. */
enum err state_has_account(struct state *state, const char *psn_no, bool *has) MUST_CHECK;
enum err state_settlement(struct state *state, const char *setl_id,
                          struct settlement *out) MUST_CHECK;
/* What stands under a visit's number: a setl_id or, of an encounter, an mdtrt_id (keys.h, V). */
enum err state_visit(struct state *state, const char *fixmedins_code, const char *ipt_otp_no,
                     const char *chrg_bchno, char setl_id[ID_SETL + 1]) MUST_CHECK;
enum err state_tally(struct state *state, const struct reply_tally *which, const char *fixmedins,
                     struct reply_tally *out) MUST_CHECK;
/* One fund's book of one owner and benefit year: what settlements less voids have paid. */
struct book {
    int64_t paid; /* fen */
    int64_t count;
};
enum err state_book(struct state *state, uint8_t owner_kind, const char *owner,
                    const char *fund_pay_type, uint16_t year, struct book *out) MUST_CHECK;
/* The last row that an import has brought in; 0 when it never began. */
enum err state_import_row(struct state *state, const struct hash *file_digest,
                          uint32_t *row) MUST_CHECK;

/* Who signs the ledger now; ERR_NOTFOUND before the first key. */
enum err state_signer(struct state *state, struct signer *out) MUST_CHECK;

/* What is in force, digest and number of chunks; ERR_NOTFOUND before the first activation. */
struct active_pack {
    struct hash digest;
    uint32_t chunks;
    uint64_t sequence; /* of the activation */
};
enum err state_active_pack(struct state *state, enum pack_scope scope,
                           struct active_pack *out) MUST_CHECK;
/* The same with its bundle: malloc'ed, the caller frees. Chunks that are not whole are
 * ERR_CORRUPT. */
enum err state_active_bundle(struct state *state, enum pack_scope scope, struct active_pack *out,
                             uint8_t **bundle, size_t *size) MUST_CHECK;
/* What was submitted last; ERR_NOTFOUND when nothing is, or when it is in force. */
enum err state_proposal(struct state *state, enum pack_scope scope,
                        struct proposal *out) MUST_CHECK;
/* Puts the chunks together: malloc'ed, the caller frees. `chunks` 0: as many as it takes, for a
 * pack that was active once. ERR_NOTFOUND names a missing chunk in *missing; ERR_CORRUPT when the
 * digest disagrees; ERR_LIMIT over PACK_CHUNKS_MAX. */
#define PACK_CHUNKS_MAX 256 /* of BLOB_CHUNK_MAX each */
enum err state_pack_bundle(struct state *state, const struct hash *digest, uint32_t chunks,
                           uint8_t **bundle, size_t *size, uint32_t *missing) MUST_CHECK;
/* One chunk: malloc'ed, the caller frees. */
enum err state_chunk(struct state *state, const struct hash *digest, uint32_t number,
                     uint8_t **bytes, size_t *size) MUST_CHECK;

#endif
