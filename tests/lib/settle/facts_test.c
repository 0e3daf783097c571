/* lib/settle/facts: what a claim is adjudicated from, or why it cannot be; asked at admission as at
 * settlement. */
#include "ward.h"

static const struct bill visit = {.lines = {{DRUG_A, 10000}}};

/* By the whole bill and, for the same reason, by registering. */
static void refused_both_ways(struct world *w, struct bill bill, enum reason reason)
{
    world_bill(w, &bill);
    assert_refused(w, SETTLE_RECORD, reason);
    struct ward ward = {.w = w,
                        .psn_no = bill.psn_no ? bill.psn_no : RESIDENT,
                        .fixmedins = bill.fixmedins ? bill.fixmedins : TOWNSHIP};
    Copay__Encounter order = COPAY__ENCOUNTER__INIT;
    order.mdtrt_cert_type = (char *)(bill.cert_type ? bill.cert_type : "99");
    order.mdtrt_cert_no = (char *)bill.cert_no;
    order.ipt_otp_no = "T1";
    order.has_begntime = true;
    order.begntime = w->now_ms - bill.days_ago * DAY_MS;
    order.med_type = (char *)(bill.med_type ? bill.med_type : "11");
    ward_order(&ward, "2201", &order);
    assert_refused(w, SETTLE_RECORD, reason);
}

static void what_is_not_to_be_had(void **state)
{
    struct world *w = *state;
    struct bill bill = visit;
    bill.psn_no = "P999";
    refused_both_ways(w, bill, REASON_PERSON_UNKNOWN);
    bill = visit;
    bill.fixmedins = "H43100299999";
    refused_both_ways(w, bill, REASON_INSTITUTION_UNKNOWN);
    bill = visit;
    bill.med_type = "99";
    refused_both_ways(w, bill, REASON_MED_TYPE);
    bill.med_type = "21"; /* another counter's */
    refused_both_ways(w, bill, REASON_MED_TYPE);
    bill = visit;
    bill.days_ago = bill.ended_ago = 365 * 12;
    bill.lines[0].days_ago = 365 * 12;
    world_bill(w, &bill);
    assert_int_equal(w->answer.outcome, OUTCOME_REFUSED);
}

static void whose_card_it_is(void **state)
{
    struct world *w = *state;
    struct bill bill = visit;
    bill.cert_type = "02";
    bill.cert_no = "431002198001010028"; /* the employee's */
    refused_both_ways(w, bill, REASON_CREDENTIAL_MISMATCH);
    bill.cert_no = "43100219800101001x";
    free(world_settled(w, &bill));
}

static void nobody_is_billed_for_care_to_come(void **state)
{
    struct world *w = *state;
    struct bill bill = visit;
    bill.ended_ago = -2;
    world_bill(w, &bill);
    assert_refused(w, SETTLE_ANSWER, REASON_DATES);
    bill.ended_ago = -1;
    free(world_settled(w, &bill));
}

/* Of one who registers without a kind of care, only who it is. */
static void a_kind_of_care_may_come_later(void **state)
{
    struct world *w = *state;
    struct ward ward = {.w = w, .psn_no = "P999", .fixmedins = TOWNSHIP};
    Copay__Encounter order = COPAY__ENCOUNTER__INIT;
    order.mdtrt_cert_type = "99";
    order.ipt_otp_no = "T1";
    order.has_begntime = true;
    order.begntime = w->now_ms;
    ward_order(&ward, "2201", &order);
    assert_refused(w, SETTLE_RECORD, REASON_PERSON_UNKNOWN);
    ward.psn_no = RESIDENT;
    ward_order(&ward, "2201", &order);
    ward_done(&ward);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(what_is_not_to_be_had),
        WORLD_TEST(whose_card_it_is),
        WORLD_TEST(nobody_is_billed_for_care_to_come),
        WORLD_TEST(a_kind_of_care_may_come_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
