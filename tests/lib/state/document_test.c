/* lib/state/document: its images, its bounds, and damage that leaves none. */
#include "state/document.h"

#include "base/money.h"
#include "fixture.h"

static const struct record head = {
    .kind = RECORD_SETTLEMENT, .sequence = 2, .time_ms = INT64_C(1773100800000), .msgid = MSGID};

struct sample {
    struct settlement settlement;
    struct accums accums;
    struct reply_tally tally;
    struct statement_sums day;
    int64_t balance;
    struct document document;
    uint8_t bytes[DOCUMENT_BYTES_MAX];
    struct document_images images;
};

static int sample_open(void **context)
{
    struct sample *s = calloc(1, sizeof *s);
    s->settlement = settlement_sample();
    s->accums.count = 1;
    s->accums.list[0] = (struct accum){2026, 390, ACCUM_PAID, "x", 5};
    s->tally.setl_cnt = 3;
    s->day = (struct statement_sums){2, 900, 700, 0, 200};
    s->balance = 77;
    s->document = (struct document){.settlement = &s->settlement,
                                    .accums = &s->accums,
                                    .balance = &s->balance,
                                    .tally = &s->tally,
                                    .day = &s->day,
                                    .book_count = 2};
    s->document.books[0] =
        (struct document_book){OWNER_COUNTY, "431002", "390101", {.paid = 300, .count = 1}};
    s->document.books[1] = (struct document_book){OWNER_COUNTY, "431003", "390101", {0, 0}};
    *context = s;
    return 0;
}

static int sample_close(void **context)
{
    free(*context);
    return 0;
}

static struct slice written(struct sample *s)
{
    struct writer w = writer_on(s->bytes, sizeof s->bytes);
    assert_true(document_valid(&s->document));
    document_write(&w, &s->document);
    assert_false(w.failed);
    return (struct slice){s->bytes, w.used};
}

static void assert_image(const struct sample *s, uint32_t index, struct key key)
{
    assert_int_equal(s->images.list[index].key.size, key.size);
    assert_memory_equal(s->images.list[index].key.data, key.bytes, key.size);
}

static void every_image_has_its_key_and_value(void **context)
{
    struct sample *s = *context;
    struct reply_tally tally = {
        .dev_no = "T1", .insutype = "390", .clr_type = "11", .setl_optins = "431002"};
    const struct statement_kind kind = {"390", "11", "431002"};
    struct statement_day day;
    struct settlement back;
    assert_true(document_read(written(s), &head, &s->images));
    assert_int_equal(s->images.count, 8);
    assert_image(s, 0, key_visit("H43100299001", "V1", "1"));
    assert_image(s, 1, key_settlement(SETL));
    assert_image(s, 2, key_person("P1", PERSON_ACCOUNT));
    assert_image(s, 3, key_tally("H43100299001", &tally));
    assert_image(s, 4, key_day("H43100299001", date_of(2026, 3, 10), &kind, false));
    assert_image(s, 5, key_book(OWNER_COUNTY, "431002", "390101", 2026));
    assert_image(s, 6, key_book(OWNER_COUNTY, "431003", "390101", 2026));
    assert_null(s->images.list[6].value.data); /* it came to nothing */
    assert_image(s, 7, key_person_year("P1", 2026));
    struct slice value = s->images.list[1].value;
    struct reader r = reader_on(value.data, value.size);
    settlement_read(&r, SETL, &back);
    assert_true(reader_done(&r));
    assert_string_equal(back.msgid, MSGID);
    assert_int_equal(back.setl_time, head.time_ms);
    assert_string_equal(back.ipt_otp_no, "V1");
    assert_int_equal(back.rows[2].amount, 400);
    value = s->images.list[3].value;
    r = reader_on(value.data, value.size);
    tally_read(&r, &tally);
    assert_true(reader_done(&r));
    assert_int_equal(tally.sequence, 2);
    assert_int_equal(tally.setl_cnt, 3);
    assert_int_equal(tally.business_date, date_of(2026, 3, 10));
    value = s->images.list[4].value;
    r = reader_on(value.data, value.size);
    day_read(&r, &day);
    assert_true(reader_done(&r));
    assert_int_equal(day.last, 2);
    assert_memory_equal(&day.sums, &s->day, sizeof s->day);
}

static void an_account_that_did_not_move_has_no_image(void **context)
{
    struct sample *s = *context;
    s->document.balance = NULL;
    s->settlement.refd_setl_flag = true;
    assert_true(document_read(written(s), &head, &s->images));
    assert_int_equal(s->images.count, 7);
    assert_null(s->images.list[0].value.data); /* a void frees its visit */
}

static void the_largest_fits(void **context)
{
    struct sample *s = *context;
    memset(s->settlement.psn_no, 'p', TEXT_ID_MAX);
    memset(s->settlement.ipt_otp_no, 'v', TEXT_ID_MAX);
    memset(s->settlement.chrg_bchno, 'c', TEXT_ID_MAX);
    memset(s->settlement.dev_no, 'd', TEXT_ID_MAX);
    s->balance = INT64_MAX;
    s->document.book_count = s->settlement.row_count = FUND_ROWS_MAX;
    for (uint32_t i = 0; i < FUND_ROWS_MAX; i++)
        s->document.books[i] = (struct document_book){
            9, "oooooooooo-oooo", "ppppppp", {.paid = INT64_MIN, .count = INT64_MAX}};
    s->settlement.delta_count = DELTAS_MAX;
    s->accums.count = 0;
    for (uint16_t i = 0; i < ACCUMS_MAX; i++) {
        struct accum one = {i, 390, ACCUM_PAID, "sssssssssssssssssssssssssssssss", FEN_MAX};
        (void)!accum_add(&s->accums, &one);
    }
    assert_true(document_read(written(s), &head, &s->images));
    assert_int_equal(s->images.count, DOCUMENT_IMAGES_MAX);
}

static void damage_is_read_without_harm(void **context)
{
    struct sample *s = *context;
    struct slice whole = written(s);
    struct writer list = writer_on(s->images.room, sizeof s->images.room);
    accums_write(&list, &s->accums);
    for (size_t size = 0; size <= whole.size; size++) {
        uint8_t *copy = malloc(size + 1); /* of its size, for the sanitizer */
        memcpy(copy, whole.data, size);
        bool read = document_read((struct slice){copy, size}, &head, &s->images);
        assert_int_equal(read, size >= whole.size - list.used);
        free(copy);
    }
    for (size_t at = 0; at < whole.size; at++)
        for (int bit = 0; bit < 8; bit++) {
            s->bytes[at] ^= (uint8_t)(1 << bit);
            (void)!document_read(whole, &head, &s->images);
            assert_true(s->images.count <= DOCUMENT_IMAGES_MAX);
            s->bytes[at] ^= (uint8_t)(1 << bit);
        }
}

static void a_head_that_names_no_visit_or_day_has_none(void **context)
{
    struct sample *s = *context;
    struct record record = head;
    struct slice whole = written(s);
    snprintf(record.msgid, sizeof record.msgid, "op 1"); /* an operator's */
    assert_false(document_read(whole, &record, &s->images));
    record = head;
    record.time_ms = -1;
    assert_false(document_read(whole, &record, &s->images));
    record.time_ms = INT64_MAX;
    assert_false(document_read(whole, &record, &s->images));
}

#define SAMPLE_TEST(name) cmocka_unit_test_setup_teardown(name, sample_open, sample_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SAMPLE_TEST(every_image_has_its_key_and_value),
        SAMPLE_TEST(an_account_that_did_not_move_has_no_image),
        SAMPLE_TEST(the_largest_fits),
        SAMPLE_TEST(damage_is_read_without_harm),
        SAMPLE_TEST(a_head_that_names_no_visit_or_day_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
