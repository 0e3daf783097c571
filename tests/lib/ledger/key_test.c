/* Signing keys: what one key signs only that key's public half accepts, in that domain, byte for
 * byte; keys survive PEM; what is no such key is refused. */
#include "ledger/key.h"

#include "fixture.h"

/* RFC 8032 section 7.1, test 1: the secret and public key, as PEM and as SPKI. */
static const char rfc8032_pem[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
    "-----END PRIVATE KEY-----\n";
static const uint8_t rfc8032_spki[44] = {
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00, 0xd7, 0x5a, 0x98,
    0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64, 0x07, 0x3a, 0x0e, 0xe1,
    0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a};

static const struct slice message = {(const uint8_t *)"a group's header", 16};

static struct sign_key *new_key(enum key_algorithm algorithm)
{
    struct sign_key *key = NULL;
    assert_int_equal(sign_key_generate(algorithm, &key), ERR_OK);
    assert_int_equal(sign_key_public(key)->algorithm, algorithm);
    return key;
}

static void check_signatures(enum key_algorithm algorithm)
{
    struct sign_key *key = new_key(algorithm), *other = new_key(algorithm);
    const struct verify_key *public = sign_key_public(key);
    uint8_t signature[KEY_SIGNATURE], text[32];
    for (int round = 0; round < 20; round++) {
        assert_int_equal(sign_key_sign(key, "one", message, signature), ERR_OK);
        assert_true(verify_key_holds(public, "one", message, signature));
        assert_false(verify_key_holds(public, "two", message, signature));
        assert_false(verify_key_holds(sign_key_public(other), "one", message, signature));
    }
    /* The domain's end is part of what is signed. */
    struct slice longer = {(const uint8_t *)"e", 1}, shorter = {(const uint8_t *)"", 0};
    assert_int_equal(sign_key_sign(key, "on", longer, signature), ERR_OK);
    assert_false(verify_key_holds(public, "one", shorter, signature));

    assert_int_equal(sign_key_sign(key, "one", message, signature), ERR_OK);
    for (size_t i = 0; i < KEY_SIGNATURE; i++) {
        signature[i] ^= 1;
        assert_false(verify_key_holds(public, "one", message, signature));
        signature[i] ^= 1;
    }
    for (size_t i = 0; i < message.size; i++) {
        memcpy(text, message.data, message.size);
        text[i] ^= 1;
        assert_false(
            verify_key_holds(public, "one", (struct slice){text, message.size}, signature));
    }
    memset(signature, 0, sizeof(signature));
    assert_false(verify_key_holds(public, "one", message, signature));
    memset(signature, 0xff, sizeof(signature));
    assert_false(verify_key_holds(public, "one", message, signature));
    sign_key_free(key);
    sign_key_free(other);
}

static void test_ed25519(void **state)
{
    (void)state;
    check_signatures(KEY_ED25519);
}

static void test_sm2(void **state)
{
    (void)state;
    check_signatures(KEY_SM2);
}

static void check_pem(enum key_algorithm algorithm)
{
    struct sign_key *key = new_key(algorithm), *again = NULL;
    const struct verify_key *public = sign_key_public(key);
    uint8_t pem[KEY_PEM_MAX], signature[KEY_SIGNATURE];
    char text[KEY_PEM_MAX];
    struct verify_key read;
    size_t size;
    assert_int_equal(sign_key_write(key, pem, &size), ERR_OK);
    assert_memory_equal(pem, "-----BEGIN PRIVATE KEY-----", 27);
    assert_int_equal(sign_key_read((struct slice){pem, size}, &again), ERR_OK);
    assert_true(verify_key_same(sign_key_public(again), public));
    assert_int_equal(sign_key_sign(again, "one", message, signature), ERR_OK);
    assert_true(verify_key_holds(public, "one", message, signature));

    assert_int_equal(verify_key_write_pem(public, text), ERR_OK);
    assert_int_equal(
        verify_key_read_pem((struct slice){(const uint8_t *)text, strlen(text)}, &read), ERR_OK);
    assert_true(verify_key_same(&read, public));
    assert_memory_equal(read.id, public->id, KEY_ID);
    assert_int_equal(read.algorithm, algorithm);
    assert_int_equal(verify_key_read((struct slice){public->spki, public->spki_size}, &read),
                     ERR_OK);
    assert_true(verify_key_same(&read, public));
    /* A private key is no public one, and the other way round. */
    assert_int_equal(verify_key_read_pem((struct slice){pem, size}, &read), ERR_INVALID);
    struct sign_key *none = NULL;
    assert_int_equal(sign_key_read((struct slice){(const uint8_t *)text, strlen(text)}, &none),
                     ERR_INVALID);
    sign_key_free(key);
    sign_key_free(again);
}

static void test_pem(void **state)
{
    (void)state;
    check_pem(KEY_ED25519);
    check_pem(KEY_SM2);
}

static void test_known(void **state)
{
    (void)state;
    struct sign_key *key = NULL;
    char text[KEY_ID_TEXT];
    assert_int_equal(
        sign_key_read((struct slice){(const uint8_t *)rfc8032_pem, sizeof(rfc8032_pem) - 1}, &key),
        ERR_OK);
    const struct verify_key *public = sign_key_public(key);
    assert_int_equal(public->spki_size, sizeof(rfc8032_spki));
    assert_memory_equal(public->spki, rfc8032_spki, sizeof(rfc8032_spki));
    struct hash hash = hash_sha256(rfc8032_spki, sizeof(rfc8032_spki));
    char digits[HASH_TEXT];
    hash_format(&hash, digits);
    digits[8] = '\0';
    assert_string_equal(key_id_format(public->id, text), digits);
    sign_key_free(key);
}

static void test_no_key(void **state)
{
    (void)state;
    /* A P-256 key: a curve, but not ours. */
    static const char p256[] = "-----BEGIN PUBLIC KEY-----\n"
                               "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt\n"
                               "6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==\n"
                               "-----END PUBLIC KEY-----\n";
    struct verify_key key;
    struct sign_key *none = NULL;
    uint8_t longer[sizeof(rfc8032_spki) + 1] = {0};
    memcpy(longer, rfc8032_spki, sizeof(rfc8032_spki));
    assert_int_equal(verify_key_read((struct slice){longer, sizeof(longer)}, &key), ERR_INVALID);
    assert_int_equal(verify_key_read((struct slice){longer, 43}, &key), ERR_INVALID);
    assert_int_equal(verify_key_read((struct slice){longer, 0}, &key), ERR_INVALID);
    assert_int_equal(
        verify_key_read_pem((struct slice){(const uint8_t *)p256, sizeof(p256) - 1}, &key),
        ERR_INVALID);
    assert_int_equal(sign_key_read((struct slice){(const uint8_t *)"rubbish", 7}, &none),
                     ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ed25519), cmocka_unit_test(test_sm2),    cmocka_unit_test(test_pem),
        cmocka_unit_test(test_known),   cmocka_unit_test(test_no_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
