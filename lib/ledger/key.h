/* Signing keys of a ledger: Ed25519 (RFC 8032), or SM2 with SM3 (GB/T 32918, identity
 * 1234567812345678), through OpenSSL. A signature is 64 bytes: as RFC 8032 has them, or r and s,
 * 32 bytes each, big-endian.
 *
 * What is signed is a domain text, its NUL, and the bytes, so that no signature made for one
 * purpose can be shown for another. Values and handles may be used by one thread at a time. */
#ifndef LEDGER_KEY_H
#define LEDGER_KEY_H

#include "base/algorithm.h"
#include "base/bytes.h"
#include "base/err.h"

#define KEY_ID 4
#define KEY_ID_TEXT 9
#define KEY_SIGNATURE 64
#define KEY_SPKI_MAX 120
#define KEY_PEM_MAX 512

/* What anybody may know. The id is the beginning of SHA-256 over the SPKI. */
struct verify_key {
    enum key_algorithm algorithm;
    uint8_t id[KEY_ID];
    uint32_t spki_size;
    uint8_t spki[KEY_SPKI_MAX]; /* SubjectPublicKeyInfo, DER */
};

struct sign_key;

/* Eight hexadecimal digits. */
char *key_id_format(const uint8_t id[KEY_ID], char text[KEY_ID_TEXT]);

/* A new key. ERR_NOMEM: OpenSSL would not. The caller's: sign_key_free(). */
enum err sign_key_generate(enum key_algorithm algorithm, struct sign_key **out) MUST_CHECK;
/* PKCS #8 PEM without a passphrase. ERR_INVALID: it is no such key. */
enum err sign_key_read(struct slice pem, struct sign_key **out) MUST_CHECK;
/* At most KEY_PEM_MAX bytes; the caller wipes them with key_wipe(). ERR_NOMEM. */
enum err sign_key_write(const struct sign_key *key, uint8_t pem[KEY_PEM_MAX],
                        size_t *size) MUST_CHECK;
void sign_key_free(struct sign_key *key);
void key_wipe(void *bytes, size_t size);
/* Borrowed until the key is freed. */
const struct verify_key *sign_key_public(const struct sign_key *key);
enum err sign_key_sign(const struct sign_key *key, const char *domain, struct slice bytes,
                       uint8_t signature[KEY_SIGNATURE]) MUST_CHECK;

/* From a SPKI, or from PEM ("PUBLIC KEY"). ERR_INVALID: neither of the two algorithms, or bytes
 * left over. */
enum err verify_key_read(struct slice spki, struct verify_key *out) MUST_CHECK;
enum err verify_key_read_pem(struct slice pem, struct verify_key *out) MUST_CHECK;
enum err verify_key_write_pem(const struct verify_key *key, char pem[KEY_PEM_MAX]) MUST_CHECK;
bool verify_key_same(const struct verify_key *a, const struct verify_key *b);
/* False for anything but a right signature. */
bool verify_key_holds(const struct verify_key *key, const char *domain, struct slice bytes,
                      const uint8_t signature[KEY_SIGNATURE]) MUST_CHECK;

#endif
