/* Keys over OpenSSL's EVP. Any thread, one at a time per key. */
#include "ledger/key.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

/* The identity that GM/T 0009 gives signers who have agreed on none. */
#define SM2_ID "1234567812345678"
#define SM2_HALF 32
/* SEQUENCE of two INTEGERs of up to 33 bytes. */
#define SM2_DER_MAX 80
#define MESSAGE_MAX 1024

struct sign_key {
    EVP_PKEY *pkey;
    struct verify_key public;
};

/* OpenSSL's names. */
static const char *const algorithms[] = {[KEY_ED25519] = "ED25519", [KEY_SM2] = "SM2"};

char *key_id_format(const uint8_t id[KEY_ID], char text[KEY_ID_TEXT])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < KEY_ID; i++) {
        text[2 * i] = digits[id[i] >> 4];
        text[2 * i + 1] = digits[id[i] & 15];
    }
    text[2 * KEY_ID] = '\0';
    return text;
}

static bool algorithm_of(const EVP_PKEY *pkey, enum key_algorithm *algorithm)
{
    for (size_t i = KEY_ED25519; i < ARRAY_LEN(algorithms); i++) {
        if (EVP_PKEY_is_a(pkey, algorithms[i])) {
            *algorithm = (enum key_algorithm)i;
            return true;
        }
    }
    return false;
}

/* ERR_INVALID for a key of another kind. */
static enum err describe(EVP_PKEY *pkey, struct verify_key *out)
{
    memset(out, 0, sizeof(*out));
    if (!algorithm_of(pkey, &out->algorithm))
        return ERR_INVALID;
    int size = i2d_PUBKEY(pkey, NULL);
    if (size <= 0 || size > KEY_SPKI_MAX)
        return ERR_INVALID;
    unsigned char *p = out->spki;
    if (i2d_PUBKEY(pkey, &p) != size)
        return ERR_NOMEM;
    out->spki_size = (uint32_t)size;
    struct hash hash = hash_sha256(out->spki, out->spki_size);
    memcpy(out->id, hash.bytes, KEY_ID);
    return ERR_OK;
}

/* Takes pkey. */
static enum err wrap(EVP_PKEY *pkey, struct sign_key **out)
{
    struct sign_key *key = calloc(1, sizeof(*key));
    enum err err = key ? describe(pkey, &key->public) : ERR_NOMEM;
    if (err) {
        EVP_PKEY_free(pkey);
        free(key);
        return err;
    }
    key->pkey = pkey;
    *out = key;
    return ERR_OK;
}

enum err sign_key_generate(enum key_algorithm algorithm, struct sign_key **out)
{
    CHECK(key_algorithm_name(algorithm));
    EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, algorithms[algorithm]);
    return pkey ? wrap(pkey, out) : ERR_NOMEM;
}

/* No passphrase is ever asked for at a terminal. */
static int no_passphrase(char *out, int size, int writing, void *context)
{
    (void)out;
    (void)size;
    (void)writing;
    (void)context;
    return -1;
}

enum err sign_key_read(struct slice pem, struct sign_key **out)
{
    BIO *bio = pem.size <= KEY_PEM_MAX ? BIO_new_mem_buf(pem.data, (int)pem.size) : NULL;
    if (!bio)
        return ERR_INVALID;
    EVP_PKEY *pkey = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
    BIO_free(bio);
    return pkey ? wrap(pkey, out) : ERR_INVALID;
}

static enum err take_bio(BIO *bio, uint8_t *out, size_t capacity, size_t *size)
{
    char *bytes;
    long length = BIO_get_mem_data(bio, &bytes);
    if (length <= 0 || (size_t)length > capacity)
        return ERR_NOMEM;
    memcpy(out, bytes, (size_t)length);
    *size = (size_t)length;
    return ERR_OK;
}

enum err sign_key_write(const struct sign_key *key, uint8_t pem[KEY_PEM_MAX], size_t *size)
{
    BIO *bio = BIO_new(BIO_s_secmem());
    if (!bio)
        return ERR_NOMEM;
    enum err err = ERR_NOMEM;
    if (PEM_write_bio_PKCS8PrivateKey(bio, key->pkey, NULL, NULL, 0, NULL, NULL) == 1)
        err = take_bio(bio, pem, KEY_PEM_MAX, size);
    BIO_free(bio);
    return err;
}

void sign_key_free(struct sign_key *key)
{
    if (!key)
        return;
    EVP_PKEY_free(key->pkey);
    free(key);
}

void key_wipe(void *bytes, size_t size)
{
    OPENSSL_cleanse(bytes, size);
}

const struct verify_key *sign_key_public(const struct sign_key *key)
{
    return &key->public;
}

/* Ed25519 hashes by itself and only whole messages, so both get one piece. */
static size_t message_of(const char *domain, struct slice bytes, uint8_t out[MESSAGE_MAX])
{
    size_t length = strlen(domain) + 1;
    CHECK(length + bytes.size <= MESSAGE_MAX);
    memcpy(out, domain, length);
    memcpy(out + length, bytes.data, bytes.size);
    return length + bytes.size;
}

static bool set_sm2_id(enum key_algorithm algorithm, EVP_PKEY_CTX *context)
{
    return algorithm != KEY_SM2 ||
           EVP_PKEY_CTX_set1_id(context, (const uint8_t *)SM2_ID, sizeof(SM2_ID) - 1) == 1;
}

/* A context that is ready to sign or verify with pkey; NULL when OpenSSL would not. */
static EVP_MD_CTX *begin(EVP_PKEY *pkey, enum key_algorithm algorithm, bool sign)
{
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL);
    const EVP_MD *digest = algorithm == KEY_SM2 ? EVP_sm3() : NULL;
    bool ready = md && context;
    if (ready) {
        EVP_MD_CTX_set_pkey_ctx(md, context);
        ready = set_sm2_id(algorithm, context) &&
                (sign ? EVP_DigestSignInit(md, NULL, digest, NULL, pkey)
                      : EVP_DigestVerifyInit(md, NULL, digest, NULL, pkey)) == 1;
    }
    if (!ready) {
        EVP_MD_CTX_free(md);
        md = NULL;
    }
    /* The digest's context only borrows it; both are used within one call. */
    if (!ready)
        EVP_PKEY_CTX_free(context);
    return md;
}

static void end(EVP_MD_CTX *md)
{
    EVP_PKEY_CTX *context = EVP_MD_CTX_get_pkey_ctx(md);
    EVP_MD_CTX_free(md);
    EVP_PKEY_CTX_free(context);
}

static bool from_der(const uint8_t *der, size_t size, uint8_t signature[KEY_SIGNATURE])
{
    ECDSA_SIG *parts = d2i_ECDSA_SIG(NULL, &der, (long)size);
    bool done = parts && BN_bn2binpad(ECDSA_SIG_get0_r(parts), signature, SM2_HALF) == SM2_HALF &&
                BN_bn2binpad(ECDSA_SIG_get0_s(parts), signature + SM2_HALF, SM2_HALF) == SM2_HALF;
    ECDSA_SIG_free(parts);
    return done;
}

static bool to_der(const uint8_t signature[KEY_SIGNATURE], uint8_t der[SM2_DER_MAX], size_t *size)
{
    ECDSA_SIG *parts = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(signature, SM2_HALF, NULL);
    BIGNUM *s = BN_bin2bn(signature + SM2_HALF, SM2_HALF, NULL);
    bool done = false;
    if (parts && r && s && ECDSA_SIG_set0(parts, r, s) == 1) {
        r = s = NULL; /* parts' own now */
        int length = i2d_ECDSA_SIG(parts, NULL);
        done = length > 0 && length <= SM2_DER_MAX && i2d_ECDSA_SIG(parts, &der) == length;
        *size = done ? (size_t)length : 0;
    }
    BN_free(r);
    BN_free(s);
    ECDSA_SIG_free(parts);
    return done;
}

enum err sign_key_sign(const struct sign_key *key, const char *domain, struct slice bytes,
                       uint8_t signature[KEY_SIGNATURE])
{
    uint8_t message[MESSAGE_MAX], made[SM2_DER_MAX];
    size_t length = message_of(domain, bytes, message), size = sizeof(made);
    enum key_algorithm algorithm = key->public.algorithm;
    EVP_MD_CTX *md = begin(key->pkey, algorithm, true);
    if (!md)
        return ERR_NOMEM;
    bool done = EVP_DigestSign(md, made, &size, message, length) == 1;
    end(md);
    if (done && algorithm == KEY_SM2)
        return from_der(made, size, signature) ? ERR_OK : ERR_NOMEM;
    if (!done || size != KEY_SIGNATURE)
        return ERR_NOMEM;
    memcpy(signature, made, KEY_SIGNATURE);
    return ERR_OK;
}

enum err verify_key_read(struct slice spki, struct verify_key *out)
{
    const unsigned char *p = spki.data;
    EVP_PKEY *pkey = spki.size <= KEY_SPKI_MAX ? d2i_PUBKEY(NULL, &p, (long)spki.size) : NULL;
    if (!pkey)
        return ERR_INVALID;
    enum err err = describe(pkey, out);
    EVP_PKEY_free(pkey);
    if (err)
        return err;
    /* The bytes are what ids and signatures are over: no other encoding of the same key. */
    return out->spki_size == spki.size && memcmp(out->spki, spki.data, spki.size) == 0
               ? ERR_OK
               : ERR_INVALID;
}

enum err verify_key_read_pem(struct slice pem, struct verify_key *out)
{
    BIO *bio = pem.size <= KEY_PEM_MAX ? BIO_new_mem_buf(pem.data, (int)pem.size) : NULL;
    if (!bio)
        return ERR_INVALID;
    EVP_PKEY *pkey = PEM_read_bio_PUBKEY(bio, NULL, no_passphrase, NULL);
    BIO_free(bio);
    enum err err = pkey ? describe(pkey, out) : ERR_INVALID;
    EVP_PKEY_free(pkey);
    return err;
}

enum err verify_key_write_pem(const struct verify_key *key, char pem[KEY_PEM_MAX])
{
    const unsigned char *p = key->spki;
    size_t size = 0;
    BIO *bio = BIO_new(BIO_s_mem());
    EVP_PKEY *pkey = d2i_PUBKEY(NULL, &p, (long)key->spki_size);
    enum err err = ERR_NOMEM;
    if (bio && pkey && PEM_write_bio_PUBKEY(bio, pkey) == 1)
        err = take_bio(bio, (uint8_t *)pem, KEY_PEM_MAX - 1, &size);
    pem[size] = '\0';
    EVP_PKEY_free(pkey);
    BIO_free(bio);
    return err;
}

bool verify_key_same(const struct verify_key *a, const struct verify_key *b)
{
    return a->spki_size == b->spki_size && memcmp(a->spki, b->spki, a->spki_size) == 0;
}

bool verify_key_holds(const struct verify_key *key, const char *domain, struct slice bytes,
                      const uint8_t signature[KEY_SIGNATURE])
{
    uint8_t message[MESSAGE_MAX], der[SM2_DER_MAX];
    size_t length = message_of(domain, bytes, message), size = KEY_SIGNATURE;
    const uint8_t *given = signature;
    const unsigned char *p = key->spki;
    if (key->algorithm == KEY_SM2) {
        if (!to_der(signature, der, &size))
            return false;
        given = der;
    }
    EVP_PKEY *pkey = d2i_PUBKEY(NULL, &p, (long)key->spki_size);
    EVP_MD_CTX *md = pkey ? begin(pkey, key->algorithm, false) : NULL;
    bool holds = md && EVP_DigestVerify(md, given, size, message, length) == 1;
    if (md)
        end(md);
    EVP_PKEY_free(pkey);
    return holds;
}
