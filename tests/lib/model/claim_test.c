/* lib/model/claim: what a bill alone can tell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/limits.h"
#include "base/money.h"
#include "model/claim.h"

struct bill {
    struct claim claim;
    struct claim_line *lines;
    char (*numbers)[8];
    struct arena *arena;
    struct problems problems;
};

static struct claim_line *line(struct bill *b, int64_t amount)
{
    uint32_t n = b->claim.line_count++;
    snprintf(b->numbers[n], sizeof b->numbers[n], "%05u", n + 1);
    b->lines[n] = (struct claim_line){.feedetl_sn = b->numbers[n],
                                      .init_feedetl_sn = "",
                                      .med_list_codg = "XA0001",
                                      .medins_list_codg = "",
                                      .medins_list_name = "",
                                      .rxno = "",
                                      .unit = "",
                                      .pric = amount * 10000,
                                      .cnt = CNT_ONE,
                                      .det_item_fee_sumamt = amount,
                                      .fee_ocur_time = b->claim.begntime};
    b->claim.medfee_sumamt += amount;
    return &b->lines[n];
}

static struct claim_line *refund(struct bill *b, const struct claim_line *original, int64_t amount,
                                 int64_t cnt)
{
    struct claim_line *l = line(b, amount);
    l->init_feedetl_sn = original->feedetl_sn;
    l->pric = original->pric;
    l->cnt = cnt;
    return l;
}

static struct bill *bill_new(void)
{
    struct bill *b = calloc(1, sizeof *b);
    assert_non_null(b);
    b->lines = calloc(LINES_MAX + 1, sizeof *b->lines);
    b->numbers = calloc(LINES_MAX + 1, sizeof *b->numbers);
    b->arena = arena_new(REQUEST_ARENA_MAX);
    b->claim = (struct claim){.psn_no = "43100000000000000000000001",
                              .insutype = "310",
                              .med_type = "11",
                              .mdtrt_cert_type = "02",
                              .mdtrt_cert_no = "",
                              .card_sn = "",
                              .ipt_otp_no = "MZ0001",
                              .chrg_bchno = "",
                              .dise_codg = "",
                              .oprn_oprt_code = "",
                              .matn_type = "",
                              .birctrl_type = "",
                              .prescriber_grade = "",
                              .invono = "",
                              .psn_setlway = "01",
                              .trauma = {.cause = ""},
                              .begntime = date_start_ms(date_of(2024, 3, 1)),
                              .endtime = date_start_ms(date_of(2024, 3, 2)),
                              .lines = b->lines};
    return b;
}

static void bill_free(struct bill *b)
{
    arena_free(b->arena);
    free(b->lines);
    free(b->numbers);
    free(b);
}

static enum err check(struct bill *b)
{
    b->problems.count = b->problems.more = 0;
    arena_reset(b->arena);
    return claim_check(&b->claim, b->arena, &b->problems);
}

static void assert_fine(struct bill *b)
{
    enum err err = check(b);
    if (err != ERR_OK)
        print_error("%s: %s\n", b->problems.list[0].field, b->problems.list[0].en);
    assert_int_equal(err, ERR_OK);
    assert_int_equal(b->problems.count, 0);
}

/* Exactly one problem, and this is it. `sn` may be "". */
static void assert_only(struct bill *b, enum reason reason, const char *field, const char *sn)
{
    assert_int_equal(check(b), ERR_INVALID);
    for (uint32_t i = 1; i < b->problems.count; i++)
        print_error("also %s: %s\n", b->problems.list[i].field, b->problems.list[i].en);
    assert_int_equal(b->problems.count, 1);
    assert_string_equal(reason_name(b->problems.list[0].reason), reason_name(reason));
    assert_string_equal(b->problems.list[0].field, field);
    assert_string_equal(b->problems.list[0].feedetl_sn, sn);
}

static void required_texts(void **state)
{
    (void)state;
    struct bill *b = bill_new();
    struct claim_line *l = line(b, 100);
    assert_fine(b);
    const struct {
        const char **text, *field, *sn;
    } texts[] = {
        {&b->claim.psn_no, "psn_no", ""},     {&b->claim.mdtrt_cert_type, "mdtrt_cert_type", ""},
        {&b->claim.med_type, "med_type", ""}, {&b->claim.ipt_otp_no, "ipt_otp_no", ""},
        {&l->feedetl_sn, "feedetl_sn", ""},   {&l->med_list_codg, "med_list_codg", "00001"}};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        const char *kept = *texts[i].text;
        *texts[i].text = "";
        assert_only(b, REASON_FIELD_MISSING, texts[i].field, texts[i].sn);
        *texts[i].text = kept;
    }
    b->claim.mdtrt_cert_type = "03";
    assert_only(b, REASON_CARD_SN_MISSING, "card_sn", "");
    b->claim.card_sn = "A1";
    assert_fine(b);
    bill_free(b);
}

static void line_counts(void **state)
{
    (void)state;
    struct bill *b = bill_new();
    b->claim.medfee_sumamt = 1;
    assert_only(b, REASON_LINES_MISSING, "lines", "");
    b->claim.medfee_sumamt = 0;
    for (int i = 0; i < LINES_MAX; i++)
        line(b, 1);
    assert_fine(b);
    line(b, 1);
    assert_only(b, REASON_LINES_TOO_MANY, "lines", "");
    bill_free(b);
}

static void line_numbers_occur_once(void **state)
{
    (void)state;
    struct bill *b = bill_new();
    for (int i = 0; i < 5; i++)
        line(b, 100);
    struct claim_line swapped = b->lines[0];
    b->lines[0] = b->lines[4];
    b->lines[4] = swapped;
    assert_fine(b);
    b->lines[2].feedetl_sn = "00001";
    assert_only(b, REASON_LINE_DUPLICATE, "feedetl_sn", "00001");
    b->lines[3].feedetl_sn = "00001"; /* each line too many is told */
    assert_int_equal(check(b), ERR_INVALID);
    assert_int_equal(b->problems.count, 2);
    bill_free(b);
}

static void amounts_follow_price_and_quantity(void **state)
{
    (void)state;
    struct bill *b = bill_new();
    struct claim_line *l = line(b, 1000);
    l->pric = 3333333; /* 3.333333 x 3 = 9.999999 */
    l->cnt = 3 * CNT_ONE;
    assert_fine(b);
    l->det_item_fee_sumamt = b->claim.medfee_sumamt = 999;
    assert_fine(b); /* 0.9999 fen off */
    l->det_item_fee_sumamt = b->claim.medfee_sumamt = 998;
    assert_only(b, REASON_LINE_AMOUNT, "det_item_fee_sumamt", "00001");
    l->pric = 3330000; /* 9.99, one fen exactly, both ways */
    assert_fine(b);
    l->det_item_fee_sumamt = b->claim.medfee_sumamt = 1000;
    assert_fine(b);
    l->pric = 3329999; /* 9.989997 */
    assert_only(b, REASON_LINE_AMOUNT, "det_item_fee_sumamt", "00001");
    l->cnt = 0;
    assert_only(b, REASON_FIELD_INVALID, "cnt", "00001");
    l->cnt = CNT_ONE;
    l->pric = -1;
    assert_only(b, REASON_FIELD_INVALID, "pric", "00001");
    l->pric = 0;
    l->hosp_appr_flag = 3;
    l->det_item_fee_sumamt = 1; /* within a fen of nothing */
    b->claim.medfee_sumamt = 1;
    assert_only(b, REASON_FIELD_INVALID, "hosp_appr_flag", "00001");
    bill_free(b);
}

static void negative_lines_name_an_original(void **state)
{
    (void)state;
    struct bill *b = bill_new();
    struct claim_line *original = line(b, 300);
    original->cnt = 3 * CNT_ONE;
    original->pric = PRIC_ONE;
    struct claim_line *other = line(b, 50);
    struct claim_line *back = refund(b, original, -100, -CNT_ONE);
    assert_fine(b);
    back->init_feedetl_sn = "";
    assert_only(b, REASON_LINE_NEGATIVE, "init_feedetl_sn", "00003");
    back->init_feedetl_sn = "99999";
    assert_only(b, REASON_LINE_ORIGINAL, "init_feedetl_sn", "00003");
    back->init_feedetl_sn = "00003"; /* itself */
    assert_only(b, REASON_LINE_ORIGINAL, "init_feedetl_sn", "00003");
    back->init_feedetl_sn = "00001";
    back->med_list_codg = "XA0002";
    assert_only(b, REASON_LINE_ORIGINAL, "med_list_codg", "00003");
    back->med_list_codg = "XA0001";
    back->cnt = CNT_ONE; /* opposed signs */
    assert_only(b, REASON_LINE_AMOUNT, "det_item_fee_sumamt", "00003");
    back->cnt = -CNT_ONE;
    other->init_feedetl_sn = "00001"; /* a positive line takes nothing back */
    assert_only(b, REASON_LINE_ORIGINAL, "init_feedetl_sn", "00002");
    bill_free(b);
}

static void refunds_stay_within_the_original(void **state)
{
    (void)state;
    struct bill *b = bill_new();
    line(b, 1000);
    struct claim_line *original = line(b, 300);
    original->cnt = 3 * CNT_ONE;
    original->pric = PRIC_ONE;
    refund(b, original, -200, -2 * CNT_ONE);
    struct claim_line *last = refund(b, original, -100, -CNT_ONE);
    assert_fine(b); /* down to nothing */
    last->det_item_fee_sumamt -= 1;
    b->claim.medfee_sumamt -= 1;
    assert_only(b, REASON_LINE_ORIGINAL, "det_item_fee_sumamt", "00004");
    last->det_item_fee_sumamt += 1;
    b->claim.medfee_sumamt += 1;
    last->cnt -= 1; /* quantity too, though the amount is within its fen */
    assert_only(b, REASON_LINE_ORIGINAL, "det_item_fee_sumamt", "00004");
    refund(b, original, -100, -CNT_ONE); /* the first beyond is told, not each one after it */
    assert_only(b, REASON_LINE_ORIGINAL, "det_item_fee_sumamt", "00004");
    bill_free(b);
}

static void sums_and_totals(void **state)
{
    (void)state;
    struct bill *b = bill_new();
    struct claim_line *l = line(b, 100);
    line(b, 50);
    b->claim.medfee_sumamt = 151;
    assert_only(b, REASON_BILL_SUM, "medfee_sumamt", "");
    assert_non_null(strstr(b->problems.list[0].en, "1.50 / 1.51"));
    b->claim.medfee_sumamt = 150;
    refund(b, l, -100, -CNT_ONE);
    refund(b, &b->lines[1], -50, -CNT_ONE);
    assert_int_equal(b->claim.medfee_sumamt, 0);
    assert_only(b, REASON_BILL_ZERO, "medfee_sumamt", "");
    bill_free(b);
}

static void amounts_stay_in_the_national_range(void **state)
{
    (void)state;
    struct bill *b = bill_new();
    struct claim_line *l = line(b, 100);
    const int64_t bad[] = {FEN_MAX + 1, INT64_MAX, -FEN_MAX - 1, INT64_MIN};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct claim_line kept = *l;
        l->cnt = bad[i];
        assert_int_equal(check(b), ERR_INVALID);
        assert_int_equal(b->problems.list[0].reason, REASON_AMOUNT_OVERFLOW);
        *l = kept;
        l->pric = bad[i];
        assert_int_equal(check(b), ERR_INVALID);
        assert_int_equal(b->problems.list[0].reason, REASON_AMOUNT_OVERFLOW);
        *l = kept;
        l->det_item_fee_sumamt = bad[i];
        assert_int_equal(check(b), ERR_INVALID);
        assert_int_equal(b->problems.list[0].reason, REASON_AMOUNT_OVERFLOW);
        *l = kept;
        b->claim.medfee_sumamt = bad[i];
        assert_int_equal(check(b), ERR_INVALID);
        assert_int_equal(b->problems.list[0].reason, REASON_AMOUNT_OVERFLOW);
        b->claim.medfee_sumamt = 100;
    }
    assert_fine(b);
    /* Each in range, together not, though a refund brings the sum back in: line order must not
     * decide whether it is seen. */
    l->det_item_fee_sumamt = FEN_MAX;
    l->pric = FEN_MAX;
    l->cnt = INT64_C(100000000);
    struct claim_line *second = line(b, 100);
    refund(b, second, -100, -CNT_ONE);
    b->claim.medfee_sumamt = FEN_MAX;
    assert_only(b, REASON_AMOUNT_OVERFLOW, "medfee_sumamt", "");
    bill_free(b);
}

static void refunds_of_hostile_figures(void **state)
{
    (void)state;
    struct bill *b = bill_new();
    struct claim_line *original = line(b, 100);
    refund(b, original, -50, -CNT_ONE / 2);
    struct claim_line *back = refund(b, original, -50, -CNT_ONE / 2);
    const int64_t bad[] = {INT64_MIN, INT64_MAX, -FEN_MAX};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        back->cnt = original->cnt = bad[i];
        assert_int_equal(check(b), ERR_INVALID);
        back->det_item_fee_sumamt = original->det_item_fee_sumamt = bad[i];
        assert_int_equal(check(b), ERR_INVALID);
    }
    bill_free(b);
}

static void dates_fit(void **state)
{
    (void)state;
    struct bill *b = bill_new();
    struct claim_line *l = line(b, 100);
    int64_t begin = b->claim.begntime;
    l->fee_ocur_time = b->claim.endtime + DAY_MS - 1; /* the last day counts whole */
    assert_fine(b);
    l->fee_ocur_time++;
    assert_only(b, REASON_DATES, "fee_ocur_time", "00001");
    b->claim.begntime += 3600000;
    l->fee_ocur_time = begin; /* so does the first */
    assert_fine(b);
    l->fee_ocur_time = begin - BEFORE_DAYS_MAX * DAY_MS; /* the policy says whether so early */
    assert_fine(b);
    l->fee_ocur_time--;
    assert_only(b, REASON_DATES, "fee_ocur_time", "00001");
    l->fee_ocur_time = INT64_MIN;
    assert_only(b, REASON_DATES, "fee_ocur_time", "00001");
    l->fee_ocur_time = begin;
    b->claim.endtime = b->claim.begntime - 1;
    assert_only(b, REASON_DATES, "endtime", "");
    b->claim.endtime = INT64_MAX;
    assert_only(b, REASON_DATES, "endtime", "");
    bill_free(b);
}

static void everything_is_told_at_once_and_counted(void **state)
{
    (void)state;
    struct bill *b = bill_new();
    b->claim.psn_no = "";
    for (int i = 0; i < 20; i++)
        line(b, 100)->pric = 0;
    b->claim.medfee_sumamt++;
    assert_int_equal(check(b), ERR_INVALID);
    assert_int_equal(b->problems.count, ERRORS_MAX);
    assert_int_equal(b->problems.count + b->problems.more, 22);
    bill_free(b);
}

static void an_exhausted_arena_is_told(void **state)
{
    (void)state;
    struct bill *b = bill_new();
    line(b, 100);
    arena_free(b->arena);
    b->arena = arena_new(4);
    assert_int_equal(check(b), ERR_NOMEM);
    bill_free(b);
}

static void order_is_by_number(void **state)
{
    (void)state;
    struct bill *b = bill_new();
    srand(7);
    for (int i = 0; i < 500; i++)
        line(b, 1);
    for (int i = 499; i > 0; i--) {
        int j = rand() % (i + 1);
        struct claim_line kept = b->lines[i];
        b->lines[i] = b->lines[j];
        b->lines[j] = kept;
    }
    const struct claim_line **order = claim_order(&b->claim, b->arena);
    assert_non_null(order);
    for (int i = 0; i < 500; i++) {
        assert_int_equal(strtol(order[i]->feedetl_sn, NULL, 10), i + 1);
        assert_int_equal(claim_order_find(&b->claim, order, order[i]->feedetl_sn), i);
    }
    assert_int_equal(claim_order_find(&b->claim, order, "00000"), -1);
    assert_int_equal(claim_order_find(&b->claim, order, "99999"), -1);
    bill_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(required_texts),
        cmocka_unit_test(line_counts),
        cmocka_unit_test(line_numbers_occur_once),
        cmocka_unit_test(amounts_follow_price_and_quantity),
        cmocka_unit_test(negative_lines_name_an_original),
        cmocka_unit_test(refunds_stay_within_the_original),
        cmocka_unit_test(sums_and_totals),
        cmocka_unit_test(amounts_stay_in_the_national_range),
        cmocka_unit_test(refunds_of_hostile_figures),
        cmocka_unit_test(dates_fit),
        cmocka_unit_test(everything_is_told_at_once_and_counted),
        cmocka_unit_test(an_exhausted_arena_is_told),
        cmocka_unit_test(order_is_by_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
