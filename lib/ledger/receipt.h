/* A receipt: one record and all that proves, with the public key alone, that it stands in a ledger
 * whose head was signed: the record's Merkle path, its group's header, and the headers chained
 * behind it up to the first sealed one. Opaque records; what one says is its reader's to tell
 * (client/receipt.h). Integers are little-endian.
 *
 *    0  8  magic "CPYRECPT"
 *    8  2  version, 1
 *   10  2  count of headers, h: 1 to RECEIPT_HEADERS_MAX
 *   12  4  size of the record, s
 *   16  4  records in the group
 *   20  4  the record's place among them, from 0
 *   24  4  CRC-32 of 0..23
 *   28  s  record                                               then 4, its CRC-32
 *    .. 32 per hash of the path, whose length follows from count and place; then 4, their CRC-32
 *    .. 184 per header: bytes 0..179 of the group's header and, 4, their CRC-32
 *    .. 72 the last one's seal: key id 4, signature 64, their CRC-32
 *
 * The CRCs prove nothing; they tell which part was changed by accident. What proves is: record and
 * path lead to the first header's Merkle root; each header carries the hash of the one before; the
 * key signed the last one. */
#ifndef LEDGER_RECEIPT_H
#define LEDGER_RECEIPT_H

#include "ledger/merkle.h"
#include "ledger/seal.h"

#define RECEIPT_HEADERS_MAX 4096
#define RECEIPT_MAX                                                                                \
    (32 + RECORD_MAX + MERKLE_PATH_MAX * HASH_SIZE + RECEIPT_HEADERS_MAX * 184 + SEAL_SIZE)

enum receipt_part {
    RECEIPT_SOUND,    /* nothing is wrong */
    RECEIPT_LAYOUT,   /* magic, version, sizes */
    RECEIPT_RECORD,   /* */
    RECEIPT_PATH,     /* or record and path do not lead to the header's root */
    RECEIPT_HEADER,   /* `header` of the fault */
    RECEIPT_CHAIN,    /* between `header` and the one before */
    RECEIPT_SEAL,     /* the signature */
    RECEIPT_KEY,      /* it is another key's signature */
    RECEIPT_TRAILING, /* bytes too many, or too few */
};

struct receipt_fault {
    enum receipt_part part;
    uint32_t header;     /* from 1; 0 when it is about none */
    const char *zh, *en; /* static; "" when the receipt is sound */
};

/* A receipt that was read; borrows from its bytes. */
struct receipt {
    struct slice record;
    uint64_t sequence; /* of the record, as its group says */
    uint32_t headers;
    struct group first, last; /* the record's group, the sealed one */
    struct seal seal;
};

/* Reader thread. Makes the receipt of a durable record: *bytes is malloc'ed, the caller frees.
 * ERR_AGAIN: no group from the record's on is sealed yet; ERR_LIMIT: none of the next
 * RECEIPT_HEADERS_MAX; ERR_NOTFOUND: the record is not durable; ledger_read()'s errors. */
enum err receipt_make(struct ledger *ledger, uint64_t sequence, uint8_t **bytes, size_t *size,
                      struct ledger_fault *fault) MUST_CHECK;

/* Checks everything, the signature by `key` too. False, with *fault, when something is wrong. */
bool receipt_check(struct slice bytes, const struct verify_key *key, struct receipt *out,
                   struct receipt_fault *fault) MUST_CHECK;

#endif
