/* lib/ledger/walk: everything once and in order, from any sequence; damage is named as recovery
 * names it; a copy in memory is checked like a file. */
#include "ledger/walk.h"

#include "fixture.h"

#define GROUPS 60

struct seen {
    uint64_t next, last;
    unsigned segments;
    bool torn;
    struct ledger_end end;
};

static void see(struct seen *seen, const struct walk_block *block)
{
    struct group group;
    const uint8_t *records;
    seen->end = block->end;
    if (seen->next == 0)
        seen->next = block->before.sequence + 1;
    seen->segments += block->offset == SEGMENT_BLOCK;
    for (size_t at = 0; walk_group(block, &at, &group, &records);) {
        uint64_t place = 0;
        assert_int_equal(group.first, seen->next);
        for (uint32_t i = 0; i < group.count; i++, seen->next++) {
            struct slice record = group_record(records, &place);
            assert_record(seen->next, record.data, record.size);
        }
    }
}

static struct walk_block block_new(void)
{
    struct walk_block block = {.bytes = malloc(WALK_BLOCK_MIN), .capacity = WALK_BLOCK_MIN};
    assert_non_null(block.bytes);
    return block;
}

static void leave(struct walk *walk, struct seen *seen)
{
    uint64_t done, total;
    seen->torn = walk_torn(walk);
    assert_int_equal(walk_sync(walk), ERR_OK);
    walk_progress(walk, &done, &total);
    assert_true(done <= total);
    walk_close(walk);
}

static enum err walk_plain(struct scratch *s, uint64_t from, struct seen *seen)
{
    struct walk *walk;
    struct walk_block block = block_new();
    enum err err;
    assert_int_equal(walk_open(s->dir, REGION, from, &walk), ERR_OK);
    while ((err = walk_next(walk, &block, &s->fault)) == ERR_OK)
        see(seen, &block);
    leave(walk, seen);
    free(block.bytes);
    return err;
}

/* Records are looked at when the walk is through, the last block first. */
static enum err walk_deferred(struct scratch *s, uint64_t from, struct seen *seen)
{
    struct walk *walk;
    struct walk_block blocks[16];
    size_t count = 0, bad = SIZE_MAX;
    enum err err;
    assert_int_equal(walk_open(s->dir, REGION, from, &walk), ERR_OK);
    walk_defer(walk);
    do {
        assert_true(count < ARRAY_LEN(blocks));
        blocks[count] = block_new();
        err = walk_next(walk, &blocks[count++], &s->fault);
    } while (err == ERR_OK);
    free(blocks[--count].bytes);
    for (size_t i = count; i-- > 0;) {
        walk_check_block(walk, &blocks[i]);
        bad = blocks[i].why ? i : bad;
    }
    for (size_t i = 0; i < count && i <= bad; i++)
        if (i != bad || blocks[i].used > 0)
            see(seen, &blocks[i]);
    if (bad != SIZE_MAX)
        err = walk_judge(walk, &blocks[bad], &s->fault);
    leave(walk, seen);
    while (count > 0)
        free(blocks[--count].bytes);
    return err;
}

/* Walks all, in both ways; ERR_NOTFOUND is the end. */
static enum err walk_all(struct scratch *s, uint64_t from, struct seen *seen)
{
    struct seen deferred = {.next = 0};
    *seen = (struct seen){.next = 0};
    s->fault = (struct ledger_fault){0};
    enum err late = walk_deferred(s, from, &deferred);
    struct ledger_fault fault = s->fault;
    s->fault = (struct ledger_fault){0};
    enum err err = walk_plain(s, from, seen);
    assert_int_equal(late, err);
    assert_int_equal(deferred.next, seen->next);
    assert_int_equal(deferred.torn, seen->torn);
    assert_memory_equal(&deferred.end, &seen->end, sizeof seen->end);
    assert_memory_equal(&fault, &s->fault, sizeof fault);
    return err;
}

/* Groups of 40 records over several segments; the last one holds more than one group. */
static struct ledger_end fill(struct scratch *s)
{
    struct ledger *ledger = scratch_open(s);
    for (int i = 0; i < GROUPS; i++)
        append(ledger, 40);
    struct ledger_end end = ledger_end(ledger);
    ledger_close(ledger);
    return end;
}

/* The file name of the n-th segment, as the walk meets them; NULL behind the last. */
static char *segment_at(struct scratch *s, unsigned n, char name[SEGMENT_NAME])
{
    struct dirent **entries;
    char *found = NULL;
    unsigned segments = 0;
    int count = scandir(s->dir, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        uint64_t first;
        if (segment_parse_name(entries[i]->d_name, &first) && segments++ == n)
            found = memcpy(name, entries[i]->d_name, SEGMENT_NAME);
        free(entries[i]);
    }
    free(entries);
    return found;
}

static void all_of_it_from_anywhere(void **state)
{
    struct scratch *s = *state;
    struct seen seen;
    struct ledger_end end = fill(s);
    assert_int_equal(walk_all(s, 1, &seen), ERR_NOTFOUND);
    assert_int_equal(seen.next, end.sequence + 1);
    assert_memory_equal(&seen.end.head, &end.head, HASH_SIZE);
    assert_true(seen.segments >= 3);
    assert_false(seen.torn);
    unsigned all = seen.segments;
    assert_int_equal(walk_all(s, end.sequence, &seen), ERR_NOTFOUND);
    assert_int_equal(seen.segments, 1);
    assert_int_equal(seen.next, end.sequence + 1);
    assert_int_equal(walk_all(s, end.sequence / 2, &seen), ERR_NOTFOUND);
    assert_true(seen.segments > 1 && seen.segments < all);
}

static void an_empty_folder_ends_at_once(void **state)
{
    struct scratch *s = *state;
    struct seen seen;
    struct walk *walk;
    assert_int_equal(walk_all(s, 1, &seen), ERR_NOTFOUND);
    assert_int_equal(seen.end.sequence, 0);
    assert_int_equal(walk_open("/nonexistent", REGION, 1, &walk), ERR_NOTFOUND);
}

static void damage_is_named(void **state)
{
    struct scratch *s = *state;
    struct seen seen;
    char name[SEGMENT_NAME];
    (void)fill(s);
    /* A record in the middle of a segment that another one follows. */
    assert_non_null(segment_at(s, 1, name));
    scratch_flip(s, name, SEGMENT_BLOCK + GROUP_HEAD + 100);
    assert_int_equal(walk_all(s, 1, &seen), ERR_CORRUPT);
    assert_string_equal(s->fault.segment, name);
    assert_int_equal(s->fault.offset, SEGMENT_BLOCK);
    assert_int_equal(s->fault.sequence, seen.next);
    scratch_flip(s, name, SEGMENT_BLOCK + GROUP_HEAD + 100);
    assert_int_equal(walk_all(s, 1, &seen), ERR_NOTFOUND);
    /* A segment that is gone. */
    char path[128];
    unlink(scratch_path(s, name, path));
    assert_int_equal(walk_all(s, 1, &seen), ERR_CORRUPT);
    assert_true(s->fault.text[0]);
}

static void the_first_segment_must_be_there(void **state)
{
    struct scratch *s = *state;
    struct seen seen;
    char path[128];
    (void)fill(s);
    unlink(scratch_path(s, FIRST_SEGMENT, path));
    assert_int_equal(walk_all(s, 1, &seen), ERR_CORRUPT);
}

static void a_torn_end_is_the_end(void **state)
{
    struct scratch *s = *state;
    struct seen seen;
    struct ledger *ledger = scratch_open(s);
    append(ledger, 3);
    append(ledger, 3);
    ledger_close(ledger);
    /* The last record's last byte: the group is not whole. */
    struct group group;
    uint8_t head[GROUP_HEAD];
    scratch_read(s, FIRST_SEGMENT, SEGMENT_BLOCK, head, GROUP_HEAD);
    assert_null(group_read(head, &group));
    uint64_t second = SEGMENT_BLOCK + GROUP_HEAD + group.length;
    scratch_flip(s, FIRST_SEGMENT, second + GROUP_HEAD + 10);
    assert_int_equal(walk_all(s, 1, &seen), ERR_NOTFOUND);
    assert_int_equal(seen.next, 4);
    assert_true(seen.torn);
    /* The first one broken and a sound one behind it is no tear. */
    scratch_flip(s, FIRST_SEGMENT, second + GROUP_HEAD + 10);
    scratch_flip(s, FIRST_SEGMENT, SEGMENT_BLOCK + GROUP_HEAD + 10);
    assert_int_equal(walk_all(s, 1, &seen), ERR_CORRUPT);
    assert_int_equal(s->fault.sequence, 1);
}

/* Groups of all sizes, above and below what one read brings, in every neighbourhood. */
static void large_groups_come_whole(void **state)
{
    static const size_t sizes[] = {100,     700000, 5000, 3000000, 5000000, 100,
                                   1500000, 511000, 9000, 524032,  2000000, 40};
    struct scratch *s = *state;
    uint8_t *bytes = calloc(1, RECORD_MAX);
    uint64_t durable;
    assert_non_null(bytes);
    s->options.segment_bytes = 20 << 20;
    struct ledger *ledger = scratch_open(s);
    for (size_t i = 0; i < 2 * ARRAY_LEN(sizes); i++) {
        struct slice record = {bytes, sizes[(i < ARRAY_LEN(sizes) ? i : 5 * i) % ARRAY_LEN(sizes)]};
        assert_int_equal(ledger_submit(ledger, &record, 1), ERR_OK);
        assert_int_equal(ledger_reap(ledger, &durable), ERR_OK);
    }
    ledger_close(ledger);
    struct walk *walk;
    struct walk_block block = block_new();
    size_t seen = 0;
    assert_int_equal(walk_open(s->dir, REGION, 1, &walk), ERR_OK);
    enum err err;
    while ((err = walk_next(walk, &block, &s->fault)) == ERR_OK) {
        struct group group;
        const uint8_t *records;
        for (size_t at = 0; walk_group(&block, &at, &group, &records); seen++) {
            size_t i = seen < ARRAY_LEN(sizes) ? seen : 5 * seen;
            uint64_t place = 0;
            assert_int_equal(group_record(records, &place).size, sizes[i % ARRAY_LEN(sizes)]);
        }
    }
    assert_int_equal(err, ERR_NOTFOUND);
    assert_int_equal(seen, 2 * ARRAY_LEN(sizes));
    walk_close(walk);
    free(block.bytes);
    free(bytes);
}

static void copies_are_checked_whole(void **state)
{
    struct scratch *s = *state;
    struct ledger_end end = {0}, all = fill(s);
    char name[SEGMENT_NAME];
    for (unsigned n = 0; segment_at(s, n, name); n++) {
        size_t size;
        uint8_t *bytes = scratch_load(s, name, &size);
        /* Without the zeros behind the last group, whose page ends in zeros, too. */
        struct ledger_end before = end;
        while (size > SEGMENT_BLOCK && bytes[size - 1] == 0)
            size--;
        size = (size + GROUP_PAGE - 1) & ~(size_t)(GROUP_PAGE - 1);
        assert_int_equal(walk_check(bytes, size, name, REGION, &end, &s->fault), ERR_OK);
        struct ledger_end other = before;
        assert_int_equal(walk_check(bytes, size - GROUP_ALIGN, name, REGION, &other, &s->fault),
                         ERR_CORRUPT);
        other = before;
        bytes[size / 2] ^= 4;
        assert_int_equal(walk_check(bytes, size, name, REGION, &other, &s->fault), ERR_CORRUPT);
        assert_string_equal(s->fault.segment, name);
        bytes[size / 2] ^= 4;
        other = before;
        other.head.bytes[3] ^= 1; /* behind another ledger */
        other.sequence += n == 0;
        assert_int_equal(walk_check(bytes, size, name, REGION, &other, &s->fault), ERR_CORRUPT);
        other = before;
        assert_int_equal(walk_check(bytes, size, name, "430500", &other, &s->fault), ERR_CORRUPT);
        assert_int_equal(walk_check(bytes, 100, name, REGION, &other, &s->fault), ERR_CORRUPT);
        free(bytes);
    }
    assert_memory_equal(&end.head, &all.head, HASH_SIZE);
    assert_int_equal(end.sequence, all.sequence);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_of_it_from_anywhere, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(an_empty_folder_ends_at_once, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(damage_is_named, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(the_first_segment_must_be_there, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(a_torn_end_is_the_end, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(large_groups_come_whole, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(copies_are_checked_whole, scratch_setup, scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
