/* lib/base/money: rounding, exact parsing and fractions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <unistd.h>

#include "aborts.h"

#include "base/money.h"

static void round_is_half_up_away_from_zero(void **state)
{
    (void)state;
    assert_int_equal(money_round(5, 10), 1);
    assert_int_equal(money_round(4, 10), 0);
    assert_int_equal(money_round(15, 10), 2); /* half-even would also say 2 */
    assert_int_equal(money_round(25, 10), 3); /* half-even would say 2 */
    assert_int_equal(money_round(-25, 10), -3);
    assert_int_equal(money_share(452, 500), 23); /* R05: 4.52 x 5 % = 0.226 */
    assert_int_equal(money_share(1, 5000), 1);   /* D27: 0.01 x 50 % = 0.005 */
}

/* By magnitude, so that a refund takes back what its original was. */
static void other_ways_to_round(void **state)
{
    (void)state;
    assert_int_equal(money_round_to(25, 10, ROUND_HALF_UP), 3);
    assert_int_equal(money_round_to(29, 10, ROUND_DOWN), 2);
    assert_int_equal(money_round_to(-29, 10, ROUND_DOWN), -2);
    assert_int_equal(money_round_to(21, 10, ROUND_UP), 3);
    assert_int_equal(money_round_to(-21, 10, ROUND_UP), -3);
    assert_int_equal(money_round_to(20, 10, ROUND_UP), 2);
    assert_int_equal(money_share_to(452, 500, ROUND_HALF_UP), 23);
    assert_int_equal(money_share_to(452, 500, ROUND_DOWN), 22);
    assert_int_equal(money_share_to(FEN_MAX, 9999, ROUND_UP), INT64_C(9998999999999999) + 1);
}

/* Numerators and products that 64 bits do not hold. */
static void wide_ones_round_alike(void **state)
{
    (void)state;
    const __int128 wide = (__int128)(INT64_MAX - 1) * 10;
    assert_int_equal(money_round(wide + 4, 10), INT64_MAX - 1);
    assert_int_equal(money_round(wide + 5, 10), INT64_MAX);
    assert_int_equal(money_round(-wide - 5, 10), -INT64_MAX);
    assert_int_equal(money_round(INT64_MAX, INT64_MAX), 1);
    assert_int_equal(money_round(INT64_MAX / 2, INT64_MAX), 0);
    assert_int_equal(money_round(INT64_MAX / 2 + 1, INT64_MAX), 1);
    assert_int_equal(money_share(FEN_MAX, 9999), INT64_C(9998999999999999)); /* and .0001 */
    assert_int_equal(money_share(-FEN_MAX, 9999), INT64_C(-9998999999999999));
    int64_t fen = 0;
    assert_int_equal(money_of_line(INT64_C(10000000000000), INT64_C(10000000005), &fen), ERR_OK);
    assert_int_equal(fen, INT64_C(1000000000500000));
}

static void line_amount_checks_its_range(void **state)
{
    (void)state;
    int64_t fen = 0;
    assert_int_equal(money_of_line(3 * CNT_ONE, 2 * PRIC_ONE, &fen), ERR_OK);
    assert_int_equal(fen, 600);
    assert_int_equal(money_of_line(INT64_MAX, INT64_MAX, &fen), ERR_LIMIT);
    assert_int_equal(money_of_line(INT64_MIN, INT64_MAX, &fen), ERR_LIMIT);
}

static void parse_is_exact_or_refuses(void **state)
{
    (void)state;
    int64_t v = 0;
    assert_int_equal(money_parse("12345.67", 2, FEN_MAX, &v), ERR_OK);
    assert_int_equal(v, 1234567);
    assert_int_equal(money_parse("-0.01", 2, FEN_MAX, &v), ERR_OK);
    assert_int_equal(v, -1);
    assert_int_equal(money_parse("1.500", 2, FEN_MAX, &v), ERR_OK);
    assert_int_equal(v, 150);
    static const char *const bad[] = {"",    "-",  ".5", "5.",    "1.005",
                                      "1e3", " 1", "1 ", "1,000", "+1"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(money_parse(bad[i], 2, FEN_MAX, &v), ERR_INVALID);
    assert_int_equal(money_parse("99999999999999999999", 2, FEN_MAX, &v), ERR_LIMIT);
    assert_int_equal(money_parse("100000000000000", 2, FEN_MAX, &v), ERR_LIMIT);
}

static void format_round_trips(void **state)
{
    (void)state;
    char buf[MONEY_TEXT];
    assert_string_equal(money_yuan(-5, buf), "-0.05");
    assert_string_equal(money_yuan(123456, buf), "1234.56");
    assert_string_equal(money_format(8500, 4, -1, buf), "0.85");
    assert_string_equal(money_format(10000, 4, -1, buf), "1");
    assert_string_equal(money_format(INT64_MIN, 2, 2, buf), "-92233720368547758.08");
}

static void cap_base_stays_exact(void **state)
{
    (void)state;
    /* D34: 150,000 / 0.87 leaves 26,486.2069 of 198,900; 90 % of it is 23,837.59, while the base
     * rounded first would also have to agree to the fen. */
    struct frac paid_base = {INT64_C(15000000) * 100, 87};
    struct frac excess = frac_sub(frac_of(19890000), paid_base);
    assert_int_equal(money_round(excess.num * 9, excess.den * 10), 2383759);
    struct frac third = {1, 3};
    assert_int_equal(frac_cmp(frac_of(1), frac_add(third, frac_add(third, third))), 0);
    assert_int_equal(frac_cmp(frac_min(frac_of(1), frac_of(2)), frac_of(1)), 0);
}

static void add_terms(void *terms)
{
    const struct frac *of = terms, sum = frac_add(of[0], of[1]);
    _exit(sum.num != 0);
}

/* A sum too large for its 128 bits is a broken invariant, with one denominator as with two. */
static void fractions_never_wrap(void **state)
{
    (void)state;
    const __int128 most = ((__int128)1 << 126) - 1 + ((__int128)1 << 126);
    for (int64_t den = 2; den <= 3; den++) {
        struct frac terms[] = {{most, 2}, {most, den}};
        assert_aborts(add_terms, terms);
    }
}

static void sums_stop_at_the_national_limit(void **state)
{
    (void)state;
    int64_t sum = FEN_MAX - 1;
    assert_true(money_add(&sum, 1));
    assert_false(money_add(&sum, 1));
    assert_int_equal(sum, FEN_MAX);
    sum = INT64_MAX;
    assert_false(money_add(&sum, INT64_MAX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_is_half_up_away_from_zero),
        cmocka_unit_test(other_ways_to_round),
        cmocka_unit_test(wide_ones_round_alike),
        cmocka_unit_test(line_amount_checks_its_range),
        cmocka_unit_test(parse_is_exact_or_refuses),
        cmocka_unit_test(format_round_trips),
        cmocka_unit_test(cap_base_stays_exact),
        cmocka_unit_test(fractions_never_wrap),
        cmocka_unit_test(sums_stop_at_the_national_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
