/* The memory backend does what the file backend does, with more in flight. */
#include "fixture.h"

static struct ledger *open_memory(struct scratch *s)
{
    struct ledger *ledger = NULL;
    s->options.dir = NULL;
    assert_int_equal(ledger_open(&s->options, &ledger, &s->fault), ERR_OK);
    return ledger;
}

struct collected {
    uint64_t count;
    struct hash hash;
};

static enum err collect(void *context, uint64_t sequence, struct slice record)
{
    struct collected *all = context;
    all->count++;
    all->hash = hash_sha256_pair(all->hash.bytes, HASH_SIZE, &sequence, sizeof(sequence));
    all->hash = hash_sha256_pair(all->hash.bytes, HASH_SIZE, record.data, record.size);
    return ERR_OK;
}

static struct collected collect_from(struct ledger *ledger, uint64_t from)
{
    struct collected all = {0};
    struct ledger_fault fault;
    assert_int_equal(ledger_read(ledger, from, collect, &all, &fault), ERR_OK);
    return all;
}

static void test_same_as_files(void **state)
{
    struct scratch *s = *state;
    struct ledger *files = scratch_open(s), *memory = open_memory(s);
    uint8_t *record;
    size_t size;
    for (uint32_t i = 0; i < 60; i++) {
        append(files, 1 + i % 7);
        append(memory, 1 + i % 7);
        assert_int_equal(ledger_end(files).sequence, ledger_end(memory).sequence);
        assert_int_equal(ledger_end(files).group, ledger_end(memory).group);
        assert_int_equal(ledger_end(files).epoch, ledger_end(memory).epoch);
    }
    uint64_t last = ledger_end(files).sequence;
    for (uint64_t from = 0; from <= last + 2; from++) {
        struct collected a = collect_from(files, from), b = collect_from(memory, from);
        assert_int_equal(a.count, from == 0 ? last : from > last ? 0 : last - from + 1);
        assert_int_equal(a.count, b.count);
        assert_memory_equal(a.hash.bytes, b.hash.bytes, HASH_SIZE);
        enum err fetched = ledger_fetch(memory, from, &record, &size);
        assert_int_equal(fetched, from == 0 || from > last ? ERR_NOTFOUND : ERR_OK);
        if (!fetched) {
            assert_record(from, record, size);
            free(record);
        }
    }
    assert_int_equal(ledger_confirm(memory, 1), ERR_OK);
    assert_int_equal(ledger_confirm(memory, 2), ERR_FENCED);
    assert_int_equal(ledger_prepare(memory), ERR_OK);
    ledger_close(files);
    ledger_close(memory);
}

/* Several groups in flight are reaped in order, and only what is reaped is read. */
static void test_depth(void **state)
{
    struct scratch *s = *state;
    struct ledger *ledger = open_memory(s);
    uint64_t first = 1, sequence = 0;
    uint8_t *record;
    size_t size;
    for (int round = 0; round < 10; round++) {
        uint64_t durable = first - 1;
        for (uint32_t i = 0; i < backend_memory.depth; i++, first += 3)
            assert_int_equal(try_append(ledger, first, 3), ERR_OK);
        assert_int_equal(try_append(ledger, first, 3), ERR_AGAIN);
        assert_int_equal(ledger_end(ledger).sequence, durable);
        assert_reads(ledger, 1, durable);
        assert_int_equal(ledger_fetch(ledger, durable + 1, &record, &size), ERR_NOTFOUND);
        for (uint32_t i = 0; i < backend_memory.depth; i++) {
            assert_int_equal(ledger_reap(ledger, &sequence), ERR_OK);
            assert_int_equal(sequence, durable + 3 * (i + 1));
            assert_reads(ledger, 1, sequence);
        }
    }
    ledger_close(ledger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_same_as_files, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_depth, scratch_setup, scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
