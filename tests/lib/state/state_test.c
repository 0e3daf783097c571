/* lib/state/state: absent reads, damaged values, and what a new view finds in an old store. */
#include "fixture.h"

static void absent_reads_as_empty(void **context)
{
    struct bench *b = *context;
    struct person person;
    struct person_year year = {.setl_id = "x", .accums.count = 5};
    struct settlement settlement;
    struct message_entry entry;
    struct book book = {.count = 1};
    struct reply_tally tally = {.dev_no = "T1"}, out;
    char text[TEXT_ID_MAX + 1];
    int64_t balance = 5;
    uint32_t row = 5;
    bool has = true;
    struct hash digest = {0};
    assert_int_equal(state_person(b->state, "P1", &person), ERR_NOTFOUND);
    assert_int_equal(state_person(b->state, "bad\x1f", &person), ERR_NOTFOUND);
    assert_int_equal(state_certificate(b->state, "01", "1", text), ERR_NOTFOUND);
    assert_int_equal(state_settlement(b->state, SETL, &settlement), ERR_NOTFOUND);
    assert_int_equal(state_visit(b->state, "H43100299001", "V", "1", text), ERR_NOTFOUND);
    assert_int_equal(state_message(b->state, MSGID, &entry), ERR_NOTFOUND);
    OK(state_person_year(b->state, "P1", 2026, &year));
    assert_int_equal(year.accums.count, 0);
    assert_string_equal(year.setl_id, "");
    OK(state_balance(b->state, "P1", &balance));
    assert_int_equal(balance, 0);
    OK(state_has_account(b->state, "P1", &has));
    assert_false(has);
    OK(state_book(b->state, OWNER_COUNTY, "431002", "390101", 2026, &book));
    assert_int_equal(book.count, 0);
    OK(state_import_row(b->state, &digest, &row));
    assert_int_equal(row, 0);
    OK(state_tally(b->state, &tally, "H43100299001", &out));
    assert_string_equal(out.dev_no, "T1");
    assert_int_equal(out.setl_cnt, 0);
}

static void put_raw(struct bench *b, struct key key, const void *bytes, size_t size)
{
    OK(store_put(b->store, key_slice(&key), (struct slice){.data = bytes, .size = size}));
}

static void damage_is_never_a_shorter_truth(void **context)
{
    struct bench *b = *context;
    struct person person = person_sample("P1", "1"), back;
    struct person_year year;
    struct settlement settlement;
    char psn_no[TEXT_ID_MAX + 1], setl_id[ID_SETL + 1];
    int64_t balance;
    effects_put_person(b->effects, &person, NULL);
    OK(bench_fold(b));
    OK(state_person(b->state, "P1", &back));
    put_raw(b, key_person("P1", PERSON_FACTS), "\2", 1);
    assert_int_equal(state_person(b->state, "P1", &back), ERR_CORRUPT);
    put_raw(b, key_person("P1", PERSON_ACCOUNT), "\2\0x", 3);
    assert_int_equal(state_balance(b->state, "P1", &balance), ERR_CORRUPT);
    put_raw(b, key_person("P1", PERSON_ACCOUNT), "\2\1", 2);
    assert_int_equal(state_balance(b->state, "P1", &balance), ERR_CORRUPT); /* below zero */
    put_raw(b, key_person_year("P1", 2026), "\1\0\2\5", 4);
    assert_int_equal(state_person_year(b->state, "P1", 2026, &year), ERR_CORRUPT);
    put_raw(b, key_visit("H43100299001", "V1", "1"), "1234567890123456789012345678901", 31);
    assert_int_equal(state_visit(b->state, "H43100299001", "V1", "1", setl_id), ERR_CORRUPT);
    put_raw(b, key_certificate("01", "1"), "\x83\x1a\x2f", 3);
    assert_int_equal(state_certificate(b->state, "01", "1", psn_no), ERR_CORRUPT);
    put_raw(b, key_settlement(SETL), "\x09", 1);
    assert_int_equal(state_settlement(b->state, SETL, &settlement), ERR_CORRUPT);
}

static void a_new_view_stands_where_the_fold_stood(void **context)
{
    struct bench *b = *context;
    struct state *again;
    OK(bench_fold(b));
    uint64_t sequence = state_sequence(b->state);
    int64_t time_ms = state_time(b->state);
    assert_int_equal(sequence, 2);
    store_freeze(b->store, sequence);
    OK(store_checkpoint(b->store));
    OK(store_thaw(b->store));
    OK(state_new(b->store, &again));
    assert_int_equal(state_sequence(again), sequence);
    assert_int_equal(state_time(again), time_ms);
    assert_string_equal(state_region(again), REGION);
    state_free(again);
}

static void a_store_ahead_of_its_moment_is_damage(void **context)
{
    struct bench *b = *context;
    struct state *again;
    struct key moment = key_single("moment");
    store_freeze(b->store, 1);
    OK(store_checkpoint(b->store));
    OK(store_thaw(b->store));
    assert_int_equal(store_sequence(b->store), 1);
    OK(store_put(b->store, key_slice(&moment), (struct slice){0}));
    assert_int_equal(state_new(b->store, &again), ERR_CORRUPT);
}

/* A checkpoint cut short after the slice that holds the moment: the view stands where LMDB is
 * whole, and the fold goes on from there. */
static void a_checkpoint_cut_short_is_folded_again(void **context)
{
    struct bench *b = *context;
    char dir[] = "/tmp/copayd-state-XXXXXX", path[64];
    const struct store_options options = {.dir = dir, .map_bytes = 64 << 20};
    struct store *store;
    struct state *state;
    struct record record = {.kind = RECORD_GENESIS, .sequence = 1, .time_ms = 1000};
    int64_t pause_us;
    assert_non_null(mkdtemp(dir));
    OK(store_open(&options, &store));
    OK(state_new(store, &state));
    effects_put_region(b->effects, REGION);
    OK(effects_done(b->effects, &record.effects));
    OK(state_apply(state, &record));
    for (int i = 0; i < 1000; i++) { /* the moment's key is before these, in the first slice */
        snprintf(path, sizeof path, "Z%d", i);
        OK(store_put(store, (struct slice){(const uint8_t *)path, strlen(path)},
                     (struct slice){(const uint8_t *)path, 1}));
    }
    store_freeze(store, 1);
    assert_int_equal(store_checkpoint_step(store, &pause_us), ERR_AGAIN);
    state_free(state);
    store_close(store);

    OK(store_open(&options, &store));
    assert_int_equal(store_reach(store), 1);
    OK(state_new(store, &state));
    assert_int_equal(state_sequence(state), 0);
    assert_int_equal(state_time(state), 0);
    OK(state_apply(state, &record));
    assert_int_equal(state_sequence(state), 1);
    assert_string_equal(state_region(state), REGION);
    state_free(state);
    store_close(store);
    OK(store_discard(dir));
    assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(absent_reads_as_empty),
        BENCH_TEST(damage_is_never_a_shorter_truth),
        BENCH_TEST(a_new_view_stands_where_the_fold_stood),
        BENCH_TEST(a_store_ahead_of_its_moment_is_damage),
        BENCH_TEST(a_checkpoint_cut_short_is_folded_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
