/* lib/settle/replica: a ledger's records and no others, in their order. */
#include "settle/replica.h"

#include "fixture.h"

static enum err next(struct replica *replica, const struct world *w, uint32_t index,
                     struct record *record, const char **what)
{
    const struct slice bytes = {w->records[index].bytes, w->records[index].size};
    return replica_read(replica, index + 1, bytes, record, what);
}

static void it_becomes_what_the_region_is(void **state)
{
    struct world *w = *state;
    struct replica replica = {0};
    struct hash there, here;
    OK(replica_open(&replica, REGION, NULL));
    for (uint32_t i = 0; i < w->record_count; i++) {
        struct record record;
        const char *what;
        OK(next(&replica, w, i, &record, &what));
        assert_null(what);
        OK(state_apply(replica.state, &record));
    }
    OK(store_digest(w->store, &there));
    OK(store_digest(replica.store, &here));
    assert_memory_equal(there.bytes, here.bytes, HASH_SIZE);
    replica_close(&replica);
}

static void what_cannot_follow_is_said(void **state)
{
    struct world *w = *state;
    struct replica replica = {0};
    struct record record;
    const char *what;
    OK(replica_open(&replica, REGION, NULL));
    assert_int_equal(next(&replica, w, 1, &record, &what), ERR_CORRUPT);
    assert_string_equal(what, "sequence out of order");
    assert_int_equal(replica_read(&replica, 1, (struct slice){NULL, 0}, &record, &what),
                     ERR_CORRUPT);
    assert_string_equal(what, "not a record");
    OK(next(&replica, w, 0, &record, &what));
    record.time_ms += 1;
    OK(state_apply(replica.state, &record));
    assert_int_equal(next(&replica, w, 1, &record, &what), ERR_CORRUPT);
    assert_string_equal(what, "time before the last record's");
    replica_close(&replica);
}

static void no_region_none(void **state)
{
    (void)state;
    struct replica replica = {0};
    assert_int_equal(replica_open(&replica, "4310", NULL), ERR_INVALID);
    replica_close(&replica);
}

static void a_request_that_cannot_be_read(void **state)
{
    struct world *w = *state;
    struct replica replica = {0};
    const struct record record = {.request = {(const uint8_t *)"\xff", 1}};
    struct request request;
    (void)w;
    OK(replica_open(&replica, REGION, NULL));
    assert_int_equal(replica_request(&replica, &record, &request), ERR_INVALID);
    replica_close(&replica);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(it_becomes_what_the_region_is),
        WORLD_TEST(what_cannot_follow_is_said),
        cmocka_unit_test(no_region_none),
        WORLD_TEST(a_request_that_cannot_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
