/* lib/model/result: each identity, broken by hand, is the one that is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "model/result.h"

/* Two lines, two funds, the account, the hospital. */
static struct result *whole(void)
{
    struct result *r = calloc(1, sizeof *r);
    assert_non_null(r);
    r->lines = calloc(2, sizeof *r->lines);
    r->line_count = 2;
    r->lines[0] = (struct line_split){.det_item_fee_sumamt = 1000,
                                      .fulamt_ownpay_amt = 100,
                                      .overlmt_amt = 50,
                                      .preselfpay_amt = 150,
                                      .inscp_scp_amt = 700};
    r->lines[1] = (struct line_split){.det_item_fee_sumamt = -100,
                                      .fulamt_ownpay_amt = -10,
                                      .overlmt_amt = -20,
                                      .preselfpay_amt = -30,
                                      .inscp_scp_amt = -40};
    r->totals = (struct totals){.medfee_sumamt = 900,
                                .fulamt_ownpay_amt = 90,
                                .overlmt_selfpay = 30,
                                .preselfpay_amt = 120,
                                .inscp_scp_amt = 660,
                                .act_pay_dedc = 60,
                                .fund = {[FUND_HIFP] = 300, [FUND_MAF] = 100},
                                .fund_pay_sumamt = 400,
                                .psn_part_amt = 480,
                                .hosp_part_amt = 20,
                                .acct_pay = 80,
                                .psn_cash_pay = 400,
                                .psn_selfpay_amt = 360,
                                .psn_ownpay_amt = 120,
                                .transfer_selfpay = 200,
                                .balc = 5};
    r->row_count = 5;
    r->rows[0] = (struct fund_row){
        .field = FUND_HIFP, .owner_kind = OWNER_COUNTY, .owner = "431002", .amount = 100};
    r->rows[1] = (struct fund_row){
        .field = FUND_HIFP, .owner_kind = OWNER_COUNTY, .owner = "431002", .amount = 200};
    r->rows[2] = (struct fund_row){
        .field = FUND_MAF, .owner_kind = OWNER_ASSISTANCE, .owner = "431003", .amount = 100};
    r->rows[3] = (struct fund_row){.field = FUND_FIELDS, .owner_kind = OWNER_ACCOUNT, .amount = 80};
    r->rows[4] =
        (struct fund_row){.field = FUND_FIELDS, .owner_kind = OWNER_HOSPITAL, .amount = 20};
    return r;
}

static void whole_free(struct result *r)
{
    free(r->lines);
    free(r);
}

static void negate(struct result *r)
{
    int64_t *amounts = (int64_t *)&r->totals;
    for (size_t i = 0; i < sizeof r->totals / sizeof *amounts; i++)
        amounts[i] = -amounts[i];
    for (uint32_t i = 0; i < r->row_count; i++)
        r->rows[i].amount = -r->rows[i].amount;
    for (uint32_t i = 0; i < r->line_count; i++) {
        struct line_split *l = &r->lines[i];
        *l = (struct line_split){.det_item_fee_sumamt = -l->det_item_fee_sumamt,
                                 .fulamt_ownpay_amt = -l->fulamt_ownpay_amt,
                                 .overlmt_amt = -l->overlmt_amt,
                                 .preselfpay_amt = -l->preselfpay_amt,
                                 .inscp_scp_amt = -l->inscp_scp_amt};
    }
}

static void a_settlement_and_its_void_hold(void **state)
{
    (void)state;
    struct result *r = whole();
    assert_null(result_broken_identity(r, 1));
    assert_non_null(result_broken_identity(r, -1));
    negate(r);
    assert_null(result_broken_identity(r, -1));
    assert_non_null(result_broken_identity(r, 1));
    r->totals.balc = 12345; /* an account is not negated with a void */
    assert_null(result_broken_identity(r, -1));
    whole_free(r);
}

/* What is changed by one fen (or by 10 000, to turn a sign), and the word in what is named. */
struct breach {
    size_t field;
    int64_t by;
    const char *word;
};

#define TOTAL(name) offsetof(struct totals, name)

static void every_total_is_tied(void **state)
{
    (void)state;
    static const struct breach breaches[] = {
        {TOTAL(medfee_sumamt), 1, "lines do not add up to medfee_sumamt"},
        {TOTAL(fulamt_ownpay_amt), 1, "to fulamt_ownpay_amt"},
        {TOTAL(overlmt_selfpay), 1, "to overlmt_selfpay"},
        {TOTAL(preselfpay_amt), 1, "to preselfpay_amt"},
        {TOTAL(inscp_scp_amt), 1, "to inscp_scp_amt"},
        {TOTAL(act_pay_dedc), -61, "wrong sign"},
        {TOTAL(fund[FUND_CVLSERV]), 1, "sum of the funds"},
        {TOTAL(fund[FUND_OTH]), 1, "sum of the funds"},
        {TOTAL(fund_pay_sumamt), 1, "sum of the funds"},
        {TOTAL(psn_part_amt), 1, "psn_part_amt + hosp_part_amt"},
        {TOTAL(hosp_part_amt), 1, "psn_part_amt + hosp_part_amt"},
        {TOTAL(acct_pay), 1, "psn_cash_pay"},
        {TOTAL(acct_mulaid_pay), 1, "psn_cash_pay"},
        {TOTAL(psn_cash_pay), 1, "psn_cash_pay"},
        {TOTAL(psn_selfpay_amt), 1, "psn_ownpay_amt"},
        {TOTAL(psn_ownpay_amt), 1, "psn_ownpay_amt"},
        {TOTAL(transfer_selfpay), 161, "above psn_selfpay_amt"},
        {TOTAL(transfer_selfpay), -201, "wrong sign"},
    };
    for (size_t i = 0; i < ARRAY_LEN(breaches); i++) {
        struct result *r = whole();
        *(int64_t *)((char *)&r->totals + breaches[i].field) += breaches[i].by;
        const char *broken = result_broken_identity(r, 1);
        assert_non_null(broken);
        if (!strstr(broken, breaches[i].word))
            fail_msg("%s, not %s", broken, breaches[i].word);
        whole_free(r);
    }
}

static void assert_broken(struct result *r, const char *word)
{
    const char *broken = result_broken_identity(r, 1);
    assert_non_null(broken);
    if (!strstr(broken, word))
        fail_msg("%s, not %s", broken, word);
    whole_free(r);
}

static void pairs_that_cancel_are_seen(void **state)
{
    (void)state;
    struct result *r = whole();
    r->lines[1].inscp_scp_amt++;
    assert_broken(r, "a line's parts");
    r = whole();
    r->totals.fund[FUND_HIFP]++; /* one fund's money in another's field */
    r->totals.fund[FUND_MAF]--;
    assert_broken(r, "a fund's rows");
    r = whole();
    r->totals.acct_pay++;
    r->totals.psn_cash_pay--;
    assert_broken(r, "the account's rows");
    r = whole();
    r->totals.acct_mulaid_pay++;
    r->totals.psn_cash_pay--;
    assert_broken(r, "the relatives' rows");
    r = whole();
    r->totals.hosp_part_amt++;
    r->totals.psn_part_amt--;
    r->totals.psn_cash_pay--;
    r->totals.psn_selfpay_amt--;
    assert_broken(r, "the hospital's rows");
    r = whole();
    r->totals.psn_selfpay_amt -= 361;
    r->totals.psn_ownpay_amt += 361;
    assert_broken(r, "wrong sign");
    r = whole();
    r->totals.psn_cash_pay -= 401;
    r->totals.acct_mulaid_pay += 401;
    assert_broken(r, "wrong sign");
    r = whole();
    r->totals.fund[FUND_OTH]--;
    r->totals.fund[FUND_HIFP]++;
    assert_broken(r, "a fund has the wrong sign");
}

static void funds_stay_within_the_fee(void **state)
{
    (void)state;
    struct result *r = whole();
    r->totals.fund[FUND_HIFP] += 501;
    r->totals.fund_pay_sumamt += 501;
    r->totals.psn_part_amt -= 501;
    r->totals.psn_cash_pay -= 501;
    r->totals.psn_selfpay_amt -= 501;
    assert_broken(r, "more than the fee");
}

static void rows_have_owners_and_signs(void **state)
{
    (void)state;
    struct result *r = whole();
    r->rows[0].owner[0] = '\0';
    assert_broken(r, "no owner");
    r = whole();
    r->rows[0].owner_kind = 0;
    assert_broken(r, "no owner");
    r = whole();
    r->rows[2].owner_kind = OWNER_ACCOUNT;
    assert_broken(r, "no owner");
    r = whole();
    r->rows[3].owner_kind = OWNER_COUNTY;
    assert_broken(r, "no owner");
    r = whole();
    r->rows[0].amount = -1;
    r->rows[1].amount = 301;
    assert_broken(r, "a row has the wrong sign");
    r = whole();
    r->rows[1].amount++;
    assert_broken(r, "a fund's rows");
    r = whole();
    r->row_count = 3;
    assert_broken(r, "the account's rows");
    r = whole();
    r->row_count = 4;
    assert_broken(r, "the hospital's rows");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_settlement_and_its_void_hold),
        cmocka_unit_test(every_total_is_tied),
        cmocka_unit_test(pairs_that_cancel_are_seen),
        cmocka_unit_test(funds_stay_within_the_fee),
        cmocka_unit_test(rows_have_owners_and_signs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
