/* lib/base/bytes: the fixed layout, latched errors, hostile lengths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/bytes.h"

static void layout_is_little_endian(void **state)
{
    (void)state;
    uint8_t buf[64];
    struct writer w = writer_on(buf, sizeof buf);
    write_u8(&w, 0xFE);
    write_u16(&w, 0x0102);
    write_u32(&w, UINT32_C(0x03040506));
    write_u64(&w, UINT64_C(0x0708090A0B0C0D0E));
    write_i32(&w, -2);
    write_i64(&w, -3);
    write_text(&w, "hi");
    static const uint8_t expected[] = {0xFE, 2,    1,    6,    5,    4,    3,    0xE,  0xD,  0xC,
                                       0xB,  0xA,  9,    8,    7,    0xFE, 0xFF, 0xFF, 0xFF, 0xFD,
                                       0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 2,    'h',  'i'};
    assert_false(w.failed);
    assert_int_equal(w.used, sizeof expected);
    assert_memory_equal(buf, expected, sizeof expected);
}

static void extremes_round_trip(void **state)
{
    (void)state;
    uint8_t buf[64];
    char text[8];
    struct writer w = writer_on(buf, sizeof buf);
    write_u8(&w, UINT8_MAX);
    write_u16(&w, UINT16_MAX);
    write_u32(&w, UINT32_MAX);
    write_u64(&w, UINT64_MAX);
    write_i32(&w, INT32_MIN);
    write_i64(&w, INT64_MIN);
    write_i64(&w, INT64_MAX);
    write_text(&w, NULL);
    write_text(&w, "医保");
    struct reader r = reader_on(buf, w.used);
    assert_int_equal(read_u8(&r), UINT8_MAX);
    assert_int_equal(read_u16(&r), UINT16_MAX);
    assert_int_equal(read_u32(&r), UINT32_MAX);
    assert_true(read_u64(&r) == UINT64_MAX);
    assert_int_equal(read_i32(&r), INT32_MIN);
    assert_true(read_i64(&r) == INT64_MIN);
    assert_true(read_i64(&r) == INT64_MAX);
    read_text(&r, text, sizeof text);
    assert_string_equal(text, "");
    assert_false(reader_done(&r));
    read_text(&r, text, sizeof text);
    assert_string_equal(text, "医保");
    assert_true(reader_done(&r));
}

static void a_failed_writer_writes_nothing_more(void **state)
{
    (void)state;
    uint8_t buf[8] = {0};
    struct writer w = writer_on(buf, 5);
    write_u32(&w, 1);
    write_u16(&w, 0xFFFF); /* does not fit */
    write_u8(&w, 0xFF);    /* would fit, but comes after */
    assert_true(w.failed);
    assert_int_equal(w.used, 4);
    static const uint8_t expected[8] = {1};
    assert_memory_equal(buf, expected, sizeof buf);
    w = writer_on(buf, sizeof buf);
    write_bytes(&w, buf, SIZE_MAX);
    assert_true(w.failed);
}

static void texts_have_one_length_byte(void **state)
{
    (void)state;
    uint8_t buf[300];
    char text[257], out[256];
    memset(text, 'x', sizeof text);
    text[256] = '\0';
    struct writer w = writer_on(buf, sizeof buf);
    write_text(&w, text);
    assert_true(w.failed);
    assert_int_equal(w.used, 0);
    text[255] = '\0';
    w = writer_on(buf, sizeof buf);
    write_text(&w, text);
    assert_false(w.failed);
    struct reader r = reader_on(buf, w.used);
    read_text(&r, out, sizeof out);
    assert_string_equal(out, text);
    assert_true(reader_done(&r));
    r = reader_on(buf, w.used); /* no room for the NUL */
    read_text(&r, out, 255);
    assert_true(r.failed);
    assert_string_equal(out, "");
}

static void a_failed_reader_reads_zeros(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {1, 2, 3, 4, 5};
    struct reader r = reader_on(bytes, sizeof bytes);
    assert_true(read_u64(&r) == 0);
    assert_true(r.failed);
    assert_int_equal(read_u8(&r), 0);
    assert_null(read_bytes(&r, 1));
    assert_false(reader_done(&r));
    r = reader_on(bytes, sizeof bytes);
    assert_int_equal(read_u8(&r), 1);
    assert_null(read_bytes(&r, SIZE_MAX));
    assert_true(r.failed);
}

static void hostile_texts_are_refused(void **state)
{
    (void)state;
    char out[16] = "before";
    static const uint8_t with_nul[] = {3, 'a', 0, 'b'}, cut[] = {200, 'a'}, empty[] = {0};
    struct reader r = reader_on(with_nul, sizeof with_nul);
    read_text(&r, out, sizeof out);
    assert_true(r.failed);
    assert_string_equal(out, "");
    r = reader_on(cut, sizeof cut);
    read_text(&r, out, sizeof out);
    assert_true(r.failed);
    r = reader_on(empty, 0);
    read_text(&r, out, sizeof out);
    assert_true(r.failed);
    r = reader_on(empty, sizeof empty);
    read_text(&r, out, 1);
    assert_true(reader_done(&r));
}

static void varints_round_trip_and_stop_at_64_bits(void **state)
{
    (void)state;
    static const uint64_t values[] = {0, 1, 127, 128, 300, UINT32_MAX, INT64_MAX, UINT64_MAX};
    static const uint8_t too_long[] = {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 2};
    uint8_t buf[10];
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        struct writer w = writer_on(buf, sizeof buf);
        write_varint(&w, values[i]);
        assert_false(w.failed);
        assert_int_equal(w.used, varint_size(values[i]));
        struct reader r = reader_on(buf, w.used);
        assert_true(read_varint(&r) == values[i] && reader_done(&r));
        for (size_t cut = 0; cut < w.used; cut++) {
            r = reader_on(buf, cut);
            assert_true(read_varint(&r) == 0 && r.failed);
        }
        w = writer_on(buf, sizeof buf);
        write_signed(&w, (int64_t)values[i]);
        r = reader_on(buf, w.used);
        assert_true(read_signed(&r) == (int64_t)values[i] && reader_done(&r));
    }
    struct reader r = reader_on(too_long, sizeof too_long);
    assert_true(read_varint(&r) == 0 && r.failed);
}

static void codes_pack_their_digits(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t size;
    } rows[] = {{"", 1},   {"1", 2},    {"12", 2},     {"123", 3},    {"431002", 4}, {"H431", 4},
                {"H4", 3}, {"HH43", 5}, {"D00012", 5}, {"MZ0001", 7}, {"示例 1", 9}, {"43102X", 7}};
    uint8_t buf[64];
    char back[PACKED_MAX + 1];
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct writer w = writer_on(buf, sizeof buf);
        write_packed(&w, rows[i].text);
        assert_false(w.failed);
        assert_int_equal(w.used, rows[i].size);
        struct reader r = reader_on(buf, w.used);
        read_packed(&r, back, strlen(rows[i].text) + 1);
        assert_true(reader_done(&r));
        assert_string_equal(back, rows[i].text);
        r = reader_on(buf, w.used - 1);
        read_packed(&r, back, sizeof back);
        assert_true(r.failed);
        if (rows[i].text[0]) {
            r = reader_on(buf, w.used);
            read_packed(&r, back, strlen(rows[i].text)); /* no room for the NUL */
            assert_true(r.failed);
        }
    }
}

/* Eight characters are taken at once: every length and every place counts all the same. */
static void a_character_is_seen_anywhere_in_a_code(void **state)
{
    (void)state;
    static const char others[] = {'/', ':', ' ', 'A', 'x', (char)0x80, (char)0xb0, (char)0xff};
    char text[PACKED_MAX + 1], back[PACKED_MAX + 1];
    uint8_t buf[80];
    for (size_t length = 2; length <= PACKED_MAX; length++) {
        for (size_t i = 0; i <= length; i++)
            text[i] = i < length ? (char)('0' + (i * 7 + length) % 10) : '\0';
        struct writer w = writer_on(buf, sizeof buf);
        write_packed(&w, text);
        assert_int_equal(w.used, 1 + (length + 1) / 2);
        for (size_t i = 0; i < length; i++)
            assert_int_equal(i % 2 ? buf[1 + i / 2] & 15 : buf[1 + i / 2] >> 4, text[i] - '0');
        struct reader r = reader_on(buf, w.used);
        read_packed(&r, back, sizeof back);
        assert_true(reader_done(&r));
        assert_string_equal(back, text);
        for (size_t at = 1; at < length; at++) {
            char digit = text[at];
            text[at] = others[(at + length) % sizeof others];
            w = writer_on(buf, sizeof buf);
            write_packed(&w, text);
            assert_int_equal(w.used, 1 + length);
            assert_memory_equal(buf + 1, text, length);
            text[at] = digit;
        }
    }
}

static void a_code_has_a_longest_and_hostile_ones_are_refused(void **state)
{
    (void)state;
    /* Half bytes that are no digits; a last half that is not 15; a letter without digits; one
     * digit, which nobody packs; a NUL in front of digits. */
    static const uint8_t hostile[][4] = {
        {0x82, 0x1a}, {0x83, 0x12, 0x30}, {0x43, 'a', '1', '2'}, {0x81, 0x1f}, {0xc3, 0, 0x12}};
    char longest[PACKED_MAX + 2], back[PACKED_MAX + 1];
    uint8_t buf[80];
    memset(longest, '7', sizeof longest - 1);
    longest[PACKED_MAX + 1] = '\0';
    struct writer w = writer_on(buf, sizeof buf);
    write_packed(&w, longest);
    assert_true(w.failed);
    w = writer_on(buf, sizeof buf);
    write_packed(&w, longest + 1);
    struct reader r = reader_on(buf, w.used);
    read_packed(&r, back, sizeof back);
    assert_true(reader_done(&r));
    assert_string_equal(back, longest + 1);
    for (size_t i = 0; i < ARRAY_LEN(hostile); i++) {
        r = reader_on(hostile[i], sizeof hostile[i]);
        read_packed(&r, back, sizeof back);
        assert_true(r.failed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layout_is_little_endian),
        cmocka_unit_test(extremes_round_trip),
        cmocka_unit_test(a_failed_writer_writes_nothing_more),
        cmocka_unit_test(texts_have_one_length_byte),
        cmocka_unit_test(a_failed_reader_reads_zeros),
        cmocka_unit_test(hostile_texts_are_refused),
        cmocka_unit_test(varints_round_trip_and_stop_at_64_bits),
        cmocka_unit_test(codes_pack_their_digits),
        cmocka_unit_test(a_character_is_seen_anywhere_in_a_code),
        cmocka_unit_test(a_code_has_a_longest_and_hostile_ones_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
