/* The region's state: typed views of the store, and the one function that changes it (design
 * section 3). One owner thread.
 *
 * Keys (first byte, then the parts; texts end with 0x1f where another part follows). Business
 * order: M fixmedins yyyyMMddHHmmss seq   message: sequence, request hash, kind, outcome (= the
 * msgid) O actor 0x1f msgid               an operator's message, likewise P psn_no 0x1f f|i|d
 * person: facts, insurances, identities P psn_no 0x1f a yyyy             accumulators of a benefit
 * year P psn_no 0x1f b                  personal account P psn_no 0x1f h yyyy settlements of a
 * benefit year, in order C psn_cert_type 0x1f certno      -> psn_no S setl_id settlement V
 * fixmedins ipt_otp_no 0x1f chrg_bchno   -> setl_id of the live settlement T fixmedins dev_no ...
 * running tally B owner_kind owner 0x1f fund_pay_type 0x1f yyyy   book: paid in fen, settlements D
 * digest number                  chunk of a pack K name                           the region's
 * single values: "region", "pack", "time" J digest                         import progress: last
 * row */
#ifndef STATE_STATE_H
#define STATE_STATE_H

#include "base/err.h"
#include "model/accum.h"
#include "model/person.h"
#include "model/record.h"
#include "model/reply.h"
#include "model/settlement.h"
#include "store/store.h"

struct state;

/* A view of `store` (borrowed until state_free()); reads the last sequence, time and active pack.
 */
enum err state_new(struct store *store, struct state **out) MUST_CHECK;
void state_free(struct state *state);

uint64_t state_sequence(const struct state *state);  /* last applied */
int64_t state_time(const struct state *state);       /* its stamp, ms; 0 at the beginning */
const char *state_region(const struct state *state); /* "" before the genesis record */

/* Folds one record: its effects, its message key, sequence and time. Sequence must be the next;
 * broken order is a broken invariant. ERR_CORRUPT when effects do not parse, ERR_NOMEM. */
enum err state_apply(struct state *state, const struct record *record) MUST_CHECK;

/* Reads. ERR_OK, ERR_NOTFOUND, or a store error (ERR_IO, ERR_CORRUPT). */
struct message_entry {
    uint64_t sequence;
    struct hash request_hash;
    enum record_kind kind;
    enum outcome outcome;
};
enum err state_message(struct state *state, const char *msgid,
                       struct message_entry *out) MUST_CHECK;
enum err state_operator_message(struct state *state, const char *actor, const char *msgid,
                                struct message_entry *out) MUST_CHECK;
enum err state_person(struct state *state, const char *psn_no, struct person *out) MUST_CHECK;
enum err state_certificate(struct state *state, const char *psn_cert_type, const char *certno,
                           char psn_no[TEXT_ID_MAX + 1]) MUST_CHECK;
/* Absent reads as empty, or 0: never ERR_NOTFOUND. */
enum err state_accums(struct state *state, const char *psn_no, uint16_t year,
                      struct accums *out) MUST_CHECK;
enum err state_balance(struct state *state, const char *psn_no, int64_t *balance) MUST_CHECK;
enum err state_settlement(struct state *state, const char *setl_id,
                          struct settlement *out) MUST_CHECK;
enum err state_visit(struct state *state, const char *fixmedins_code, const char *ipt_otp_no,
                     const char *chrg_bchno, char setl_id[ID_SETL + 1]) MUST_CHECK;
/* The setl_ids of a person's settlements of a benefit year, oldest first, voided ones included;
 * malloc'ed, the caller frees; *count 0 when there are none. */
enum err state_history(struct state *state, const char *psn_no, uint16_t year,
                       char (**setl_ids)[ID_SETL + 1], uint32_t *count) MUST_CHECK;
enum err state_tally(struct state *state, const struct reply_tally *which, const char *fixmedins,
                     struct reply_tally *out) MUST_CHECK;
enum err state_import_row(struct state *state, const struct hash *file_digest,
                          uint32_t *row) MUST_CHECK;

/* The active pack: digest and number of chunks; ERR_NOTFOUND before the first activation. */
struct active_pack {
    struct hash digest;
    uint32_t chunks;
    uint64_t sequence; /* of the activation */
};
enum err state_active_pack(struct state *state, struct active_pack *out) MUST_CHECK;
/* Puts the chunks together: malloc'ed, the caller frees. ERR_NOTFOUND names a missing chunk in
 * *missing; ERR_CORRUPT when the digest disagrees. */
enum err state_pack_bundle(struct state *state, const struct hash *digest, uint32_t chunks,
                           uint8_t **bundle, size_t *size, uint32_t *missing) MUST_CHECK;

#endif
