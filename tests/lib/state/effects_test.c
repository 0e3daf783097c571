/* lib/state/effects: every typed put reads back after the fold; errors latch. */
#include "fixture.h"

static void people_come_back_and_free_their_old_number(void **context)
{
    struct bench *b = *context;
    struct person before = person_sample("P1", "111"), after = person_sample("P1", "222"), back;
    char psn_no[TEXT_ID_MAX + 1];
    effects_put_person(b->effects, &before, NULL);
    OK(bench_fold(b));
    OK(state_certificate(b->state, "01", "111", psn_no));
    assert_string_equal(psn_no, "P1");
    effects_put_person(b->effects, &after, &before);
    OK(bench_fold(b));
    assert_int_equal(state_certificate(b->state, "01", "111", psn_no), ERR_NOTFOUND);
    OK(state_certificate(b->state, "01", "222", psn_no));
    OK(state_person(b->state, "P1", &back));
    assert_string_equal(back.certno, "222");
    assert_int_equal(back.insurance_count, 1);
    assert_string_equal(back.psn_name, "示例甲");
    /* The same number again keeps its index. */
    effects_put_person(b->effects, &after, &after);
    OK(bench_fold(b));
    OK(state_certificate(b->state, "01", "222", psn_no));
}

/* As the next record. */
static enum err post(struct bench *b, const struct settlement *s, const struct accums *accums,
                     const int64_t *balance)
{
    static const struct accums none;
    const struct reply_tally tally = {.setl_cnt = 4, .medfee_sumamt = -7, .digest = {{9}}};
    const struct statement_sums day = {.setl_cnt = 4, .medfee_sumamt = -7};
    const struct posted posted = {s, accums ? accums : &none, balance, &tally, &day};
    effects_post(b->effects, b->state, &posted);
    return bench_fold(b);
}

static void a_year_comes_back(void **context)
{
    struct bench *b = *context;
    const struct accums accums = {.count = 1, .list = {{2026, 390, ACCUM_PAID, "outpatient", 5}}};
    struct settlement s = settlement_sample();
    struct person_year back;
    char setl_id[ID_SETL + 1];
    OK(post(b, &s, &accums, NULL));
    OK(state_person_year(b->state, "P1", 2026, &back));
    assert_string_equal(back.setl_id, bench_setl_id(b, setl_id));
    assert_int_equal(accum_get(&back.accums, 2026, 390, ACCUM_PAID, "outpatient"), 5);
    OK(state_person_year(b->state, "P1", 2025, &back));
    assert_int_equal(back.accums.count, 0);
    OK(post(b, &s, NULL, NULL));
    OK(state_person_year(b->state, "P1", 2026, &back));
    assert_string_equal(back.setl_id, bench_setl_id(b, setl_id));
    assert_int_equal(back.accums.count, 0);
}

static int64_t book_paid(struct bench *b, const char *owner, int64_t *count)
{
    struct book book;
    OK(state_book(b->state, OWNER_COUNTY, owner, "390101", 2026, &book));
    *count = book.count;
    return book.paid;
}

static void books_add_up_and_come_to_nothing(void **context)
{
    struct bench *b = *context;
    struct settlement s = settlement_sample();
    struct key key = key_book(OWNER_COUNTY, "431002", "390101", 2026);
    uint8_t *bytes;
    size_t size;
    int64_t count;
    OK(post(b, &s, NULL, NULL));
    OK(post(b, &s, NULL, NULL));
    assert_int_equal(book_paid(b, "431002", &count), 2 * (100 + 200)); /* two rows, one book */
    assert_int_equal(count, 2);
    assert_int_equal(book_paid(b, "431003", &count), 2 * 400);
    struct book account;
    OK(state_book(b->state, OWNER_ACCOUNT, "", "310201", 2026, &account));
    assert_int_equal(account.count, 0); /* no fund's */
    s.refd_setl_flag = true;
    for (uint32_t i = 0; i < s.row_count; i++)
        s.rows[i].amount = -s.rows[i].amount;
    for (int i = 0; i < 2; i++)
        OK(post(b, &s, NULL, NULL));
    assert_int_equal(store_get_copy(b->store, key_slice(&key), &bytes, &size), ERR_NOTFOUND);
}

static void a_book_over_its_range_is_refused(void **context)
{
    struct bench *b = *context;
    struct settlement s = settlement_sample();
    struct slice bytes;
    s.rows[0].amount = INT64_C(9999999999999999);
    assert_int_equal(post(b, &s, NULL, NULL), ERR_LIMIT);
    /* Latched: later puts change nothing. */
    effects_put_balance(b->effects, "P1", 5);
    assert_int_equal(effects_done(b->effects, &bytes), ERR_LIMIT);
}

static void visits_settlements_accounts_and_tallies(void **context)
{
    struct bench *b = *context;
    const struct reply_tally which = {
        .dev_no = "T1", .insutype = "390", .clr_type = "11", .setl_optins = "431002"};
    struct reply_tally refunds = which, tally;
    struct settlement s = settlement_sample(), back;
    char setl_id[ID_SETL + 1], found[ID_SETL + 1];
    int64_t balance = 25;
    bool has;
    OK(post(b, &s, NULL, NULL));
    OK(state_has_account(b->state, "P1", &has));
    assert_false(has);
    OK(post(b, &s, NULL, &balance));
    OK(state_settlement(b->state, bench_setl_id(b, setl_id), &back));
    assert_int_equal(back.rows[2].amount, 400);
    assert_int_equal(back.setl_time, state_time(b->state));
    assert_string_equal(back.fixmedins_code, "H43100299001");
    OK(state_visit(b->state, "H43100299001", "V1", "1", found));
    assert_string_equal(found, setl_id);
    OK(state_balance(b->state, "P1", &balance));
    assert_int_equal(balance, 25);
    OK(state_tally(b->state, &which, "H43100299001", &tally));
    assert_int_equal(tally.setl_cnt, 4);
    assert_int_equal(tally.medfee_sumamt, -7);
    assert_int_equal(tally.sequence, state_sequence(b->state));
    assert_int_equal(tally.business_date, date_of_time(state_time(b->state)));
    refunds.refd_setl_flag = true; /* another tally */
    OK(state_tally(b->state, &refunds, "H43100299001", &tally));
    assert_int_equal(tally.setl_cnt, 0);
    /* A void frees the visit, and its original is put by itself. */
    s.refd_setl_flag = true;
    snprintf(back.void_setl_id, sizeof back.void_setl_id, "%s", SETL);
    effects_put_settlement(b->effects, &back);
    OK(post(b, &s, NULL, NULL));
    assert_int_equal(state_visit(b->state, "H43100299001", "V1", "1", found), ERR_NOTFOUND);
    OK(state_settlement(b->state, setl_id, &back));
    assert_string_equal(back.void_setl_id, SETL);
    OK(state_settlement(b->state, bench_setl_id(b, setl_id), &back));
    assert_true(back.refd_setl_flag);
    OK(state_tally(b->state, &refunds, "H43100299001", &tally));
    assert_int_equal(tally.setl_cnt, 4);
}

static void small_values_come_back(void **context)
{
    struct bench *b = *context;
    const struct hash digest = {{9}};
    const struct active_pack pack = {.digest = digest, .chunks = 3, .sequence = 2};
    struct active_pack back;
    int64_t balance;
    uint32_t row;
    bool has;
    effects_put_active_pack(b->effects, PACK_REGION, &pack);
    effects_put_import_row(b->effects, &digest, 77);
    effects_put_balance(b->effects, "P1", 0);
    assert_int_equal(state_active_pack(b->state, PACK_REGION, &back), ERR_NOTFOUND);
    OK(bench_fold(b));
    OK(state_active_pack(b->state, PACK_REGION, &back)); /* mirrored by the fold */
    assert_int_equal(back.chunks, 3);
    assert_memory_equal(back.digest.bytes, digest.bytes, HASH_SIZE);
    OK(state_import_row(b->state, &digest, &row));
    assert_int_equal(row, 77);
    OK(state_balance(b->state, "P1", &balance));
    OK(state_has_account(b->state, "P1", &has));
    assert_true(has); /* an empty account is an account */
}

static void a_tombstone_is_a_message_that_never_was(void **context)
{
    struct bench *b = *context;
    const char *msgid = "H43100299001202603100900000001";
    struct message_entry entry;
    assert_int_equal(state_message(b->state, msgid, &entry), ERR_NOTFOUND);
    effects_put_barred(b->effects, msgid, 5);
    OK(bench_fold(b));
    OK(state_message(b->state, msgid, &entry));
    assert_true(message_is_barred(&entry));
    assert_int_equal(entry.sequence, 5);
    entry.outcome = OUTCOME_DONE; /* the reversal's own message */
    assert_false(message_is_barred(&entry));
    entry = (struct message_entry){.kind = RECORD_REFUSAL, .outcome = OUTCOME_REFUSED};
    assert_false(message_is_barred(&entry));
    effects_put_barred(b->effects, "H\x1f", 5);
    assert_int_equal(bench_fold(b), ERR_INVALID);
}

/* They are refused before a record is made of them: folding it would fail. */
static void texts_that_are_no_key_latch(void **context)
{
    struct bench *b = *context;
    struct settlement good = settlement_sample(), bad;
    char *const texts[] = {
        bad.psn_no,   bad.ipt_otp_no,  bad.chrg_bchno,    bad.dev_no,
        bad.clr_type, bad.setl_optins, bad.rows[2].owner, bad.rows[0].fund_pay_type};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        bad = good;
        snprintf(texts[i], 4, "a\x1f%s", "b");
        assert_int_equal(post(b, &bad, NULL, NULL), ERR_INVALID);
        bench_next(b);
    }
    for (size_t i = 0; i < 3; i++) {
        bad = good;
        texts[i][0] = '\0';
        assert_int_equal(post(b, &bad, NULL, NULL), ERR_INVALID);
        bench_next(b);
    }
    bad = good;
    bad.year = 10000;
    assert_int_equal(post(b, &bad, NULL, NULL), ERR_INVALID);
    bench_next(b);
    OK(post(b, &good, NULL, NULL));
}

static void an_exhausted_arena_is_said(void **context)
{
    (void)context;
    struct arena *arena = arena_new(20000);
    struct effects *effects = effects_new(arena);
    static const uint8_t chunk[30000];
    const struct hash digest = {{1}};
    struct slice bytes;
    effects_put_chunk(effects, &digest, 0, (struct slice){.data = chunk, .size = sizeof chunk});
    assert_int_equal(effects_done(effects, &bytes), ERR_NOMEM);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(people_come_back_and_free_their_old_number),
        BENCH_TEST(a_year_comes_back),
        BENCH_TEST(books_add_up_and_come_to_nothing),
        BENCH_TEST(a_book_over_its_range_is_refused),
        BENCH_TEST(visits_settlements_accounts_and_tallies),
        BENCH_TEST(small_values_come_back),
        BENCH_TEST(a_tombstone_is_a_message_that_never_was),
        BENCH_TEST(texts_that_are_no_key_latch),
        BENCH_TEST(an_exhausted_arena_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
