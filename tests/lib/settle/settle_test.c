/* lib/settle/settle: repeats, reused and stale message numbers, regions, retries; the same inputs
 * give the same bytes. */
#include "fixture.h"

#include "base/hash.h"

static const struct bill visit = {.lines = {{DRUG_A, 10000}, {DRUG_B, 5000}}};

static void a_repeat_is_the_stored_answer(void **state)
{
    struct world *w = *state;
    struct slice body = bill_pack(w, &visit), again = slice_copy(body);
    assert_int_equal(world_send(w, body), SETTLE_RECORD);
    assert_true(w->answer.tally_given);
    uint64_t sequence = w->answer.sequence;
    struct slice first = slice_copy(w->answer.body);
    uint32_t records = w->record_count;
    w->now_ms += DAY_MS * 30; /* however late */
    assert_int_equal(world_send(w, again), SETTLE_REPEAT);
    assert_int_equal(w->answer.sequence, sequence);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    assert_int_equal(w->answer.body.size, first.size);
    assert_memory_equal(w->answer.body.data, first.data, first.size);
    assert_int_equal(w->record_count, records);
    assert_false(w->answer.tally_given);
    free((void *)first.data);
}

static void other_content_under_the_same_msgid_is_refused(void **state)
{
    struct world *w = *state;
    struct bill bill = visit;
    char msgid[ID_MSGID + 1];
    snprintf(msgid, sizeof msgid, "%s", world_msgid(w, TOWNSHIP));
    bill.msgid = msgid;
    free(world_settled(w, &bill));
    uint32_t records = w->record_count;
    bill.lines[0].fen = 10001;
    world_bill(w, &bill);
    assert_refused(w, SETTLE_ANSWER, REASON_MSGID_REUSED);
    assert_int_equal(w->record_count, records); /* never recorded */
    bill.infno = "2206";
    world_bill(w, &bill); /* nor may a question wear it */
    assert_refused(w, SETTLE_ANSWER, REASON_MSGID_REUSED);
}

static void stale_and_future_msgids_are_refused(void **state)
{
    struct world *w = *state;
    struct bill bill = visit;
    char msgid[ID_MSGID + 1];
    int64_t now_ms = w->now_ms;
    snprintf(msgid, sizeof msgid, "%s", world_msgid(w, TOWNSHIP));
    bill.msgid = msgid;
    w->now_ms = now_ms + MSGID_AGE_MAX_MS + 1;
    world_bill(w, &bill);
    assert_refused(w, SETTLE_ANSWER, REASON_MSGID_DATE);
    w->now_ms = now_ms + MSGID_AGE_MAX_MS; /* seven days to the second are fine */
    free(world_settled(w, &bill));
    w->now_ms += MSGID_AGE_MAX_MS + 1000;
    snprintf(msgid, sizeof msgid, "%s", world_msgid(w, TOWNSHIP));
    w->now_ms -= MSGID_AGE_MAX_MS + 1000;
    world_bill(w, &bill);
    assert_refused(w, SETTLE_ANSWER, REASON_MSGID_DATE);
}

static void another_region_is_not_ours(void **state)
{
    struct world *w = *state;
    struct bill bill = visit;
    bill.insured = "430100";
    world_bill(w, &bill);
    assert_refused(w, SETTLE_ANSWER, REASON_REGION_WRONG);
}

static void a_recorded_refusal_stands_for_ever(void **state)
{
    struct world *w = *state;
    struct bill bill = visit;
    uint32_t records = w->record_count;
    bill.psn_no = RESIDENT;
    struct slice body = bill_pack(w, &bill), again = slice_copy(body);
    assert_int_equal(world_send(w, body), SETTLE_RECORD);
    assert_int_equal(w->answer.outcome, OUTCOME_REFUSED);
    assert_int_equal(world_reason(w), REASON_PERSON_UNKNOWN);
    assert_int_equal(w->answer.record.kind, RECORD_REFUSAL);
    assert_int_equal(w->answer.record.effects.size, 0);
    assert_int_equal(w->record_count, records + 1);
    world_import(w); /* now the person is known */
    assert_int_equal(world_send(w, again), SETTLE_REPEAT);
    assert_int_equal(w->answer.outcome, OUTCOME_REFUSED);
    assert_int_equal(world_reason(w), REASON_PERSON_UNKNOWN);
    free(world_settled(w, &bill)); /* under a new msgid it is settled */
}

static int open_without_members(void **state)
{
    world_open_bare(state);
    world_activate(*state, "0.70");
    return 0;
}

static void without_a_pack_it_is_retry(void **state)
{
    struct world *w = *state;
    world_import(w);
    uint32_t records = w->record_count;
    assert_int_equal(world_bill(w, &visit), SETTLE_ANSWER);
    assert_int_equal(w->answer.outcome, OUTCOME_RETRY);
    assert_int_equal(w->answer.reason, REASON_NO_POLICY);
    assert_true(w->answer.retry_after_ms > 0);
    assert_int_equal(world_send(w, person_pack(w, RESIDENT, NULL, NULL)), SETTLE_ANSWER);
    assert_int_equal(w->answer.outcome, OUTCOME_RETRY);
    assert_int_equal(w->record_count, records);
}

static void an_old_pack_never_stands_in_for_the_active_one(void **state)
{
    struct world *w = *state;
    struct pack *first = w->pack;
    world_activate(w, "0.50");
    settle_set_pack(w->settle, first);
    assert_int_equal(world_bill(w, &visit), SETTLE_ANSWER);
    assert_int_equal(w->answer.outcome, OUTCOME_RETRY);
    settle_set_pack(w->settle, w->pack);
    free(world_settled(w, &visit));
    assert_int_equal(w->reply->settlement->hifp_pay, (10000 + 4500) / 2);
}

static void the_same_inputs_give_the_same_bytes(void **state)
{
    struct world *w = *state;
    struct problems problems = {0};
    struct request request;
    struct slice body = bill_pack(w, &visit);
    struct arena *arenas[2] = {arena_new(REQUEST_ARENA_MAX), arena_new(REQUEST_ARENA_MAX)};
    struct arena *request_arena = arena_new(REQUEST_ARENA_MAX);
    struct settle_answer *answers = calloc(2, sizeof *answers);
    struct slice bytes[2];
    OK(wire_read_request_body(body, request_arena, &request, &problems));
    for (int i = 0; i < 2; i++) {
        OK(settle_request(w->settle, &request, w->now_ms, NULL, arenas[i], &answers[i]));
        assert_int_equal(answers[i].verdict, SETTLE_RECORD);
        size_t size = record_size(&answers[i].record);
        uint8_t *copy = malloc(size);
        struct writer writer = writer_on(copy, size);
        record_write(&writer, &answers[i].record);
        bytes[i] = (struct slice){copy, size};
    }
    assert_int_equal(bytes[0].size, bytes[1].size);
    assert_memory_equal(bytes[0].data, bytes[1].data, bytes[0].size);
    /* A record of the next sequence has another salt. */
    assert_memory_not_equal(answers[0].record.salt.bytes, (uint8_t[HASH_SHORT_SIZE]){0},
                            HASH_SHORT_SIZE);
    for (int i = 0; i < 2; i++) {
        free((void *)bytes[i].data);
        arena_free(arenas[i]);
    }
    arena_free(request_arena);
    free(answers);
    free((void *)body.data);
}

/* The codec refuses them too; here the request is made without it. */
static void control_characters_never_reach_a_key(void **state)
{
    struct world *w = *state;
    struct problems problems = {0};
    struct request request;
    struct slice body = bill_pack(w, &visit);
    struct arena *arena = arena_new(REQUEST_ARENA_MAX);
    OK(wire_read_request_body(body, arena, &request, &problems));
    request.claim.ipt_otp_no = "V\x1f"
                               "1";
    OK(settle_request(w->settle, &request, w->now_ms, NULL, w->arena, &w->answer));
    assert_int_equal(w->answer.verdict, SETTLE_ANSWER);
    assert_int_equal(w->answer.reason, REASON_FIELD_INVALID);
    request.claim.ipt_otp_no = "V1";
    request.dev_no = "T\n";
    OK(settle_request(w->settle, &request, w->now_ms, NULL, w->arena, &w->answer));
    assert_int_equal(w->answer.reason, REASON_FIELD_INVALID);
    arena_free(arena);
    free((void *)body.data);
}

static void genesis_names_the_region_and_binds_it(void **state)
{
    struct world *w = *state;
    struct settle *other;
    const struct settle_options wrong = {.region = "430100", .state = w->state};
    const struct settle_options no_region = {.region = "43", .state = w->state};
    struct record record;
    assert_int_equal(settle_new(&wrong, &other), ERR_INVALID);
    assert_int_equal(settle_new(&no_region, &other), ERR_INVALID);
    assert_string_equal(state_region(w->state), REGION);
    OK(record_read((struct slice){w->records[0].bytes, w->records[0].size}, &record));
    assert_int_equal(record.kind, RECORD_GENESIS);
    assert_int_equal(record.engine, ENGINE_VERSION);
}

static void a_retry_answer_needs_no_state(void **state)
{
    struct world *w = *state;
    struct problems problems = {0};
    struct request request;
    struct slice body = bill_pack(w, &visit), reply;
    OK(wire_read_request_body(body, w->arena, &request, &problems));
    OK(settle_retry(&request, REASON_OVERLOADED, w->now_ms, REGION, w->arena, &reply));
    Copay__Reply *m = copay__reply__unpack(NULL, reply.size, reply.data);
    assert_non_null(m);
    assert_int_equal(m->outcome, COPAY__OUTCOME__OUTCOME_RETRY);
    assert_int_equal(m->errors[0]->code, REASON_OVERLOADED);
    assert_string_equal(m->msgid, request.msgid);
    assert_string_equal(m->inf_refmsgid, "431000202603100900000000000000");
    copay__reply__free_unpacked(m, NULL);
    free((void *)body.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(a_repeat_is_the_stored_answer),
        WORLD_TEST(other_content_under_the_same_msgid_is_refused),
        WORLD_TEST(stale_and_future_msgids_are_refused),
        WORLD_TEST(another_region_is_not_ours),
        cmocka_unit_test_setup_teardown(a_recorded_refusal_stands_for_ever, open_without_members,
                                        world_close),
        BARE_TEST(without_a_pack_it_is_retry),
        WORLD_TEST(an_old_pack_never_stands_in_for_the_active_one),
        WORLD_TEST(the_same_inputs_give_the_same_bytes),
        WORLD_TEST(control_characters_never_reach_a_key),
        BARE_TEST(genesis_names_the_region_and_binds_it),
        WORLD_TEST(a_retry_answer_needs_no_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
