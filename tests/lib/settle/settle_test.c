/* lib/settle/settle: repeats, reused and stale message numbers, regions, retries; the same inputs
 * give the same bytes. */
#include "fixture.h"

static const struct bill visit = {.lines = {{DRUG_A, 10000}, {DRUG_B, 5000}}};

static void a_repeat_is_the_stored_answer(void **state)
{
    struct world *w = *state;
    struct bill bill = visit;
    char msgid[ID_MSGID + 1];
    snprintf(msgid, sizeof msgid, "%s", world_msgid(w, TOWNSHIP));
    bill.msgid = msgid;
    free(world_settled(w, &bill));
    uint64_t sequence = w->answer.sequence;
    struct hash first = hash_sha256(w->answer.body.data, w->answer.body.size);
    uint32_t records = w->record_count;
    w->now_ms += DAY_MS * 30; /* however late */
    struct bill again = bill;
    w->now_ms -= DAY_MS * 30;
    struct slice body = bill_pack(w, &again);
    w->now_ms += DAY_MS * 30;
    assert_int_equal(world_send(w, body), SETTLE_REPEAT);
    assert_int_equal(w->answer.sequence, sequence);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    struct hash second = hash_sha256(w->answer.body.data, w->answer.body.size);
    assert_memory_equal(first.bytes, second.bytes, HASH_SIZE);
    assert_int_equal(w->record_count, records);
    assert_false(w->answer.tally_given);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_repeat_is_the_stored_answer, world_open, world_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
