/* Group bytes: what is written is read back, and no changed byte passes. */
#include "ledger/group.h"

#include "fixture.h"

static const struct slice records[3] = {
    {(const uint8_t *)"first", 5},
    {(const uint8_t *)"", 0},
    {(const uint8_t *)"twelve bytes", 12},
};
/* 4 + 5, 4 and 4 + 12, each up to the next multiple of 8; then zeros to the end of the page. */
#define RECORDS (16 + 8 + 16)
#define LENGTH (GROUP_PAGE - GROUP_HEAD)

static const struct ledger_end before = {
    .epoch = 3, .group = 6, .sequence = 40, .head = {.bytes = {9, 8, 7}}};

static struct group make(uint8_t *out)
{
    struct group group = {
        .region = REGION,
        .segment = 77,
        .epoch = 4,
        .number = 7,
        .first = 41,
        .previous = before.head,
    };
    assert_int_equal(group_length(records, 3), LENGTH);
    group_write(out, &group, records, 3);
    return group;
}

static const char *check(const uint8_t *bytes, const struct ledger_end *end, uint64_t segment)
{
    struct group group;
    const char *why = group_read(bytes, &group);
    if (!why)
        why = group_follows(&group, REGION, segment, end);
    if (!why && group.length != LENGTH)
        why = "another length";
    return why ? why : group_check_records(&group, bytes + GROUP_HEAD);
}

static void test_round_trip(void **state)
{
    (void)state;
    uint8_t bytes[GROUP_HEAD + LENGTH];
    struct group made = make(bytes), read;
    assert_null(group_read(bytes, &read));
    assert_string_equal(read.region, REGION);
    assert_int_equal(read.count, 3);
    assert_int_equal(read.segment, 77);
    assert_int_equal(read.epoch, 4);
    assert_int_equal(read.number, 7);
    assert_int_equal(read.first, 41);
    assert_int_equal(read.length, LENGTH);
    assert_memory_equal(read.root.bytes, made.root.bytes, HASH_SIZE);
    assert_memory_equal(read.previous.bytes, before.head.bytes, HASH_SIZE);
    assert_null(check(bytes, &before, 77));

    uint64_t at = 0;
    for (int i = 0; i < 3; i++) {
        struct slice record = group_record(bytes + GROUP_HEAD, &at);
        assert_int_equal(record.size, records[i].size);
        assert_memory_equal(record.data, records[i].data, record.size);
    }
    assert_int_equal(at, RECORDS);

    struct hash hash = group_hash(bytes);
    struct ledger_end end = group_end(&read, &hash);
    assert_int_equal(end.sequence, 43);
    assert_int_equal(end.group, 7);
    assert_int_equal(end.epoch, 4);
}

static void test_every_byte_counts(void **state)
{
    (void)state;
    uint8_t bytes[GROUP_HEAD + LENGTH];
    make(bytes);
    for (size_t i = 0; i < sizeof(bytes); i++) {
        bool is_signature = i >= GROUP_HASHED && i < GROUP_HEAD - 4;
        bytes[i] ^= 0x01;
        if (is_signature)
            assert_null(check(bytes, &before, 77));
        else
            assert_non_null(check(bytes, &before, 77));
        bytes[i] ^= 0x01;
    }
    assert_null(check(bytes, &before, 77));
}

/* A signature is written in place after the group is durable. */
static void test_signing_changes_no_hash(void **state)
{
    (void)state;
    uint8_t bytes[GROUP_HEAD + LENGTH];
    make(bytes);
    struct hash plain = group_hash(bytes);
    memset(bytes + GROUP_HASHED, 0xa5, GROUP_HEAD - 4 - GROUP_HASHED);
    struct hash is_signed = group_hash(bytes);
    assert_memory_equal(plain.bytes, is_signed.bytes, HASH_SIZE);
    assert_null(check(bytes, &before, 77));
}

static void test_does_not_follow(void **state)
{
    (void)state;
    uint8_t bytes[GROUP_HEAD + LENGTH];
    make(bytes);
    struct ledger_end other = before;
    assert_non_null(check(bytes, &before, 78));
    other.group++;
    assert_non_null(check(bytes, &other, 77));
    other = before;
    other.sequence--;
    assert_non_null(check(bytes, &other, 77));
    other = before;
    other.epoch = 5;
    assert_non_null(check(bytes, &other, 77));
    other.epoch = 4;
    assert_null(check(bytes, &other, 77));
    other.head.bytes[31] ^= 1;
    assert_non_null(check(bytes, &other, 77));
    struct group group;
    assert_null(group_read(bytes, &group));
    assert_non_null(group_follows(&group, "431002", 77, &before));
}

/* Lengths that would lead out of the buffer, under a header that is right otherwise. */
static void test_hostile_counts(void **state)
{
    (void)state;
    uint8_t bytes[GROUP_HEAD + LENGTH];
    struct group group = make(bytes), bad = group;
    bad.length = GROUP_LENGTH_MAX + GROUP_PAGE - GROUP_HEAD;
    assert_non_null(group_follows(&bad, REGION, 77, &before));
    bad.length = LENGTH - GROUP_ALIGN;
    assert_non_null(group_follows(&bad, REGION, 77, &before));
    bad = group;
    bad.count = 0;
    assert_non_null(group_follows(&bad, REGION, 77, &before));
    bad.count = LENGTH / 8 + 1;
    assert_non_null(group_follows(&bad, REGION, 77, &before));

    bad = group;
    bad.count = 2;
    assert_non_null(group_check_records(&bad, bytes + GROUP_HEAD));
    bad.count = 4;
    assert_non_null(group_check_records(&bad, bytes + GROUP_HEAD));
    uint8_t longer[LENGTH + GROUP_PAGE] = {0};
    memcpy(longer, bytes + GROUP_HEAD, LENGTH);
    bad = group;
    bad.length += GROUP_PAGE;
    assert_non_null(group_check_records(&bad, longer));
    memset(bytes + GROUP_HEAD, 0xff, 4);
    assert_non_null(group_check_records(&group, bytes + GROUP_HEAD));
}

/* A header of a newer program is sound, and it is not read as if it were ours. */
static void test_newer_version(void **state)
{
    (void)state;
    uint8_t bytes[GROUP_HEAD + LENGTH];
    make(bytes);
    bytes[8] = LEDGER_FORMAT + 1;
    struct writer crc = writer_on(bytes + GROUP_HEAD - 4, 4);
    write_u32(&crc, hash_crc32(0, bytes, GROUP_HASHED));
    struct group group;
    assert_true(group_is_sound(bytes));
    assert_non_null(group_read(bytes, &group));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_every_byte_counts),
        cmocka_unit_test(test_signing_changes_no_hash),
        cmocka_unit_test(test_does_not_follow),
        cmocka_unit_test(test_hostile_counts),
        cmocka_unit_test(test_newer_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
