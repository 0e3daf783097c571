/* Verify: makes every record again from the ledger alone and compares (design sections 3, 10 and
 * decision 12). Records are fed in order from the first; each is re-made by the state machine from
 * the state so far, its own request, actor and stamp, compared, and then folded as it is stored:
 * what the ledger says is what later answers rested on, so one wrong record does not make all that
 * follow look wrong. Packs are compiled from the stored chunks.
 *
 * The same engine version must make the same bytes. Records of another engine are compared by
 * figures: outcome, totals, rows, accumulators moved. A refusal for a pack's faults is compared
 * without their texts, which no release promises (policy.5); that another engine found other faults
 * in a pack, or none, is told as a difference of engines and no damage. The chain,
 * hashes and signatures around the records are the ledger's to check. Works in memory beside a live
 * daemon; one thread. */
#ifndef SETTLE_VERIFY_H
#define SETTLE_VERIFY_H

#include "base/id.h"
#include "settle/settle.h"

struct verify;

struct verify_options {
    const char *region;
    const uint8_t *salt_key; /* 32 bytes, copied; NULL: salts are not compared */
    /* An earlier record, of a reversal's original, or for a void whose later settlements must be
     * adjudicated: *record is malloc'ed and verify frees it. ERR_NOTFOUND and everything else ends
     * the feeding. */
    enum err (*fetch)(void *context, uint64_t sequence, uint8_t **record, size_t *size);
    void *context;
};

enum verify_part {
    VERIFY_UNMADE,  /* the state machine makes no such record of that request */
    VERIFY_HEAD,    /* kind, outcome, policy, engine, names or request hash */
    VERIFY_SALT,    /* not HMAC(salt key, sequence) */
    VERIFY_EFFECTS, /* an after-image that is not a settlement's figure */
    VERIFY_FIGURES, /* a settlement's total, row or movement */
    VERIFY_REPLY,   /* the reply's bytes, without the texts of a pack's faults */
    VERIFY_ENGINE,  /* what another engine found in a pack; no difference of the ledger's */
};

struct verify_difference {
    uint64_t sequence;
    char setl_id[ID_SETL + 1]; /* of a settlement or void; "" */
    enum verify_part part;
    char what[200]; /* English: what differs, stored and made; never a person */
};

#define VERIFY_LISTED_MAX 100
#define VERIFY_ENGINES_MAX 32 /* far more than one ledger lives to see */
struct verify_report {
    uint64_t records, settlements, voids, refusals, commands;
    uint64_t reversals; /* that voided nothing */
    uint32_t engine_count;
    struct verify_engine {
        uint32_t version;
        uint64_t records;          /* compared by figures only */
        uint64_t differences;      /* VERIFY_ENGINE */
    } engines[VERIFY_ENGINES_MAX]; /* other than this one; the last takes all that are too many */
    uint64_t difference_count;     /* without VERIFY_ENGINE; at most one per part and record */
    uint32_t listed;               /* of `list`; the first ones of every part */
    struct verify_difference list[VERIFY_LISTED_MAX];
};

enum err verify_new(const struct verify_options *options, struct verify **out) MUST_CHECK;
void verify_free(struct verify *verify);

/* The next record. ERR_OK also when it differs. ERR_CORRUPT: no record, out of order, effects that
 * do not parse; nothing can follow (the report names it). ERR_NOMEM, ERR_IO, or fetch's error. */
enum err verify_record(struct verify *verify, uint64_t sequence, struct slice bytes) MUST_CHECK;

/* Borrowed until verify_free(); grows with every record. */
const struct verify_report *verify_report(const struct verify *verify);

/* Digest of the folded state: store_digest() of a live store at the same sequence must agree. */
enum err verify_digest(struct verify *verify, struct hash *digest) MUST_CHECK;

#endif
