/* The signer's row: read back as written, and nothing else is read as one; what a key signs for
 * another names everything that matters. */
#include "model/signer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

static struct signer a_signer(void)
{
    struct signer signer = {.algorithm = 1, .sequence = 70, .previous = 2, .spki_size = 44};
    memset(signer.id, 0x11, sizeof signer.id);
    memset(signer.by, 0x22, sizeof signer.by);
    memset(signer.spki, 0x33, signer.spki_size);
    memset(signer.signature, 0x44, sizeof signer.signature);
    return signer;
}

static size_t write_signer(const struct signer *signer, uint8_t bytes[SIGNER_BYTES_MAX])
{
    struct writer w = writer_on(bytes, SIGNER_BYTES_MAX);
    signer_write(&w, signer);
    assert_false(w.failed);
    return w.used;
}

static bool read_signer(const uint8_t *bytes, size_t size, struct signer *signer)
{
    struct reader r = reader_on(bytes, size);
    signer_read(&r, signer);
    return reader_done(&r);
}

static void it_is_read_back(void **state)
{
    (void)state;
    uint8_t bytes[SIGNER_BYTES_MAX];
    struct signer signer = a_signer(), read;
    for (signer.spki_size = 0; signer.spki_size < SIGNER_SPKI_MAX; signer.spki_size += 20) {
        size_t size = write_signer(&signer, bytes);
        assert_true(read_signer(bytes, size, &read));
        assert_int_equal(read.sequence, 70);
        assert_int_equal(read.previous, 2);
        assert_int_equal(read.spki_size, signer.spki_size);
        assert_memory_equal(read.id, signer.id, SIGNER_ID);
        assert_memory_equal(read.by, signer.by, SIGNER_ID);
        assert_memory_equal(read.spki, signer.spki, signer.spki_size < 44 ? signer.spki_size : 44);
        assert_memory_equal(read.signature, signer.signature, SIGNER_SIGNATURE);
    }
}

static void anything_else_is_none(void **state)
{
    (void)state;
    uint8_t bytes[SIGNER_BYTES_MAX] = {0};
    struct signer signer = a_signer(), read;
    size_t size = write_signer(&signer, bytes);
    for (size_t cut = 0; cut < size; cut++)
        assert_false(read_signer(bytes, cut, &read));
    assert_false(read_signer(bytes, size + 1, &read));
    bytes[0] = 2; /* another version */
    assert_false(read_signer(bytes, size, &read));
    bytes[0] = 1;
    bytes[26] = SIGNER_SPKI_MAX + 1; /* the key's size */
    assert_false(read_signer(bytes, sizeof bytes, &read));
}

static bool same_statement(const struct signer *a, const char *region_a, const struct signer *b,
                           const char *region_b)
{
    uint8_t bytes_a[SIGNER_STATEMENT_MAX], bytes_b[SIGNER_STATEMENT_MAX];
    struct slice x = signer_statement(a, region_a, bytes_a);
    struct slice y = signer_statement(b, region_b, bytes_b);
    return x.size == y.size && memcmp(x.data, y.data, x.size) == 0;
}

static void a_statement_names_what_matters(void **state)
{
    (void)state;
    const struct signer signer = a_signer();
    struct signer other = signer;
    assert_true(same_statement(&signer, "431000", &other, "431000"));
    assert_false(same_statement(&signer, "431000", &other, "431001"));
    other.previous++;
    assert_false(same_statement(&signer, "431000", &other, "431000"));
    other = signer;
    other.by[3] ^= 1;
    assert_false(same_statement(&signer, "431000", &other, "431000"));
    other = signer;
    other.algorithm = 2;
    assert_false(same_statement(&signer, "431000", &other, "431000"));
    other = signer;
    other.spki[43] ^= 1;
    assert_false(same_statement(&signer, "431000", &other, "431000"));
    /* What follows from these, or is only known later, is not signed. */
    other = signer;
    other.sequence++;
    other.signature[0] ^= 1;
    assert_true(same_statement(&signer, "431000", &other, "431000"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_read_back),
        cmocka_unit_test(anything_else_is_none),
        cmocka_unit_test(a_statement_names_what_matters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
