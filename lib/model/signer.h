/* Who signs the ledger's heads: the state's row and the after-image of every key change (design
 * decision 18). Each names the record of the key before and carries that key's signature over it;
 * the first signs itself. Layout version 1, little-endian:
 *   u8 version  u8 algorithm  u64 sequence  u64 previous  u8[4] id  u8[4] by  u8 size  spki
 *   u8[64] signature
 * The bytes are judged by whoever has cryptography (ledger/key.h); here they are only carried. */
#ifndef MODEL_SIGNER_H
#define MODEL_SIGNER_H

#include "base/bytes.h"
#include "base/id.h"
#include "model/record.h"

#define SIGNER_ID 4
#define SIGNER_SPKI_MAX 120
#define SIGNER_SIGNATURE 64
#define SIGNER_BYTES_MAX 256
#define SIGNER_STATEMENT_MAX 160
/* The domain in which a statement is signed. */
#define SIGNER_DOMAIN "copayd key change"

struct signer {
    uint8_t algorithm; /* enum key_algorithm */
    uint64_t sequence; /* of the record that brought it */
    uint64_t previous; /* of the record that brought the key before; 0: it is the first */
    uint8_t id[SIGNER_ID];
    uint8_t by[SIGNER_ID]; /* whose signature it is */
    uint8_t spki_size;
    uint8_t spki[SIGNER_SPKI_MAX];
    uint8_t signature[SIGNER_SIGNATURE];
};

void signer_write(struct writer *w, const struct signer *signer);
/* Latches an error on a layout it does not know. */
void signer_read(struct reader *r, struct signer *signer);

/* The row that a key change (RECORD_KEY_CHANGE) left. False: its effects are not that. */
bool signer_of(const struct record *record, struct signer *signer) MUST_CHECK;

/* What the old key signs: region, previous, by, algorithm and key. Borrows `out`. */
struct slice signer_statement(const struct signer *signer, const char *region,
                              uint8_t out[SIGNER_STATEMENT_MAX]);

#endif
