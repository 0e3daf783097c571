/* The seal of a group: its header's bytes 0..179 signed, with the signer's key id (layout in
 * group.h). One seal vouches for everything before it, through the chain.
 *
 * The key of a seal is the one that is in force at the group's last record: that of the last key
 * change at or before it. Any thread. */
#ifndef LEDGER_SEAL_H
#define LEDGER_SEAL_H

#include "ledger/group.h"
#include "ledger/key.h"

#define SEAL_DOMAIN "copayd group header"

struct seal {
    uint8_t key_id[KEY_ID];
    uint8_t signature[KEY_SIGNATURE];
};

enum seal_state {
    SEAL_NONE, /* zeros: not sealed */
    SEAL_TORN, /* a write cut short; as good as none */
    SEAL_WHOLE,
};

void seal_store(const struct seal *seal, uint8_t slot[SEAL_SIZE]);
/* Reads the slot of a header of GROUP_HEAD bytes; *seal is set for a whole one. */
enum seal_state seal_read(const uint8_t *head, struct seal *seal);

/* ERR_NOMEM: OpenSSL would not. */
enum err seal_make(const struct sign_key *key, const uint8_t *head, struct seal *seal) MUST_CHECK;
/* True when that key made the seal of that header. */
bool seal_holds(const struct seal *seal, const struct verify_key *key,
                const uint8_t *head) MUST_CHECK;

/* The newest durable group as its signer needs it. */
struct ledger_head {
    struct ledger_end end;
    uint8_t bytes[GROUP_HEAD]; /* the header (group.h), its seal included */
    uint64_t segment, offset;  /* its place, for ledger_seal() alone */
};
/* Any thread. ERR_NOTFOUND: no group is durable yet; ERR_IO; ERR_CORRUPT: it is no header. */
enum err ledger_newest(struct ledger *ledger, struct ledger_head *head) MUST_CHECK;
/* Signer thread. Writes the seal into that group's header, in place and not synced. */
enum err ledger_seal(struct ledger *ledger, const struct ledger_head *head,
                     const uint8_t *slot) MUST_CHECK;

#endif
