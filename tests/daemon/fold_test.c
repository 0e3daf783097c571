/* daemon/fold: every record once, in order, whatever its size; and either side can end it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "daemon/fold.h"

#define GROUPS 300
#define GROUP_RECORDS 50

static size_t size_of(uint64_t sequence)
{
    return sequence == 777 ? RECORD_MAX : sequence * 977 % 3000;
}

static int open_ledger(void **state)
{
    struct ledger_options options = {.region = "431000"};
    struct ledger *ledger = NULL;
    struct ledger_fault fault;
    uint8_t *bytes = calloc(1, RECORD_MAX);
    if (!bytes || ledger_open(&options, &ledger, &fault))
        return -1;
    for (uint64_t i = 0, sequence = 1; i < GROUPS; i++) {
        struct slice records[GROUP_RECORDS];
        uint64_t durable;
        uint32_t count = sequence == 777 ? 1 : 776 % GROUP_RECORDS + (i % 2 ? 0 : 24);
        count = sequence < 777 && sequence + count > 777 ? (uint32_t)(777 - sequence) : count;
        for (uint32_t r = 0; r < count; r++)
            records[r] = (struct slice){bytes, size_of(sequence + r)};
        if (ledger_submit(ledger, records, count) || ledger_reap(ledger, &durable))
            return -1;
        sequence += count;
    }
    free(bytes);
    *state = ledger;
    return 0;
}

static int close_ledger(void **state)
{
    ledger_close(*state);
    return 0;
}

struct seen {
    uint64_t next, stop_at;
};

static enum err see(void *context, uint64_t sequence, struct slice record)
{
    struct seen *seen = context;
    assert_int_equal(sequence, seen->next);
    assert_int_equal(record.size, size_of(sequence));
    if (sequence == seen->stop_at)
        return ERR_BUSY;
    seen->next++;
    return ERR_OK;
}

static void every_record_in_order(void **state)
{
    struct ledger_fault fault;
    bool unreadable;
    uint64_t end = ledger_end(*state).sequence;
    assert_true(end > 5000);
    const uint64_t from[] = {1, 2, 776, 777, 778, end, end + 1};
    for (size_t i = 0; i < ARRAY_LEN(from); i++) {
        struct seen seen = {.next = from[i]};
        assert_int_equal(fold_read(*state, from[i], see, &seen, &fault, &unreadable), ERR_OK);
        assert_int_equal(seen.next, end + 1);
    }
}

/* Wherever the reading side is then: ahead, or waiting for room. */
static void the_visitor_ends_it(void **state)
{
    struct ledger_fault fault;
    bool unreadable;
    for (uint64_t stop = 1; stop < 3000; stop += 333) {
        struct seen seen = {.next = 1, .stop_at = stop};
        assert_int_equal(fold_read(*state, 1, see, &seen, &fault, &unreadable), ERR_BUSY);
        assert_false(unreadable);
        assert_int_equal(seen.next, stop);
    }
}

static void damage_ends_it(void **state)
{
    (void)state;
    char dir[] = "/tmp/copayd-fold-XXXXXX", path[96];
    struct ledger *ledger = NULL;
    struct ledger_fault fault = {0};
    bool unreadable;
    assert_non_null(mkdtemp(dir));
    struct ledger_options options = {
        .dir = dir, .region = "431000", .segment_bytes = LEDGER_SEGMENT_MIN};
    assert_int_equal(ledger_open(&options, &ledger, &fault), ERR_OK);
    static const uint8_t bytes[3000];
    for (uint64_t sequence = 1; sequence <= 20; sequence++) {
        struct slice record = {bytes, size_of(sequence)};
        uint64_t durable;
        assert_int_equal(ledger_submit(ledger, &record, 1), ERR_OK);
        assert_int_equal(ledger_reap(ledger, &durable), ERR_OK);
    }
    snprintf(path, sizeof path, "%s/00000000000000000001.seg", dir);
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, 4096 + 3 * 4096 + 300, SEEK_SET), 0);
    assert_int_equal(fputc('x', file), 'x');
    assert_int_equal(fclose(file), 0);
    struct seen seen = {.next = 1};
    assert_int_equal(fold_read(ledger, 1, see, &seen, &fault, &unreadable), ERR_CORRUPT);
    assert_true(unreadable);
    assert_int_equal(fault.sequence, seen.next);
    assert_true(seen.next > 1 && seen.next < 20);
    ledger_close(ledger);
    unlink(path);
    snprintf(path, sizeof path, "%s/epoch", dir);
    unlink(path);
    assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_record_in_order),
        cmocka_unit_test(the_visitor_ends_it),
        cmocka_unit_test(damage_ends_it),
    };
    alarm(50); /* two sides that wait for each other must not hang the run */
    return cmocka_run_group_tests(tests, open_ledger, close_ledger);
}
