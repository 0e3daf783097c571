/* OpenSSL's one-algorithm interface, which 3.0 calls deprecated and keeps: a hash of a hundred
 * bytes takes it 0.15 us, and EVP 0.6 us, of which a settlement needs four. The block function
 * behind both is the same, and uses the processor's instructions where it has them. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "base/hash.h"

#include <libdeflate.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <string.h>

#include "base/check.h"

_Static_assert(sizeof(SHA256_CTX) <= sizeof((struct hash_key *)0)->inner, "a key holds two states");

static void update(SHA256_CTX *context, const void *data, size_t size)
{
    if (size > 0)
        CHECK(SHA256_Update(context, data, size) == 1);
}

struct hash hash_sha256_pair(const void *a, size_t a_size, const void *b, size_t b_size)
{
    struct hash out;
    SHA256_CTX context;
    CHECK(SHA256_Init(&context) == 1);
    update(&context, a, a_size);
    update(&context, b, b_size);
    CHECK(SHA256_Final(out.bytes, &context) == 1);
    return out;
}

struct hash_short hash_shorten(const struct hash *hash)
{
    struct hash_short out;
    memcpy(out.bytes, hash->bytes, sizeof out.bytes);
    return out;
}

bool hash_equal(const struct hash *a, const struct hash *b)
{
    return memcmp(a->bytes, b->bytes, HASH_SIZE) == 0;
}

struct hash hash_sha256(const void *data, size_t size)
{
    return hash_sha256_pair(data, size, NULL, 0);
}

/* The state after the block that is the key, masked. */
static void start_keyed(uint8_t state[HASH_STATE_SIZE], const uint8_t block[SHA256_CBLOCK],
                        uint8_t mask)
{
    uint8_t masked[SHA256_CBLOCK];
    SHA256_CTX context;
    for (size_t i = 0; i < sizeof masked; i++)
        masked[i] = block[i] ^ mask;
    CHECK(SHA256_Init(&context) == 1);
    update(&context, masked, sizeof masked);
    memcpy(state, &context, sizeof context);
    OPENSSL_cleanse(masked, sizeof masked);
    OPENSSL_cleanse(&context, sizeof context);
}

void hash_key_set(struct hash_key *key, const void *bytes, size_t size)
{
    uint8_t block[SHA256_CBLOCK] = {0};
    if (size > sizeof block) {
        struct hash hash = hash_sha256(bytes, size);
        memcpy(block, hash.bytes, HASH_SIZE);
    } else if (size > 0) {
        memcpy(block, bytes, size);
    }
    start_keyed(key->inner, block, 0x36);
    start_keyed(key->outer, block, 0x5c);
    OPENSSL_cleanse(block, sizeof block);
}

struct hash hash_hmac(const struct hash_key *key, const void *data, size_t size)
{
    struct hash out;
    SHA256_CTX context;
    memcpy(&context, key->inner, sizeof context);
    update(&context, data, size);
    CHECK(SHA256_Final(out.bytes, &context) == 1);
    memcpy(&context, key->outer, sizeof context);
    update(&context, out.bytes, sizeof out.bytes);
    CHECK(SHA256_Final(out.bytes, &context) == 1);
    return out;
}

uint32_t hash_crc32(uint32_t before, const void *data, size_t size)
{
    /* libdeflate, because Debian's zlib takes four to six times as long: it does not know the
     * processor's carry-less multiplication. NULL is answered with the initial value, which would
     * forget what came before. */
    return size > 0 ? libdeflate_crc32(before, data, size) : before;
}

void hash_short_read(struct reader *r, struct hash_short *out)
{
    const uint8_t *bytes = read_bytes(r, HASH_SHORT_SIZE);
    if (bytes)
        memcpy(out->bytes, bytes, HASH_SHORT_SIZE);
}

void hash_read(struct reader *r, struct hash *out)
{
    const uint8_t *bytes = read_bytes(r, HASH_SIZE);
    if (bytes)
        memcpy(out->bytes, bytes, HASH_SIZE);
}

char *hash_format(const struct hash *hash, char *buf)
{
    static const char digits[] = "0123456789abcdef";
    for (int i = 0; i < HASH_SIZE; i++) {
        buf[2 * i] = digits[hash->bytes[i] >> 4];
        buf[2 * i + 1] = digits[hash->bytes[i] & 15];
    }
    buf[2 * HASH_SIZE] = '\0';
    return buf;
}
