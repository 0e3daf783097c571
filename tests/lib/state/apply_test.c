/* lib/state/apply: the message's key, order as an invariant, nothing half folded. */
#include "fixture.h"

static void terminals_and_operators_are_found_again(void **context)
{
    struct bench *b = *context;
    struct message_entry entry;
    struct record settled = {.kind = RECORD_SETTLEMENT,
                             .schema = SCHEMA_TERMINAL,
                             .outcome = OUTCOME_DONE,
                             .request_hash.bytes = {5},
                             .actor = "H43100299001",
                             .msgid = MSGID};
    struct record look = {.kind = RECORD_PERSON_LOOK,
                          .schema = SCHEMA_OPERATOR,
                          .outcome = OUTCOME_REFUSED,
                          .actor = "431002:audit:li",
                          .msgid = "look 1"};
    OK(bench_apply(b, &settled));
    OK(bench_apply(b, &look));
    OK(state_message(b->state, MSGID, &entry));
    assert_int_equal(entry.sequence, 2);
    assert_int_equal(entry.kind, RECORD_SETTLEMENT);
    assert_int_equal(entry.outcome, OUTCOME_DONE);
    assert_int_equal(entry.request_hash.bytes[0], 5);
    OK(state_operator_message(b->state, "431002:audit:li", "look 1", &entry));
    assert_int_equal(entry.sequence, 3);
    assert_int_equal(entry.outcome, OUTCOME_REFUSED);
    /* Somebody else's message of the same name is another. */
    assert_int_equal(state_operator_message(b->state, "431002:audit:wu", "look 1", &entry),
                     ERR_NOTFOUND);
}

static void bad_effects_fold_nothing(void **context)
{
    struct bench *b = *context;
    struct record record = {
        .kind = RECORD_SETTLEMENT, .sequence = 2, .time_ms = 2000, .msgid = MSGID};
    struct hash before, after;
    OK(store_digest(b->store, &before));
    effects_put_balance(b->effects, "P1", 5);
    OK(effects_done(b->effects, &record.effects));
    record.effects.size--; /* the last value is cut */
    assert_int_equal(state_apply(b->state, &record), ERR_CORRUPT);
    record.effects.size++;
    record.msgid[0] = '\0'; /* nobody could repeat it */
    assert_int_equal(state_apply(b->state, &record), ERR_CORRUPT);
    OK(store_digest(b->store, &after));
    assert_memory_equal(before.bytes, after.bytes, HASH_SIZE);
    assert_int_equal(state_sequence(b->state), 1);
}

static void apply_gap(void *context)
{
    struct bench *b = context;
    struct record record = {
        .kind = RECORD_SETTLEMENT, .sequence = 3, .time_ms = 2000, .msgid = MSGID};
    (void)!state_apply(b->state, &record);
}

static void apply_past(void *context)
{
    struct bench *b = context;
    struct record record = {
        .kind = RECORD_SETTLEMENT, .sequence = 2, .time_ms = 999, .msgid = MSGID};
    (void)!state_apply(b->state, &record);
}

static void broken_order_is_a_broken_invariant(void **context)
{
    assert_aborts(apply_gap, *context);
    assert_aborts(apply_past, *context);
}

static void the_fold_is_deterministic(void **context)
{
    struct bench *a = *context;
    void *other;
    bench_open(&other);
    struct bench *b = other;
    struct person person = person_sample("P1", "1");
    struct bench *const both[] = {a, b};
    struct hash digests[2];
    for (int i = 0; i < 2; i++) {
        struct record record = {.kind = RECORD_MEMBERS,
                                .schema = SCHEMA_OPERATOR,
                                .time_ms = 5000,
                                .actor = "x",
                                .msgid = "1"};
        effects_put_person(both[i]->effects, &person, NULL);
        OK(bench_apply(both[i], &record));
        OK(store_digest(both[i]->store, &digests[i]));
    }
    assert_memory_equal(digests[0].bytes, digests[1].bytes, HASH_SIZE);
    bench_close(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(terminals_and_operators_are_found_again),
        BENCH_TEST(bad_effects_fold_nothing),
        BENCH_TEST(broken_order_is_a_broken_invariant),
        BENCH_TEST(the_fold_is_deterministic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
