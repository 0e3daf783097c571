/* A settled claim as the state machine hands it to the codec, for the tests of answers. */
#ifndef TESTS_WIRE_ANSWERS_H
#define TESTS_WIRE_ANSWERS_H

#include "support.h"

#include "base/money.h"

struct settled {
    struct request request;
    struct claim_line lines[2];
    struct line_split splits[2];
    struct settlement settlement;
    struct result result;
    struct accums after;
    struct reply reply;
};

static const struct reply_id test_clause_ids[] = {[7] = {6, "R-IP-3"}};

/* 152.00: 乙 10 % of 100.00, 丙 52.00; 9.00 from the fund's 90.00 base of 0.1. */
static inline void settled_init(struct settled *s)
{
    memset(s, 0, sizeof *s);
    memcpy(s->request.infno, "2207", 5);
    s->request.msgid = SAMPLE_MSGID;
    s->request.kind = REQUEST_SETTLE;
    s->request.claim.line_count = 2;
    s->request.claim.lines = s->lines;
    s->lines[0].feedetl_sn = "L1";
    s->lines[1].feedetl_sn = "L2";
    s->splits[0] = (struct line_split){.det_item_fee_sumamt = 10000,
                                       .preselfpay_amt = 1000,
                                       .inscp_scp_amt = 9000,
                                       .pric_uplmt_amt = 120000000,
                                       .selfpay_prop = 1000,
                                       .chrgitm_lv = 2,
                                       .med_chrgitm_type = 9,
                                       .bas_medn_flag = true,
                                       .reason = STEP_CLASS_B,
                                       .clause = 7};
    s->splits[1] = (struct line_split){.det_item_fee_sumamt = 5200,
                                       .fulamt_ownpay_amt = 5200,
                                       .pric_uplmt_amt = -1,
                                       .selfpay_prop = RATIO_ONE,
                                       .chrgitm_lv = 3,
                                       .med_chrgitm_type = 3,
                                       .reason = STEP_CLASS_C};
    struct result *r = &s->result;
    r->lines = s->splits;
    r->line_count = 2;
    r->totals = (struct totals){.medfee_sumamt = 15200,
                                .fulamt_ownpay_amt = 5200,
                                .preselfpay_amt = 1000,
                                .inscp_scp_amt = 9000,
                                .fund = {[FUND_HIFP] = 900},
                                .fund_pay_sumamt = 900,
                                .psn_part_amt = 14300,
                                .acct_pay = 300,
                                .psn_cash_pay = 14000,
                                .psn_selfpay_amt = 9100,
                                .psn_ownpay_amt = 5200,
                                .transfer_selfpay = 800,
                                .balc = 0};
    r->row_count = 2;
    r->rows[0] = (struct fund_row){.layer = "outpatient",
                                   .fund_pay_type = "390100",
                                   .field = FUND_HIFP,
                                   .owner_kind = OWNER_COUNTY,
                                   .owner = "431002",
                                   .base = 9000,
                                   .ratio = 1000,
                                   .amount = 900,
                                   .clause = 7};
    r->rows[1] = (struct fund_row){.layer = "account",
                                   .fund_pay_type = "310201",
                                   .field = FUND_FIELDS,
                                   .owner_kind = OWNER_ACCOUNT,
                                   .base = 300,
                                   .amount = 300};
    r->step_count = 3;
    r->steps[0] = (struct step){.code = STEP_SEGMENT,
                                .layer = "outpatient",
                                .base = 9000,
                                .amount = 900,
                                .ratio = 1000,
                                .clause = 7};
    r->steps[1] = (struct step){.code = STEP_BEFORE, .layer = "outpatient"};
    r->steps[2] = (struct step){.code = STEP_CASH, .layer = "", .amount = 14000};
    r->delta_count = 2;
    r->deltas[0] = (struct accum){2025, 390, ACCUM_VISITS, "outpatient", 1};
    r->deltas[1] = (struct accum){2025, 390, ACCUM_PAID, "outpatient", 900};
    s->after.count = 2;
    s->after.list[0] = (struct accum){2025, 390, ACCUM_VISITS, "outpatient", 4};
    s->after.list[1] = (struct accum){2025, 390, ACCUM_BASE, "other", 5};
    struct settlement *t = &s->settlement;
    memcpy(t->setl_id, "431000202511130000000000000042", ID_SETL);
    memcpy(t->psn_no, "43100000000000000001", 20);
    t->insutype = 390;
    t->year = 2025;
    t->setl_time = sample_time();
    t->totals = r->totals;
    t->row_count = 2;
    t->rows[0] = (struct settlement_row){.layer = "outpatient",
                                         .fund_pay_type = "390100",
                                         .field = FUND_HIFP,
                                         .owner_kind = OWNER_COUNTY,
                                         .owner = "431002",
                                         .base = 9000,
                                         .ratio = 1000,
                                         .amount = 900};
    t->rows[1] = (struct settlement_row){.layer = "account",
                                         .fund_pay_type = "310201",
                                         .field = FUND_FIELDS,
                                         .owner_kind = OWNER_ACCOUNT,
                                         .base = 300,
                                         .amount = 300};
    s->reply = (struct reply){
        .request = &s->request,
        .inf_refmsgid = "431000202511130930160000000042",
        .outcome = OUTCOME_DONE,
        .settlement = t,
        .result = r,
        .accums_after = &s->after,
        .psn_name = "示例甲",
        .policy_digest = "0123456789abcdef",
        .texts = {.clause_count = ARRAY_LEN(test_clause_ids), .clause_ids = test_clause_ids}};
}

/* Written, unpacked again; the caller frees with copay__reply__free_unpacked. */
static inline Copay__Reply *write_and_read(const struct reply *reply, struct arena *arena)
{
    struct slice body;
    assert_int_equal(wire_write_reply(reply, arena, &body), ERR_OK);
    Copay__Reply *m = copay__reply__unpack(NULL, body.size, body.data);
    assert_non_null(m);
    return m;
}

#endif
