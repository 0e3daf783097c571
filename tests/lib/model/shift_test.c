/* lib/model/shift: totals by insurance, clearing type and flag; its stored layout. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "model/shift.h"

static void add(struct shift *shift, uint16_t insutype, const char *clr_type, bool voided,
                int64_t fee, enum err expected)
{
    struct settlement s = {.insutype = insutype, .refd_setl_flag = voided};
    snprintf(s.clr_type, sizeof s.clr_type, "%s", clr_type);
    s.totals.medfee_sumamt = fee;
    s.totals.fund_pay_sumamt = fee / 2;
    s.totals.acct_pay = fee / 4;
    s.totals.psn_cash_pay = fee / 4;
    assert_int_equal(shift_add(shift, &s), expected);
}

static void by_insurance_clearing_type_and_flag(void **state)
{
    (void)state;
    struct shift shift = {0};
    add(&shift, 310, "11", false, 400, ERR_OK);
    add(&shift, 310, "11", false, 800, ERR_OK);
    add(&shift, 310, "11", true, -400, ERR_OK);
    add(&shift, 310, "21", false, 40, ERR_OK);
    add(&shift, 390, "11", false, 4, ERR_OK);
    assert_int_equal(shift.total_count, 4);
    assert_int_equal(shift.totals[0].setl_cnt, 2);
    assert_int_equal(shift.totals[0].medfee_sumamt, 1200);
    assert_int_equal(shift.totals[0].fund_pay_sumamt, 600);
    assert_int_equal(shift.totals[0].acct_pay, 300);
    assert_int_equal(shift.totals[0].psn_cash_pay, 300);
    assert_true(shift.totals[1].refd_setl_flag);
    assert_int_equal(shift.totals[1].medfee_sumamt, -400);
    assert_string_equal(shift.totals[2].clr_type, "21");
    assert_int_equal(shift.totals[3].insutype, 390);
}

/* What has no row of its own is counted all the same, settlements and voids apart. */
static void the_rest_is_counted_too(void **state)
{
    (void)state;
    struct shift shift = {0};
    char clr_type[7];
    int64_t settled = 0, voided = 0;
    for (int i = 0; i < 40; i++) {
        snprintf(clr_type, sizeof clr_type, "99%02d", i);
        add(&shift, 310, clr_type, false, 4, ERR_OK);
        add(&shift, 310, clr_type, true, -4, ERR_OK);
    }
    assert_int_equal(shift.total_count, SHIFT_TOTALS_MAX);
    for (uint32_t i = 0; i < shift.total_count; i++)
        *(shift.totals[i].refd_setl_flag ? &voided : &settled) += shift.totals[i].medfee_sumamt;
    assert_int_equal(settled, 160);
    assert_int_equal(voided, -160);
    assert_int_equal(shift.totals[SHIFT_TOTALS_MAX - 1].insutype, 0);
    assert_string_equal(shift.totals[SHIFT_TOTALS_MAX - 1].clr_type, "");
}

static void sums_stay_in_range(void **state)
{
    (void)state;
    struct shift shift = {0};
    add(&shift, 310, "11", false, 400, ERR_OK);
    shift.totals[0].medfee_sumamt = INT64_MAX - 10;
    add(&shift, 310, "11", false, 400, ERR_LIMIT);
}

static void is_written_and_read(void **state)
{
    (void)state;
    uint8_t bytes[SHIFT_BYTES_MAX];
    struct shift shift = {.sign_time = 1, .sign_out_time = 2}, read = {0};
    snprintf(shift.sign_no, sizeof shift.sign_no, "S31000202603100000000000000007");
    snprintf(shift.dev_no, sizeof shift.dev_no, "窗口一");
    for (int i = 0; i < SHIFT_TOTALS_MAX; i++)
        shift.totals[shift.total_count++] = (struct shift_total){.insutype = 999,
                                                                 .clr_type = "ABCDEF",
                                                                 .refd_setl_flag = true,
                                                                 .setl_cnt = UINT64_MAX,
                                                                 .medfee_sumamt = INT64_MIN,
                                                                 .fund_pay_sumamt = INT64_MAX,
                                                                 .acct_pay = INT64_MIN,
                                                                 .psn_cash_pay = INT64_MAX};
    struct writer w = writer_on(bytes, sizeof bytes);
    shift_write(&w, &shift);
    assert_false(w.failed);
    struct reader r = reader_on(bytes, w.used);
    shift_read(&r, &read);
    assert_true(reader_done(&r));
    assert_string_equal(read.sign_no, shift.sign_no);
    assert_string_equal(read.dev_no, shift.dev_no);
    assert_int_equal(read.sign_time, 1);
    assert_int_equal(read.sign_out_time, 2);
    assert_int_equal(read.total_count, SHIFT_TOTALS_MAX);
    for (uint32_t i = 0; i < read.total_count; i++) {
        assert_string_equal(read.totals[i].clr_type, "ABCDEF");
        assert_int_equal(read.totals[i].setl_cnt, UINT64_MAX);
        assert_int_equal(read.totals[i].medfee_sumamt, INT64_MIN);
        assert_int_equal(read.totals[i].psn_cash_pay, INT64_MAX);
    }
    for (size_t size = 0; size < w.used; size++) {
        r = reader_on(bytes, size);
        shift_read(&r, &read);
        assert_true(r.failed);
    }
    bytes[0]++;
    r = reader_on(bytes, w.used);
    shift_read(&r, &read);
    assert_true(r.failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_insurance_clearing_type_and_flag),
        cmocka_unit_test(the_rest_is_counted_too),
        cmocka_unit_test(sums_stay_in_range),
        cmocka_unit_test(is_written_and_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
