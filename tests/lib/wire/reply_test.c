/* lib/wire/reply: refusals, changed bills, found answers; a too small arena is told. */
#include "answers.h"
#include "one_arena.h"

static struct settled settled;

static void a_refusal_lists_its_problems(void **state)
{
    (void)state;
    static struct problems problems;
    for (int i = 0; i < ERRORS_MAX + 3; i++)
        problem_add(&problems, REASON_ITEM_UNKNOWN, "med_list_codg", "L1", "X1");
    struct request request = {.infno = "2207", .msgid = SAMPLE_MSGID};
    struct reply reply = {.request = &request,
                          .outcome = OUTCOME_REFUSED,
                          .problems = &problems,
                          .setl_id = "431000202511130000000000000042",
                          .setl_id_count = 2,
                          .setl_ids = {"a", "b"}};
    Copay__Reply *m = write_and_read(&reply, arena);
    assert_int_equal(m->outcome, COPAY__OUTCOME__OUTCOME_REFUSED);
    assert_null(m->inf_refmsgid);
    assert_int_equal(m->n_errors, ERRORS_MAX);
    assert_int_equal(m->errors_more, 3);
    assert_int_equal(m->errors[0]->code, REASON_ITEM_UNKNOWN);
    assert_string_equal(m->errors[0]->field, "med_list_codg");
    assert_string_equal(m->errors[0]->feedetl_sn, "L1");
    assert_non_null(strstr(m->errors[0]->zh, "目录编码不存在"));
    assert_string_equal(m->setl_id, "431000202511130000000000000042");
    assert_int_equal(m->n_setl_ids, 2);
    assert_string_equal(m->setl_ids[1], "b");
    assert_null(m->settlement);
    copay__reply__free_unpacked(m, NULL);
}

static void a_message_without_names_is_still_answered(void **state)
{
    (void)state;
    static struct problems problems;
    problem_add(&problems, REASON_MALFORMED, NULL, NULL, NULL);
    struct request request = {.msgid = ""};
    struct reply reply = {.request = &request, .outcome = OUTCOME_REFUSED, .problems = &problems};
    Copay__Reply *m = write_and_read(&reply, arena);
    assert_string_equal(m->msgid, "");
    assert_null(m->errors[0]->field);
    copay__reply__free_unpacked(m, NULL);
}

static void changed_shows_both_bills(void **state)
{
    (void)state;
    settled_init(&settled);
    settled.request.claim.agreed_psn_cash_pay = 13000;
    settled.request.claim.agreed_acct_pay = 0;
    settled.reply.outcome = OUTCOME_REFUSED;
    settled.reply.agreed_given = true;
    Copay__Reply *m = write_and_read(&settled.reply, arena);
    assert_true(m->settlement->psn_cash_pay == 14000);
    assert_true(m->agreed->psn_cash_pay == 13000 && m->agreed->has_acct_pay);
    assert_false(m->agreed->has_medfee_sumamt);
    copay__reply__free_unpacked(m, NULL);
}

static void a_found_answer_is_carried_byte_for_byte(void **state)
{
    (void)state;
    struct request request = {.infno = "5203", .msgid = SAMPLE_MSGID};
    struct reply reply = {.request = &request, .outcome = OUTCOME_DONE};
    reply.found.infno = "2207";
    reply.found.msgid = SAMPLE_MSGID;
    reply.found.outcome = OUTCOME_DONE;
    reply.found.setl_id = "s1";
    reply.found.void_setl_id = "";
    reply.found.reply = (struct slice){(const uint8_t *)"\0bytes", 6};
    Copay__Reply *m = write_and_read(&reply, arena);
    assert_string_equal(m->found->setl_id, "s1");
    assert_null(m->found->void_setl_id);
    assert_int_equal(m->found->reply.len, 6);
    assert_memory_equal(m->found->reply.data, "\0bytes", 6);
    copay__reply__free_unpacked(m, NULL);
}

static void what_became_of_a_reversed_message_is_said(void **state)
{
    (void)state;
    struct request request = {.infno = "2601", .msgid = SAMPLE_MSGID};
    struct reply reply = {.request = &request, .outcome = OUTCOME_DONE};
    reply.reversed.omsgid = "o1";
    reply.reversed.oinfno = "2304";
    reply.reversed.fate = FATE_VOIDED;
    reply.reversed.setl_id = "s1";
    reply.reversed.void_setl_id = "s2";
    Copay__Reply *m = write_and_read(&reply, arena);
    assert_string_equal(m->reversed->omsgid, "o1");
    assert_string_equal(m->reversed->oinfno, "2304");
    assert_int_equal(m->reversed->fate, COPAY__FATE__FATE_VOIDED);
    assert_string_equal(m->reversed->setl_id, "s1");
    assert_string_equal(m->reversed->void_setl_id, "s2");
    copay__reply__free_unpacked(m, NULL);
    reply.reversed.fate = FATE_BARRED;
    reply.reversed.setl_id = reply.reversed.void_setl_id = NULL;
    m = write_and_read(&reply, arena);
    assert_int_equal(m->reversed->fate, COPAY__FATE__FATE_BARRED);
    assert_null(m->reversed->setl_id);
    assert_null(m->reversed->void_setl_id);
    copay__reply__free_unpacked(m, NULL);
}

static void the_same_answer_is_the_same_bytes(void **state)
{
    (void)state;
    settled_init(&settled);
    struct slice first, second;
    assert_int_equal(wire_write_reply(&settled.reply, arena, &first), ERR_OK);
    assert_int_equal(wire_write_reply(&settled.reply, arena, &second), ERR_OK);
    assert_int_equal(first.size, second.size);
    assert_memory_equal(first.data, second.data, first.size);
}

static void a_small_arena_is_told(void **state)
{
    (void)state;
    settled_init(&settled);
    int failed = 0, passed = 0;
    for (size_t limit = 16; limit < 16384; limit += 64) {
        struct arena *small = arena_new(limit);
        struct slice body;
        enum err err = wire_write_reply(&settled.reply, small, &body);
        assert_true(err == ERR_OK || err == ERR_NOMEM);
        failed += err == ERR_NOMEM;
        passed += err == ERR_OK;
        arena_free(small);
    }
    assert_true(failed > 10 && passed > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refusal_lists_its_problems),
        cmocka_unit_test(a_message_without_names_is_still_answered),
        cmocka_unit_test(changed_shows_both_bills),
        cmocka_unit_test(a_found_answer_is_carried_byte_for_byte),
        cmocka_unit_test(what_became_of_a_reversed_message_is_said),
        cmocka_unit_test(the_same_answer_is_the_same_bytes),
        cmocka_unit_test(a_small_arena_is_told),
    };
    return cmocka_run_group_tests_name("reply", tests, setup, teardown);
}
