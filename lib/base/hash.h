/* SHA-256 (FIPS 180-4), HMAC-SHA-256 (RFC 2104) and CRC-32 (zlib's), over OpenSSL and libdeflate.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

#define HASH_SIZE 32

struct hash {
    uint8_t bytes[HASH_SIZE];
};

/* The first half, where 128 bits are enough: to tell two requests of one sender apart, or to keep a
 * record from being guessed. */
#define HASH_SHORT_SIZE 16
struct hash_short {
    uint8_t bytes[HASH_SHORT_SIZE];
};

struct hash_short hash_shorten(const struct hash *hash);
bool hash_equal(const struct hash *a, const struct hash *b);

struct hash hash_sha256(const void *data, size_t size);
/* The hash of two pieces, one after the other. */
struct hash hash_sha256_pair(const void *a, size_t a_size, const void *b, size_t b_size);
/* The hash of each of many pieces: sixteen at once where the processor has 512-bit registers. */
void hash_sha256_many(const struct slice *pieces, size_t count, struct hash *out);
/* A key made ready once, because that is half of what an HMAC costs. Secret: whoever owns it
 * overwrites it at the end. */
#define HASH_STATE_SIZE 112
struct hash_key {
    uint8_t inner[HASH_STATE_SIZE], outer[HASH_STATE_SIZE];
};

void hash_key_set(struct hash_key *key, const void *bytes, size_t size);
struct hash hash_hmac(const struct hash_key *key, const void *data, size_t size);
/* `before` is the CRC of what comes before these bytes, 0 at the beginning. */
uint32_t hash_crc32(uint32_t before, const void *data, size_t size);

/* The reader's next HASH_SIZE bytes; *out is untouched when fewer are left. */
void hash_read(struct reader *r, struct hash *out);
void hash_short_read(struct reader *r, struct hash_short *out);

/* 64 lower-case hexadecimal digits and a NUL. */
#define HASH_TEXT 65
char *hash_format(const struct hash *hash, char *buf);

#endif
