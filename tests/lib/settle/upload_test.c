/* lib/settle/upload: lines uploaded in batches, taken back, cancelled. */
#include "ward.h"

#define LINES(...) ((struct ward_line[WARD_LINES_MAX]){__VA_ARGS__})

static struct ward admitted(struct world *w)
{
    struct ward ward = ward_stay(w, RESIDENT, 10);
    ward_upload(&ward, NULL,
                LINES({.sn = "1", .fen = YUAN(100)}, {.sn = "2", .item = DRUG_B, .fen = YUAN(50)}));
    ward_done(&ward);
    return ward;
}

static void assert_bill(const struct ward *ward, uint32_t lines, int64_t fen)
{
    assert_int_equal(ward->w->reply->encounter->line_cnt, lines);
    assert_int_equal(ward->w->reply->encounter->medfee_sumamt, fen);
}

static void each_line_is_split_at_once(void **state)
{
    struct world *w = *state;
    struct ward ward = admitted(w);
    assert_int_equal(w->reply->n_results, 2);
    assert_int_equal(WARD_SUM(&ward, inscp_scp_amt), YUAN(145));
    assert_int_equal(w->reply->results[1]->preselfpay_amt, YUAN(5));
    assert_bill(&ward, 2, YUAN(150));
    ward_upload(&ward, NULL, LINES({.sn = "3", .of = "2", .item = DRUG_B, .fen = -YUAN(20)}));
    assert_int_equal(w->reply->results[0]->preselfpay_amt, -YUAN(2));
    assert_int_equal(w->reply->results[0]->inscp_scp_amt, -YUAN(18));
    assert_bill(&ward, 3, YUAN(130));
}

static void all_or_nothing(void **state)
{
    struct world *w = *state;
    struct ward ward = admitted(w);
    const struct hash before = world_digest(w, "EGL");
    ward_upload(&ward, NULL, LINES({.sn = "7", .fen = 100}, {.sn = "1", .fen = 100}));
    assert_refused(w, SETTLE_RECORD, REASON_LINE_UPLOADED);
    assert_string_equal(w->reply->errors[0]->feedetl_sn, "1");
    ward_upload(&ward, NULL, LINES({.sn = "7", .fen = 100}, {.sn = "8", .item = "X", .fen = 100}));
    assert_refused(w, SETTLE_RECORD, REASON_ITEM_UNKNOWN);
    ward_upload(&ward, NULL, LINES({.sn = "7", .fen = 100, .days_ago = -3}));
    assert_refused(w, SETTLE_RECORD, REASON_FEE_AFTER_CARE);
    ward_upload(&ward, NULL, LINES({.sn = "7", .fen = 100, .days_ago = 50}));
    assert_refused(w, SETTLE_RECORD, REASON_FEE_BEFORE_CARE);
    const struct hash after = world_digest(w, "EGL");
    assert_memory_equal(before.bytes, after.bytes, HASH_SIZE);
}

static void never_below_zero(void **state)
{
    struct world *w = *state;
    struct ward ward = admitted(w);
    ward_upload(&ward, NULL, LINES({.sn = "3", .of = "1", .fen = -YUAN(60)}));
    ward_done(&ward);
    ward_upload(&ward, NULL, LINES({.sn = "4", .of = "1", .fen = -YUAN(41)}));
    assert_refused(w, SETTLE_RECORD, REASON_LINE_SPENT);
    ward_upload(
        &ward, NULL,
        LINES({.sn = "4", .of = "1", .fen = -YUAN(20)}, {.sn = "5", .of = "1", .fen = -YUAN(21)}));
    assert_refused(w, SETTLE_RECORD, REASON_LINE_SPENT);
    assert_string_equal(w->reply->errors[0]->feedetl_sn, "5");
    ward_upload(&ward, NULL, LINES({.sn = "4", .of = "1", .fen = -YUAN(40)}));
    ward_done(&ward);
    assert_bill(&ward, 4, YUAN(50));
}

static void a_refund_names_a_line_of_its_item(void **state)
{
    struct world *w = *state;
    struct ward ward = admitted(w);
    ward_upload(&ward, NULL, LINES({.sn = "3", .of = "9", .fen = -100}));
    assert_refused(w, SETTLE_RECORD, REASON_LINE_NOT_UPLOADED);
    ward_upload(&ward, NULL, LINES({.sn = "3", .of = "2", .fen = -100}));
    assert_refused(w, SETTLE_RECORD, REASON_LINE_NOT_UPLOADED);
    ward_upload(&ward, NULL, LINES({.sn = "3", .of = "1", .fen = -100}));
    ward_done(&ward);
    ward_upload(&ward, NULL, LINES({.sn = "4", .of = "3", .fen = -100})); /* of a refund */
    assert_refused(w, SETTLE_RECORD, REASON_LINE_NOT_UPLOADED);
    /* In one message the original may stand behind it. */
    ward_upload(&ward, NULL, LINES({.sn = "5", .of = "6", .fen = -100}, {.sn = "6", .fen = 300}));
    ward_done(&ward);
}

/* What one message alone may say, many together may not: sums of any of a bill's lines must fit. */
static void the_money_of_a_bill_is_bounded(void **state)
{
    struct world *w = *state;
    struct ward ward = ward_stay(w, RESIDENT, 10);
    const int64_t most = FEN_MAX / 100; /* as cnt, at one yuan each */
    char sn[8], of[8];
    for (int i = 0; i < 49; i++) {
        snprintf(of, sizeof of, "%d", i);
        snprintf(sn, sizeof sn, "%dR", i);
        ward_upload(&ward, NULL,
                    LINES({.sn = of, .fen = most}, {.sn = sn, .of = of, .fen = -most}));
        ward_done(&ward);
    }
    ward_upload(&ward, NULL, LINES({.sn = "A", .fen = most}, {.sn = "B", .of = "A", .fen = -most}));
    ward_done(&ward);
    ward_upload(&ward, NULL, LINES({.sn = "C", .fen = most}));
    assert_refused(w, SETTLE_RECORD, REASON_ENCOUNTER_FULL);
    assert_string_equal(w->reply->errors[0]->field, "medfee_sumamt");
}

static void cancelling(void **state)
{
    struct world *w = *state;
    struct ward ward = admitted(w);
    ward_upload(&ward, NULL, LINES({.sn = "3", .of = "1", .fen = -100}));
    ward_cancel(&ward, NULL, "1");
    assert_refused(w, SETTLE_RECORD, REASON_ENCOUNTER_FEES); /* the refund would hang */
    ward_cancel(&ward, NULL, "2 9");
    assert_refused(w, SETTLE_RECORD, REASON_LINE_NOT_UPLOADED);
    ward_cancel(&ward, NULL, "3 1");
    ward_done(&ward);
    assert_bill(&ward, 1, YUAN(50));
    ward_cancel(&ward, NULL, "0000");
    ward_done(&ward);
    assert_bill(&ward, 0, 0);
    ward_cancel(&ward, NULL, "0000");
    assert_refused(w, SETTLE_RECORD, REASON_NOTHING_UPLOADED);
}

static void a_visits_bills(void **state)
{
    struct world *w = *state;
    struct ward ward = ward_visit(w, RESIDENT, 1);
    char batch[8];
    for (int i = 0; i < NEW_BILLS_MAX; i++) {
        snprintf(batch, sizeof batch, "B%d", i);
        ward_upload(&ward, batch, LINES({.sn = "1", .fen = 100}));
        ward_done(&ward);
    }
    ward_upload(&ward, "C", LINES({.sn = "1", .fen = 100}));
    assert_refused(w, SETTLE_RECORD, REASON_ENCOUNTER_FULL);
    ward_cancel(&ward, "B3", NULL);
    ward_done(&ward);
    ward_upload(&ward, "C", LINES({.sn = "1", .fen = 100}));
    ward_done(&ward);
    free(ward_settled(&ward, &(struct ward_bill){.batch = "C", .fen = 100}));
    ward_upload(&ward, "C", LINES({.sn = "2", .fen = 100}));
    assert_refused(w, SETTLE_RECORD, REASON_VISIT_SETTLED);
    ward_cancel(&ward, "C", NULL);
    assert_refused(w, SETTLE_RECORD, REASON_VISIT_SETTLED);
    ward_cancel(&ward, "0000", NULL);
    ward_done(&ward);
    ward_cancel(&ward, "0000", NULL);
    assert_refused(w, SETTLE_RECORD, REASON_NOTHING_UPLOADED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(each_line_is_split_at_once),
        WORLD_TEST(all_or_nothing),
        WORLD_TEST(never_below_zero),
        WORLD_TEST(a_refund_names_a_line_of_its_item),
        WORLD_TEST(the_money_of_a_bill_is_bounded),
        WORLD_TEST(cancelling),
        WORLD_TEST(a_visits_bills),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
