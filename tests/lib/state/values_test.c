/* lib/state/values: what is written is read back; damage is seen. */
#include "fixture.h"

#include "state/values.h"

static void values_come_back(void **state)
{
    (void)state;
    uint8_t bytes[VALUE_SMALL_MAX];
    struct writer w = writer_on(bytes, sizeof bytes);
    const struct reply_tally tally = {.sequence = 9,
                                      .setl_cnt = 3,
                                      .business_date = 20000,
                                      .medfee_sumamt = 5,
                                      .fund_pay_sumamt = -4,
                                      .acct_pay = 3,
                                      .psn_cash_pay = 2,
                                      .digest.bytes = {1, 2}};
    struct reply_tally back = {0};
    tally_write(&w, &tally);
    assert_false(w.failed);
    struct reader r = reader_on(bytes, w.used);
    tally_read(&r, &back);
    assert_true(reader_done(&r));
    assert_memory_equal(&back, &tally, sizeof tally);
    bytes[0] = 9; /* another version */
    r = reader_on(bytes, w.used);
    tally_read(&r, &back);
    assert_true(r.failed);
}

static void message_entries_come_back(void **state)
{
    (void)state;
    uint8_t bytes[VALUE_SMALL_MAX];
    struct writer w = writer_on(bytes, sizeof bytes);
    const struct message_entry entry = {.sequence = 7,
                                        .request_hash.bytes = {3},
                                        .kind = RECORD_REFUSAL,
                                        .outcome = OUTCOME_REFUSED};
    struct message_entry back = {0};
    message_write(&w, &entry);
    struct reader r = reader_on(bytes, w.used);
    message_read(&r, &back);
    assert_true(reader_done(&r));
    assert_int_equal(back.sequence, 7);
    assert_int_equal(back.kind, RECORD_REFUSAL);
    assert_int_equal(back.outcome, OUTCOME_REFUSED);
    assert_memory_equal(back.request_hash.bytes, entry.request_hash.bytes, HASH_SIZE);
    r = reader_on(bytes, w.used - 1);
    message_read(&r, &back);
    assert_true(r.failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_come_back),
        cmocka_unit_test(message_entries_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
