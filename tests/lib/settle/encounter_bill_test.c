/* lib/settle/encounter_bill: what was uploaded is settled, mid-stay and at the end, and taken back.
 */
#include "ward.h"

#include "state/encounters.h"

static const struct ward_line three[WARD_LINES_MAX] = {
    {.sn = "1", .fen = YUAN(3000), .days_ago = 9},
    {.sn = "2", .fen = YUAN(2000), .days_ago = 8},
    {.sn = "3", .fen = YUAN(1000), .days_ago = 3}};

/* Admitted ten days ago, with three lines of 6,000 yuan; 3 is of a later day than the others. */
static struct ward admitted(struct world *w)
{
    struct ward ward = ward_stay(w, RESIDENT, 10);
    ward_upload(&ward, NULL, three);
    ward_done(&ward);
    return ward;
}

static char *settled_mid(struct ward *ward, int64_t fen)
{
    return ward_settled(ward,
                        &(struct ward_bill){.fen = fen, .mid = true, .ended = true, .days_ago = 5});
}

static char *settled_last(struct ward *ward, int64_t fen)
{
    return ward_settled(ward, &(struct ward_bill){.fen = fen, .ended = true, .days_ago = 1});
}

static uint32_t line_count(struct ward *ward, const char *batch)
{
    struct encounter_bill bill;
    enum err err = state_bill(ward->w->state, ward->mdtrt_id, batch, &bill);
    assert_true(err == ERR_OK || err == ERR_NOTFOUND);
    return bill.line_count;
}

static void the_bill_is_what_was_uploaded(void **state)
{
    struct world *w = *state;
    const struct hash before = world_digest(w, "VI");
    struct ward ward = admitted(w);
    ward_settle(&ward, &(struct ward_bill){.fen = YUAN(6000) + 1, .ended = true, .days_ago = 1});
    assert_refused(w, SETTLE_RECORD, REASON_UPLOADED_SUM);
    char *setl_id = settled_last(&ward, YUAN(6000));
    assert_int_equal(w->reply->settlement->hifp_pay, YUAN(4800) * 65 / 100);
    assert_string_equal(w->reply->settlement->mdtrt_id, ward.mdtrt_id);
    ward_settle(&ward, &(struct ward_bill){.fen = YUAN(6000), .ended = true, .days_ago = 1});
    assert_refused(w, SETTLE_RECORD, REASON_ENCOUNTER_STAGE);
    ward_cancel(&ward, NULL, "1");
    assert_refused(w, SETTLE_RECORD, REASON_ENCOUNTER_STAGE);
    ward_void(&ward, setl_id);
    ward_done(&ward);
    ward_undo(&ward, "2405");
    ward_cancel(&ward, NULL, "0000");
    ward_undo(&ward, "2404");
    ward_done(&ward);
    const struct hash after = world_digest(w, "VI");
    assert_memory_equal(before.bytes, after.bytes, HASH_SIZE);
    free(setl_id);
}

static void later_fees_wait_for_the_next_bill(void **state)
{
    struct world *w = *state;
    struct ward ward = admitted(w);
    char *mid = settled_mid(&ward, YUAN(5000));
    assert_string_equal(w->reply->settlement->chrg_bchno, "1");
    assert_int_equal(line_count(&ward, "1"), 2);
    assert_int_equal(line_count(&ward, "2"), 1);
    ward_cancel(&ward, NULL, "1"); /* settled */
    assert_refused(w, SETTLE_RECORD, REASON_LINE_NOT_UPLOADED);
    char *last = settled_last(&ward, YUAN(1000));
    assert_string_equal(w->reply->settlement->chrg_bchno, "2");
    ward_void(&ward, mid);
    assert_needs_void_of(w, last);
    ward_void(&ward, last);
    ward_undo(&ward, "2405");
    ward_void(&ward, mid);
    ward_done(&ward);
    assert_int_equal(line_count(&ward, "1"), 3);
    assert_int_equal(line_count(&ward, "2"), 0);
    free(settled_last(&ward, YUAN(6000)));
    free(mid);
    free(last);
}

/* Its day is after the settlement's; it stands with what it takes back. */
static void a_refund_of_later_goes_with_its_line(void **state)
{
    struct world *w = *state;
    struct ward ward = admitted(w);
    ward_upload(&ward, NULL,
                (struct ward_line[WARD_LINES_MAX]){
                    {.sn = "4", .of = "2", .fen = -YUAN(500), .days_ago = 2}});
    ward_done(&ward);
    char *mid = settled_mid(&ward, YUAN(4500));
    assert_int_equal(w->reply->settlement->inscp_scp_amt, YUAN(4500));
    assert_int_equal(line_count(&ward, "2"), 1);
    free(settled_last(&ward, YUAN(1000)));
    free(mid);
}

/* A settled bill's numbers are free again, so that its reopening could give one twice. */
static void a_number_used_again_holds_the_void(void **state)
{
    struct world *w = *state;
    struct ward ward = admitted(w);
    char *mid = settled_mid(&ward, YUAN(5000));
    char msgid[ID_MSGID + 1];
    snprintf(msgid, sizeof msgid, "%s", w->reply->msgid);
    ward_upload(&ward, NULL, (struct ward_line[WARD_LINES_MAX]){{.sn = "1", .fen = YUAN(70)}});
    ward_done(&ward);
    const struct hash before = world_digest(w, "PVEGLI");
    ward_void(&ward, mid);
    assert_refused(w, SETTLE_RECORD, REASON_LINE_UPLOADED);
    assert_string_equal(w->reply->errors[0]->feedetl_sn, "1");
    assert_non_null(strstr(w->reply->errors[0]->zh, "2302"));
    /* Its reversal fares no better, and says what stands. */
    world_reverse(w, HOSPITAL, RESIDENT, "2304", msgid);
    assert_refused(w, SETTLE_RECORD, REASON_LINE_UPLOADED);
    assert_null(w->reply->reversed);
    assert_string_equal(w->reply->found->setl_id, mid);
    const struct hash after = world_digest(w, "PVEGLI");
    assert_memory_equal(before.bytes, after.bytes, HASH_SIZE);
    ward_cancel(&ward, NULL, "1");
    ward_void(&ward, mid);
    ward_done(&ward);
    assert_int_equal(line_count(&ward, "1"), 3);
    free(mid);
}

static void a_discharge_before_a_fee_is_heard_at_settlement(void **state)
{
    struct world *w = *state;
    struct ward ward = admitted(w);
    ward_discharge(&ward, 5);
    ward_done(&ward);
    ward_settle(&ward, &(struct ward_bill){.fen = YUAN(6000)});
    assert_refused(w, SETTLE_RECORD, REASON_FEE_AFTER_CARE);
    assert_string_equal(w->reply->errors[0]->feedetl_sn, "3");
    ward_settle(&ward, &(struct ward_bill){.fen = YUAN(6000), .ended = true, .days_ago = 1});
    assert_refused(w, SETTLE_RECORD, REASON_ENCOUNTER_MISMATCH);
    ward_settle(&ward, &(struct ward_bill){.fen = YUAN(6000), .mid = true});
    assert_refused(w, SETTLE_RECORD, REASON_ENCOUNTER_STAGE);
}

/* The number of a visit is the encounter's when its bill "1" is not settled. */
static void the_visits_number_comes_back(void **state)
{
    struct world *w = *state;
    char holder[ID_SETL + 1];
    struct ward ward = ward_visit(w, RESIDENT, 1);
    ward_upload(&ward, "1", (struct ward_line[WARD_LINES_MAX]){{.sn = "1", .fen = YUAN(50)}});
    ward_upload(&ward, "B", (struct ward_line[WARD_LINES_MAX]){{.sn = "1", .fen = YUAN(20)}});
    char *one = ward_settled(&ward, &(struct ward_bill){.batch = "1", .fen = YUAN(50)});
    char *other = ward_settled(&ward, &(struct ward_bill){.batch = "B", .fen = YUAN(20)});
    OK(state_visit(w->state, TOWNSHIP, ward.ticket, "1", holder));
    assert_string_equal(holder, one);
    ward_void(&ward, one);
    ward_done(&ward);
    OK(state_visit(w->state, TOWNSHIP, ward.ticket, "1", holder));
    assert_string_equal(holder, ward.mdtrt_id);
    ward_void(&ward, other);
    ward_done(&ward);
    assert_int_equal(state_visit(w->state, TOWNSHIP, ward.ticket, "B", holder), ERR_NOTFOUND);
    free(one);
    free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(the_bill_is_what_was_uploaded),
        WORLD_TEST(later_fees_wait_for_the_next_bill),
        WORLD_TEST(a_refund_of_later_goes_with_its_line),
        WORLD_TEST(a_number_used_again_holds_the_void),
        WORLD_TEST(a_discharge_before_a_fee_is_heard_at_settlement),
        WORLD_TEST(the_visits_number_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
