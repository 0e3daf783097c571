/* lib/settle/query: 5203 hands back the stored reply, to its own institution alone. */
#include "fixture.h"

static const struct bill visit = {.lines = {{DRUG_A, 10000}}};

static void a_settlement_is_found_by_either_name(void **state)
{
    struct world *w = *state;
    char *setl_id = world_settled(w, &visit), *msgid = strdup(w->reply->msgid);
    struct slice stored = slice_copy(w->answer.body);
    const char *names[][2] = {{setl_id, NULL}, {NULL, msgid}, {setl_id, msgid}};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(world_send(w, query_pack(w, TOWNSHIP, names[i][0], names[i][1])),
                         SETTLE_ANSWER);
        assert_int_equal(w->needs_asked, 1);
        assert_int_equal(w->answer.outcome, OUTCOME_DONE);
        const Copay__Found *found = w->reply->found;
        assert_string_equal(found->infno, "2207");
        assert_string_equal(found->msgid, msgid);
        assert_string_equal(found->setl_id, setl_id);
        assert_null(found->void_setl_id);
        assert_int_equal(found->outcome, COPAY__OUTCOME__OUTCOME_DONE);
        assert_int_equal(found->reply.len, stored.size);
        assert_memory_equal(found->reply.data, stored.data, stored.size);
    }
    free((void *)stored.data);
    free(setl_id);
    free(msgid);
}

static void what_became_of_it_is_said(void **state)
{
    struct world *w = *state;
    char *setl_id = world_settled(w, &visit);
    world_void(w, "2208", TOWNSHIP, RESIDENT, setl_id);
    char *document = strdup(w->reply->settlement->setl_id);
    world_send(w, query_pack(w, TOWNSHIP, setl_id, NULL));
    assert_string_equal(w->reply->found->void_setl_id, document);
    world_send(w, query_pack(w, TOWNSHIP, document, NULL));
    assert_string_equal(w->reply->found->infno, "2208");
    assert_string_equal(w->reply->found->setl_id, document);
    free(document);
    free(setl_id);
}

static void a_recorded_refusal_is_found_too(void **state)
{
    struct world *w = *state;
    struct bill bill = visit;
    bill.psn_no = "P999";
    world_bill(w, &bill);
    char *msgid = strdup(w->reply->msgid);
    world_send(w, query_pack(w, TOWNSHIP, NULL, msgid));
    assert_int_equal(w->reply->found->outcome, COPAY__OUTCOME__OUTCOME_REFUSED);
    assert_null(w->reply->found->setl_id);
    free(msgid);
}

static void what_is_not_there_or_not_theirs_reads_the_same(void **state)
{
    struct world *w = *state;
    char *setl_id = world_settled(w, &visit), *msgid = strdup(w->reply->msgid);
    uint32_t records = w->record_count;
    world_send(w, query_pack(w, HOSPITAL, setl_id, NULL));
    assert_refused(w, SETTLE_ANSWER, REASON_SETTLEMENT_UNKNOWN);
    world_send(w, query_pack(w, HOSPITAL, NULL, msgid));
    assert_refused(w, SETTLE_ANSWER, REASON_MESSAGE_UNKNOWN);
    world_send(w, query_pack(w, TOWNSHIP, "431000202603100000000000000099", NULL));
    assert_refused(w, SETTLE_ANSWER, REASON_SETTLEMENT_UNKNOWN);
    world_send(w, query_pack(w, TOWNSHIP, NULL, "H43100299004202603100900009999"));
    assert_refused(w, SETTLE_ANSWER, REASON_MESSAGE_UNKNOWN);
    world_send(w, query_pack(w, TOWNSHIP, setl_id, "H43100299004202603100900009999"));
    assert_refused(w, SETTLE_ANSWER, REASON_SETTLEMENT_UNKNOWN);
    assert_int_equal(w->record_count, records);
    free(setl_id);
    free(msgid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(a_settlement_is_found_by_either_name),
        WORLD_TEST(what_became_of_it_is_said),
        WORLD_TEST(a_recorded_refusal_is_found_too),
        WORLD_TEST(what_is_not_there_or_not_theirs_reads_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
