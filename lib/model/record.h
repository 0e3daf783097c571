/* A ledger record: effects header, received request body, sent reply body (design section 3).
 *
 * Layout, version 3 (varints and packed texts as in base/bytes.h):
 *   u8 'R'  u8 version  u8 kind  u8 schema  u8 outcome
 *   varint sequence  signed time_ms  varint engine
 *   u8[32] policy digest  u8[16] salt  u8[16] request hash
 *   text actor  text approver  packed msgid
 *   varint effects size  varint request size  varint reply size
 *   effects  request  reply
 * A terminal's actor is left empty: it is the institution that its msgid begins with. The request
 * hash is the first half of the body's SHA-256, so that folding need not hash.
 * Effects are whole after-images: u8 key size, varint value size + 1 (0: the key is deleted), key,
 * value. Behind a key of no bytes stands a document: several after-images in one, without what they
 * share with the head and with each other (state/document.h). Folding reads only the header and the
 * effects. */
#ifndef MODEL_RECORD_H
#define MODEL_RECORD_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/id.h"

/* The version of the machine's meaning, and of what replies say by leaving out; raised when a
 * figure, a reply's bytes (the texts of a pack's faults aside, but not which faults are found), or
 * what a record says could come out otherwise. 2: a line leaves out its clause where the last one
 * of its class had the same. 3: a void bears the pack that made its original; a pack that is
 * submitted or published must have rules for the day and a case; a stay that is split by the day of
 * the fee (adjudicate/split.c) is, where it counts once, no earlier stay to its own later parts,
 * has one deductible by the name that a layer accumulates under, and has its settlement periods (of
 * ninety days, say) counted from each part's first day. */
#define ENGINE_VERSION 3

/* Stored; never reuse a number. */
enum record_kind {
    RECORD_GENESIS = 1, /* the region's first record */
    RECORD_SETTLEMENT = 2,
    RECORD_VOID = 3,      /* whoever asked for it: 2103, 2208, 2305, or 2601 */
    RECORD_REVERSAL = 4,  /* a 2601 that voided nothing: its original was refused, voided before, or
                             had not arrived and has a tombstone, which is its message key itself */
    RECORD_REFUSAL = 5,   /* of a writing request, by state; or internal, with evidence */
    RECORD_ENCOUNTER = 6, /* registered, changed, discharged, undone */
    RECORD_LINES = 7,     /* uploaded or cancelled */
    RECORD_FILING = 8,    /* filed, decided, withdrawn */
    RECORD_POSTING = 9,   /* reserved: fund postings and difference documents */
    RECORD_SHIFT = 10,    /* signed in or out */
    RECORD_MEMBERS = 16,
    RECORD_PACK_CHUNK = 17,
    RECORD_PACK_ACTIVATE = 18,
    RECORD_CLOCK_CONFIRM = 19,
    RECORD_PERSON_LOOK = 20,
    RECORD_KEY_CHANGE = 21, /* the key that signs the ledger from here on */
    RECORD_PACK_SUBMIT = 22,
    RECORD_PACK_APPROVE = 23,
};

enum record_schema { SCHEMA_TERMINAL = 0, SCHEMA_OPERATOR = 1 };

#define ACTOR_MAX 120

struct record {
    enum record_kind kind;
    uint64_t sequence;
    int64_t time_ms;
    uint32_t engine;
    uint8_t schema;  /* enum record_schema: how `request` and `reply` are to be read */
    uint8_t outcome; /* copay.Outcome */
    struct hash policy;
    struct hash_short salt;
    struct hash_short request_hash;
    char actor[ACTOR_MAX + 1]; /* fixmedins_code, or the operator's name from the certificate */
    char approver[ACTOR_MAX + 1];
    char msgid[ID_MSGID + 1];
    struct slice effects, request, reply; /* borrowed */
};

/* Bytes that record_write() needs. */
size_t record_size(const struct record *record);
void record_write(struct writer *w, const struct record *record);
/* Borrows effects, request and reply from `bytes`. ERR_CORRUPT for anything but this layout. */
enum err record_read(struct slice bytes, struct record *record) MUST_CHECK;

void effect_write(struct writer *w, struct slice key, struct slice value);
/* The next effect; false at the end or (r->failed) on damage. value.data NULL: deleted, never for a
 * document, whose key.size is 0. */
bool effect_read(struct reader *r, struct slice *key, struct slice *value);

#endif
