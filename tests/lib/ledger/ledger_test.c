/* The public calls: what they refuse, their limits, and a backend that fails. */
#include "ledger/ledger.h"

#include "fixture.h"

static void test_options(void **state)
{
    struct scratch *s = *state;
    struct ledger *ledger = NULL;
    s->options.segment_bytes = LEDGER_SEGMENT_MIN - SEGMENT_BLOCK;
    assert_int_equal(ledger_open(&s->options, &ledger, &s->fault), ERR_INVALID);
    s->options.segment_bytes = LEDGER_SEGMENT_MIN + 1;
    assert_int_equal(ledger_open(&s->options, &ledger, &s->fault), ERR_INVALID);
    s->options.segment_bytes = LEDGER_SEGMENT_MIN;
    s->options.region = "43100";
    assert_int_equal(ledger_open(&s->options, &ledger, &s->fault), ERR_INVALID);
    s->options.region = NULL;
    assert_int_equal(ledger_open(&s->options, &ledger, &s->fault), ERR_INVALID);
    s->options.region = REGION;
    assert_int_equal(ledger_open(&s->options, &ledger, &s->fault), ERR_OK);
    append(ledger, 3);
    ledger_close(ledger);
    s->options.read_only = true;
    s->options.segment_bytes = 0; /* a reader makes no segments */
    assert_int_equal(ledger_open(&s->options, &ledger, &s->fault), ERR_OK);
    assert_reads(ledger, 1, 3);
    ledger_close(ledger);
    ledger_close(NULL);
}

/* The largest record that limits.h allows, and a group at each of its bounds. */
static void test_limits(void **state)
{
    struct scratch *s = *state;
    struct ledger *ledger = NULL;
    s->options.segment_bytes = LEDGER_SEGMENT_MIN;
    assert_int_equal(ledger_open(&s->options, &ledger, &s->fault), ERR_OK);
    uint8_t *bytes = malloc(RECORD_MAX + 1), *record;
    struct slice *records = calloc(GROUP_RECORDS_MAX + 1, sizeof(*records));
    assert_non_null(bytes);
    assert_non_null(records);
    memset(bytes, 0x42, RECORD_MAX + 1);
    uint64_t sequence = 0;
    size_t size = 0;
    for (int i = 0; i <= GROUP_RECORDS_MAX; i++)
        records[i] = (struct slice){bytes, 100};
    assert_int_equal(ledger_submit(ledger, records, 0), ERR_INVALID);
    assert_int_equal(ledger_submit(ledger, records, GROUP_RECORDS_MAX + 1), ERR_LIMIT);
    assert_int_equal(ledger_submit(ledger, records, GROUP_RECORDS_MAX), ERR_OK);
    assert_int_equal(ledger_reap(ledger, &sequence), ERR_OK);
    assert_int_equal(sequence, GROUP_RECORDS_MAX);

    records[0].size = RECORD_MAX + 1;
    assert_int_equal(ledger_submit(ledger, records, 1), ERR_LIMIT);
    records[0].size = RECORD_MAX;
    assert_int_equal(ledger_submit(ledger, records, 2), ERR_LIMIT);
    assert_int_equal(ledger_submit(ledger, records, 1), ERR_OK);
    assert_int_equal(ledger_reap(ledger, &sequence), ERR_OK);
    records[0].size = GROUP_BYTES_MAX / 2 - RECORD_HEAD - GROUP_HEAD;
    records[1].size = GROUP_BYTES_MAX / 2 - RECORD_HEAD;
    assert_int_equal(ledger_submit(ledger, records, 2), ERR_OK);
    assert_int_equal(ledger_reap(ledger, &sequence), ERR_OK);
    records[0].size++;
    assert_int_equal(ledger_submit(ledger, records, 2), ERR_LIMIT);

    assert_int_equal(ledger_fetch(ledger, GROUP_RECORDS_MAX + 1, &record, &size), ERR_OK);
    assert_int_equal(size, RECORD_MAX);
    assert_memory_equal(record, bytes, size);
    free(record);
    ledger_close(ledger);
    assert_int_equal(ledger_open(&s->options, &ledger, &s->fault), ERR_OK);
    assert_int_equal(ledger_end(ledger).sequence, GROUP_RECORDS_MAX + 3);
    ledger_close(ledger);
    free(records);
    free(bytes);
}

static enum err stop_at_3(void *context, uint64_t sequence, struct slice record)
{
    (void)record;
    *(uint64_t *)context = sequence;
    return sequence == 3 ? ERR_CLOSED : ERR_OK;
}

static void test_visit_stops(void **state)
{
    struct scratch *s = *state;
    struct ledger *ledger = scratch_open(s);
    append(ledger, 5);
    append(ledger, 5);
    uint64_t seen = 0;
    assert_int_equal(ledger_read(ledger, 2, stop_at_3, &seen, &s->fault), ERR_CLOSED);
    assert_int_equal(seen, 3);
    ledger_close(ledger);
}

/* A record of no bytes is a record. */
static void test_empty_record(void **state)
{
    struct scratch *s = *state;
    struct ledger *ledger = scratch_open(s);
    struct slice empty = {NULL, 0};
    uint64_t sequence = 0;
    uint8_t *record = NULL;
    size_t size = 9;
    assert_int_equal(ledger_submit(ledger, &empty, 1), ERR_OK);
    assert_int_equal(ledger_reap(ledger, &sequence), ERR_OK);
    assert_int_equal(ledger_fetch(ledger, 1, &record, &size), ERR_OK);
    assert_int_equal(size, 0);
    free(record);
    ledger_close(ledger);
}

/* A backend that is deposed: place works, submit is refused. */
static int submits;

static enum err open_deposed(const struct ledger_options *options, void **backend,
                             struct ledger_end *end, struct ledger_fault *fault)
{
    (void)options;
    (void)fault;
    *backend = NULL;
    *end = (struct ledger_end){.epoch = 8};
    return ERR_OK;
}

static void close_deposed(void *backend)
{
    (void)backend;
}

static enum err place_deposed(void *backend, const struct ledger_end *end, uint64_t size,
                              uint64_t *segment)
{
    (void)backend;
    (void)end;
    (void)size;
    *segment = 1;
    return ERR_OK;
}

static enum err submit_deposed(void *backend, const struct ledger_end *before, struct slice group)
{
    (void)backend;
    (void)before;
    (void)group;
    submits++;
    return ERR_FENCED;
}

static void test_fenced(void **state)
{
    struct scratch *s = *state;
    static const struct backend_kind deposed = {
        .name = "deposed",
        .depth = 2,
        .open = open_deposed,
        .close = close_deposed,
        .place = place_deposed,
        .submit = submit_deposed,
    };
    struct ledger *ledger = NULL;
    uint64_t sequence = 0;
    assert_int_equal(ledger_open_on(&deposed, &s->options, &ledger, &s->fault), ERR_OK);
    assert_int_equal(try_append(ledger, 1, 1), ERR_FENCED);
    assert_int_equal(try_append(ledger, 1, 1), ERR_FENCED);
    assert_int_equal(ledger_reap(ledger, &sequence), ERR_FENCED);
    assert_int_equal(ledger_confirm(ledger, 8), ERR_FENCED);
    assert_int_equal(ledger_prepare(ledger), ERR_FENCED);
    assert_int_equal(submits, 1);
    ledger_close(ledger);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_options),      CASE(test_limits), CASE(test_visit_stops),
        CASE(test_empty_record), CASE(test_fenced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
