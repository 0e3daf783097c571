/* The state machine: (state, request, now) -> repeat | refusal | record (design section 3).
 *
 * Deterministic: the same state, request and stamp give the same bytes; nothing is random, nothing
 * reads a clock. It changes nothing itself: the caller applies the record it gets with
 * state_apply(), the function that recovery uses. Verify, rebuild and what-if link the same code.
 */
#ifndef SETTLE_SETTLE_H
#define SETTLE_SETTLE_H

#include "base/arena.h"
#include "model/command.h"
#include "model/reply.h"
#include "model/request.h"
#include "policy/pack.h"
#include "state/state.h"

struct settle;
struct settle_rehearsal; /* settle/compile.h */

struct settle_options {
    const char *region; /* six digits */
    /* 32 bytes, copied; a record's salt is the first half of HMAC(salt key, sequence as u64
     * little-endian). NULL: zeros, for verify without the key. */
    const uint8_t *salt_key;
    struct state *state; /* borrowed until settle_free() */
    bool labels;         /* people are told the answers: needs.old_pack may be asked for */
};

enum err settle_new(const struct settle_options *options, struct settle **out) MUST_CHECK;
void settle_free(struct settle *settle);

/* The active pack's compiled form, borrowed until replaced. The caller compiles it (off-thread when
 * serving) after state_active_pack() changed and hands it over. Until it does, and with NULL,
 * answers that need a policy are retry. */
void settle_set_pack(struct settle *settle, const struct pack *pack);
/* Answers by that pack whatever is active, for a what-if whose answers nobody is told. */
void settle_stand_in(struct settle *settle, const struct pack *pack);

/* What an answer needs that lies outside the state: records in the ledger, and packs that were
 * active once (state_pack_bundle() with chunks 0 has their bundles; settle_compile_published()
 * compiles). The caller fetches all that is listed and calls again from the start on current state,
 * with the same request; it may be asked a second time, because the packs stand in the records.
 * Never leave something out: what cannot be fetched is the caller's failure to answer. */
#define SETTLE_LATER_MAX 64                     /* later settlements that a void looks at */
#define SETTLE_NEEDS_MAX (SETTLE_LATER_MAX + 1) /* and the one to be voided */
#define SETTLE_PACKS_MAX 8
struct settle_needs {
    uint32_t count, pack_count;
    uint64_t sequences[SETTLE_NEEDS_MAX];
    struct hash packs[SETTLE_PACKS_MAX];
    bool wants_old_pack;
    struct hash old_pack; /* of a pack that was active once, for settle_put_old_pack() */
};

/* What the caller brought: whole records beside their sequences, compiled packs; borrowed for the
 * call. */
struct settle_evidence {
    uint32_t count;
    const uint64_t *sequences;
    const struct slice *records;
    uint32_t pack_count;
    const struct pack *const *packs;
};

enum settle_verdict {
    SETTLE_ANSWER, /* `body` is the reply; nothing is recorded */
    SETTLE_RECORD, /* `record` becomes the ledger's next; `body` is its reply */
    SETTLE_REPEAT, /* the stored reply of `sequence` is the answer, byte for byte */
    SETTLE_NEEDS,  /* `needs` is filled */
};

struct settle_answer {
    enum settle_verdict verdict;
    enum outcome outcome;
    enum reason reason;   /* first problem's, or REASON_NONE */
    struct slice body;    /* borrowed from the arena */
    struct record record; /* borrows from the arena */
    uint64_t sequence;
    struct settle_needs needs;
    uint32_t retry_after_ms;
    bool tally_given;
    struct reply_tally tally;
    uint32_t label_count;
    const struct slice *labels; /* packed; borrowed from arena and pack */
};

/* One request. now_ms is the stamp the record would carry: max(clock, last record's time). evidence
 * may be NULL. ERR_NOMEM: the arena is exhausted (answer retry). ERR_IO, ERR_CORRUPT: the store
 * failed. Business outcomes are in *answer, never in the return value. */
enum err settle_request(struct settle *settle, const struct request *request, int64_t now_ms,
                        const struct settle_evidence *evidence, struct arena *arena,
                        struct settle_answer *answer) MUST_CHECK;

/* Brings near what settle_request() will look at: with the next request warmed before one is
 * settled, the two share the wait for memory. It answers nothing and may be left out. */
void settle_warm(const struct settle *settle, const struct request *request);

/* An operator's command; `actor` is the name in the certificate, already authorised. Those that the
 * daemon answers itself (status, receipt, key show, store copy) are not brought here. `rehearsal`
 * is for COMMAND_PACK_SUBMIT and COMMAND_PACK_ACTIVATE, else NULL. COMMAND_KEY_CHANGE without
 * command->signer, or with one that follows another key than the present one, is SETTLE_NEEDS with
 * nothing listed. */
enum err settle_command(struct settle *settle, const struct command *command, const char *actor,
                        int64_t now_ms, const struct settle_rehearsal *rehearsal,
                        struct arena *arena, struct settle_answer *answer) MUST_CHECK;

/* The region's first record, when the ledger is empty. */
enum err settle_genesis(struct settle *settle, int64_t now_ms, struct arena *arena,
                        struct record *record) MUST_CHECK;

/* The record of the region's first signing key, which nobody asked for: actor "copayd". */
enum err settle_first_signer(struct settle *settle, const struct signer *signer, int64_t now_ms,
                             struct arena *arena, struct record *record) MUST_CHECK;

/* A retry answer (overload, patience, shutdown, ...) made outside the machine. */
enum err settle_retry(const struct request *request, enum reason reason, int64_t now_ms,
                      const char *region, struct arena *arena, struct slice *body) MUST_CHECK;

#endif
