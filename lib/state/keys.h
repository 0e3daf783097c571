/* Every key of the region's state, in one place. Stored: a layout never changes. First byte, then
 * the parts; texts of varying length end with 0x1f where another part follows. Index keys follow
 * the business order and are never hashed (design section 2).
 *
 * - M msgid                                   message: sequence, request hash, kind, outcome; the
 *   msgid as it stands (institution, time, sequence); of a record's own, or a reversal's tombstone
 * - O actor 0x1f msgid                        an operator's message, likewise
 * - P psn_no 0x1f b                           personal account
 * - P psn_no 0x1f f                           person: facts, insurances, identities
 * - P psn_no 0x1f h                           mdtrt_id of the stay that the person is in
 * - P psn_no 0x1f r                           filings: of each what settlements ask
 * - P psn_no 0x1f y yyyy                      benefit year: newest setl_id, accumulators
 * - C psn_cert_type 0x1f certno               -> psn_no; letters as capitals, because the last
 *   place of an identity number is written x or X
 * - S setl_id                                 settlement
 * - V fixmedins ipt_otp_no 0x1f chrg_bchno    -> setl_id of the live settlement; of batch "1"
 *   without one, mdtrt_id of the encounter that was registered under that number
 * - E mdtrt_id                                encounter
 * - G mdtrt_id chrg_bchno                     bill of an encounter
 * - L mdtrt_id chrg_bchno 0x1f nnnnn          chunk of a bill's lines
 * - F trt_dcla_detl_sn                      filing: the whole of it
 * - I fixmedins nnnn                          page of the encounters that are in hospital there
 * - X drug_trac_codg                          box of a drug that was dispensed
 * - Y setl_id                                 boxes that a settlement dispensed
 * - T fixmedins dev_no 0x1f insutype 0x1f clr_type 0x1f setl_optins 0x1f 0 | 1    running tally
 * - R fixmedins yyyyMMdd insutype 0x1f clr_type 0x1f setl_optins 0x1f 0 | 1    day's sums, of
 *   settlements or voids of that business date
 * - Q fixmedins yyyyMMdd nnnn                 page of the day's kinds: insutype, clr_type,
 * setl_optins
 * - W fixmedins opter                         the operator's shift there
 * - B owner_kind owner 0x1f fund_pay_type 0x1f yyyy    book: paid in fen, settlements
 * - D digest number                           chunk of a pack; 32 bytes, then 4 big-endian
 * - K name                                    the region's single values: region, pack, moment,
 *   signer, proposal; of its province: province, province_proposal
 * - J digest                                  import progress: last row
 *
 * Pure; any thread. */
#ifndef STATE_KEYS_H
#define STATE_KEYS_H

#include "base/bytes.h"
#include "base/hash.h"
#include "base/id.h"
#include "base/limits.h"
#include "model/proposal.h"
#include "model/reply.h"
#include "model/statement.h"
#include "state/family.h"

/* size 0: no key, because a part is empty where it must not be, too long, or holds a control
 * character (0x1f would let two different keys read the same). Such a thing cannot be stored, so
 * reads take it as not found and effects refuse it. */
struct key {
    size_t size;
    uint8_t bytes[KEY_MAX + 16]; /* the rest is for whoever makes keys */
};

static inline struct slice key_slice(const struct key *key)
{
    return (struct slice){.data = key->bytes, .size = key->size};
}

/* Families whose keys mostly rise within their institution, whose code follows the first byte: new
 * messages and bills. For the store (store_options). */
#define KEY_RISING "MV"
#define KEY_RISING_PREFIX (1 + ID_FIXMEDINS)

#define KEY_YEAR_MAX 9999
#define KEY_OWNER_KIND_MAX 9

/* True when the text may be a part of a key: no control characters; may be empty. */
bool key_text_valid(const char *text);

struct key key_message(const char *msgid);
struct key key_operator(const char *actor, const char *msgid);
struct key key_person(const char *psn_no, enum person_part part);
struct key key_person_year(const char *psn_no, uint16_t year);
struct key key_certificate(const char *psn_cert_type, const char *certno);
struct key key_settlement(const char *setl_id);
/* The batch under which an encounter holds its visit's number. */
#define VISIT_BATCH "1"
struct key key_visit(const char *fixmedins_code, const char *ipt_otp_no, const char *chrg_bchno);
struct key key_encounter(const char *mdtrt_id);
struct key key_bill(const char *mdtrt_id, const char *chrg_bchno);
/* Chunks below 100,000, pages below 10,000. */
#define KEY_CHUNKS 100000
struct key key_fees(const char *mdtrt_id, const char *chrg_bchno, uint32_t chunk);
struct key key_filing(const char *number);
struct key key_inpatients(const char *fixmedins_code, uint32_t page);
struct key key_trace(const char *drug_trac_codg);
struct key key_traces(const char *setl_id);
struct key key_tally(const char *fixmedins_code, const struct reply_tally *tally);
struct key key_day(const char *fixmedins_code, int32_t date, const struct statement_kind *kind,
                   bool voids);
struct key key_day_kinds(const char *fixmedins_code, int32_t date, uint32_t page);
struct key key_shift(const char *fixmedins_code, const char *opter);
struct key key_book(uint8_t owner_kind, const char *owner, const char *fund_pay_type,
                    uint16_t year);
struct key key_chunk(const struct hash *digest, uint32_t number);
struct key key_single(const char *name);
/* What is in force, and what is proposed, of that scope. */
struct key key_active_pack(enum pack_scope scope);
struct key key_proposal(enum pack_scope scope);
struct key key_import(const struct hash *file_digest);

#endif
