/* lib/settle/shift: one running shift of an operator, whose totals are of what carried its number.
 */
#include "fixture.h"

#include "settle/verify.h"

#define TELLER "0117"

static const struct bill visit = {.lines = {{DRUG_A, 10000}}};

/* A bill's message with another head, and another body where one is given. Frees `body`. */
static struct slice headed(struct slice body, const char *opter, const char *sign_no,
                           Copay__SignIn *in, Copay__SignOut *out)
{
    Copay__Request *m = copay__request__unpack(NULL, body.size, body.data);
    assert_non_null(m);
    Copay__Request request = *m;
    request.opter = (char *)opter;
    request.sign_no = (char *)sign_no;
    if (in || out) {
        request.settle = NULL;
        request.infno = in ? "9001" : "9002";
    }
    request.sign_in = in;
    request.sign_out = out;
    const size_t size = copay__request__get_packed_size(&request);
    uint8_t *bytes = malloc(size);
    assert_non_null(bytes);
    copay__request__pack(&request, bytes);
    copay__request__free_unpacked(m, NULL);
    free((void *)body.data);
    return (struct slice){bytes, size};
}

static enum settle_verdict sign_in(struct world *w, const char *fixmedins, const char *opter)
{
    Copay__SignIn in = COPAY__SIGN_IN__INIT;
    const struct bill bill = {.fixmedins = fixmedins, .lines = {{DRUG_A, 100}}};
    return world_send(w, headed(bill_pack(w, &bill), opter, NULL, &in, NULL));
}

static enum settle_verdict sign_out(struct world *w, const char *opter, const char *sign_no)
{
    Copay__SignOut out = COPAY__SIGN_OUT__INIT;
    out.sign_no = (char *)sign_no;
    return world_send(w, headed(bill_pack(w, &visit), opter, NULL, NULL, &out));
}

static enum settle_verdict bill_in(struct world *w, const struct bill *bill, const char *opter,
                                   const char *sign_no)
{
    return world_send(w, headed(bill_pack(w, bill), opter, sign_no, NULL, NULL));
}

/* Signs in; the number, in `sign_no`. */
static void begin(struct world *w, const char *opter, char sign_no[ID_SETL + 1])
{
    assert_int_equal(sign_in(w, TOWNSHIP, opter), SETTLE_RECORD);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    assert_int_equal(w->answer.record.kind, RECORD_SHIFT);
    snprintf(sign_no, ID_SETL + 1, "%s", w->reply->shift->sign_no);
}

static void totals_are_of_what_carried_the_number(void **state)
{
    struct world *w = *state;
    char sign_no[ID_SETL + 1];
    begin(w, TELLER, sign_no);
    assert_int_equal(sign_no[0], 'S');
    assert_int_equal(w->reply->shift->n_totals, 0);
    assert_int_equal(bill_in(w, &visit, TELLER, sign_no), SETTLE_RECORD);
    assert_int_equal(bill_in(w, &visit, TELLER, sign_no), SETTLE_RECORD);
    const int64_t fund = w->reply->settlement->fund_pay_sumamt;
    assert_int_equal(bill_in(w, &visit, TELLER, NULL), SETTLE_RECORD); /* of no shift */
    assert_int_equal(sign_out(w, TELLER, sign_no), SETTLE_RECORD);
    const Copay__Shift *shift = w->reply->shift;
    assert_int_equal(shift->n_totals, 1);
    assert_int_equal(shift->totals[0]->setl_cnt, 2);
    assert_int_equal(shift->totals[0]->medfee_sumamt, 20000);
    assert_int_equal(shift->totals[0]->fund_pay_sumamt, 2 * fund);
    assert_string_equal(shift->totals[0]->insutype, "390");
    assert_true(shift->has_sign_out_time);
}

static void nothing_is_written_of_it_by_who_names_none(void **state)
{
    struct world *w = *state;
    char sign_no[ID_SETL + 1];
    begin(w, TELLER, sign_no);
    const struct hash before = world_digest(w, "W");
    assert_int_equal(bill_in(w, &visit, TELLER, NULL), SETTLE_RECORD);
    struct hash after = world_digest(w, "W");
    assert_memory_equal(before.bytes, after.bytes, HASH_SIZE);
    assert_int_equal(bill_in(w, &visit, TELLER, sign_no), SETTLE_RECORD);
    after = world_digest(w, "W");
    assert_memory_not_equal(before.bytes, after.bytes, HASH_SIZE);
}

static void again_on_the_same_day_it_is_the_same(void **state)
{
    struct world *w = *state;
    char first[ID_SETL + 1], again[ID_SETL + 1];
    begin(w, TELLER, first);
    begin(w, TELLER, again);
    assert_string_equal(first, again);
    assert_int_equal(w->answer.record.effects.size, 0);
    assert_null(w->reply->closed_shift);
    /* Elsewhere it is another operator of that number. */
    assert_int_equal(sign_in(w, HOSPITAL, TELLER), SETTLE_RECORD);
    assert_string_not_equal(w->reply->shift->sign_no, first);
}

static void the_next_day_closes_it_and_tells_its_totals(void **state)
{
    struct world *w = *state;
    char old[ID_SETL + 1], new[ID_SETL + 1];
    begin(w, TELLER, old);
    assert_int_equal(bill_in(w, &visit, TELLER, old), SETTLE_RECORD);
    w->now_ms += DAY_MS;
    /* Who works at night goes on. */
    assert_int_equal(bill_in(w, &visit, TELLER, old), SETTLE_RECORD);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    begin(w, TELLER, new);
    assert_string_not_equal(new, old);
    assert_int_equal(w->reply->shift->n_totals, 0);
    const Copay__Shift *closed = w->reply->closed_shift;
    assert_non_null(closed);
    assert_string_equal(closed->sign_no, old);
    assert_int_equal(closed->sign_out_time, w->now_ms);
    assert_int_equal(closed->n_totals, 1);
    assert_int_equal(closed->totals[0]->setl_cnt, 2);
    assert_refused(w, bill_in(w, &visit, TELLER, old), REASON_SIGN_NO);
    assert_refused(w, sign_out(w, TELLER, old), REASON_SIGN_NO);
    assert_int_equal(bill_in(w, &visit, TELLER, new), SETTLE_RECORD);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
}

static void a_closed_one_answers_again_and_takes_nothing(void **state)
{
    struct world *w = *state;
    char sign_no[ID_SETL + 1];
    begin(w, TELLER, sign_no);
    assert_int_equal(bill_in(w, &visit, TELLER, sign_no), SETTLE_RECORD);
    assert_int_equal(sign_out(w, TELLER, sign_no), SETTLE_RECORD);
    const int64_t ended = w->reply->shift->sign_out_time;
    w->now_ms += 60000;
    assert_refused(w, bill_in(w, &visit, TELLER, sign_no), REASON_SIGN_NO);
    assert_non_null(strstr(w->reply->errors[0]->zh, "-> 9001"));
    assert_int_equal(sign_out(w, TELLER, sign_no), SETTLE_RECORD);
    assert_int_equal(w->reply->shift->sign_out_time, ended);
    assert_int_equal(w->reply->shift->totals[0]->setl_cnt, 1);
    assert_int_equal(w->answer.record.effects.size, 0);
}

static void a_ledger_with_shifts_verifies(void **state)
{
    struct world *w = *state;
    const struct verify_options options = {.region = REGION, .fetch = world_fetch, .context = w};
    struct verify *verify;
    char sign_no[ID_SETL + 1], setl_id[ID_SETL + 1];
    begin(w, TELLER, sign_no);
    assert_int_equal(bill_in(w, &visit, TELLER, sign_no), SETTLE_RECORD);
    snprintf(setl_id, sizeof setl_id, "%s", w->reply->settlement->setl_id);
    world_void(w, "2208", TOWNSHIP, RESIDENT, setl_id);
    sign_out(w, TELLER, sign_no);
    assert_refused(w, bill_in(w, &visit, TELLER, sign_no), REASON_SIGN_NO);
    OK(verify_new(&options, &verify));
    for (uint32_t i = 0; i < w->record_count; i++)
        OK(verify_record(verify, i + 1, (struct slice){w->records[i].bytes, w->records[i].size}));
    assert_int_equal(verify_report(verify)->difference_count, 0);
    verify_free(verify);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(totals_are_of_what_carried_the_number),
        WORLD_TEST(nothing_is_written_of_it_by_who_names_none),
        WORLD_TEST(again_on_the_same_day_it_is_the_same),
        WORLD_TEST(the_next_day_closes_it_and_tells_its_totals),
        WORLD_TEST(a_closed_one_answers_again_and_takes_nothing),
        WORLD_TEST(a_ledger_with_shifts_verifies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
