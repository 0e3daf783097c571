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

static void a_year_comes_back(void **context)
{
    struct bench *b = *context;
    struct person_year year = {
        .setl_id = SETL,
        .accums = {.count = 1, .list = {{2026, 390, ACCUM_PAID, "outpatient", 5}}},
    };
    struct person_year back;
    effects_put_person_year(b->effects, "P1", 2026, &year);
    effects_put_person_year(b->effects, "P2", 2026, &year);
    OK(bench_fold(b));
    OK(state_person_year(b->state, "P1", 2026, &back));
    assert_string_equal(back.setl_id, SETL);
    assert_int_equal(accum_get(&back.accums, 2026, 390, ACCUM_PAID, "outpatient"), 5);
    OK(state_person_year(b->state, "P1", 2025, &back));
    assert_int_equal(back.accums.count, 0);
    year.accums.count = 0;
    effects_put_person_year(b->effects, "P1", 2026, &year);
    OK(bench_fold(b));
    OK(state_person_year(b->state, "P1", 2026, &back));
    assert_int_equal(back.accums.count, 0);
}

static struct settlement settlement_sample(void)
{
    struct settlement s = {.sequence = 2, .year = 2026, .row_count = 4};
    snprintf(s.setl_id, sizeof s.setl_id, "%s", SETL);
    for (uint32_t i = 0; i < 3; i++) {
        s.rows[i] = (struct settlement_row){.layer = "basic",
                                            .fund_pay_type = "390101",
                                            .field = FUND_HIFP,
                                            .owner_kind = OWNER_COUNTY,
                                            .owner = "431002",
                                            .amount = 100 << i};
    }
    snprintf(s.rows[2].owner, sizeof s.rows[2].owner, "431003");
    s.rows[3] = (struct settlement_row){
        .field = FUND_FIELDS, .owner_kind = OWNER_ACCOUNT, .fund_pay_type = "310201", .amount = 7};
    return s;
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
    effects_add_books(b->effects, b->state, &s);
    OK(bench_fold(b));
    effects_add_books(b->effects, b->state, &s);
    OK(bench_fold(b));
    assert_int_equal(book_paid(b, "431002", &count), 2 * (100 + 200)); /* two rows, one book */
    assert_int_equal(count, 2);
    assert_int_equal(book_paid(b, "431003", &count), 2 * 400);
    struct book account;
    OK(state_book(b->state, OWNER_ACCOUNT, "", "310201", 2026, &account));
    assert_int_equal(account.count, 0); /* no fund's */
    s.refd_setl_flag = true;
    for (uint32_t i = 0; i < s.row_count; i++)
        s.rows[i].amount = -s.rows[i].amount;
    for (int i = 0; i < 2; i++) {
        effects_add_books(b->effects, b->state, &s);
        OK(bench_fold(b));
    }
    assert_int_equal(store_get_copy(b->store, key_slice(&key), &bytes, &size), ERR_NOTFOUND);
}

static void a_book_over_its_range_is_refused(void **context)
{
    struct bench *b = *context;
    struct settlement s = settlement_sample();
    struct slice bytes;
    s.rows[0].amount = INT64_C(9999999999999999);
    effects_add_books(b->effects, b->state, &s);
    assert_int_equal(effects_done(b->effects, &bytes), ERR_LIMIT);
    /* Latched: later puts change nothing. */
    effects_put_balance(b->effects, "P1", 5);
    assert_int_equal(effects_done(b->effects, &bytes), ERR_LIMIT);
}

static void visits_and_settlements(void **context)
{
    struct bench *b = *context;
    struct settlement s = settlement_sample(), back;
    char setl_id[ID_SETL + 1];
    effects_put_settlement(b->effects, &s);
    effects_put_visit(b->effects, "H43100299001", "V1", "1", SETL);
    OK(bench_fold(b));
    OK(state_settlement(b->state, SETL, &back));
    assert_int_equal(back.rows[2].amount, 400);
    OK(state_visit(b->state, "H43100299001", "V1", "1", setl_id));
    assert_string_equal(setl_id, SETL);
    effects_put_visit(b->effects, "H43100299001", "V1", "1", NULL);
    OK(bench_fold(b));
    assert_int_equal(state_visit(b->state, "H43100299001", "V1", "1", setl_id), ERR_NOTFOUND);
}

static void small_values_come_back(void **context)
{
    struct bench *b = *context;
    const struct hash digest = {{9}};
    const struct active_pack pack = {.digest = digest, .chunks = 3, .sequence = 2};
    struct active_pack back;
    struct reply_tally tally = {.dev_no = "T1", .insutype = "390", .setl_cnt = 4}, out;
    int64_t balance;
    uint32_t row;
    bool has;
    effects_put_active_pack(b->effects, &pack);
    effects_put_import_row(b->effects, &digest, 77);
    effects_put_balance(b->effects, "P1", 0);
    effects_put_tally(b->effects, "H43100299001", &tally);
    assert_int_equal(state_active_pack(b->state, &back), ERR_NOTFOUND);
    OK(bench_fold(b));
    OK(state_active_pack(b->state, &back)); /* mirrored by the fold */
    assert_int_equal(back.chunks, 3);
    assert_memory_equal(back.digest.bytes, digest.bytes, HASH_SIZE);
    OK(state_import_row(b->state, &digest, &row));
    assert_int_equal(row, 77);
    OK(state_balance(b->state, "P1", &balance));
    OK(state_has_account(b->state, "P1", &has));
    assert_true(has); /* an empty account is an account */
    OK(state_tally(b->state, &tally, "H43100299001", &out));
    assert_int_equal(out.setl_cnt, 4);
    tally.refd_setl_flag = true; /* another tally */
    OK(state_tally(b->state, &tally, "H43100299001", &out));
    assert_int_equal(out.setl_cnt, 0);
}

static void texts_that_are_no_key_latch(void **context)
{
    struct bench *b = *context;
    struct slice bytes;
    effects_put_visit(b->effects, "H43100299001",
                      "a\x1f"
                      "b",
                      "1", SETL);
    assert_int_equal(effects_done(b->effects, &bytes), ERR_INVALID);
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
        BENCH_TEST(visits_and_settlements),
        BENCH_TEST(small_values_come_back),
        BENCH_TEST(texts_that_are_no_key_latch),
        BENCH_TEST(an_exhausted_arena_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
