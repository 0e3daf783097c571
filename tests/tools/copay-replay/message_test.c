/* What is packed by hand, unpacked by protobuf-c; what protobuf-c packs, read by the walk. */
#include "message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "answer.h"
#include "wire/frame.h"

#define MSGID "H43100299001202606010930000001"
#define SETL_ID "431000202606010000000000000042"
#define NOW INT64_C(1780000000123)

static const struct terminal terminal = {"H43100299001", "431000", "99001", "R0001", 1500};
static struct message m;

static int end(void **state)
{
    (void)state;
    message_free(&m);
    return 0;
}

static Copay__RequestEnvelope *unpack(Copay__Request **request)
{
    struct frame_head head;
    assert_int_equal(frame_head_read(m.bytes + m.start, &head), ERR_OK);
    assert_int_equal(head.envelope_size + FRAME_HEAD, m.size);
    assert_int_equal(head.schema, 0);
    Copay__RequestEnvelope *e =
        copay__request_envelope__unpack(NULL, head.envelope_size, m.bytes + m.start + FRAME_HEAD);
    assert_non_null(e);
    assert_int_equal(e->body.len, m.body_size);
    assert_memory_equal(e->body.data, m.bytes + m.body_at, m.body_size);
    *request = copay__request__unpack(NULL, e->body.len, e->body.data);
    assert_non_null(*request);
    assert_string_equal(e->insuplc_admdvs, "431000");
    assert_string_equal(e->msgid, MSGID);
    assert_string_equal((*request)->msgid, MSGID);
    assert_string_equal((*request)->fixmedins_code, "H43100299001");
    assert_string_equal((*request)->mdtrtarea_admvs, "431000");
    assert_string_equal((*request)->opter, "99001");
    assert_string_equal((*request)->dev_no, "R0001");
    assert_true((*request)->inf_time == NOW);
    assert_int_equal(e->patience_ms, 1500);
    return e;
}

static void free_both(Copay__RequestEnvelope *e, Copay__Request *request)
{
    copay__request_envelope__free_unpacked(e, NULL);
    copay__request__free_unpacked(request, NULL);
}

static struct bill make_bill(size_t lines)
{
    static char psn_no[] = "pppppppppppppppppppp", ticket[] = "tttttttttttttttttttt";
    Copay__Settle settle = COPAY__SETTLE__INIT;
    Copay__Line line = COPAY__LINE__INIT, **list = calloc(lines, sizeof(Copay__Line *));
    line.feedetl_sn = "1";
    line.med_list_codg = "XA07BCA05D0010071290096";
    for (size_t i = 0; i < lines; i++)
        list[i] = &line;
    settle.psn_no = psn_no;
    settle.ipt_otp_no = ticket;
    settle.mdtrt_cert_type = "99";
    settle.med_type = "11";
    settle.n_lines = lines;
    settle.lines = list;
    struct bill bill = {malloc(copay__settle__get_packed_size(&settle))};
    bill.size = (uint32_t)copay__settle__pack(&settle, bill.bytes);
    const uint8_t *p = memmem(bill.bytes, bill.size, psn_no, MEMBER_PSN_NO);
    const uint8_t *t = memmem(bill.bytes, bill.size, ticket, TICKET);
    bill.psn_no_at = (uint32_t)(p - bill.bytes);
    bill.ticket_at = (uint32_t)(t - bill.bytes);
    free(list);
    return bill;
}

/* Lengths of one, two and three bytes of varint. */
static void test_settle(void **state)
{
    static const size_t lines[] = {1, 10, 600};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct bill bill = make_bill(lines[i]);
        Copay__Request *request;
        message_settle(&m, &terminal, "2207", MSGID, &bill, "43100099000000000007",
                       "RP202606010930000001", NULL, NOW);
        Copay__RequestEnvelope *e = unpack(&request);
        assert_string_equal(request->infno, "2207");
        assert_int_equal(request->settle->n_lines, lines[i]);
        assert_string_equal(request->settle->psn_no, "43100099000000000007");
        assert_string_equal(request->settle->ipt_otp_no, "RP202606010930000001");
        assert_null(request->settle->agreed);
        free_both(e, request);
        free(bill.bytes);
    }
}

static void test_agreed_figures(void **state)
{
    static const struct agreed figures[] = {{0, 0}, {1, 63}, {64, 8191}, {123456789012, 40000}};
    struct bill bill = make_bill(3);
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        Copay__Request *request;
        message_settle(&m, &terminal, "2304", MSGID, &bill, "43100099000000000007",
                       "RP202606010930000001", &figures[i], NOW);
        Copay__RequestEnvelope *e = unpack(&request);
        assert_int_equal(request->settle->n_lines, 3);
        assert_true(request->settle->agreed->psn_cash_pay == figures[i].psn_cash_pay);
        assert_true(request->settle->agreed->acct_pay == figures[i].acct_pay);
        free_both(e, request);
    }
    free(bill.bytes);
}

static void test_others(void **state)
{
    Copay__Request *request;
    (void)state;
    message_void(&m, &terminal, "2208", MSGID, SETL_ID, "43100099000000000007", NOW);
    Copay__RequestEnvelope *e = unpack(&request);
    assert_string_equal(request->void_order->setl_id, SETL_ID);
    assert_string_equal(request->void_order->psn_no, "43100099000000000007");
    free_both(e, request);
    message_person(&m, &terminal, MSGID, "43100099000000000007", NOW);
    e = unpack(&request);
    assert_string_equal(request->person_query->psn_no, "43100099000000000007");
    free_both(e, request);
    message_query(&m, &terminal, MSGID, "H43100299001202606010930000002", NOW);
    e = unpack(&request);
    assert_string_equal(request->settlement_query->msgid, "H43100299001202606010930000002");
    free_both(e, request);
}

/* A repeat is the same body, in an envelope that says which attempt it is. */
static void test_again(void **state)
{
    Copay__Request *request;
    (void)state;
    message_person(&m, &terminal, MSGID, "43100099000000000007", NOW);
    size_t size = m.size;
    uint8_t *body = malloc(m.body_size);
    memcpy(body, m.bytes + m.body_at, m.body_size);
    for (uint32_t attempt = 2; attempt <= 200; attempt++)
        message_again(&m, NOW + attempt);
    Copay__RequestEnvelope *e = unpack(&request);
    assert_int_equal(m.size, size);
    assert_memory_equal(body, m.bytes + m.body_at, m.body_size);
    assert_true(e->sent_time == NOW + 200);
    assert_int_equal(e->attempt, 127); /* as far as one byte counts */
    free_both(e, request);
    free(body);
}

static void test_parts(void **state)
{
    struct frame_parts parts;
    (void)state;
    message_person(&m, &terminal, MSGID, "43100099000000000007", NOW);
    struct slice frame = {m.bytes + m.start, m.size};
    assert_true(message_parts(frame, &parts));
    assert_string_equal(parts.infno, "1101");
    assert_string_equal(parts.dev_no, "R0001");
    assert_int_equal(parts.body.size, m.body_size);
    for (size_t cut = 0; cut < FRAME_HEAD + parts.body.size; cut++)
        assert_false(message_parts((struct slice){frame.data, cut}, &parts));
}

static size_t pack_answer(uint8_t *out, size_t *body_size)
{
    static uint8_t body[1024];
    Copay__Problem problem = COPAY__PROBLEM__INIT, *problems[] = {&problem};
    Copay__Settlement s = COPAY__SETTLEMENT__INIT;
    Copay__Reply reply = COPAY__REPLY__INIT;
    Copay__ReplyEnvelope envelope = COPAY__REPLY_ENVELOPE__INIT;
    problem.code = 5002;
    problem.zh = problem.en = "x";
    s.setl_id = SETL_ID;
    s.insutype = "310";
    s.clr_type = "11";
    s.setl_optins = "431002";
    s.has_refd_setl_flag = s.refd_setl_flag = true;
    s.has_medfee_sumamt = s.has_fund_pay_sumamt = s.has_acct_pay = s.has_psn_cash_pay = true;
    s.medfee_sumamt = -12345;
    s.fund_pay_sumamt = -12000;
    s.acct_pay = -300;
    s.psn_cash_pay = -45;
    reply.infno = "2208";
    reply.msgid = MSGID;
    reply.outcome = COPAY__OUTCOME__OUTCOME_REFUSED;
    reply.n_errors = 1;
    reply.errors = problems;
    reply.settlement = &s;
    *body_size = copay__reply__pack(&reply, body);
    envelope.body.data = body;
    envelope.body.len = *body_size;
    envelope.has_repeated = envelope.repeated = envelope.has_retry_after_ms = true;
    envelope.retry_after_ms = 250;
    return copay__reply_envelope__pack(&envelope, out);
}

static void test_answer(void **state)
{
    uint8_t bytes[2048];
    size_t body_size, size = pack_answer(bytes, &body_size);
    struct answer a;
    (void)state;
    assert_true(answer_read((struct slice){bytes, size}, &a));
    assert_int_equal(a.body.size, body_size);
    assert_int_equal(a.msgid.size, ID_MSGID);
    assert_memory_equal(a.msgid.data, MSGID, ID_MSGID);
    assert_int_equal(a.outcome, COPAY__OUTCOME__OUTCOME_REFUSED);
    assert_int_equal(a.reason, 5002);
    assert_int_equal(a.retry_after_ms, 250);
    assert_true(a.repeated && a.refunded);
    assert_memory_equal(a.setl_id.data, SETL_ID, ID_SETL);
    assert_true(a.medfee_sumamt == -12345 && a.fund_pay_sumamt == -12000 && a.acct_pay == -300 &&
                a.psn_cash_pay == -45);
    /* Cut anywhere in the body it is no reply; nothing is read behind the end. */
    for (size_t cut = 0; cut <= body_size; cut++) {
        uint8_t *copy = malloc(cut + 1);
        memcpy(copy, bytes, cut);
        assert_false(answer_read((struct slice){copy, cut}, &a));
        free(copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_settle, end),
        cmocka_unit_test_teardown(test_agreed_figures, end),
        cmocka_unit_test_teardown(test_others, end),
        cmocka_unit_test_teardown(test_again, end),
        cmocka_unit_test_teardown(test_parts, end),
        cmocka_unit_test(test_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
