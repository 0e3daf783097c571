/* One EVP_MD and one context per thread: fetching an algorithm takes OpenSSL's locks and costs more
 * than hashing a record. The contexts live as long as their threads, which is as long as the
 * process. */
#include "base/hash.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>
#include <string.h>
#include <zlib.h>

#include "base/check.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t context_key;
static EVP_MD *sha256;

static void free_context(void *context)
{
    EVP_MD_CTX_free(context);
}

static void set_up(void)
{
    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    CHECK(sha256);
    CHECK(pthread_key_create(&context_key, free_context) == 0);
}

static EVP_MD_CTX *started(void)
{
    pthread_once(&once, set_up);
    EVP_MD_CTX *context = pthread_getspecific(context_key);
    if (!context) {
        context = EVP_MD_CTX_new();
        CHECK(context);
        CHECK(pthread_setspecific(context_key, context) == 0);
    }
    CHECK(EVP_DigestInit_ex2(context, sha256, NULL) == 1);
    return context;
}

struct hash hash_sha256_pair(const void *a, size_t a_size, const void *b, size_t b_size)
{
    struct hash out;
    EVP_MD_CTX *context = started();
    CHECK(EVP_DigestUpdate(context, a, a_size) == 1);
    CHECK(b_size == 0 || EVP_DigestUpdate(context, b, b_size) == 1);
    CHECK(EVP_DigestFinal_ex(context, out.bytes, NULL) == 1);
    return out;
}

struct hash_short hash_shorten(const struct hash *hash)
{
    struct hash_short out;
    memcpy(out.bytes, hash->bytes, sizeof out.bytes);
    return out;
}

struct hash hash_sha256(const void *data, size_t size)
{
    return hash_sha256_pair(data, size, NULL, 0);
}

struct hash hash_hmac(const void *key, size_t key_size, const void *data, size_t size)
{
    struct hash out;
    unsigned int length = 0;
    /* OpenSSL 3.0 takes a NULL key for a forgotten one, even when its size is 0. */
    CHECK(
        HMAC(EVP_sha256(), key_size > 0 ? key : "", (int)key_size, data, size, out.bytes, &length));
    CHECK(length == HASH_SIZE);
    return out;
}

uint32_t hash_crc32(uint32_t before, const void *data, size_t size)
{
    /* zlib answers NULL with its initial value, which would forget what came before. */
    return size > 0 ? (uint32_t)crc32_z(before, data, size) : before;
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
