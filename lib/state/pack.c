/* Packs as the ledger brought them: chunks put together again and checked against their digest.
 * Beside them the other rows that are read whole and seldom: what is proposed, who signs. */
#include <stdlib.h>
#include <string.h>

#include "state/inner.h"

/* A settlement asks for the region's, which is mirrored; the province's is read when a pack is. */
enum err state_active_pack(struct state *state, enum pack_scope scope, struct active_pack *out)
{
    uint8_t bytes[VALUE_SMALL_MAX];
    size_t size = 0;
    if (scope == PACK_REGION) {
        if (!state->pack_active)
            return ERR_NOTFOUND;
        *out = state->pack;
        return ERR_OK;
    }
    struct key key = key_active_pack(scope);
    enum err err = store_get(state->store, key_slice(&key), bytes, sizeof bytes, &size);
    if (err != ERR_OK)
        return err == ERR_LIMIT ? ERR_CORRUPT : err;
    struct reader r = reader_on(bytes, size);
    active_pack_read(&r, out);
    return reader_done(&r) ? ERR_OK : ERR_CORRUPT;
}

enum err state_proposal(struct state *state, enum pack_scope scope, struct proposal *out)
{
    uint8_t bytes[PROPOSAL_BYTES_MAX];
    size_t size = 0;
    struct key key = key_proposal(scope);
    enum err err = store_get(state->store, key_slice(&key), bytes, sizeof bytes, &size);
    if (err != ERR_OK)
        return err == ERR_LIMIT ? ERR_CORRUPT : err;
    struct reader r = reader_on(bytes, size);
    proposal_read(&r, out);
    return reader_done(&r) ? ERR_OK : ERR_CORRUPT;
}

enum err state_signer(struct state *state, struct signer *out)
{
    uint8_t bytes[SIGNER_BYTES_MAX];
    size_t size = 0;
    struct key key = key_single("signer");
    enum err err = store_get(state->store, key_slice(&key), bytes, sizeof bytes, &size);
    if (err != ERR_OK)
        return err == ERR_LIMIT ? ERR_CORRUPT : err;
    struct reader r = reader_on(bytes, size);
    signer_read(&r, out);
    return reader_done(&r) ? ERR_OK : ERR_CORRUPT;
}

enum err state_chunk(struct state *state, const struct hash *digest, uint32_t number,
                     uint8_t **bytes, size_t *size)
{
    struct key key = key_chunk(digest, number);
    return store_get_copy(state->store, key_slice(&key), bytes, size);
}

struct bundle {
    uint8_t *bytes;
    size_t size;
};

static enum err bundle_append(struct bundle *bundle, struct state *state, const struct hash *digest,
                              uint32_t number)
{
    uint8_t *chunk = NULL;
    size_t size = 0;
    enum err err = state_chunk(state, digest, number, &chunk, &size);
    if (err != ERR_OK)
        return err;
    uint8_t *grown = realloc(bundle->bytes, bundle->size + size + 1);
    if (grown) {
        memcpy(grown + bundle->size, chunk, size);
        bundle->bytes = grown;
        bundle->size += size;
    }
    free(chunk);
    return grown ? ERR_OK : ERR_NOMEM;
}

static bool bundle_agrees(const struct bundle *bundle, const struct hash *digest)
{
    struct hash found = hash_sha256(bundle->bytes, bundle->size);
    return hash_equal(&found, digest);
}

enum err state_pack_bundle(struct state *state, const struct hash *digest, uint32_t chunks,
                           uint8_t **bundle, size_t *size, uint32_t *missing)
{
    struct bundle b = {0};
    enum err err = chunks > PACK_CHUNKS_MAX ? ERR_LIMIT : ERR_OK;
    bool agrees = false;
    uint32_t limit = chunks ? chunks : PACK_CHUNKS_MAX;
    for (uint32_t i = 0; err == ERR_OK && i < limit && !agrees; i++) {
        err = bundle_append(&b, state, digest, i);
        *missing = i;
        /* An unknown number of chunks: the digest says where the pack ends. */
        if (err == ERR_OK && (chunks == 0 || i + 1 == chunks))
            agrees = bundle_agrees(&b, digest);
    }
    if (err == ERR_OK && !agrees)
        err = ERR_CORRUPT;
    if (err != ERR_OK) {
        free(b.bytes);
        return err;
    }
    *bundle = b.bytes;
    *size = b.size;
    return ERR_OK;
}

enum err state_active_bundle(struct state *state, enum pack_scope scope, struct active_pack *out,
                             uint8_t **bundle, size_t *size)
{
    uint32_t missing;
    enum err err = state_active_pack(state, scope, out);
    if (err != ERR_OK)
        return err;
    err = state_pack_bundle(state, &out->digest, out->chunks, bundle, size, &missing);
    return err == ERR_NOTFOUND || err == ERR_LIMIT ? ERR_CORRUPT : err;
}
