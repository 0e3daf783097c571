/* The walk over one segment: what it reads, where it stops, and how it judges the rest. */
#include "ledger/cursor.h"

#include "fixture.h"

static struct cursor open_first(struct scratch *s)
{
    struct cursor cursor;
    int dir = open(s->dir, O_RDONLY | O_DIRECTORY);
    assert_int_equal(cursor_open(&cursor, dir, FIRST_SEGMENT, REGION, &s->fault), ERR_OK);
    close(dir);
    return cursor;
}

/* Three groups of 5 records; returns their offsets and the end. */
static void three_groups(struct scratch *s, uint64_t *offsets)
{
    struct ledger *ledger = scratch_open(s);
    for (int i = 0; i < 3; i++)
        append(ledger, 5);
    ledger_close(ledger);
    struct cursor cursor = open_first(s);
    struct group group;
    const uint8_t *records;
    for (int i = 0; i < 3; i++) {
        offsets[i] = cursor.offset;
        assert_int_equal(cursor_next(&cursor, 0, &group, &records), ERR_OK);
        assert_non_null(records);
        assert_int_equal(group.number, i + 1);
        assert_int_equal(group.first, 5 * i + 1);
    }
    offsets[3] = cursor.offset;
    assert_int_equal(cursor_next(&cursor, 0, &group, &records), ERR_NOTFOUND);
    assert_int_equal(cursor.offset, offsets[3]);
    cursor_close(&cursor);
}

static enum tail tail_at(struct scratch *s, int groups)
{
    struct cursor cursor = open_first(s);
    struct group group;
    const uint8_t *records;
    enum tail tail;
    for (int i = 0; i < groups; i++)
        assert_int_equal(cursor_next(&cursor, 0, &group, &records), ERR_OK);
    assert_int_equal(cursor_next(&cursor, 0, &group, &records), ERR_NOTFOUND);
    assert_non_null(cursor.why);
    assert_int_equal(cursor_tail(&cursor, &tail), ERR_OK);
    assert_non_null(cursor.why);
    cursor_close(&cursor);
    return tail;
}

static void test_tails(void **state)
{
    struct scratch *s = *state;
    uint64_t at[4];
    three_groups(s, at);
    assert_int_equal(tail_at(s, 3), TAIL_ZERO);

    scratch_flip(s, FIRST_SEGMENT, at[2] + 40); /* the last group's header */
    assert_int_equal(tail_at(s, 2), TAIL_TORN);
    scratch_flip(s, FIRST_SEGMENT, at[2] + 40);
    scratch_flip(s, FIRST_SEGMENT, at[3] - 9); /* its records */
    assert_int_equal(tail_at(s, 2), TAIL_TORN);

    scratch_flip(s, FIRST_SEGMENT, at[1] + 250 + 4); /* the header before it */
    assert_int_equal(tail_at(s, 1), TAIL_DAMAGE);
    scratch_flip(s, FIRST_SEGMENT, at[1] + 250 + 4);
    scratch_flip(s, FIRST_SEGMENT, at[1] + GROUP_HEAD + 10); /* and its records */
    assert_int_equal(tail_at(s, 1), TAIL_DAMAGE);

    /* Garbage far behind, in the segment's last bytes. */
    scratch_flip(s, FIRST_SEGMENT, at[1] + GROUP_HEAD + 10);
    scratch_flip(s, FIRST_SEGMENT, at[3] - 9);
    assert_int_equal(tail_at(s, 3), TAIL_ZERO);
    scratch_flip(s, FIRST_SEGMENT, SMALL - 1);
    assert_int_equal(tail_at(s, 3), TAIL_TORN);
}

/* Bytes at a multiple of 8 anywhere behind the end count, whatever lies between. */
static void test_stray_heads(void **state)
{
    struct scratch *s = *state;
    uint64_t at[4];
    three_groups(s, at);
    uint8_t head[GROUP_HEAD], zeros[GROUP_HEAD] = {0};
    scratch_read(s, FIRST_SEGMENT, at[2], head, sizeof(head));
    static const uint64_t places[] = {8, 4096, SMALL - GROUP_HEAD - 8};
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        uint64_t place = places[i] < 4096 + 1 ? at[3] + places[i] : places[i];
        scratch_write(s, FIRST_SEGMENT, place, head, sizeof(head));
        assert_int_equal(tail_at(s, 3), TAIL_DAMAGE);
        scratch_write(s, FIRST_SEGMENT, place, zeros, sizeof(zeros));
    }
    /* In the very place, but of a chain that is not this one. */
    scratch_write(s, FIRST_SEGMENT, at[3], head, sizeof(head));
    assert_int_equal(tail_at(s, 3), TAIL_DAMAGE);
    /* The same bytes of another segment are only bytes. */
    struct writer w = writer_on(head + 24, 8);
    write_u64(&w, 1);
    w = writer_on(head + GROUP_HEAD - 4, 4);
    write_u32(&w, hash_crc32(0, head, GROUP_HASHED));
    scratch_write(s, FIRST_SEGMENT, at[3], head, sizeof(head));
    assert_int_equal(tail_at(s, 3), TAIL_TORN);
}

/* A record that holds a group's bytes must not look like one that follows it. */
static void test_torn_group_holding_a_group(void **state)
{
    struct scratch *s = *state;
    uint64_t at[4], sequence;
    three_groups(s, at);
    uint8_t bytes[GROUP_HEAD + 64];
    scratch_read(s, FIRST_SEGMENT, at[2], bytes + 4, sizeof(bytes) - 4);
    struct ledger *ledger = scratch_open(s);
    struct slice record = {bytes, sizeof(bytes)};
    memset(bytes, 0, 4);
    assert_int_equal(ledger_submit(ledger, &record, 1), ERR_OK);
    assert_int_equal(ledger_reap(ledger, &sequence), ERR_OK);
    ledger_close(ledger);
    scratch_flip(s, FIRST_SEGMENT, at[3] + GROUP_HEAD + sizeof(bytes) - 1);
    assert_int_equal(tail_at(s, 3), TAIL_TORN);
}

static void test_from_skips_records(void **state)
{
    struct scratch *s = *state;
    uint64_t at[4];
    three_groups(s, at);
    struct cursor cursor = open_first(s);
    struct group group;
    const uint8_t *records;
    assert_int_equal(cursor_next(&cursor, 10, &group, &records), ERR_OK);
    assert_null(records);
    assert_int_equal(cursor_next(&cursor, 10, &group, &records), ERR_OK);
    assert_non_null(records);
    cursor_close(&cursor);

    /* From a mark: the chain starts there, and a wrong anchor does not pass. */
    cursor = open_first(s);
    assert_int_equal(cursor_next(&cursor, 0, &group, &records), ERR_OK);
    struct segment_mark mark = {.offset = cursor.offset, .before = cursor.end};
    cursor_close(&cursor);
    cursor = open_first(s);
    cursor_seek(&cursor, &mark);
    assert_int_equal(cursor_next(&cursor, 6, &group, &records), ERR_OK);
    assert_int_equal(group.first, 6);
    mark.before.head.bytes[0] ^= 1;
    cursor_seek(&cursor, &mark);
    assert_int_equal(cursor_next(&cursor, 6, &group, &records), ERR_NOTFOUND);
    assert_non_null(strstr(cursor.why, "chained"));
    cursor_close(&cursor);
}

/* What was read ahead is of the moment it was read; cursor_forget() asks again. */
static void test_forget(void **state)
{
    struct scratch *s = *state;
    uint64_t at[4];
    struct group group;
    const uint8_t *records;
    three_groups(s, at);
    struct cursor cursor = open_first(s);
    for (int i = 0; i < 3; i++)
        assert_int_equal(cursor_next(&cursor, 0, &group, &records), ERR_OK);
    assert_int_equal(cursor_next(&cursor, 0, &group, &records), ERR_NOTFOUND);
    struct ledger *ledger = scratch_open(s);
    append(ledger, 1);
    ledger_close(ledger);
    cursor_forget(&cursor);
    assert_int_equal(cursor_next(&cursor, 0, &group, &records), ERR_OK);
    assert_int_equal(group.number, 4);
    cursor_close(&cursor);
}

static void assert_no_open(struct scratch *s, const char *name)
{
    struct cursor cursor;
    int dir = open(s->dir, O_RDONLY | O_DIRECTORY);
    assert_int_equal(cursor_open(&cursor, dir, name, REGION, &s->fault), ERR_CORRUPT);
    assert_string_equal(s->fault.segment, name);
    close(dir);
}

static void test_open_refuses(void **state)
{
    struct scratch *s = *state;
    uint64_t at[4];
    char path[128], other[128];
    three_groups(s, at);
    assert_no_open(s, "00000000000000000002.seg");
    assert_int_equal(s->fault.sequence, 2);
    scratch_path(s, FIRST_SEGMENT, path);
    rename(path, scratch_path(s, "00000000000000000002.seg", other));
    assert_no_open(s, "00000000000000000002.seg");
    rename(other, path);
    scratch_flip(s, FIRST_SEGMENT, 2000);
    assert_no_open(s, FIRST_SEGMENT);
    scratch_flip(s, FIRST_SEGMENT, 2000);
    assert_int_equal(truncate(path, SMALL + 4096), 0);
    assert_no_open(s, FIRST_SEGMENT);
    assert_int_equal(truncate(path, SMALL - 1), 0);
    assert_no_open(s, FIRST_SEGMENT);
    assert_int_equal(truncate(path, 100), 0);
    assert_no_open(s, FIRST_SEGMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_tails, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_stray_heads, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_torn_group_holding_a_group, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(test_from_skips_records, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_forget, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_open_refuses, scratch_setup, scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
