/* lib/state/encounters: bills' lines over chunks, and who is in hospital. */
#include "state/encounters.h"

#include "fixture.h"

#define MDTRT "M31000202603100000000000000002"
#define LINES 2000

static struct claim_line *some_lines(struct bench *b, uint32_t first, uint32_t count)
{
    struct claim_line *lines = arena_alloc(b->arena, count * sizeof *lines);
    for (uint32_t i = 0; i < count; i++) {
        char text[16];
        snprintf(text, sizeof text, "L%06u", first + i);
        lines[i] = (struct claim_line){.feedetl_sn = arena_copy(b->arena, text, strlen(text)),
                                       .init_feedetl_sn = "",
                                       .med_list_codg = "XA07BCA05D0010071290096",
                                       .rxno = "",
                                       .unit = "",
                                       .cnt = 10000,
                                       .pric = 1000000,
                                       .det_item_fee_sumamt = 100 + i % 3};
    }
    return lines;
}

static void add(struct bench *b, const char *batch, uint32_t first, uint32_t count)
{
    struct encounter_bill bill;
    enum err err = state_bill(b->state, MDTRT, batch, &bill);
    assert_true(err == ERR_OK || err == ERR_NOTFOUND);
    effects_add_lines(b->effects, b->state, MDTRT, batch, &bill, some_lines(b, first, count),
                      count);
    effects_put_bill(b->effects, MDTRT, batch, &bill);
    OK(bench_fold(b));
}

static uint32_t count_lines(struct bench *b, const char *batch)
{
    struct encounter_bill bill;
    struct claim_line *lines;
    int64_t sum = 0;
    OK(state_bill(b->state, MDTRT, batch, &bill));
    OK(state_bill_lines(b->state, MDTRT, batch, &bill, 5, b->arena, &lines));
    for (uint32_t i = 0; i < bill.line_count; i++) {
        char expected[16];
        snprintf(expected, sizeof expected, "L%06u", i);
        assert_string_equal(lines[i].feedetl_sn, expected);
        sum += lines[i].det_item_fee_sumamt;
    }
    assert_int_equal(sum, bill.medfee_sumamt);
    return bill.line_count;
}

static void lines_come_back_in_order(void **context)
{
    struct bench *b = *context;
    struct encounter_bill bill;
    uint32_t have = 0;
    assert_int_equal(state_bill(b->state, MDTRT, "1", &bill), ERR_NOTFOUND);
    assert_int_equal(bill.line_count, 0);
    /* By ones, by a chunk and more: never a chunk over its size, none lost between two. */
    for (uint32_t step = 1; have < LINES; step = step * 2 % 97 + 1) {
        add(b, "1", have, step);
        have += step;
        assert_int_equal(count_lines(b, "1"), have);
    }
    OK(state_bill(b->state, MDTRT, "1", &bill));
    assert_true(bill.chunk_count > 20 && bill.chunk_count < have / 10);
    assert_int_equal(state_bill(b->state, MDTRT, "2", &bill), ERR_NOTFOUND);
}

static void fewer_lines_leave_no_chunk_behind(void **context)
{
    struct bench *b = *context;
    struct encounter_bill bill;
    uint8_t *bytes;
    size_t size;
    add(b, "1", 0, 300);
    OK(state_bill(b->state, MDTRT, "1", &bill));
    const uint32_t before = bill.chunk_count;
    for (uint32_t left = 40; left == 40 || left == 0; left -= 40) {
        effects_set_lines(b->effects, MDTRT, "1", &bill, some_lines(b, 0, 40), left);
        effects_put_bill(b->effects, MDTRT, "1", &bill);
        OK(bench_fold(b));
        assert_int_equal(count_lines(b, "1"), left);
        for (uint32_t i = bill.chunk_count; i < before; i++) {
            struct key key = key_fees(MDTRT, "1", i);
            assert_int_equal(store_get_copy(b->store, key_slice(&key), &bytes, &size),
                             ERR_NOTFOUND);
        }
        if (left == 0)
            break;
    }
    effects_put_bill(b->effects, MDTRT, "1", NULL);
    OK(bench_fold(b));
    assert_int_equal(state_bill(b->state, MDTRT, "1", &bill), ERR_NOTFOUND);
}

static void a_missing_chunk_is_damage(void **context)
{
    struct bench *b = *context;
    struct encounter_bill bill;
    struct claim_line *lines;
    add(b, "1", 0, 100);
    OK(state_bill(b->state, MDTRT, "1", &bill));
    bill.chunk_count++;
    assert_int_equal(state_bill_lines(b->state, MDTRT, "1", &bill, 0, b->arena, &lines),
                     ERR_CORRUPT);
    bill.chunk_count -= 2;
    assert_int_equal(state_bill_lines(b->state, MDTRT, "1", &bill, 0, b->arena, &lines),
                     ERR_CORRUPT);
}

static struct encounter inpatient(unsigned number)
{
    struct encounter e = {.fixmedins_code = "H43100299001", .inpatient = true};
    snprintf(e.mdtrt_id, sizeof e.mdtrt_id, "M%029u", number);
    snprintf(e.psn_no, sizeof e.psn_no, "P%u", number);
    e.stage = ENCOUNTER_OPEN;
    return e;
}

/* As a set of bits, each there once. */
static void assert_inside(struct bench *b, const bool *inside, unsigned count)
{
    struct inpatients page;
    unsigned seen = 0, expected = 0;
    bool full = true;
    for (uint32_t number = 0; state_inpatients(b->state, "H43100299001", number, &page) == ERR_OK;
         number++) {
        assert_true(full); /* only the last page is not */
        assert_true(page.count > 0);
        full = page.count == INPATIENTS_PAGE;
        for (uint32_t i = 0; i < page.count; i++, seen++)
            assert_true(inside[strtoul(page.mdtrt_ids[i] + 1, NULL, 10)]);
    }
    for (unsigned i = 0; i < count; i++) {
        struct encounter e = inpatient(i);
        char found[ID_SETL + 1];
        enum err err = state_stay(b->state, e.psn_no, found);
        assert_int_equal(err, inside[i] ? ERR_OK : ERR_NOTFOUND);
        expected += inside[i];
    }
    assert_int_equal(seen, expected);
}

static void inpatients_come_and_go(void **context)
{
    enum { PEOPLE = 3 * INPATIENTS_PAGE + 1 };
    struct bench *b = *context;
    bool inside[PEOPLE] = {false};
    unsigned seed = 7;
    for (unsigned i = 0; i < PEOPLE; i++) {
        struct encounter e = inpatient(i);
        effects_enter(b->effects, b->state, &e);
        OK(bench_fold(b));
        inside[i] = true;
    }
    assert_inside(b, inside, PEOPLE);
    for (unsigned turn = 0; turn < 400; turn++) {
        seed = seed * 1103515245 + 12345;
        unsigned i = (seed >> 16) % PEOPLE;
        struct encounter e = inpatient(i);
        if (inside[i])
            effects_leave(b->effects, b->state, &e);
        else
            effects_enter(b->effects, b->state, &e);
        OK(bench_fold(b));
        inside[i] = !inside[i];
        if (turn % 20 == 0)
            assert_inside(b, inside, PEOPLE);
    }
    for (unsigned i = 0; i < PEOPLE; i++) {
        struct encounter e = inpatient(i);
        if (!inside[i])
            continue;
        effects_leave(b->effects, b->state, &e);
        OK(bench_fold(b));
        inside[i] = false;
    }
    assert_inside(b, inside, PEOPLE);
}

static void who_is_not_in_hospital_cannot_leave(void **context)
{
    struct bench *b = *context;
    struct encounter e = inpatient(1);
    struct slice bytes;
    effects_leave(b->effects, b->state, &e);
    assert_int_equal(effects_done(b->effects, &bytes), ERR_CORRUPT);
}

static void a_visits_number_is_its_encounters(void **context)
{
    struct bench *b = *context;
    struct encounter e = inpatient(1);
    struct settlement s = settlement_sample();
    const struct accums none = {0};
    const struct reply_tally tally = {.setl_cnt = 1};
    const struct statement_sums day = {.setl_cnt = 1};
    const struct posted posted = {&s, &none, NULL, &tally, &day};
    char found[ID_SETL + 1];
    snprintf(e.ipt_otp_no, sizeof e.ipt_otp_no, "V1");
    effects_put_visit(b->effects, &e, e.mdtrt_id);
    OK(bench_fold(b));
    OK(state_visit(b->state, "H43100299001", "V1", "1", found));
    assert_string_equal(found, e.mdtrt_id);
    /* Settled it is the settlement's, voided the encounter's again. */
    snprintf(s.mdtrt_id, sizeof s.mdtrt_id, "%s", e.mdtrt_id);
    effects_post(b->effects, b->state, &posted);
    OK(bench_fold(b));
    OK(state_visit(b->state, "H43100299001", "V1", "1", found));
    assert_string_not_equal(found, e.mdtrt_id);
    s.refd_setl_flag = true;
    effects_post(b->effects, b->state, &posted);
    OK(bench_fold(b));
    OK(state_visit(b->state, "H43100299001", "V1", "1", found));
    assert_string_equal(found, e.mdtrt_id);
    effects_put_visit(b->effects, &e, NULL);
    OK(bench_fold(b));
    assert_int_equal(state_visit(b->state, "H43100299001", "V1", "1", found), ERR_NOTFOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(lines_come_back_in_order),
        BENCH_TEST(fewer_lines_leave_no_chunk_behind),
        BENCH_TEST(a_missing_chunk_is_damage),
        BENCH_TEST(inpatients_come_and_go),
        BENCH_TEST(who_is_not_in_hospital_cannot_leave),
        BENCH_TEST(a_visits_number_is_its_encounters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
