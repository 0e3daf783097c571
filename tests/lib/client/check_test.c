/* lib/client/check: a sound answer passes; every identity that is broken is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/reason.h"
#include "client/copay.h"

/* 152.00: 丙 52.00, 乙 10 % of 100.00; the fund pays 9.00, the account 3.00, the hospital 1.00. */
struct answer {
    Copay__Request request;
    Copay__Settle settle;
    Copay__Line asked[2], *asked_list[2];
    Copay__Reply reply;
    Copay__Settlement s;
    Copay__LineSplit lines[2], *line_list[2];
    Copay__SetlDetail rows[3], *row_list[3];
};

static void answer_init(struct answer *a)
{
    memset(a, 0, sizeof *a);
    copay__request__init(&a->request);
    copay__settle__init(&a->settle);
    copay__reply__init(&a->reply);
    copay__settlement__init(&a->s);
    a->request.infno = a->reply.infno = "2207";
    a->request.settle = &a->settle;
    a->settle.psn_no = a->s.psn_no = "1";
    a->settle.medfee_sumamt = 15200;
    a->settle.n_lines = a->s.n_lines = 2;
    a->settle.lines = a->asked_list;
    a->reply.outcome = COPAY__OUTCOME__OUTCOME_DONE;
    a->reply.settlement = &a->s;
    a->s.lines = a->line_list;
    for (int i = 0; i < 2; i++) {
        copay__line__init(&a->asked[i]);
        copay__line_split__init(&a->lines[i]);
        a->asked_list[i] = &a->asked[i];
        a->line_list[i] = &a->lines[i];
        a->asked[i].feedetl_sn = a->lines[i].feedetl_sn = i ? "L2" : "L1";
    }
    a->asked[0].det_item_fee_sumamt = a->lines[0].det_item_fee_sumamt = 10000;
    a->asked[1].det_item_fee_sumamt = a->lines[1].det_item_fee_sumamt = 5200;
    a->lines[0].preselfpay_amt = 1000;
    a->lines[0].inscp_scp_amt = 9000;
    a->lines[1].fulamt_ownpay_amt = 5200;
    a->s.medfee_sumamt = 15200;
    a->s.fulamt_ownpay_amt = a->s.psn_ownpay_amt = 5200;
    a->s.preselfpay_amt = 1000;
    a->s.inscp_scp_amt = 9000;
    a->s.hifp_pay = a->s.fund_pay_sumamt = 900;
    a->s.hosp_part_amt = 100;
    a->s.psn_part_amt = 14200;
    a->s.psn_selfpay_amt = 9000;
    a->s.transfer_selfpay = 2000;
    a->s.acct_pay = 300;
    a->s.psn_cash_pay = 13900;
    static char *const fields[] = {"hifp_pay", "acct_pay", "hosp_part_amt"};
    static const int64_t amounts[] = {900, 300, 100};
    a->s.n_setldetail = 3;
    a->s.setldetail = a->row_list;
    for (int i = 0; i < 3; i++) {
        copay__setl_detail__init(&a->rows[i]);
        a->row_list[i] = &a->rows[i];
        a->rows[i].field = fields[i];
        a->rows[i].fund_payamt = amounts[i];
    }
}

static void a_sound_answer_passes(void **state)
{
    (void)state;
    struct answer a;
    answer_init(&a);
    assert_null(copay_check(&a.request, &a.reply));
    /* Relatives' accounts have rows of their own. */
    a.s.acct_mulaid_pay = a.s.acct_pay;
    a.s.acct_pay = 0;
    a.rows[1].field = "acct_mulaid_pay";
    assert_null(copay_check(&a.request, &a.reply));
}

#define BROKEN(change, text)                                                                       \
    do {                                                                                           \
        struct answer a;                                                                           \
        answer_init(&a);                                                                           \
        change;                                                                                    \
        const char *broken = copay_check(&a.request, &a.reply);                                    \
        assert_non_null(broken);                                                                   \
        assert_non_null(strstr(broken, text));                                                     \
    } while (0)

static void every_identity_is_checked(void **state)
{
    (void)state;
    BROKEN(a.s.inscp_scp_amt++, "medfee_sumamt = fulamt");
    BROKEN(a.s.hifmi_pay = 1, "fund_pay_sumamt");
    BROKEN(a.s.hosp_part_amt++, "psn_part_amt + hosp_part_amt");
    BROKEN(a.s.psn_cash_pay++, "acct_pay + acct_mulaid_pay + psn_cash_pay");
    BROKEN(a.s.psn_ownpay_amt++, "psn_selfpay_amt + psn_ownpay_amt");
    BROKEN(a.rows[0].fund_payamt++, "setldetail");
    BROKEN(a.rows[1].field = "cash", "not in setlinfo");
    BROKEN(a.s.n_setldetail = 2, "setldetail");
    BROKEN(a.lines[0].preselfpay_amt++, "four parts");
    BROKEN((a.lines[0].preselfpay_amt++, a.lines[0].inscp_scp_amt--), "sum of the lines");
    BROKEN(a.s.act_pay_dedc = -1, "no negative");
    BROKEN(a.s.transfer_selfpay = -1, "no negative");
    BROKEN(a.s.transfer_selfpay = 9001, "part of psn_selfpay_amt");
    BROKEN((a.s.acct_pay = -300, a.s.psn_cash_pay = 14500), "no negative");
    BROKEN((a.s.has_refd_setl_flag = a.s.refd_setl_flag = true), "no positive");
}

static void the_answer_is_to_what_was_asked(void **state)
{
    (void)state;
    BROKEN(a.reply.infno = "2206", "transaction");
    BROKEN(a.s.psn_no = "2", "person");
    BROKEN(a.settle.medfee_sumamt = 15201, "request's");
    BROKEN(a.s.n_lines = 0, "request's lines");
    BROKEN(a.lines[1].feedetl_sn = "L3", "in order");
    BROKEN(a.asked[1].det_item_fee_sumamt = 5100, "in order");
    BROKEN(a.reply.settlement = NULL, "carries its figures");
    struct answer a;
    answer_init(&a);
    a.reply.settlement = NULL;
    a.reply.outcome = COPAY__OUTCOME__OUTCOME_REFUSED;
    assert_null(copay_check(&a.request, &a.reply));
}

static void an_internal_refusal_stays_a_refusal(void **state)
{
    (void)state;
    struct answer a;
    Copay__Problem problem = COPAY__PROBLEM__INIT, *list[] = {&problem};
    answer_init(&a);
    a.reply.outcome = COPAY__OUTCOME__OUTCOME_REFUSED;
    a.reply.errors = list;
    a.reply.n_errors = 1;
    a.s.hosp_part_amt++;
    problem.code = REASON_INTERNAL;
    assert_null(copay_check(&a.request, &a.reply));
    problem.code = REASON_CHANGED; /* figures that somebody is asked to agree to */
    assert_non_null(copay_check(&a.request, &a.reply));
    problem.code = REASON_INTERNAL;
    a.reply.outcome = COPAY__OUTCOME__OUTCOME_DONE;
    assert_non_null(copay_check(&a.request, &a.reply));
}

static void figures_at_the_edge_do_not_overflow(void **state)
{
    (void)state;
    BROKEN((a.s.psn_cash_pay = INT64_MAX, a.s.acct_mulaid_pay = INT64_MAX), "psn_cash_pay");
    BROKEN((a.rows[0].fund_payamt = INT64_MAX, a.rows[1].fund_payamt = INT64_MAX,
            a.rows[1].field = "hifp_pay"),
           "setldetail");
}

static void negate(int64_t *list[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        *list[i] = -*list[i];
}

/* The answer as a void of "s1". */
static void answer_void(struct answer *a)
{
    int64_t *all[] = {&a->s.medfee_sumamt,    &a->s.fulamt_ownpay_amt, &a->s.psn_ownpay_amt,
                      &a->s.preselfpay_amt,   &a->s.inscp_scp_amt,     &a->s.hifp_pay,
                      &a->s.fund_pay_sumamt,  &a->s.hosp_part_amt,     &a->s.psn_part_amt,
                      &a->s.psn_selfpay_amt,  &a->s.transfer_selfpay,  &a->s.acct_pay,
                      &a->s.psn_cash_pay,     &a->rows[0].fund_payamt, &a->rows[1].fund_payamt,
                      &a->rows[2].fund_payamt};
    answer_init(a);
    negate(all, sizeof all / sizeof *all);
    a->request.settle = NULL;
    a->s.n_lines = 0;
    a->s.has_refd_setl_flag = a->s.refd_setl_flag = true;
    a->s.init_setl_id = "s1";
}

static void a_void_is_of_its_original(void **state)
{
    (void)state;
    struct answer a;
    Copay__Void order = COPAY__VOID__INIT;
    answer_void(&a);
    order.setl_id = "s1";
    order.psn_no = "1";
    a.request.infno = a.reply.infno = "2208";
    a.request.void_order = &order;
    assert_null(copay_check(&a.request, &a.reply));
    a.s.init_setl_id = "s2";
    assert_non_null(copay_check(&a.request, &a.reply));
    a.s.init_setl_id = "s1";
    a.s.psn_no = "2";
    assert_non_null(copay_check(&a.request, &a.reply));
    a.s.psn_no = "1";
    a.s.acct_pay = 300;
    assert_non_null(copay_check(&a.request, &a.reply));
}

/* Its own void, or one made before that comes back as it was stored. */
static void a_reversal_tells_what_became_of_its_message(void **state)
{
    (void)state;
    struct answer a;
    uint8_t bytes[2048];
    Copay__Reversal asked = COPAY__REVERSAL__INIT;
    Copay__Reversed told = COPAY__REVERSED__INIT;
    Copay__Found found = COPAY__FOUND__INIT;
    answer_void(&a);
    asked.omsgid = told.omsgid = "o1";
    asked.oinfno = told.oinfno = "2207";
    asked.psn_no = "1";
    told.fate = COPAY__FATE__FATE_VOIDED;
    told.setl_id = "s1";
    told.void_setl_id = a.s.setl_id = "s2";
    a.request.infno = a.reply.infno = "2601";
    a.request.reversal = &asked;
    assert_non_null(copay_check(&a.request, &a.reply)); /* nothing told */
    a.reply.reversed = &told;
    assert_null(copay_check(&a.request, &a.reply));
    char **places[] = {&told.omsgid,  &told.oinfno,       &told.setl_id,
                       &asked.psn_no, &told.void_setl_id, &a.s.init_setl_id};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char *was = *places[i];
        *places[i] = "other";
        assert_non_null(copay_check(&a.request, &a.reply));
        *places[i] = was;
    }
    told.fate = COPAY__FATE__FATE_BARRED; /* and yet a settlement */
    assert_non_null(copay_check(&a.request, &a.reply));
    told.fate = COPAY__FATE__FATE_VOIDED;
    a.reply.settlement = NULL;
    assert_non_null(copay_check(&a.request, &a.reply)); /* voided, and no void */
    Copay__Reply stored = COPAY__REPLY__INIT;
    Copay__Settlement s = COPAY__SETTLEMENT__INIT;
    s.setl_id = "s2";
    s.init_setl_id = "s1";
    s.psn_no = "1";
    s.has_refd_setl_flag = s.refd_setl_flag = true;
    stored.infno = found.infno = "2208";
    stored.msgid = found.msgid = "m2";
    stored.outcome = found.outcome = COPAY__OUTCOME__OUTCOME_DONE;
    stored.settlement = &s;
    found.reply.data = bytes;
    found.reply.len = copay__reply__pack(&stored, bytes);
    a.reply.found = &found;
    assert_null(copay_check(&a.request, &a.reply));
    s.init_setl_id = "s9";
    found.reply.len = copay__reply__pack(&stored, bytes);
    assert_non_null(copay_check(&a.request, &a.reply));
    told.fate = COPAY__FATE__FATE_REFUSED;
    told.setl_id = told.void_setl_id = NULL;
    assert_non_null(copay_check(&a.request, &a.reply));
    a.reply.found = NULL;
    assert_null(copay_check(&a.request, &a.reply));
}

static void a_found_answer_is_checked_too(void **state)
{
    (void)state;
    struct answer a;
    uint8_t bytes[2048];
    Copay__Reply reply = COPAY__REPLY__INIT;
    Copay__Found found = COPAY__FOUND__INIT;
    Copay__SettlementQuery query = COPAY__SETTLEMENT_QUERY__INIT;
    answer_init(&a);
    a.reply.msgid = found.msgid = "m1";
    for (int i = 0; i < 3; i++)
        a.rows[i].layer = a.rows[i].fund_pay_type = "x";
    assert_true(copay__reply__get_packed_size(&a.reply) <= sizeof bytes);
    /* Absent figures read as zero: say which are there. */
    a.s.has_medfee_sumamt = a.s.has_fulamt_ownpay_amt = a.s.has_psn_ownpay_amt = true;
    a.s.has_preselfpay_amt = a.s.has_inscp_scp_amt = a.s.has_hifp_pay = true;
    a.s.has_fund_pay_sumamt = a.s.has_hosp_part_amt = a.s.has_psn_part_amt = true;
    a.s.has_psn_selfpay_amt = a.s.has_acct_pay = a.s.has_psn_cash_pay = true;
    a.lines[0].has_preselfpay_amt = a.lines[0].has_inscp_scp_amt = true;
    a.lines[1].has_fulamt_ownpay_amt = true;
    found.infno = "2207";
    found.outcome = COPAY__OUTCOME__OUTCOME_DONE;
    found.reply.data = bytes;
    found.reply.len = copay__reply__pack(&a.reply, bytes);
    reply.infno = a.request.infno = "5203";
    reply.outcome = COPAY__OUTCOME__OUTCOME_DONE;
    reply.found = &found;
    a.request.settle = NULL;
    a.request.settlement_query = &query;
    assert_null(copay_check(&a.request, &reply));
    found.msgid = "m2";
    assert_non_null(copay_check(&a.request, &reply));
    found.msgid = "m1";
    a.s.psn_cash_pay++;
    found.reply.len = copay__reply__pack(&a.reply, bytes);
    assert_non_null(copay_check(&a.request, &reply));
    found.reply.len = 1;
    assert_non_null(copay_check(&a.request, &reply));
    reply.found = NULL;
    assert_non_null(copay_check(&a.request, &reply));
}

static void a_shift_is_the_operators_and_within_its_fees(void **state)
{
    (void)state;
    Copay__Request request = COPAY__REQUEST__INIT;
    Copay__Reply reply = COPAY__REPLY__INIT;
    Copay__SignOut out = COPAY__SIGN_OUT__INIT;
    Copay__Shift shift = COPAY__SHIFT__INIT;
    Copay__ShiftTotal total = COPAY__SHIFT_TOTAL__INIT, *totals = &total;
    request.infno = reply.infno = "9002";
    request.opter = shift.opter = "0117";
    request.sign_out = &out;
    out.sign_no = shift.sign_no = "S1";
    reply.outcome = COPAY__OUTCOME__OUTCOME_DONE;
    assert_non_null(copay_check(&request, &reply));
    reply.shift = &shift;
    shift.sign_time = 5;
    assert_non_null(copay_check(&request, &reply)); /* it still runs */
    shift.has_sign_out_time = true;
    shift.sign_out_time = 6;
    assert_null(copay_check(&request, &reply));
    shift.totals = &totals;
    shift.n_totals = 1;
    total = (Copay__ShiftTotal){.base = total.base,
                                .setl_cnt = 1,
                                .medfee_sumamt = 100,
                                .fund_pay_sumamt = 60,
                                .acct_pay = 20,
                                .psn_cash_pay = 20};
    assert_null(copay_check(&request, &reply));
    total.psn_cash_pay = 21;
    assert_non_null(copay_check(&request, &reply));
    total.psn_cash_pay = 20;
    total.refd_setl_flag = true;
    assert_non_null(copay_check(&request, &reply));
    shift.n_totals = 0;
    shift.sign_no = "S2";
    assert_non_null(copay_check(&request, &reply));
    shift.sign_no = "S1";
    shift.opter = "0118";
    assert_non_null(copay_check(&request, &reply));
}

static void a_query_is_answered_of_whom_it_asked(void **state)
{
    (void)state;
    Copay__Request request = COPAY__REQUEST__INIT;
    Copay__Reply reply = COPAY__REPLY__INIT;
    Copay__Query query = COPAY__QUERY__INIT;
    Copay__Visit visit = COPAY__VISIT__INIT, *visits = &visit;
    request.infno = reply.infno = "5201";
    request.query = &query;
    query.psn_no = visit.psn_no = "1";
    query.mdtrt_id = visit.mdtrt_id = "M1";
    reply.outcome = COPAY__OUTCOME__OUTCOME_DONE;
    reply.visits = &visits;
    reply.n_visits = 1;
    assert_null(copay_check(&request, &reply));
    visit.psn_no = "2";
    assert_non_null(copay_check(&request, &reply));
    visit.psn_no = "1";
    visit.mdtrt_id = "M2";
    assert_non_null(copay_check(&request, &reply));
    request.infno = reply.infno = "5204";
    assert_non_null(copay_check(&request, &reply));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sound_answer_passes),
        cmocka_unit_test(every_identity_is_checked),
        cmocka_unit_test(the_answer_is_to_what_was_asked),
        cmocka_unit_test(an_internal_refusal_stays_a_refusal),
        cmocka_unit_test(figures_at_the_edge_do_not_overflow),
        cmocka_unit_test(a_void_is_of_its_original),
        cmocka_unit_test(a_reversal_tells_what_became_of_its_message),
        cmocka_unit_test(a_found_answer_is_checked_too),
        cmocka_unit_test(a_shift_is_the_operators_and_within_its_fees),
        cmocka_unit_test(a_query_is_answered_of_whom_it_asked),
    };
    return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
