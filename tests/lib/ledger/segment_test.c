/* Names, header blocks and the sparse index of segments. */
#include "ledger/segment.h"

#include "fixture.h"

static const struct segment_head head = {
    .region = REGION,
    .id = 0x1122334455667788,
    .size = SMALL,
    .before = {.epoch = 2, .group = 9, .sequence = 99, .head = {.bytes = {1, 2, 3}}},
};

static void test_names(void **state)
{
    (void)state;
    char name[SEGMENT_NAME];
    uint64_t first = 0;
    assert_string_equal(segment_name(1, name), FIRST_SEGMENT);
    assert_true(segment_parse_name(name, &first));
    assert_int_equal(first, 1);
    assert_true(segment_parse_name(segment_name(UINT64_MAX, name), &first));
    assert_true(first == UINT64_MAX);
    static const char *const others[] = {"spare.seg",
                                         "lock",
                                         "epoch",
                                         "",
                                         "0000000000000000001.seg",
                                         "000000000000000000001.seg",
                                         "00000000000000000001.seg~",
                                         "00000000000000000001",
                                         "99999999999999999999.seg",
                                         "-0000000000000000001.seg"};
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        assert_false(segment_parse_name(others[i], &first));
}

static void test_head(void **state)
{
    (void)state;
    uint8_t block[SEGMENT_BLOCK];
    struct segment_head read;
    segment_write_head(&head, block);
    assert_null(segment_read_head(block, &read));
    assert_string_equal(read.region, REGION);
    assert_true(read.id == head.id);
    assert_int_equal(read.size, SMALL);
    assert_int_equal(read.before.epoch, 2);
    assert_int_equal(read.before.group, 9);
    assert_int_equal(read.before.sequence, 99);
    assert_memory_equal(read.before.head.bytes, head.before.head.bytes, HASH_SIZE);
    for (size_t i = 0; i < SEGMENT_BLOCK; i += 5) {
        block[i] ^= 0x80;
        assert_non_null(segment_read_head(block, &read));
        block[i] ^= 0x80;
    }
    memset(block, 0, sizeof(block));
    assert_non_null(segment_read_head(block, &read));
}

static void test_index(void **state)
{
    (void)state;
    struct segment *segment = segment_new(&head);
    assert_non_null(segment);
    assert_string_equal(segment->name, "00000000000000000100.seg");
    struct segment_mark mark = segment_find(segment, 5000);
    assert_int_equal(mark.offset, SEGMENT_BLOCK);
    assert_int_equal(mark.before.sequence, 99);

    /* Groups of 10 records and 10,000 bytes, 100 of them. */
    for (uint64_t i = 0; i < 100; i++) {
        struct ledger_end before = {.sequence = 99 + 10 * i, .group = 9 + i};
        segment_note(segment, SEGMENT_BLOCK + 10000 * i, &before);
    }
    assert_in_range(segment->mark_count, 10, 15);
    for (uint64_t sequence = 100; sequence < 1100; sequence++) {
        mark = segment_find(segment, sequence);
        uint64_t offset = SEGMENT_BLOCK + (sequence - 100) / 10 * 10000;
        assert_true(mark.before.sequence < sequence);
        assert_true(mark.offset <= offset && offset - mark.offset < SEGMENT_STRIDE + 10000);
        assert_int_equal((mark.offset - SEGMENT_BLOCK) / 1000, mark.before.sequence - 99);
    }
    segment_free(segment);
    segment_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_head),
        cmocka_unit_test(test_index),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
