/* lib/wire/encounter: what each message of an encounter must and must not say; nothing of it is
 * left behind where the message's own structs lay. */
#include "one_arena.h"

#include <stdio.h>

static struct problems problems;
static struct request request;

/* Small ones, which come to lie where the message's structs lay. */
#define USED_AGAIN 512
#define USED_SIZE 64

/* In its envelope; the scratch holds something else before anybody looks at what was read. */
static enum err read_it(const Copay__Request *message)
{
    Copay__RequestEnvelope e = COPAY__REQUEST_ENVELOPE__INIT;
    struct slice body = pack(message);
    static struct arena *scratch;
    arena_free(scratch);
    scratch = arena_new(REQUEST_ARENA_MAX);
    e.body = (ProtobufCBinaryData){.data = (uint8_t *)body.data, .len = body.size};
    struct slice envelope = pack(&e);
    enum err err = wire_read_request(envelope, arena, scratch, &request, &problems);
    arena_reset(scratch);
    for (int i = 0; i < USED_AGAIN; i++)
        memset(arena_alloc_raw(scratch, USED_SIZE), 0xff, USED_SIZE);
    slice_free(envelope);
    slice_free(body);
    return err;
}

static Copay__Request message_of(const char *infno)
{
    struct sample s;
    sample_init(&s);
    s.request.settle = NULL;
    s.request.infno = (char *)infno;
    return s.request;
}

static enum err read_order(const char *infno, Copay__Encounter *order)
{
    Copay__Request message = message_of(infno);
    message.encounter = order;
    order->psn_no = "P1";
    return read_it(&message);
}

static Copay__Encounter admission(void)
{
    Copay__Encounter order = COPAY__ENCOUNTER__INIT;
    order.mdtrt_cert_type = "99";
    order.ipt_otp_no = "Z1";
    order.med_type = "21";
    order.has_begntime = true;
    order.begntime = sample_time();
    return order;
}

static void an_admission_is_read(void **state)
{
    (void)state;
    Copay__Encounter order = admission();
    Copay__Newborn newborn = COPAY__NEWBORN__INIT;
    Copay__Diagnosis diagnoses[2], *list[] = {&diagnoses[0], &diagnoses[1]};
    copay__diagnosis__init(&diagnoses[0]);
    copay__diagnosis__init(&diagnoses[1]);
    diagnoses[0].diag_code = "J18.900";
    diagnoses[0].diag_type = "1";
    diagnoses[0].has_maindiag_flag = diagnoses[0].maindiag_flag = true;
    diagnoses[1].diag_code = "I10.x00";
    newborn.gend = 2;
    newborn.brdy = date_of(2025, 11, 1);
    order.newborn = &newborn;
    order.diseinfo = list;
    order.n_diseinfo = 2;
    order.bed = "B7";
    assert_int_equal(read_order("2401", &order), ERR_OK);
    const struct encounter_order *o = &request.encounter;
    assert_int_equal(request.kind, REQUEST_REGISTER);
    assert_int_equal(request.family, FAMILY_INPATIENT);
    assert_string_equal(o->psn_no, "P1");
    assert_string_equal(o->ipt_otp_no, "Z1");
    assert_string_equal(o->bed, "B7");
    assert_null(o->dise_codg); /* not said */
    assert_true(o->begntime_given && !o->endtime_given && o->begntime == sample_time());
    assert_true(o->newborn.present && o->newborn.gend == 2);
    assert_int_equal(o->diagnosis_count, 2);
    assert_string_equal(o->diagnoses[1].diag_code, "I10.x00");
    assert_true(o->diagnoses[0].maindiag_flag && o->diagnoses[0].diag_type == '1');
}

static void assert_objects(enum reason reason, const char *field)
{
    if (!has_problem(&problems, reason, field, NULL))
        print_error("no %s\n", field);
    assert_true(has_problem(&problems, reason, field, NULL));
}

static void what_only_an_opening_says(void **state)
{
    (void)state;
    Copay__Encounter order = COPAY__ENCOUNTER__INIT;
    static const char *const needed[] = {"mdtrt_cert_type", "ipt_otp_no", "begntime", "med_type"};
    assert_int_equal(read_order("2401", &order), ERR_INVALID);
    for (size_t i = 0; i < 4; i++)
        assert_objects(REASON_FIELD_MISSING, needed[i]);
    assert_int_equal(read_order("2201", &order), ERR_INVALID);
    assert_false(has_problem(&problems, REASON_FIELD_MISSING, "med_type", NULL));
    order = admission();
    order.mdtrt_id = "M1";
    assert_int_equal(read_order("2401", &order), ERR_INVALID);
    assert_objects(REASON_FIELD_INVALID, "mdtrt_id");
    assert_int_equal(read_order("2403", &order), ERR_INVALID);
    for (size_t i = 0; i < 3; i++)
        assert_objects(REASON_FIELD_INVALID, needed[i]);
    order = (Copay__Encounter)COPAY__ENCOUNTER__INIT;
    assert_int_equal(read_order("2402", &order), ERR_INVALID);
    assert_objects(REASON_FIELD_MISSING, "mdtrt_id");
    assert_objects(REASON_FIELD_MISSING, "endtime");
    order.mdtrt_id = "M1";
    order.has_endtime = true;
    order.endtime = sample_time();
    assert_int_equal(read_order("2402", &order), ERR_OK);
    assert_int_equal(read_order("2403", &order), ERR_INVALID);
    assert_objects(REASON_FIELD_INVALID, "endtime");
    order = admission();
    order.mdtrt_cert_type = "03";
    assert_int_equal(read_order("2401", &order), ERR_INVALID);
    assert_objects(REASON_CARD_SN_MISSING, "card_sn");
}

static void diagnoses_are_bounded(void **state)
{
    (void)state;
    Copay__Encounter order = admission();
    Copay__Diagnosis diagnoses[DIAGNOSES_MAX + 1], *list[DIAGNOSES_MAX + 1];
    for (int i = 0; i <= DIAGNOSES_MAX; i++) {
        copay__diagnosis__init(&diagnoses[i]);
        diagnoses[i].diag_code = "J18.900";
        list[i] = &diagnoses[i];
    }
    order.diseinfo = list;
    order.n_diseinfo = DIAGNOSES_MAX;
    assert_int_equal(read_order("2401", &order), ERR_OK);
    order.n_diseinfo = DIAGNOSES_MAX + 1;
    assert_int_equal(read_order("2401", &order), ERR_INVALID);
    order.n_diseinfo = 2;
    diagnoses[0].has_maindiag_flag = diagnoses[0].maindiag_flag = true;
    diagnoses[1].has_maindiag_flag = diagnoses[1].maindiag_flag = true;
    diagnoses[1].diag_type = "4";
    assert_int_equal(read_order("2401", &order), ERR_INVALID);
    assert_objects(REASON_FIELD_INVALID, "maindiag_flag");
    assert_objects(REASON_FIELD_INVALID, "diag_type");
}

static enum err read_upload(const char *infno, const char *batch, struct sample *s)
{
    Copay__Request message = message_of(infno);
    Copay__Upload upload = COPAY__UPLOAD__INIT;
    upload.mdtrt_id = "M1";
    upload.psn_no = "P1";
    upload.chrg_bchno = (char *)batch;
    upload.lines = s->line_list;
    upload.n_lines = s->settle.n_lines;
    message.upload = &upload;
    return read_it(&message);
}

static void an_upload_is_read_and_each_line_checked(void **state)
{
    (void)state;
    struct sample s;
    sample_init(&s);
    assert_int_equal(read_upload("2301", NULL, &s), ERR_OK);
    assert_int_equal(request.kind, REQUEST_UPLOAD);
    assert_int_equal(request.upload.claim.line_count, SAMPLE_LINES);
    assert_string_equal(request.upload.claim.lines[2].feedetl_sn, "L003");
    assert_string_equal(request.upload.chrg_bchno, "");
    assert_int_equal(read_upload("2301", "1", &s), ERR_INVALID); /* a stay's is numbered here */
    assert_int_equal(read_upload("2204", "B1", &s), ERR_OK);
    assert_string_equal(request.upload.chrg_bchno, "B1");
    assert_int_equal(read_upload("2204", NULL, &s), ERR_INVALID);
    assert_objects(REASON_FIELD_MISSING, "chrg_bchno");
    assert_int_equal(read_upload("2204", CANCEL_ALL, &s), ERR_INVALID);
    s.lines[1].det_item_fee_sumamt = -1200;
    s.lines[1].cnt = -10000;
    assert_int_equal(read_upload("2301", NULL, &s), ERR_INVALID);
    assert_objects(REASON_LINE_NEGATIVE, "init_feedetl_sn");
    s.lines[1].init_feedetl_sn = "elsewhere"; /* for whoever knows the bill */
    assert_int_equal(read_upload("2301", NULL, &s), ERR_OK);
    memcpy(s.numbers[0], s.numbers[1], sizeof s.numbers[0]);
    assert_int_equal(read_upload("2301", NULL, &s), ERR_INVALID);
    assert_objects(REASON_LINE_DUPLICATE, "feedetl_sn");
    s.settle.n_lines = 0;
    assert_int_equal(read_upload("2301", NULL, &s), ERR_INVALID);
    assert_objects(REASON_LINES_MISSING, "lines");
}

static enum err read_cancel(const char *infno, const char *batch, size_t count, char **numbers)
{
    Copay__Request message = message_of(infno);
    Copay__Cancel cancel = COPAY__CANCEL__INIT;
    cancel.mdtrt_id = "M1";
    cancel.psn_no = "P1";
    cancel.chrg_bchno = (char *)batch;
    cancel.n_feedetl_sn = count;
    cancel.feedetl_sn = numbers;
    message.cancel = &cancel;
    return read_it(&message);
}

static void a_cancellation_keeps_its_numbers(void **state)
{
    (void)state;
    char *two[] = {"L7", "L9"}, *all[] = {CANCEL_ALL};
    assert_int_equal(read_cancel("2302", NULL, 2, two), ERR_OK);
    assert_int_equal(request.cancel.count, 2);
    assert_string_equal(request.cancel.feedetl_sn[0], "L7");
    assert_string_equal(request.cancel.feedetl_sn[1], "L9");
    assert_int_equal(read_cancel("2302", NULL, 1, all), ERR_OK);
    assert_int_equal(request.cancel.count, 0);
    assert_int_equal(read_cancel("2302", NULL, 0, NULL), ERR_INVALID);
    assert_objects(REASON_FIELD_MISSING, "feedetl_sn");
    assert_int_equal(read_cancel("2205", "B1", 0, NULL), ERR_OK);
    assert_int_equal(read_cancel("2205", "B1", 2, two), ERR_INVALID);
    assert_int_equal(read_cancel("2205", NULL, 0, NULL), ERR_INVALID);
    assert_objects(REASON_FIELD_MISSING, "chrg_bchno");
    static char *many[LINES_MAX + 1];
    for (size_t i = 0; i < ARRAY_LEN(many); i++)
        many[i] = "L";
    assert_int_equal(read_cancel("2302", NULL, LINES_MAX, many), ERR_OK);
    assert_int_equal(read_cancel("2302", NULL, LINES_MAX + 1, many), ERR_INVALID);
}

static void a_settlement_of_what_was_uploaded(void **state)
{
    (void)state;
    Copay__Request message = message_of("2304");
    Copay__EncounterSettle settle = COPAY__ENCOUNTER_SETTLE__INIT;
    settle.mdtrt_id = "M1";
    settle.psn_no = "P1";
    settle.mdtrt_cert_type = "99";
    settle.medfee_sumamt = 1200;
    settle.has_mid_setl_flag = settle.mid_setl_flag = true;
    settle.has_endtime = true;
    settle.endtime = sample_time();
    message.encounter_settle = &settle;
    assert_int_equal(read_it(&message), ERR_OK);
    assert_int_equal(request.kind, REQUEST_SETTLE);
    assert_string_equal(request.bill.mdtrt_id, "M1");
    assert_true(request.bill.mid_setl_flag && request.bill.endtime_given);
    assert_int_equal(request.claim.medfee_sumamt, 1200);
    assert_string_equal(request.claim.med_type, "");
    message.infno = "2207"; /* no stay, and a batch is missing */
    assert_int_equal(read_it(&message), ERR_INVALID);
    assert_objects(REASON_FIELD_INVALID, "mid_setl_flag");
    assert_objects(REASON_FIELD_MISSING, "chrg_bchno");
    message.infno = "2102"; /* pharmacies have no encounters */
    assert_int_equal(read_it(&message), ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_admission_is_read),
        cmocka_unit_test(what_only_an_opening_says),
        cmocka_unit_test(diagnoses_are_bounded),
        cmocka_unit_test(an_upload_is_read_and_each_line_checked),
        cmocka_unit_test(a_cancellation_keeps_its_numbers),
        cmocka_unit_test(a_settlement_of_what_was_uploaded),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
