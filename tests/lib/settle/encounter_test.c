/* lib/settle/encounter: admitted, changed, discharged, undone in the right order. */
#include "ward.h"

#include "state/encounters.h"

static const struct ward_line one[WARD_LINES_MAX] = {{.sn = "1", .fen = YUAN(100), .days_ago = 2}};

static struct encounter stored(const struct ward *ward)
{
    struct encounter e;
    OK(state_encounter(ward->w->state, ward->mdtrt_id, &e));
    return e;
}

static void an_admission_holds_person_and_number(void **state)
{
    struct world *w = *state;
    const struct hash before = world_digest(w, "PVI");
    struct ward ward = ward_stay(w, EMPLOYEE, 3);
    char id[ID_SETL + 1];
    OK(state_stay(w->state, EMPLOYEE, id));
    assert_string_equal(id, ward.mdtrt_id);
    OK(state_visit(w->state, HOSPITAL, ward.ticket, "1", id));
    assert_string_equal(id, ward.mdtrt_id);
    struct ward again = ward;
    Copay__Encounter order = COPAY__ENCOUNTER__INIT;
    again.mdtrt_id[0] = '\0';
    order.mdtrt_cert_type = "99";
    order.ipt_otp_no = ward.ticket;
    order.has_begntime = true;
    order.begntime = w->now_ms;
    order.med_type = "21";
    ward_order(&again, "2401", &order);
    assert_refused(w, SETTLE_RECORD, REASON_ENCOUNTER_REGISTERED);
    assert_int_equal(w->reply->n_errors, 2); /* and in hospital */
    assert_string_equal(w->reply->mdtrt_id, ward.mdtrt_id);
    /* The whole bill under its number would pay it twice. */
    world_bill(w, &(struct bill){.infno = "2304",
                                 .fixmedins = HOSPITAL,
                                 .psn_no = EMPLOYEE,
                                 .med_type = "21",
                                 .visit = ward.ticket,
                                 .lines = {{DRUG_A, 100}}});
    assert_refused(w, SETTLE_RECORD, REASON_ENCOUNTER_REGISTERED);
    ward_undo(&ward, "2404");
    ward_done(&ward);
    const struct hash after = world_digest(w, "PVI");
    assert_memory_equal(before.bytes, after.bytes, HASH_SIZE);
}

static void the_right_order_of_undoing(void **state)
{
    struct world *w = *state;
    struct ward ward = ward_stay(w, RESIDENT, 3);
    ward_upload(&ward, NULL, one);
    ward_undo(&ward, "2404");
    assert_refused(w, SETTLE_RECORD, REASON_ENCOUNTER_FEES);
    ward_discharge(&ward, 1);
    ward_done(&ward);
    ward_undo(&ward, "2404");
    assert_refused(w, SETTLE_RECORD, REASON_ENCOUNTER_STAGE);
    assert_non_null(strstr(w->reply->errors[0]->zh, "2405"));
    ward_discharge(&ward, 1);
    assert_refused(w, SETTLE_RECORD, REASON_ENCOUNTER_STAGE);
    char *setl_id = ward_settled(&ward, &(struct ward_bill){.fen = YUAN(100)});
    ward_undo(&ward, "2404");
    assert_refused(w, SETTLE_RECORD, REASON_ENCOUNTER_BILLED);
    ward_undo(&ward, "2405");
    assert_refused(w, SETTLE_RECORD, REASON_ENCOUNTER_STAGE);
    ward_void(&ward, setl_id);
    ward_undo(&ward, "2405");
    ward_done(&ward);
    assert_int_equal(stored(&ward).endtime, 0);
    ward_cancel(&ward, NULL, "1");
    ward_undo(&ward, "2404");
    ward_done(&ward);
    assert_int_equal(stored(&ward).stage, ENCOUNTER_CANCELLED);
    ward_undo(&ward, "2404");
    assert_refused(w, SETTLE_RECORD, REASON_ENCOUNTER_STAGE);
    free(setl_id);
}

static void nobody_comes_back_from_another_bed(void **state)
{
    struct world *w = *state;
    struct ward first = ward_stay(w, RESIDENT, 3);
    ward_discharge(&first, 1);
    struct ward second = ward_stay(w, RESIDENT, 1);
    ward_undo(&first, "2405");
    assert_refused(w, SETTLE_RECORD, REASON_IN_HOSPITAL);
    assert_string_equal(w->reply->mdtrt_id, second.mdtrt_id);
    ward_undo(&second, "2404");
    ward_undo(&first, "2405");
    ward_done(&first);
}

static void what_is_not_said_stays(void **state)
{
    struct world *w = *state;
    struct ward ward = ward_stay(w, RESIDENT, 3);
    Copay__Encounter order = COPAY__ENCOUNTER__INIT;
    Copay__Diagnosis diagnosis = COPAY__DIAGNOSIS__INIT, *list[] = {&diagnosis};
    diagnosis.diag_code = "J18.900";
    order.bed = "B7";
    order.dise_codg = "J18.900";
    order.diseinfo = list;
    order.n_diseinfo = 1;
    ward_order(&ward, "2403", &order);
    ward_done(&ward);
    order = (Copay__Encounter)COPAY__ENCOUNTER__INIT;
    order.bed = "B8";
    ward_order(&ward, "2403", &order);
    const struct encounter e = stored(&ward);
    assert_string_equal(e.bed, "B8");
    assert_string_equal(e.care.dise_codg, "J18.900");
    assert_string_equal(e.care.med_type, "21");
    assert_string_equal(e.ipt_otp_no, ward.ticket);
    assert_int_equal(e.care.begntime, ward.begntime);
    assert_int_equal(e.diagnosis_count, 1);
    order.med_type = "11"; /* of the other counter */
    ward_order(&ward, "2403", &order);
    assert_refused(w, SETTLE_RECORD, REASON_MED_TYPE);
}

static void somebody_elses_reads_as_none(void **state)
{
    struct world *w = *state;
    struct ward ward = ward_stay(w, RESIDENT, 3), other = ward;
    other.fixmedins = TOWNSHIP;
    ward_undo(&other, "2404");
    assert_refused(w, SETTLE_RECORD, REASON_ENCOUNTER_UNKNOWN);
    other = ward;
    other.psn_no = POOR;
    ward_undo(&other, "2404");
    assert_refused(w, SETTLE_RECORD, REASON_ENCOUNTER_MISMATCH);
    ward_undo(&ward, "2202"); /* an outpatient's */
    assert_refused(w, SETTLE_RECORD, REASON_ENCOUNTER_MISMATCH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(an_admission_holds_person_and_number), WORLD_TEST(the_right_order_of_undoing),
        WORLD_TEST(nobody_comes_back_from_another_bed),   WORLD_TEST(what_is_not_said_stays),
        WORLD_TEST(somebody_elses_reads_as_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
