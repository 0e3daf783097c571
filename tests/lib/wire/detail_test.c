/* lib/wire/detail: what 3202 must say, and its answer through protobuf-c. */
#include "one_arena.h"

#include "model/reply.h"

static struct problems problems;
static struct request request;

struct asked_for {
    Copay__StatementDetail m;
    Copay__StatementRow row, *rows[DETAIL_ROWS_MAX + 1];
    Copay__StatementCursor from;
};

static void asked_init(struct asked_for *a)
{
    copay__statement_detail__init(&a->m);
    copay__statement_row__init(&a->row);
    copay__statement_cursor__init(&a->from);
    a->m.insutype = "310";
    a->m.clr_type = "11";
    a->m.setl_optins = "431002";
    a->m.stmt_begndate = 20000;
    a->m.stmt_enddate = 20010;
    a->m.n_rows = 2;
    a->m.rows = a->rows;
    a->row.setl_id = "431000202603100000000000000007";
    a->row.msgid = SAMPLE_MSGID;
    a->row.psn_no = "1";
    a->row.medfee_sumamt = -3;
    a->row.fund_pay_sumamt = -2;
    a->row.acct_pay = -1;
    a->row.refd_setl_flag = 1;
    for (size_t i = 0; i <= DETAIL_ROWS_MAX; i++)
        a->rows[i] = &a->row;
}

static enum err read_detail(const struct asked_for *a)
{
    struct sample s;
    sample_init(&s);
    s.request.infno = "3202";
    s.request.settle = NULL;
    s.request.statement_detail = (Copay__StatementDetail *)&a->m;
    struct slice body = pack(&s.request);
    arena_reset(arena);
    enum err err = wire_read_request_body(body, arena, &request, &problems);
    slice_free(body);
    return err;
}

static void a_list_is_read(void **state)
{
    (void)state;
    static struct asked_for a;
    asked_init(&a);
    assert_int_equal(read_detail(&a), ERR_OK);
    assert_int_equal(request.kind, REQUEST_DETAIL);
    assert_false(request_writes(&request));
    const struct detail_query *q = &request.detail;
    assert_int_equal(q->row_count, 2);
    assert_string_equal(q->rows[1].setl_id, a.row.setl_id);
    assert_string_equal(q->rows[1].msgid, SAMPLE_MSGID);
    assert_int_equal(q->rows[1].medfee_sumamt, -3);
    assert_int_equal(q->rows[1].fund_pay_sumamt, -2);
    assert_int_equal(q->rows[1].acct_pay, -1);
    assert_true(q->rows[1].refd_setl_flag);
    assert_int_equal(q->from.row, 0);
    assert_int_equal(q->from.date, 20000);
    a.m.from = &a.from;
    a.from.row = 2;
    a.from.has_business_date = a.from.has_refd_setl_flag = a.from.has_sequence = 1;
    a.from.business_date = 20005;
    a.from.refd_setl_flag = 1;
    a.from.sequence = 77;
    assert_int_equal(read_detail(&a), ERR_OK);
    assert_int_equal(request.detail.from.sequence, 77);
    assert_int_equal(request.detail.from.date, 20005);
    assert_true(request.detail.from.voids);
    asked_init(&a);
    a.m.n_rows = DETAIL_ROWS_MAX;
    assert_int_equal(read_detail(&a), ERR_OK);
}

static void assert_fault(const struct asked_for *a, enum reason reason, const char *field)
{
    assert_int_equal(read_detail(a), ERR_INVALID);
    assert_true(has_problem(&problems, reason, field, NULL));
}

static void what_is_wrong_is_named(void **state)
{
    (void)state;
    static struct asked_for a;
    asked_init(&a);
    a.m.n_rows = DETAIL_ROWS_MAX + 1;
    assert_fault(&a, REASON_STATEMENT_ROWS, NULL);
    asked_init(&a);
    a.row.setl_id = a.row.msgid = NULL;
    assert_fault(&a, REASON_FIELD_MISSING, "setl_id");
    asked_init(&a);
    a.row.psn_no = "";
    assert_fault(&a, REASON_FIELD_MISSING, "psn_no");
    asked_init(&a);
    a.row.setl_id = "4310002026031000000000000000077";
    assert_fault(&a, REASON_FIELD_TOO_LONG, "setl_id");
    asked_init(&a);
    a.m.insutype = a.m.clr_type = a.m.setl_optins = "";
    assert_fault(&a, REASON_FIELD_MISSING, "insutype");
    asked_init(&a);
    a.m.stmt_enddate = a.m.stmt_begndate + STATEMENT_DAYS_MAX;
    assert_fault(&a, REASON_STATEMENT_DATES, "stmt_enddate");
}

static void a_cursor_is_within_the_list_and_the_dates(void **state)
{
    (void)state;
    static struct asked_for a;
    asked_init(&a);
    a.m.from = &a.from;
    a.from.row = 3;
    assert_fault(&a, REASON_FIELD_INVALID, "from");
    a.from.row = 1;
    a.from.has_sequence = 1;
    a.from.sequence = 5; /* rows are not done */
    assert_fault(&a, REASON_FIELD_INVALID, "from");
    a.from.row = 2;
    a.from.has_business_date = 1;
    a.from.business_date = 20011;
    assert_fault(&a, REASON_FIELD_INVALID, "from");
    a.from.business_date = 20010;
    assert_int_equal(read_detail(&a), ERR_OK);
}

static void an_answer_says_all(void **state)
{
    (void)state;
    static struct asked_for a;
    asked_init(&a);
    assert_int_equal(read_detail(&a), ERR_OK);
    struct detail_difference lacks = {.cause = DETAIL_LACKS,
                                      .ours_given = true,
                                      .setl_id = "431000202603100000000000000007",
                                      .ours_msgid = SAMPLE_MSGID,
                                      .infno = "2208",
                                      .psn_no = "1",
                                      .date = 20001,
                                      .refd_setl_flag = true,
                                      .medfee_sumamt = -5,
                                      .fund_pay_sumamt = -4,
                                      .acct_pay = -1},
                             unknown = {.cause = DETAIL_UNKNOWN,
                                        .next = &lacks,
                                        .row_given = true,
                                        .row = 1,
                                        .msgid = SAMPLE_MSGID},
                             figures = lacks;
    figures.cause = DETAIL_FIGURES;
    figures.next = &unknown;
    figures.row_given = true;
    figures.row = 0;
    figures.field = "acct_pay";
    const struct detail detail = {.row_count = 2,
                                  .setl_count = 9,
                                  .first = &figures,
                                  .more = true,
                                  .next = {2, 20003, true, 44}};
    const struct reply reply = {.request = &request, .outcome = OUTCOME_DONE, .detail = &detail};
    struct slice body;
    assert_int_equal(wire_write_reply(&reply, arena, &body), ERR_OK);
    Copay__Reply *back = copay__reply__unpack(NULL, body.size, body.data);
    const Copay__StatementDifferences *found = back->stmtdetail;
    assert_int_equal(found->row_cnt, 2);
    assert_int_equal(found->setl_cnt, 9);
    assert_int_equal(found->n_differences, 3);
    assert_int_equal(found->differences[0]->stmt_rslt, 3);
    assert_string_equal(found->differences[0]->field, "acct_pay");
    assert_int_equal(found->differences[0]->row, 0);
    assert_int_equal(found->differences[1]->stmt_rslt, 2);
    assert_string_equal(found->differences[1]->msgid, SAMPLE_MSGID);
    assert_null(found->differences[1]->setl_id);
    assert_int_equal(found->differences[2]->stmt_rslt, 1);
    assert_string_equal(found->differences[2]->infno, "2208");
    assert_int_equal(found->differences[2]->medfee_sumamt, -5);
    assert_false(found->differences[2]->has_row);
    assert_int_equal(found->next->sequence, 44);
    assert_int_equal(found->next->business_date, 20003);
    assert_true(found->next->refd_setl_flag);
    copay__reply__free_unpacked(back, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_is_read),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(a_cursor_is_within_the_list_and_the_dates),
        cmocka_unit_test(an_answer_says_all),
    };
    return cmocka_run_group_tests_name("detail", tests, setup, teardown);
}
