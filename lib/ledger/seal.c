/* Makes, stores and checks seals. Pure: the signer's thread makes them, readers check them. */
#include "ledger/seal.h"

#include <string.h>

_Static_assert(SEAL_SIZE == KEY_ID + KEY_SIGNATURE + 4, "id, signature and CRC fill the slot");

void seal_store(const struct seal *seal, uint8_t slot[SEAL_SIZE])
{
    struct writer w = writer_on(slot, SEAL_SIZE);
    write_bytes(&w, seal->key_id, KEY_ID);
    write_bytes(&w, seal->signature, KEY_SIGNATURE);
    write_u32(&w, hash_crc32(0, slot, w.used));
    CHECK(!w.failed && w.used == w.size);
}

enum seal_state seal_read(const uint8_t *head, struct seal *seal)
{
    static const uint8_t zeros[SEAL_SIZE];
    const uint8_t *slot = head + GROUP_HASHED;
    if (memcmp(slot, zeros, SEAL_SIZE) == 0)
        return SEAL_NONE;
    struct reader r = reader_on(slot, SEAL_SIZE);
    memcpy(seal->key_id, read_bytes(&r, KEY_ID), KEY_ID);
    memcpy(seal->signature, read_bytes(&r, KEY_SIGNATURE), KEY_SIGNATURE);
    return read_u32(&r) == hash_crc32(0, slot, SEAL_SIZE - 4) ? SEAL_WHOLE : SEAL_TORN;
}

enum err seal_make(const struct sign_key *key, const uint8_t *head, struct seal *seal)
{
    memcpy(seal->key_id, sign_key_public(key)->id, KEY_ID);
    return sign_key_sign(key, SEAL_DOMAIN, (struct slice){head, GROUP_HASHED}, seal->signature);
}

bool seal_holds(const struct seal *seal, const struct verify_key *key, const uint8_t *head)
{
    return memcmp(seal->key_id, key->id, KEY_ID) == 0 &&
           verify_key_holds(key, SEAL_DOMAIN, (struct slice){head, GROUP_HASHED}, seal->signature);
}
