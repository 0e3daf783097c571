/* lib/model/filing: what counts when, what may go, and the layouts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "model/filing.h"

static struct filed filed(enum filing_stage stage, int32_t last, uint64_t since, uint64_t until)
{
    return (struct filed){.number = "F31000202603100000000000000002",
                          .kind = FILING_REFERRAL,
                          .stage = stage,
                          .filing = {.category = "2501", .begndate = 10, .enddate = last},
                          .since = since,
                          .until = until};
}

static uint32_t counted(struct filed one, uint64_t sequence)
{
    const struct person_filings all = {.count = 1, .list = {one}};
    struct filings out;
    filings_at(&all, sequence, &out);
    return out.count;
}

static void one_counts_from_its_record_to_its_end(void **state)
{
    (void)state;
    assert_int_equal(counted(filed(FILING_APPLIED, 20, 0, 0), 9), 0);
    assert_int_equal(counted(filed(FILING_APPROVED, 20, 9, 0), 9), 0);
    assert_int_equal(counted(filed(FILING_APPROVED, 20, 9, 0), 10), 1);
    assert_int_equal(counted(filed(FILING_WITHDRAWN, 20, 9, 12), 11), 1);
    assert_int_equal(counted(filed(FILING_WITHDRAWN, 20, 9, 12), 13), 0);
    assert_int_equal(counted(filed(FILING_WITHDRAWN, 20, 0, 0), 13), 0);
}

static void what_matters_least_goes_first(void **state)
{
    (void)state;
    struct person_filings all = {
        .count = 2, .list = {filed(FILING_APPROVED, 20, 9, 0), filed(FILING_APPLIED, 30, 0, 0)}};
    assert_int_equal(filings_dispensable(&all, 20), -1);
    assert_int_equal(filings_dispensable(&all, 21), 0);
    assert_int_equal(filings_dispensable(&all, 31), 0);
    all.list[all.count++] = filed(FILING_APPROVED, 19, 9, 0);
    assert_int_equal(filings_dispensable(&all, 31), 2);
    all.list[all.count++] = filed(FILING_WITHDRAWN, 90, 9, 10);
    assert_int_equal(filings_dispensable(&all, 31), 3);
    all.list[all.count++] = filed(FILING_REFUSED, 90, 0, 0);
    assert_int_equal(filings_dispensable(&all, 31), 4);
}

static struct filed longest(void)
{
    struct filed one = filed(FILING_WITHDRAWN, DATE_MAX, UINT64_MAX, UINT64_MAX);
    one.filing.begndate = INT32_MIN;
    memset(one.filing.category, 'c', FILING_CODE);
    memset(one.filing.fixmedins_code, 'H', ID_FIXMEDINS);
    memset(one.filing.dise_codg, 'd', TEXT_CODE_MAX);
    return one;
}

static void the_list_comes_back(void **state)
{
    (void)state;
    uint8_t bytes[FILINGS_BYTES_MAX];
    struct person_filings in = {.count = FILINGS_MAX}, out;
    for (uint32_t i = 0; i < FILINGS_MAX; i++)
        in.list[i] = longest();
    struct writer w = writer_on(bytes, sizeof bytes);
    filings_write(&w, &in);
    assert_false(w.failed); /* every field at its limit */
    struct reader r = reader_on(bytes, w.used);
    filings_read(&r, &out);
    assert_true(reader_done(&r));
    assert_int_equal(out.count, FILINGS_MAX);
    const struct filed *last = &out.list[FILINGS_MAX - 1];
    assert_string_equal(last->number, in.list[0].number);
    assert_string_equal(last->filing.dise_codg, in.list[0].filing.dise_codg);
    assert_int_equal(last->filing.begndate, INT32_MIN);
    assert_int_equal(last->stage, FILING_WITHDRAWN);
    assert_true(last->since == UINT64_MAX && last->until == UINT64_MAX);
    for (size_t at = 0; at < w.used; at++) {
        r = reader_on(bytes, at);
        filings_read(&r, &out);
        assert_false(reader_done(&r));
    }
    bytes[0]++;
    r = reader_on(bytes, w.used);
    filings_read(&r, &out);
    assert_false(reader_done(&r));
}

static void the_whole_comes_back(void **state)
{
    (void)state;
    uint8_t bytes[FILING_FILE_BYTES_MAX];
    struct filing_file in = {.filed = longest(), .dcla_souc = "04", .step_count = FILING_STEPS_MAX};
    struct filing_file out;
    memset(in.psn_no, 'p', TEXT_ID_MAX);
    memset(in.institution, 'H', ID_FIXMEDINS);
    for (uint32_t i = 0; i < FILING_STEPS_MAX; i++) {
        in.steps[i] = (struct filing_step){.stage = FILING_APPLIED, .time_ms = INT64_MAX};
        memset(in.steps[i].who, 'w', ACTOR_MAX);
        memset(in.steps[i].note, 'n', TEXT_NAME_MAX);
    }
    struct writer w = writer_on(bytes, sizeof bytes);
    filing_file_write(&w, &in);
    assert_false(w.failed);
    struct reader r = reader_on(bytes, w.used);
    filing_file_read(&r, &out);
    assert_true(reader_done(&r));
    assert_string_equal(out.psn_no, in.psn_no);
    assert_string_equal(out.institution, in.institution);
    assert_string_equal(out.dcla_souc, "04");
    assert_string_equal(out.steps[3].who, in.steps[3].who);
    assert_string_equal(out.steps[3].note, in.steps[3].note);
    assert_true(out.steps[3].time_ms == INT64_MAX);
}

static void kinds_are_known_by_their_numbers(void **state)
{
    (void)state;
    static const char *const numbers[] = {"2501", "2502", "2503", "2504", "2505", "2506", "2507",
                                          "2562", "2563", "2699", "5301", "5302", "5304"};
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        const struct filing_rule *rule = filing_rule_of(numbers[i]);
        assert_non_null(rule);
        assert_ptr_equal(rule, filing_rule(rule->kind));
        assert_ptr_equal(rule, filing_rule_named(rule->name));
    }
    assert_null(filing_rule_of("2601"));
    assert_null(filing_rule_named(""));
    assert_string_equal(filing_stage_name(FILING_WITHDRAWN), "withdrawn");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_counts_from_its_record_to_its_end),
        cmocka_unit_test(what_matters_least_goes_first),
        cmocka_unit_test(the_list_comes_back),
        cmocka_unit_test(the_whole_comes_back),
        cmocka_unit_test(kinds_are_known_by_their_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
