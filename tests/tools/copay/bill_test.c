/* tools/copay: columns by East Asian width, and what a person must find on a bill. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bill.h"
#include "table.h"

static void chinese_takes_two_cells(void **state)
{
    (void)state;
    assert_int_equal(text_width(""), 0);
    assert_int_equal(text_width("abc"), 3);
    assert_int_equal(text_width("医保a"), 5);
    assert_int_equal(text_width("（×）"), 5);
    assert_int_equal(text_width("𠀀"), 2);
}

static void columns_line_up(void **state)
{
    (void)state;
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    struct table t = table_of("lrl");
    table_add(&t, "名称", "1.00", "");
    table_add(&t, "x", "100.00", "末");
    table_print(&t, out);
    fclose(out);
    assert_string_equal(text, "  名称    1.00\n"
                              "  x     100.00  末\n");
    free(text);
}

static char *printed(const Copay__Request *request, const Copay__Reply *reply,
                     const Copay__ReplyEnvelope *envelope)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    bill_print(request, reply, envelope, out);
    fclose(out);
    return text;
}

static void a_bill_shows_its_figures_and_sources(void **state)
{
    (void)state;
    Copay__Request request = COPAY__REQUEST__INIT;
    Copay__Settle settle = COPAY__SETTLE__INIT;
    Copay__Line asked = COPAY__LINE__INIT, *asked_list[] = {&asked};
    Copay__Reply reply = COPAY__REPLY__INIT;
    Copay__ReplyEnvelope envelope = COPAY__REPLY_ENVELOPE__INIT;
    Copay__Settlement s = COPAY__SETTLEMENT__INIT, agreed = COPAY__SETTLEMENT__INIT;
    Copay__LineSplit line = COPAY__LINE_SPLIT__INIT, more = line, *lines[] = {&line, &more};
    Copay__SetlDetail row = COPAY__SETL_DETAIL__INIT, *rows[] = {&row};
    Copay__Step step = COPAY__STEP__INIT, *steps[] = {&step};
    Copay__Accumulator paid = COPAY__ACCUMULATOR__INIT, *accumulators[] = {&paid};
    Copay__Clause clause = COPAY__CLAUSE__INIT, *clauses[] = {&clause};
    Copay__Label label = COPAY__LABEL__INIT, *labels[] = {&label};
    request.settle = &settle;
    settle.n_lines = 1;
    settle.lines = asked_list;
    asked.feedetl_sn = line.feedetl_sn = "L1";
    asked.medins_list_name = "示例药品";
    reply.infno = "2207";
    reply.msgid = "m1";
    reply.outcome = COPAY__OUTCOME__OUTCOME_DONE;
    reply.settlement = &s;
    s.setl_id = "s1";
    s.medfee_sumamt = line.det_item_fee_sumamt = 10000;
    s.psn_selfpay_amt = 3400;
    s.psn_ownpay_amt = 0;
    s.psn_part_amt = s.psn_cash_pay = 3400;
    s.n_lines = 2;
    s.n_setldetail = s.n_steps = s.n_accumulators = 1;
    s.lines = lines;
    line.preselfpay_amt = 567;
    line.inscp_scp_amt = 9433;
    line.chrgitm_lv = 2;
    more.feedetl_sn = "L2";
    more.chrgitm_lv = 2; /* and its clause is the first line's */
    line.clause = row.clause = step.clause = clause.id = "C-1";
    s.setldetail = rows;
    row.layer = step.layer = label.id = "basic";
    label.name = "居民住院统筹";
    row.fund_pay_type = "390100";
    row.field = "hifp_pay";
    row.owner_kind = "county";
    row.owner = "431002";
    row.has_ratio = step.has_ratio = true;
    row.ratio = step.ratio = 6996;
    row.fund_payamt = s.hifp_pay = s.fund_pay_sumamt = step.amount = 6600;
    row.inscp_scp_amt = step.base_amt = 9433;
    s.steps = steps;
    step.code = 35;
    paid.insutype = "390";
    paid.kind = "paid";
    paid.scope = "inpatient";
    paid.moved = 6600;
    paid.value = 10000;
    s.accumulators = accumulators;
    clause.text = "条文";
    clause.provenance = "illustrative";
    envelope.n_clauses = envelope.n_names = 1;
    envelope.clauses = clauses;
    envelope.names = labels;
    static const char *const expected[] = {"结算单号 s1", "示例药品",
                                           "5.67",        "94.33",
                                           "乙类〔C-1〕", "居民住院统筹（basic）",
                                           "69.96%",      "66.00",
                                           "34.00",       "参保县区基金 431002",
                                           "个人自付",    "个人自费",
                                           "100.00",      "〔C-1〕条文（示例数据）"};
    char *text = printed(&request, &reply, &envelope);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_non_null(strstr(text, expected[i]));
    assert_non_null(strstr(strstr(text, "乙类〔C-1〕") + 1, "乙类〔C-1〕"));
    assert_non_null(strstr(text, "94.33 × 69.96% = 66.00"));
    assert_null(strstr(strstr(text, "费用明细"), " \n"));
    free(text);
    step.has_limit = true;
    step.limit = 3000000;
    text = printed(&request, &reply, &envelope);
    assert_non_null(strstr(text, "94.33 × 69.96% = 66.00（30000.00 以内）"));
    free(text);
    step.code = 37;
    text = printed(&request, &reply, &envelope);
    assert_non_null(strstr(text, "限额余额 30000.00，支付 66.00"));
    free(text);
    step.clause = NULL;
    text = printed(&request, &reply, &envelope);
    assert_non_null(strstr(text, "计算 94.33，以本次费用的未付部分为限，按 66.00"));
    free(text);
    step.code = 250;
    text = printed(&request, &reply, &envelope);
    assert_non_null(strstr(text, "步骤 250：66.00"));
    free(text);
    s.setl_id = NULL;
    text = printed(&request, &reply, &envelope);
    assert_non_null(strstr(text, "预结算单"));
    free(text);
    reply.outcome = COPAY__OUTCOME__OUTCOME_REFUSED; /* evidence is no bill */
    text = printed(&request, &reply, &envelope);
    assert_null(strstr(text, "预结算单"));
    free(text);
    reply.agreed = &agreed; /* but changed figures are the new bill */
    text = printed(&request, &reply, &envelope);
    assert_non_null(strstr(text, "预结算单"));
    free(text);
}

static void a_tally_is_not_of_one_day(void **state)
{
    (void)state;
    Copay__Request request = COPAY__REQUEST__INIT;
    Copay__Reply reply = COPAY__REPLY__INIT;
    Copay__ReplyEnvelope envelope = COPAY__REPLY_ENVELOPE__INIT;
    Copay__Tally tally = COPAY__TALLY__INIT;
    reply.msgid = "m1";
    envelope.tally = &tally;
    tally.business_date = 20454; /* 2026-01-01 */
    tally.insutype = "390";
    tally.clr_type = "11";
    tally.setl_cnt = 3;
    char *text = printed(&request, &reply, &envelope);
    assert_non_null(strstr(text, "结算累计（截至 2026-01-01，险种 390，清算类别 11）：3 笔"));
    free(text);
}

static void a_refusal_shows_code_field_line_and_what_comes_first(void **state)
{
    (void)state;
    Copay__Reply reply = COPAY__REPLY__INIT;
    Copay__Problem problem = COPAY__PROBLEM__INIT, *problems[] = {&problem};
    char *first[] = {"s9", "s8"};
    reply.infno = "2208";
    reply.msgid = "m1";
    reply.outcome = COPAY__OUTCOME__OUTCOME_REFUSED;
    reply.n_errors = 1;
    reply.errors = problems;
    problem.code = 5007;
    problem.field = "setl_id";
    problem.feedetl_sn = "L7";
    problem.zh = "须先撤销";
    problem.en = "voided first";
    reply.has_errors_more = true;
    reply.errors_more = 4;
    reply.n_setl_ids = 2;
    reply.setl_ids = first;
    char *text = printed(NULL, &reply, NULL);
    static const char *const expected[] = {
        "5007", "须先撤销 / voided first", "字段 setl_id", "明细 L7", "另有 4 处", "s9", "s8"};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_non_null(strstr(text, expected[i]));
    free(text);
}

static void an_encounter_says_how_it_stands_and_what_its_lines_came_to(void **state)
{
    (void)state;
    Copay__Reply reply = COPAY__REPLY__INIT;
    Copay__EncounterState encounter = COPAY__ENCOUNTER_STATE__INIT;
    Copay__LineSplit lines[2] = {COPAY__LINE_SPLIT__INIT, COPAY__LINE_SPLIT__INIT};
    Copay__LineSplit *list[] = {&lines[0], &lines[1]};
    reply.infno = "2301";
    reply.msgid = "m1";
    reply.outcome = COPAY__OUTCOME__OUTCOME_DONE;
    reply.encounter = &encounter;
    reply.results = list;
    reply.n_results = 2;
    encounter.mdtrt_id = "M1";
    encounter.stage = "discharged";
    encounter.bill_cnt = 1;
    encounter.chrg_bchno = "2";
    encounter.has_line_cnt = encounter.has_medfee_sumamt = true;
    encounter.line_cnt = 7;
    encounter.medfee_sumamt = 123456;
    lines[0].feedetl_sn = "L1";
    lines[0].det_item_fee_sumamt = lines[0].inscp_scp_amt = 10000;
    lines[1].feedetl_sn = "L2";
    lines[1].det_item_fee_sumamt = lines[1].inscp_scp_amt = -4000;
    char *text = printed(NULL, &reply, NULL);
    static const char *const expected[] = {"M1",      "已出院", "已结算 1 笔", "批次 2", "7 条",
                                           "1234.56", "L1",     "-40.00",      "60.00"};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_non_null(strstr(text, expected[i]));
    free(text);
}

static void a_reversal_says_what_had_become_of_its_message(void **state)
{
    (void)state;
    static const char *const fates[] = {NULL, "原已结算，已撤销", "原已拒绝", "原未到达",
                                        "原已登记"};
    Copay__Reply reply = COPAY__REPLY__INIT;
    Copay__Reversed reversed = COPAY__REVERSED__INIT;
    reply.infno = "2601";
    reply.msgid = "m1";
    reply.outcome = COPAY__OUTCOME__OUTCOME_DONE;
    reply.reversed = &reversed;
    reversed.omsgid = "o1";
    reversed.oinfno = "2207";
    for (int fate = 1; fate <= 4; fate++) {
        reversed.fate = (Copay__Fate)fate;
        reversed.setl_id = fate == 1 ? "s1" : NULL;
        reversed.void_setl_id = fate == 1 ? "s2" : NULL;
        char *text = printed(NULL, &reply, NULL);
        assert_non_null(strstr(text, fates[fate]));
        assert_non_null(strstr(text, "o1"));
        assert_int_equal(strstr(text, "结算单 s1  撤销单 s2") != NULL, fate == 1);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chinese_takes_two_cells),
        cmocka_unit_test(columns_line_up),
        cmocka_unit_test(a_bill_shows_its_figures_and_sources),
        cmocka_unit_test(a_tally_is_not_of_one_day),
        cmocka_unit_test(a_refusal_shows_code_field_line_and_what_comes_first),
        cmocka_unit_test(an_encounter_says_how_it_stands_and_what_its_lines_came_to),
        cmocka_unit_test(a_reversal_says_what_had_become_of_its_message),
    };
    return cmocka_run_group_tests_name("bill", tests, NULL, NULL);
}
