/* lib/wire/statement: what 3201 must say, and its answer through protobuf-c. */
#include "one_arena.h"

#include "model/reply.h"

static struct problems problems;
static struct request request;

static enum err read_statement(const Copay__Statement *m)
{
    struct sample s;
    sample_init(&s);
    s.request.infno = "3201";
    s.request.settle = NULL;
    s.request.statement = (Copay__Statement *)m;
    struct slice body = pack(&s.request);
    enum err err = wire_read_request_body(body, arena, &request, &problems);
    slice_free(body);
    return err;
}

static Copay__Statement good(void)
{
    Copay__Statement m = COPAY__STATEMENT__INIT;
    m.insutype = "310";
    m.clr_type = "11";
    m.setl_optins = "431002";
    m.stmt_begndate = 20000;
    m.stmt_enddate = 20000 + STATEMENT_DAYS_MAX - 1;
    m.has_medfee_sumamt = m.has_fund_pay_sumamt = m.has_acct_pay = m.has_fixmedins_setl_cnt = 1;
    m.medfee_sumamt = 5;
    m.fund_pay_sumamt = 4;
    m.acct_pay = 3;
    m.fixmedins_setl_cnt = -2;
    return m;
}

static void a_statement_is_read(void **state)
{
    (void)state;
    Copay__Statement m = good();
    assert_int_equal(read_statement(&m), ERR_OK);
    assert_int_equal(request.kind, REQUEST_STATEMENT);
    assert_false(request_writes(&request));
    const struct statement_query *q = &request.statement;
    assert_string_equal(q->kind.insutype, "310");
    assert_string_equal(q->kind.clr_type, "11");
    assert_string_equal(q->kind.setl_optins, "431002");
    assert_false(q->refd_given);
    assert_true(q->figures_given);
    assert_int_equal(q->figures.medfee_sumamt, 5);
    assert_int_equal(q->figures.fund_pay_sumamt, 4);
    assert_int_equal(q->figures.acct_pay, 3);
    assert_int_equal(q->figures.setl_cnt, -2);
    m.has_refd_setl_flag = m.refd_setl_flag = 1;
    assert_int_equal(read_statement(&m), ERR_OK);
    assert_true(request.statement.refd_given && request.statement.refd_setl_flag);
    m = (Copay__Statement)COPAY__STATEMENT__INIT;
    m.stmt_begndate = 20000;
    m.stmt_enddate = 20030;
    assert_int_equal(read_statement(&m), ERR_OK);
    assert_string_equal(request.statement.kind.insutype, "");
    assert_false(request.statement.figures_given);
}

static void assert_fault(const Copay__Statement *m, enum reason reason, const char *field)
{
    assert_int_equal(read_statement(m), ERR_INVALID);
    assert_true(has_problem(&problems, reason, field, ""));
}

static void what_is_missing_or_too_much_is_named(void **state)
{
    (void)state;
    Copay__Statement m = good();
    m.stmt_enddate++;
    assert_fault(&m, REASON_STATEMENT_DATES, "stmt_enddate");
    m.stmt_enddate = m.stmt_begndate - 1;
    assert_fault(&m, REASON_STATEMENT_DATES, "stmt_enddate");
    m.stmt_enddate = INT32_MIN;
    assert_fault(&m, REASON_FIELD_INVALID, "stmt_enddate");
    m = good();
    m.clr_type = NULL;
    assert_fault(&m, REASON_FIELD_MISSING, "clr_type");
    m = good();
    m.insutype = "";
    assert_fault(&m, REASON_FIELD_MISSING, "insutype");
    m = good();
    m.setl_optins = "4310";
    assert_fault(&m, REASON_FIELD_INVALID, "setl_optins");
    m = good();
    m.has_acct_pay = 0;
    assert_fault(&m, REASON_FIELD_MISSING, "acct_pay");
    m = good();
    m.insutype = m.clr_type = m.setl_optins = NULL;
    assert_fault(&m, REASON_FIELD_INVALID, "medfee_sumamt");
    assert_true(has_problem(&problems, REASON_STATEMENT_DATES, "stmt_enddate", ""));
}

static struct statement_totals totals_of(int64_t n)
{
    return (struct statement_totals){.gross = {n, 10 * n, 7 * n, 1, 2},
                                     .voids = {1, -10, -7, -1, 0},
                                     .net = {n - 1, 0, 0, 0, 2}};
}

static Copay__Reply *written(const struct statement *statement)
{
    const struct reply reply = {
        .request = &request, .outcome = OUTCOME_DONE, .statement = statement};
    struct slice body;
    assert_int_equal(wire_write_reply(&reply, arena, &body), ERR_OK);
    Copay__Reply *back = copay__reply__unpack(NULL, body.size, body.data);
    assert_non_null(back);
    return back;
}

static void an_answer_says_all(void **state)
{
    (void)state;
    Copay__Statement m = good();
    assert_int_equal(read_statement(&m), ERR_OK);
    struct statement *s = calloc(1, sizeof *s);
    s->compared = true;
    s->result = STATEMENT_THEIRS_MORE;
    s->totals = totals_of(INT64_C(9999999999999));
    s->day_count = STATEMENT_DAYS_MAX;
    s->kind_count = STATEMENT_KINDS_MAX;
    s->kinds_more = 3;
    for (int i = 0; i < STATEMENT_DAYS_MAX; i++) {
        s->days[i].date = 20000 + i;
        s->days[i].totals = totals_of(i);
    }
    for (int i = 0; i < STATEMENT_KINDS_MAX; i++) {
        s->kinds[i].kind = (struct statement_kind){"310", "9909", "431002"};
        s->kinds[i].totals = totals_of(i);
    }
    Copay__Reply *back = written(s);
    const Copay__StatementInfo *info = back->stmtinfo;
    assert_int_equal(info->stmt_rslt, 2);
    assert_string_equal(info->stmt_rslt_dscr, "医药机构多");
    assert_int_equal(info->totals->gross->medfee_sumamt, INT64_C(99999999999990));
    assert_int_equal(info->totals->voids->medfee_sumamt, -10);
    assert_int_equal(info->totals->net->psn_cash_pay, 2);
    assert_int_equal(info->n_days, STATEMENT_DAYS_MAX);
    assert_int_equal(info->days[91]->business_date, 20091);
    assert_int_equal(info->days[91]->totals->gross->setl_cnt, 91);
    assert_int_equal(info->n_kinds, STATEMENT_KINDS_MAX);
    assert_string_equal(info->kinds[9]->clr_type, "9909");
    assert_int_equal(info->kinds[9]->totals->gross->fund_pay_sumamt, 63);
    assert_int_equal(info->kinds_more, 3);
    copay__reply__free_unpacked(back, NULL);
    free(s);
}

static void what_was_not_compared_has_no_result(void **state)
{
    (void)state;
    Copay__Statement m = good();
    assert_int_equal(read_statement(&m), ERR_OK);
    struct statement *s = calloc(1, sizeof *s);
    Copay__Reply *back = written(s);
    assert_false(back->stmtinfo->has_stmt_rslt);
    assert_null(back->stmtinfo->stmt_rslt_dscr);
    assert_int_equal(back->stmtinfo->n_days, 0);
    copay__reply__free_unpacked(back, NULL);
    free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_statement_is_read),
        cmocka_unit_test(what_is_missing_or_too_much_is_named),
        cmocka_unit_test(an_answer_says_all),
        cmocka_unit_test(what_was_not_compared_has_no_result),
    };
    return cmocka_run_group_tests_name("statement", tests, setup, teardown);
}
