/* lib/state/filings: the list and the whole are written together. */
#include "state/filings.h"

#include "fixture.h"

static struct filing_file numbered(uint32_t number)
{
    struct filing_file file = {.psn_no = "P1",
                               .institution = "H43100299001",
                               .dcla_souc = "01",
                               .filed = {.kind = FILING_REFERRAL,
                                         .stage = FILING_APPROVED,
                                         .filing = {.category = "2501", .begndate = 100},
                                         .since = 2}};
    snprintf(file.filed.number, sizeof file.filed.number, "F3100020260310%016u", number);
    file.filed.filing.enddate = DATE_MAX;
    return file;
}

static void a_filing_is_kept_and_changed(void **context)
{
    struct bench *b = *context;
    struct person_filings all;
    struct filing_file file = numbered(1), read;
    OK(state_filings(b->state, "P1", &all));
    assert_int_equal(all.count, 0);
    assert_int_equal(state_filing(b->state, file.filed.number, &read), ERR_NOTFOUND);
    effects_put_filing(b->effects, &all, &file);
    OK(bench_fold(b));
    file.filed.stage = FILING_WITHDRAWN;
    file.filed.until = 3;
    effects_put_filing(b->effects, &all, &file);
    OK(bench_fold(b));
    OK(state_filings(b->state, "P1", &all));
    assert_int_equal(all.count, 1);
    assert_int_equal(all.list[0].stage, FILING_WITHDRAWN);
    OK(state_filing(b->state, file.filed.number, &read));
    assert_int_equal(read.filed.until, 3);
    assert_string_equal(read.psn_no, "P1");
    OK(state_filings(b->state, "P2", &all));
    assert_int_equal(all.count, 0);
}

static void a_full_list_takes_no_more(void **context)
{
    struct bench *b = *context;
    struct person_filings all = {.count = 0};
    struct filing_file file, read;
    for (uint32_t i = 0; i < FILINGS_MAX; i++) {
        file = numbered(i);
        effects_put_filing(b->effects, &all, &file);
    }
    OK(bench_fold(b));
    file = numbered(99);
    effects_put_filing(b->effects, &all, &file);
    assert_int_equal(bench_fold(b), ERR_LIMIT);
    bench_next(b);
    OK(state_filings(b->state, "P1", &all));
    effects_drop_filing(b->effects, &all, 3);
    effects_put_filing(b->effects, &all, &file);
    OK(bench_fold(b));
    OK(state_filings(b->state, "P1", &all));
    assert_int_equal(all.count, FILINGS_MAX);
    assert_string_equal(all.list[FILINGS_MAX - 1].number, file.filed.number);
    file = numbered(3);
    assert_int_equal(state_filing(b->state, file.filed.number, &read), ERR_NOTFOUND);
    file = numbered(4);
    OK(state_filing(b->state, file.filed.number, &read));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_filing_is_kept_and_changed, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(a_full_list_takes_no_more, bench_open, bench_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
