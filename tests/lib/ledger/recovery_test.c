/* What an open makes of a folder after a crash, a power cut or a failing disk: the lone bad last
 * group is cut, everything else that cannot be read is refused by place, and nothing is touched. */
#include "ledger/recovery.h"

#include "fixture.h"

#define GROUP_RECORDS 5

/* What five records take, before the zeros to the end of the page. */
static uint64_t records_length(int group)
{
    uint64_t length = 0;
    for (uint64_t r = 1; r <= GROUP_RECORDS; r++)
        length += RECORD_SIZE(record_size(GROUP_RECORDS * (uint64_t)group + r));
    return length;
}

/* Groups of five records; returns each one's offset in the first segment and where they end. */
static void make_groups(struct scratch *s, int count, uint64_t *offsets)
{
    struct ledger *ledger = scratch_open(s);
    offsets[0] = SEGMENT_BLOCK;
    for (int i = 0; i < count; i++) {
        append(ledger, GROUP_RECORDS);
        offsets[i + 1] = offsets[i] + GROUP_SIZE(records_length(i));
    }
    ledger_close(ledger);
}

/* Opens, expects to end at `sequence`, with zeros behind `offset`, and works on. */
static void assert_recovers(struct scratch *s, uint64_t sequence, uint64_t offset)
{
    struct ledger *ledger = scratch_open(s);
    assert_int_equal(ledger_end(ledger).sequence, sequence);
    assert_reads(ledger, 1, sequence);
    size_t size = 0;
    uint8_t *bytes = scratch_load(s, FIRST_SEGMENT, &size);
    for (size_t i = offset; i < size; i++)
        assert_int_equal(bytes[i], 0);
    free(bytes);
    append(ledger, 1);
    assert_reads(ledger, 1, sequence + 1);
    ledger_close(ledger);
}

/* Every way in which a prefix or a suffix alone of the last group may have reached the disk. */
static void test_torn_everywhere(void **state)
{
    struct scratch *s = *state;
    uint64_t at[4];
    make_groups(s, 3, at);
    size_t size = 0;
    uint8_t *whole = scratch_load(s, FIRST_SEGMENT, &size);
    uint8_t *torn = malloc(size);
    assert_non_null(torn);
    uint64_t length = GROUP_HEAD + records_length(2);
    for (uint64_t cut = 0; cut < length - 8; cut += cut < 64 ? 3 : 23) {
        memcpy(torn, whole, size);
        memset(torn + at[2] + cut, 0, length - cut);
        scratch_write(s, FIRST_SEGMENT, 0, torn, size);
        assert_recovers(s, 2 * GROUP_RECORDS, at[2]);
        memcpy(torn, whole, size);
        memset(torn + at[2], 0, cut + 1);
        scratch_write(s, FIRST_SEGMENT, 0, torn, size);
        assert_recovers(s, 2 * GROUP_RECORDS, at[2]);
    }
    scratch_write(s, FIRST_SEGMENT, 0, whole, size);
    assert_recovers(s, 3 * GROUP_RECORDS, at[3]);
    free(torn);
    free(whole);
}

/* One group alone, torn: an empty ledger again. */
static void test_torn_first_group(void **state)
{
    struct scratch *s = *state;
    uint64_t at[2];
    make_groups(s, 1, at);
    scratch_flip(s, FIRST_SEGMENT, at[0] + 100);
    assert_recovers(s, 0, at[0]);
}

static void test_garbage_tail(void **state)
{
    struct scratch *s = *state;
    uint64_t at[4];
    make_groups(s, 3, at);
    uint8_t garbage[512];
    memset(garbage, 0xee, sizeof(garbage));
    scratch_write(s, FIRST_SEGMENT, SMALL - sizeof(garbage), garbage, sizeof(garbage));
    assert_recovers(s, 3 * GROUP_RECORDS, at[3]);
}

/* A refusal changes nothing, so that it can be looked into and tried again. */
static void assert_refused_untouched(struct scratch *s, uint64_t offset, uint64_t sequence)
{
    size_t size = 0, size_after = 0, epoch_size = 0, epoch_after = 0;
    uint8_t *before = scratch_load(s, FIRST_SEGMENT, &size);
    uint8_t *epoch = scratch_load(s, "epoch", &epoch_size);
    assert_refused(s, FIRST_SEGMENT, offset, sequence);
    uint8_t *after = scratch_load(s, FIRST_SEGMENT, &size_after);
    uint8_t *later = scratch_load(s, "epoch", &epoch_after);
    assert_int_equal(size, size_after);
    assert_memory_equal(before, after, size);
    assert_int_equal(epoch_size, epoch_after);
    assert_memory_equal(epoch, later, epoch_size);
    free(before);
    free(after);
    free(epoch);
    free(later);
}

/* What was durable is not what a torn write leaves: nothing is cut. */
static void test_damage_before_known(void **state)
{
    struct scratch *s = *state;
    uint64_t at[4];
    make_groups(s, 3, at);
    scratch_flip(s, FIRST_SEGMENT, at[2] + 100);
    s->options.known = 2 * GROUP_RECORDS + 1;
    assert_refused_untouched(s, at[2], 2 * GROUP_RECORDS + 1);
    s->options.known = 2 * GROUP_RECORDS;
    assert_recovers(s, 2 * GROUP_RECORDS, at[2]);
}

static void test_damage_before_valid(void **state)
{
    struct scratch *s = *state;
    uint64_t at[4];
    make_groups(s, 3, at);
    for (uint64_t i = at[1]; i < at[2]; i += 7) {
        uint64_t inside = i - at[1];
        if (inside >= GROUP_HASHED && inside < GROUP_HEAD - 4)
            continue;
        scratch_flip(s, FIRST_SEGMENT, i);
        assert_refused_untouched(s, at[1], GROUP_RECORDS + 1);
        scratch_flip(s, FIRST_SEGMENT, i);
    }
    /* A page that came back as zeros. */
    size_t size = 0;
    uint8_t *whole = scratch_load(s, FIRST_SEGMENT, &size);
    uint8_t *zeros = calloc(1, size);
    assert_non_null(zeros);
    scratch_write(s, FIRST_SEGMENT, at[1], zeros, at[2] - at[1]);
    assert_refused_untouched(s, at[1], GROUP_RECORDS + 1);
    /* Two groups lost, and the last one's records torn: the header alone tells. */
    scratch_write(s, FIRST_SEGMENT, at[0], zeros, at[2] - at[0]);
    scratch_flip(s, FIRST_SEGMENT, at[3] - 10);
    assert_refused_untouched(s, at[0], 1);
    scratch_write(s, FIRST_SEGMENT, 0, whole, size);
    assert_recovers(s, 3 * GROUP_RECORDS, at[3]);
    free(zeros);
    free(whole);
}

static void test_signature_room(void **state)
{
    struct scratch *s = *state;
    uint64_t at[4];
    make_groups(s, 3, at);
    scratch_flip(s, FIRST_SEGMENT, at[1] + GROUP_HASHED);
    scratch_flip(s, FIRST_SEGMENT, at[2] + GROUP_HEAD - 5);
    struct ledger *ledger = scratch_open(s);
    assert_reads(ledger, 1, 3 * GROUP_RECORDS);
    ledger_close(ledger);
}

static void test_files_cut_or_foreign(void **state)
{
    struct scratch *s = *state;
    uint64_t at[4];
    char path[128];
    make_groups(s, 3, at);
    s->options.region = "431002";
    struct ledger *ledger = NULL;
    assert_int_equal(ledger_open_on(&backend_files, &s->options, &ledger, &s->fault), ERR_CORRUPT);
    assert_string_equal(s->fault.segment, "epoch");
    unlink(scratch_path(s, "epoch", path));
    assert_refused(s, FIRST_SEGMENT, 0, 1);
    assert_non_null(strstr(s->fault.text, "region"));
    s->options.region = REGION;
    ledger_close(scratch_open(s));

    /* Files are only ever whole, so a short one has lost something that was durable. */
    scratch_path(s, FIRST_SEGMENT, path);
    assert_int_equal(truncate(path, (off_t)at[3]), 0);
    assert_refused(s, FIRST_SEGMENT, 0, 1);
    assert_int_equal(truncate(path, 0), 0);
    assert_refused(s, FIRST_SEGMENT, 0, 1);
}

/* Fills segments; names[] of all there are, in order. */
static int fill_segments(struct scratch *s, int wanted, char (*names)[SEGMENT_NAME])
{
    struct ledger *ledger = scratch_open(s);
    int count = 0;
    while (count < wanted) {
        uint64_t first = ledger_end(ledger).sequence + 1;
        append(ledger, 60);
        if (scratch_has(s, segment_name(first, names[count])))
            count++;
    }
    ledger_close(ledger);
    return count;
}

static void test_segments_missing(void **state)
{
    struct scratch *s = *state;
    char names[4][SEGMENT_NAME], path[128], aside[128];
    fill_segments(s, 4, names);
    uint64_t second = 0;
    assert_true(segment_parse_name(names[1], &second));
    scratch_path(s, "aside", aside);

    rename(scratch_path(s, names[1], path), aside);
    assert_refused(s, names[2], 0, second);
    assert_non_null(strstr(s->fault.text, "missing"));
    rename(aside, path);
    rename(scratch_path(s, names[0], path), aside);
    assert_refused(s, names[1], 0, 1);
    rename(aside, path);
    struct ledger *ledger = scratch_open(s);
    assert_reads(ledger, 1, ledger_end(ledger).sequence);
    ledger_close(ledger);
}

/* The last group of a segment is no lone bad one when another segment was begun behind it, even if
 * that has no group yet. */
static void test_torn_before_next_segment(void **state)
{
    struct scratch *s = *state;
    char names[2][SEGMENT_NAME];
    fill_segments(s, 2, names);
    size_t size = 0;
    uint8_t *last = scratch_load(s, names[1], &size);
    uint8_t *zeros = calloc(1, size);
    assert_non_null(zeros);
    scratch_write(s, names[1], SEGMENT_BLOCK, zeros, size - SEGMENT_BLOCK);
    struct ledger *ledger = scratch_open(s);
    uint64_t end = ledger_end(ledger).sequence, second = 0;
    ledger_close(ledger);
    assert_true(segment_parse_name(names[1], &second));
    assert_int_equal(end + 1, second);

    struct recovery found;
    int dir = open(s->dir, O_RDONLY | O_DIRECTORY);
    assert_int_equal(recovery_scan(dir, &s->options, &found, &s->fault), ERR_OK);
    assert_int_equal(found.count, 2);
    assert_int_equal(found.last_segment, 0);
    assert_int_equal(found.tail, SEGMENT_BLOCK);
    uint64_t offset = found.last_offset, bytes = found.last_size;
    recovery_free(&found);
    close(dir);
    scratch_flip(s, FIRST_SEGMENT, offset + bytes - 12);
    assert_refused(s, FIRST_SEGMENT, offset, end - 60 + 1);
    scratch_flip(s, FIRST_SEGMENT, offset + bytes - 12);
    /* The group is gone without a trace: only the next segment knows of it. */
    scratch_write(s, FIRST_SEGMENT, offset, zeros, bytes);
    assert_refused(s, names[1], 0, end - 60 + 1);
    free(zeros);
    free(last);
}

/* After a failed sync the page cache may hold a last group that the disk does not, and call it
 * clean: opening writes it again, in whichever segment it lies. */
static void test_tail_is_written_again(void **state)
{
    struct scratch *s = *state;
    char names[2][SEGMENT_NAME], path[128];
    fill_segments(s, 2, names);
    uint8_t zeros[SMALL - SEGMENT_BLOCK] = {0};
    scratch_write(s, names[1], SEGMENT_BLOCK, zeros, sizeof(zeros));
    const struct timespec long_ago[2] = {0};
    struct stat st;
    scratch_path(s, FIRST_SEGMENT, path);
    assert_int_equal(utimensat(AT_FDCWD, path, long_ago, 0), 0);
    struct ledger *ledger = scratch_open(s);
    assert_int_equal(stat(path, &st), 0);
    assert_int_not_equal(st.st_mtime, 0);
    assert_reads(ledger, 1, ledger_end(ledger).sequence);
    ledger_close(ledger);
}

/* A segment from another ledger of the same region and sequence, as from a mixed-up backup. */
static void test_segment_of_another_ledger(void **state)
{
    struct scratch *s = *state;
    char names[3][SEGMENT_NAME];
    size_t size = 0;
    /* One more open than the other will have: only the hashes tell that they differ. */
    ledger_close(scratch_open(s));
    fill_segments(s, 3, names);
    uint8_t *other = scratch_load(s, names[1], &size);
    scratch_clear(s);
    fill_segments(s, 3, names);
    scratch_write(s, names[1], 0, other, size);
    uint64_t second = 0;
    assert_true(segment_parse_name(names[1], &second));
    assert_refused(s, names[1], 0, second);
    assert_non_null(strstr(s->fault.text, "chained"));
    free(other);
}

/* Bytes that a disk kept from an older segment never parse. */
static void test_stale_bytes(void **state)
{
    struct scratch *s = *state;
    uint64_t at[4];
    size_t size = 0;
    make_groups(s, 3, at);
    uint8_t *old = scratch_load(s, FIRST_SEGMENT, &size);
    scratch_clear(s);
    make_groups(s, 1, at);
    scratch_write(s, FIRST_SEGMENT, at[1], old + at[1], size - at[1]);
    free(old);
    assert_recovers(s, GROUP_RECORDS, at[1]);
}

static void test_half_made_spares(void **state)
{
    struct scratch *s = *state;
    uint64_t at[2];
    make_groups(s, 1, at);
    scratch_write(s, "spare.tmp", 0, "half", 4);
    scratch_write(s, "spare.seg", 0, "half", 4);
    ledger_close(scratch_open(s));
    assert_false(scratch_has(s, "spare.tmp"));
    assert_false(scratch_has(s, "spare.seg"));
}

/* Beside a live writer a group half there is the end, not damage, and is left alone. */
static void test_read_only(void **state)
{
    struct scratch *s = *state;
    uint64_t at[4];
    make_groups(s, 3, at);
    s->options.read_only = true;
    scratch_flip(s, FIRST_SEGMENT, at[3] - 10);
    scratch_write(s, "spare.tmp", 0, "half", 4);
    size_t size = 0, size_after = 0;
    uint8_t *before = scratch_load(s, FIRST_SEGMENT, &size);
    struct ledger *ledger = scratch_open(s);
    assert_int_equal(ledger_end(ledger).sequence, 2 * GROUP_RECORDS);
    assert_reads(ledger, 1, 2 * GROUP_RECORDS);
    struct slice record = {(const uint8_t *)"x", 1};
    assert_int_equal(ledger_submit(ledger, &record, 1), ERR_INVALID);
    assert_int_equal(ledger_prepare(ledger), ERR_INVALID);
    ledger_close(ledger);
    uint8_t *after = scratch_load(s, FIRST_SEGMENT, &size_after);
    assert_memory_equal(before, after, size);
    assert_true(scratch_has(s, "spare.tmp"));
    free(before);
    free(after);
    scratch_flip(s, FIRST_SEGMENT, at[3] - 10);
    scratch_flip(s, FIRST_SEGMENT, at[1] + 3);
    assert_refused(s, FIRST_SEGMENT, at[1], GROUP_RECORDS + 1);
}

/* A start that trusts sealed segments does not look into them: whoever reads there finds it. */
static void test_sealed_is_trusted(void **state)
{
    struct scratch *s = *state;
    char names[3][SEGMENT_NAME];
    fill_segments(s, 3, names);
    s->options.trust_sealed = true;
    scratch_flip(s, names[1], SEGMENT_BLOCK + GROUP_HEAD + 50);
    uint64_t second = 0, third = 0, next = 1;
    assert_true(segment_parse_name(names[1], &second));
    assert_true(segment_parse_name(names[2], &third));
    struct ledger *ledger = scratch_open(s);
    uint64_t end = ledger_end(ledger).sequence;
    assert_int_equal(ledger_read(ledger, 1, visit_expected, &next, &s->fault), ERR_CORRUPT);
    assert_int_equal(next, second);
    assert_string_equal(s->fault.segment, names[1]);
    assert_int_equal(s->fault.offset, SEGMENT_BLOCK);
    assert_int_equal(s->fault.sequence, second);
    uint8_t *record = NULL;
    size_t size = 0;
    assert_int_equal(ledger_fetch(ledger, second, &record, &size), ERR_CORRUPT);
    /* Records before and behind it are there; twice, the second time by the marks of the first. */
    for (int round = 0; round < 2; round++) {
        for (uint64_t sequence = third - 1; sequence > second + 60; sequence -= 7) {
            assert_int_equal(ledger_fetch(ledger, sequence, &record, &size), ERR_OK);
            assert_record(sequence, record, size);
            free(record);
        }
    }
    assert_reads(ledger, third, end);
    append(ledger, 7);
    assert_reads(ledger, third, end + 7);
    ledger_close(ledger);
    s->options.trust_sealed = false;
    assert_refused(s, names[1], SEGMENT_BLOCK, second);
}

/* What a sealed segment says of itself is looked at: size, block, region, chain of segments. */
static void test_sealed_must_join(void **state)
{
    struct scratch *s = *state;
    char names[4][SEGMENT_NAME], path[128], aside[128];
    size_t size = 0;
    fill_segments(s, 4, names);
    uint8_t *other = scratch_load(s, names[1], &size);
    scratch_clear(s);
    fill_segments(s, 4, names);
    s->options.trust_sealed = true;
    uint64_t second = 0;
    assert_true(segment_parse_name(names[1], &second));
    scratch_path(s, "aside", aside);
    rename(scratch_path(s, names[1], path), aside);
    assert_refused(s, names[2], 0, 1);
    assert_non_null(strstr(s->fault.text, "missing"));
    /* Of another ledger, right in itself. */
    scratch_write(s, names[1], 0, other, size);
    assert_refused(s, names[1], 0, 1);
    rename(aside, path);
    rename(scratch_path(s, names[0], path), aside);
    assert_refused(s, names[1], 0, 1);
    rename(aside, path);
    scratch_flip(s, names[1], 100);
    assert_refused(s, names[1], 0, second);
    scratch_flip(s, names[1], 100);
    scratch_path(s, names[1], path);
    assert_int_equal(truncate(path, SMALL - 8), 0);
    assert_refused(s, names[1], 0, second);
    assert_int_equal(truncate(path, SMALL), 0);
    ledger_close(scratch_open(s));
    free(other);
}

/* Of the last segment what LMDB has seen is read at open, and what it lacks by the caller. */
static void test_trusted_last_segment(void **state)
{
    struct scratch *s = *state;
    uint64_t at[5];
    make_groups(s, 4, at);
    s->options.trust_sealed = true;
    s->options.known = 2 * GROUP_RECORDS;
    scratch_flip(s, FIRST_SEGMENT, at[1] + GROUP_HEAD + 9);
    assert_refused_untouched(s, at[1], GROUP_RECORDS + 1);
    scratch_flip(s, FIRST_SEGMENT, at[1] + GROUP_HEAD + 9);
    scratch_flip(s, FIRST_SEGMENT, at[2] + GROUP_HEAD + 9);
    struct ledger *ledger = scratch_open(s);
    uint64_t next = 2 * GROUP_RECORDS + 1;
    assert_int_equal(ledger_end(ledger).sequence, 4 * GROUP_RECORDS);
    assert_int_equal(ledger_read(ledger, next, visit_expected, &next, &s->fault), ERR_CORRUPT);
    assert_int_equal(s->fault.offset, at[2]);
    ledger_close(ledger);
    /* Its header is looked at in any case. */
    scratch_flip(s, FIRST_SEGMENT, at[2] + 60);
    assert_refused_untouched(s, at[2], 2 * GROUP_RECORDS + 1);
}

/* The last group lies in the segment before a last one that was begun and has no whole group yet.
 */
static void test_trusted_empty_last_segment(void **state)
{
    struct scratch *s = *state;
    char names[3][SEGMENT_NAME];
    fill_segments(s, 3, names);
    s->options.trust_sealed = true;
    uint64_t third = 0;
    assert_true(segment_parse_name(names[2], &third));
    scratch_flip(s, names[2], SEGMENT_BLOCK + GROUP_HEAD + 9);
    struct recovery found;
    int dir = open(s->dir, O_RDONLY | O_DIRECTORY);
    assert_int_equal(recovery_scan(dir, &s->options, &found, &s->fault), ERR_OK);
    assert_int_equal(found.end.sequence, third - 1);
    assert_int_equal(found.last_segment, 1);
    assert_true(found.last_size > 0);
    assert_true(found.torn);
    uint64_t offset = found.last_offset;
    recovery_free(&found);
    close(dir);
    scratch_flip(s, names[1], offset + GROUP_HEAD + 9);
    assert_refused(s, names[1], offset, third - 60);
    scratch_flip(s, names[1], offset + GROUP_HEAD + 9);
    struct ledger *ledger = scratch_open(s);
    assert_reads(ledger, 1, third - 1);
    append(ledger, 3);
    ledger_close(ledger);
    ledger = scratch_open(s);
    assert_reads(ledger, 1, third + 2);
    ledger_close(ledger);
}

static int trusting_setup(void **state)
{
    int failed = scratch_setup(state);
    if (!failed)
        ((struct scratch *)*state)->options.trust_sealed = true;
    return failed;
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)
/* The same promise where a start trusts sealed segments. */
#define TRUSTING(test)                                                                             \
    {                                                                                              \
#test "_trusting", test, trusting_setup, scratch_teardown, NULL                            \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_torn_everywhere),
        CASE(test_torn_first_group),
        CASE(test_garbage_tail),
        CASE(test_damage_before_known),
        CASE(test_damage_before_valid),
        CASE(test_signature_room),
        CASE(test_files_cut_or_foreign),
        CASE(test_segments_missing),
        CASE(test_torn_before_next_segment),
        CASE(test_tail_is_written_again),
        CASE(test_segment_of_another_ledger),
        CASE(test_stale_bytes),
        CASE(test_half_made_spares),
        CASE(test_read_only),
        CASE(test_sealed_is_trusted),
        CASE(test_sealed_must_join),
        CASE(test_trusted_last_segment),
        CASE(test_trusted_empty_last_segment),
        TRUSTING(test_torn_everywhere),
        TRUSTING(test_torn_first_group),
        TRUSTING(test_garbage_tail),
        TRUSTING(test_damage_before_known),
        TRUSTING(test_signature_room),
        TRUSTING(test_files_cut_or_foreign),
        TRUSTING(test_tail_is_written_again),
        TRUSTING(test_stale_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
