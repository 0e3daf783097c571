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

static void what_may_grow_names_its_version(void **state)
{
    (void)state;
    uint8_t bytes[3][VALUE_SMALL_MAX];
    const struct book book = {.paid = -5, .count = 2};
    const struct active_pack pack = {.digest.bytes = {7}, .chunks = 3, .sequence = 11};
    struct book book_back;
    struct active_pack pack_back;
    struct writer w[3];
    for (int i = 0; i < 3; i++)
        w[i] = writer_on(bytes[i], sizeof bytes[i]);
    account_write(&w[0], 12345);
    book_write(&w[1], &book);
    active_pack_write(&w[2], &pack);
    for (int other = 1; other >= 0; other--) {
        struct reader r[3];
        for (int i = 0; i < 3; i++) {
            assert_false(w[i].failed);
            bytes[i][0] += other ? 1 : UINT8_MAX;
            r[i] = reader_on(bytes[i], w[i].used);
        }
        assert_int_equal(account_read(&r[0]), other ? 0 : 12345);
        book_read(&r[1], &book_back);
        active_pack_read(&r[2], &pack_back);
        for (int i = 0; i < 3; i++)
            assert_int_equal(reader_done(&r[i]), !other);
    }
    assert_int_equal(book_back.paid, -5);
    assert_int_equal(book_back.count, 2);
    assert_memory_equal(&pack_back.digest, &pack.digest, sizeof pack.digest);
    assert_int_equal(pack_back.chunks, 3);
    assert_int_equal(pack_back.sequence, 11);
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
    assert_memory_equal(back.request_hash.bytes, entry.request_hash.bytes, HASH_SHORT_SIZE);
    r = reader_on(bytes, w.used - 1);
    message_read(&r, &back);
    assert_true(r.failed);
    bytes[0]++; /* another version */
    r = reader_on(bytes, w.used);
    message_read(&r, &back);
    assert_true(r.failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_come_back),
        cmocka_unit_test(what_may_grow_names_its_version),
        cmocka_unit_test(message_entries_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
