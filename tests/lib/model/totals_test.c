/* lib/model/totals: sums of documents. Negatives are held by the voids of settle/void and
 * cases/trial. */
#include "model/totals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/money.h"

static void sums_of_documents_stay_in_range(void **state)
{
    (void)state;
    const struct totals t = {
        .medfee_sumamt = 1, .fund_pay_sumamt = 2, .acct_pay = 3, .psn_cash_pay = 4};
    int64_t sums[4] = {10, 20, 30, 40};
    assert_true(totals_add(&t, &sums[0], &sums[1], &sums[2], &sums[3]));
    for (int i = 0; i < 4; i++)
        assert_int_equal(sums[i], 11 * (i + 1));
    for (int full = 0; full < 4; full++) {
        int64_t near[4] = {0};
        near[full] = FEN_MAX;
        assert_false(totals_add(&t, &near[0], &near[1], &near[2], &near[3]));
        assert_true(near[full] == FEN_MAX);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_of_documents_stay_in_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
