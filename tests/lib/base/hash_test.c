/* lib/base/hash: FIPS 180-4 and RFC 4231 vectors, CRC-32, several threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/hash.h"

static void assert_hash(struct hash hash, const char *expected)
{
    char buf[HASH_TEXT];
    assert_string_equal(hash_format(&hash, buf), expected);
}

#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static void sha256_known_answers(void **state)
{
    (void)state;
    static const char two_blocks[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    assert_hash(hash_sha256(NULL, 0), EMPTY);
    assert_hash(hash_sha256("abc", 3), ABC);
    assert_hash(hash_sha256(two_blocks, strlen(two_blocks)),
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    char *million = malloc(1000000);
    memset(million, 'a', 1000000);
    assert_hash(hash_sha256(million, 1000000),
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    free(million);
}

static void a_pair_is_one_text(void **state)
{
    (void)state;
    assert_hash(hash_sha256_pair("a", 1, "bc", 2), ABC);
    assert_hash(hash_sha256_pair("abc", 3, NULL, 0), ABC);
    assert_hash(hash_sha256_pair(NULL, 0, "abc", 3), ABC);
    assert_hash(hash_sha256_pair(NULL, 0, NULL, 0), EMPTY);
}

static struct hash mac(const void *key, size_t key_size, const void *data, size_t size)
{
    struct hash_key ready;
    hash_key_set(&ready, key, key_size);
    struct hash first = hash_hmac(&ready, data, size), again = hash_hmac(&ready, data, size);
    assert_memory_equal(first.bytes, again.bytes, HASH_SIZE); /* a key is used again and again */
    return first;
}

static void hmac_known_answers(void **state)
{
    (void)state;
    unsigned char key[131], data[50], counted[25];
    memset(key, 0x0b, 20);
    assert_hash(mac(key, 20, "Hi There", 8),
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    assert_hash(mac("Jefe", 4, "what do ya want for nothing?", 28),
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(key, 0xaa, sizeof key);
    memset(data, 0xdd, sizeof data);
    assert_hash(mac(key, 20, data, 50),
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    for (unsigned i = 0; i < sizeof counted; i++)
        counted[i] = (unsigned char)(i + 1);
    memset(data, 0xcd, sizeof data);
    assert_hash(mac(counted, 25, data, 50),
                "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
    assert_hash(mac(key, 131, "Test Using Larger Than Block-Size Key - Hash Key First", 54),
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    static const char larger[] = "This is a test using a larger than block-size key and a larger "
                                 "than block-size data. The key needs to be hashed before being "
                                 "used by the HMAC algorithm.";
    assert_hash(mac(key, 131, larger, strlen(larger)),
                "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
    assert_hash(mac(NULL, 0, NULL, 0),
                "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

static void crc32_is_zlibs_and_chains(void **state)
{
    (void)state;
    assert_int_equal(hash_crc32(0, "123456789", 9), 0xCBF43926);
    assert_int_equal(hash_crc32(hash_crc32(0, "1234", 4), "56789", 5), 0xCBF43926);
    assert_int_equal(hash_crc32(0, NULL, 0), 0);
    uint32_t before = hash_crc32(0, "1234", 4);
    assert_int_equal(hash_crc32(before, NULL, 0), before); /* an empty piece changes nothing */
    assert_int_equal(hash_crc32(before, "", 0), before);
}

static void every_byte_counts(void **state)
{
    (void)state;
    struct hash a = hash_sha256("abc", 3), b = a;
    assert_true(hash_equal(&a, &b));
    for (size_t i = 0; i < HASH_SIZE; i++) {
        b.bytes[i] ^= 1;
        assert_false(hash_equal(&a, &b));
        b.bytes[i] ^= 1;
    }
}

static void *hash_often(void *failed)
{
    for (int i = 0; i < 2000; i++) {
        struct hash hash = hash_sha256("abc", 3);
        char buf[HASH_TEXT];
        if (strcmp(hash_format(&hash, buf), ABC) != 0)
            *(int *)failed = 1;
    }
    return NULL;
}

static void threads_have_contexts_of_their_own(void **state)
{
    (void)state;
    pthread_t threads[4];
    int failed[4] = {0};
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, hash_often, &failed[i]), 0);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_false(failed[i]);
    }
}

static void hashes_are_read_whole(void **state)
{
    (void)state;
    struct hash whole = hash_sha256("abc", 3), out = {{7}};
    struct reader r = reader_on(whole.bytes, HASH_SIZE);
    hash_read(&r, &out);
    assert_true(reader_done(&r));
    assert_memory_equal(out.bytes, whole.bytes, HASH_SIZE);
    r = reader_on(&whole.bytes[1], HASH_SIZE - 1);
    hash_read(&r, &out);
    assert_true(r.failed);
    assert_memory_equal(out.bytes, whole.bytes, HASH_SIZE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_known_answers),
        cmocka_unit_test(a_pair_is_one_text),
        cmocka_unit_test(hmac_known_answers),
        cmocka_unit_test(crc32_is_zlibs_and_chains),
        cmocka_unit_test(hashes_are_read_whole),
        cmocka_unit_test(every_byte_counts),
        cmocka_unit_test(threads_have_contexts_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
