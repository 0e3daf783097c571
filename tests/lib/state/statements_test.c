/* lib/state/statements: days' sums per kind, and the list of a day's kinds over its pages. */
#include "state/statements.h"

#include "fixture.h"

#define HOSPITAL "H43100299001"

static void post(struct bench *b, const char *clr_type, bool voids, int64_t count)
{
    struct settlement s = settlement_sample();
    const struct accums none = {0};
    const struct reply_tally tally = {.setl_cnt = 1};
    const struct statement_sums day = {count, 900 * count, 700 * count, 0, 200 * count};
    const struct posted posted = {&s, &none, NULL, &tally, &day};
    s.refd_setl_flag = voids;
    snprintf(s.clr_type, sizeof s.clr_type, "%s", clr_type);
    effects_post(b->effects, b->state, &posted);
    OK(bench_fold(b));
}

static struct statement_day day_of(struct bench *b, const char *institution, const char *clr_type,
                                   bool voids)
{
    struct statement_kind kind = {.insutype = "390", .setl_optins = "431002"};
    struct statement_day day;
    snprintf(kind.clr_type, sizeof kind.clr_type, "%s", clr_type);
    OK(state_statement_day(b->state, institution, date_of_time(state_time(b->state)), &kind, voids,
                           &day));
    return day;
}

static void each_kind_has_its_sums(void **context)
{
    struct bench *b = *context;
    post(b, "11", false, 1);
    post(b, "11", false, 2);
    post(b, "21", false, 1);
    post(b, "11", true, 1);
    assert_int_equal(day_of(b, HOSPITAL, "11", false).sums.setl_cnt, 2);
    assert_int_equal(day_of(b, HOSPITAL, "11", false).sums.medfee_sumamt, 1800);
    assert_int_equal(day_of(b, HOSPITAL, "11", false).sums.fund_pay_sumamt, 1400);
    assert_int_equal(day_of(b, HOSPITAL, "11", false).sums.psn_cash_pay, 400);
    assert_int_equal(day_of(b, HOSPITAL, "11", false).last, 3);
    assert_int_equal(day_of(b, HOSPITAL, "21", false).last, 4);
    assert_int_equal(day_of(b, HOSPITAL, "11", true).last, 5);
    assert_int_equal(day_of(b, "H43100299002", "11", false).sums.setl_cnt, 0);
    assert_int_equal(day_of(b, HOSPITAL, "41", false).last, 0);
}

/* More than two pages. */
#define KINDS (2 * STATEMENT_PAGE + 3)

static struct statement_kind kind_of(unsigned number)
{
    struct statement_kind kind = {.insutype = "310", .setl_optins = "431002"};
    snprintf(kind.clr_type, sizeof kind.clr_type, "%u", number);
    return kind;
}

static void a_day_lists_its_kinds_once(void **context)
{
    struct bench *b = *context;
    struct statement_kinds page;
    for (unsigned i = 0; i < 2 * KINDS; i++) {
        struct statement_kind kind = kind_of(i % KINDS);
        effects_list_kind(b->effects, b->state, HOSPITAL, 20000, &kind);
        OK(bench_fold(b));
    }
    unsigned seen = 0;
    for (uint32_t number = 0; number < 3; number++) {
        OK(state_statement_kinds(b->state, HOSPITAL, 20000, number, &page));
        for (uint32_t i = 0; i < page.count; i++) {
            struct statement_kind kind = kind_of(seen++);
            assert_string_equal(page.list[i].clr_type, kind.clr_type);
            assert_string_equal(page.list[i].insutype, "310");
            assert_string_equal(page.list[i].setl_optins, "431002");
        }
    }
    assert_int_equal(seen, KINDS);
    assert_int_equal(state_statement_kinds(b->state, HOSPITAL, 20000, 3, &page), ERR_NOTFOUND);
    assert_int_equal(state_statement_kinds(b->state, HOSPITAL, 20001, 0, &page), ERR_NOTFOUND);
}

static void damage_is_corrupt(void **context)
{
    struct bench *b = *context;
    const struct statement_kind kind = kind_of(1);
    struct statement_kinds page;
    struct statement_day day;
    struct key key = key_day_kinds(HOSPITAL, 20000, 0);
    OK(store_put(b->store, key_slice(&key), (struct slice){(const uint8_t *)"\1\2", 2}));
    assert_int_equal(state_statement_kinds(b->state, HOSPITAL, 20000, 0, &page), ERR_CORRUPT);
    key = key_day(HOSPITAL, 20000, &kind, false);
    OK(store_put(b->store, key_slice(&key), (struct slice){(const uint8_t *)"\1", 1}));
    assert_int_equal(state_statement_day(b->state, HOSPITAL, 20000, &kind, false, &day),
                     ERR_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(each_kind_has_its_sums),
        BENCH_TEST(a_day_lists_its_kinds_once),
        BENCH_TEST(damage_is_corrupt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
