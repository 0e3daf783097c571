/* Stored encounters, bills and lines: read back as written, the largest within their bounds, and
 * nothing else is read as one. */
#include "model/encounter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

static void fill(char *text, size_t capacity)
{
    memset(text, 'x', capacity - 1);
    text[capacity - 1] = '\0';
}
#define FILL(field) fill(field, sizeof field)

static struct care largest_care(void)
{
    struct care care = {.begntime = INT64_MAX, .emergency = true};
    FILL(care.insutype);
    FILL(care.med_type);
    FILL(care.dise_codg);
    FILL(care.oprn_oprt_code);
    FILL(care.matn_type);
    FILL(care.birctrl_type);
    care.trauma.present = care.trauma.signed_by_patient = true;
    care.newborn = (struct newborn){.present = true, .gend = 2, .brdy = INT32_MIN};
    return care;
}

static struct encounter largest(void)
{
    struct encounter e = {.inpatient = true,
                          .stage = ENCOUNTER_DISCHARGED,
                          .endtime = INT64_MIN,
                          .care = largest_care(),
                          .settled = UINT32_MAX,
                          .bill = STAY_BILLS_MAX,
                          .bills_count = OPEN_BILLS_MAX,
                          .diagnosis_count = DIAGNOSES_MAX};
    FILL(e.mdtrt_id);
    FILL(e.fixmedins_code);
    FILL(e.psn_no);
    FILL(e.ipt_otp_no);
    FILL(e.mdtrt_cert_type);
    FILL(e.dept_code);
    FILL(e.bed);
    FILL(e.atddr_no);
    FILL(e.dscg_way);
    for (int i = 0; i < OPEN_BILLS_MAX; i++)
        FILL(e.bills[i]);
    for (int i = 0; i < DIAGNOSES_MAX; i++) {
        FILL(e.diagnoses[i].diag_code);
        e.diagnoses[i].diag_type = '3';
        e.diagnoses[i].maindiag_flag = i == 2;
    }
    return e;
}

static size_t write_encounter(const struct encounter *e, uint8_t bytes[ENCOUNTER_BYTES_MAX])
{
    struct writer w = writer_on(bytes, ENCOUNTER_BYTES_MAX);
    encounter_write(&w, e);
    assert_false(w.failed);
    return w.used;
}

static bool read_encounter(const uint8_t *bytes, size_t size, struct encounter *e)
{
    struct reader r = reader_on(bytes, size);
    encounter_read(&r, e);
    return reader_done(&r);
}

static void the_largest_is_read_back(void **state)
{
    (void)state;
    uint8_t bytes[ENCOUNTER_BYTES_MAX];
    struct encounter e = largest(), read;
    size_t size = write_encounter(&e, bytes);
    assert_true(read_encounter(bytes, size, &read));
    assert_string_equal(read.mdtrt_id, e.mdtrt_id);
    assert_string_equal(read.dscg_way, e.dscg_way);
    assert_string_equal(read.care.birctrl_type, e.care.birctrl_type);
    assert_true(read.care.begntime == e.care.begntime && read.endtime == e.endtime);
    assert_true(read.care.emergency && read.care.trauma.present &&
                read.care.trauma.signed_by_patient && !read.care.trauma.third_party);
    assert_int_equal(read.care.newborn.brdy, INT32_MIN);
    assert_int_equal(read.stage, ENCOUNTER_DISCHARGED);
    assert_int_equal(read.settled, UINT32_MAX);
    assert_int_equal(read.bill, STAY_BILLS_MAX);
    assert_int_equal(read.bills_count, OPEN_BILLS_MAX);
    assert_string_equal(read.bills[OPEN_BILLS_MAX - 1], e.bills[OPEN_BILLS_MAX - 1]);
    assert_int_equal(read.diagnosis_count, DIAGNOSES_MAX);
    assert_string_equal(read.diagnoses[15].diag_code, e.diagnoses[15].diag_code);
    assert_true(read.diagnoses[2].maindiag_flag && !read.diagnoses[3].maindiag_flag);
}

static void anything_else_is_none(void **state)
{
    (void)state;
    uint8_t bytes[ENCOUNTER_BYTES_MAX];
    struct encounter e = largest(), read;
    size_t size = write_encounter(&e, bytes);
    for (size_t cut = 0; cut < size; cut++)
        assert_false(read_encounter(bytes, cut, &read));
    const struct {
        size_t at;
        uint8_t value;
    } wrong[] = {{0, 2}, {1, 0}, {1, 5}, {2, 2}}; /* version, stage, inpatient */
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        uint8_t kept = bytes[wrong[i].at];
        bytes[wrong[i].at] = wrong[i].value;
        assert_false(read_encounter(bytes, size, &read));
        bytes[wrong[i].at] = kept;
    }
}

static void a_bill_keeps_its_facts_while_it_is_settled(void **state)
{
    (void)state;
    uint8_t bytes[ENCOUNTER_BILL_BYTES_MAX];
    struct encounter_bill bill = {.line_count = STAY_LINES_MAX,
                                  .chunk_count = 7,
                                  .medfee_sumamt = -5,
                                  .begntime = 77,
                                  .care = largest_care()},
                          read;
    for (int settled = 0; settled < 2; settled++) {
        if (settled)
            FILL(bill.setl_id);
        struct writer w = writer_on(bytes, sizeof bytes);
        encounter_bill_write(&w, &bill);
        assert_false(w.failed);
        struct reader r = reader_on(bytes, w.used);
        encounter_bill_read(&r, &read);
        assert_true(reader_done(&r));
        assert_int_equal(read.line_count, STAY_LINES_MAX);
        assert_int_equal(read.chunk_count, 7);
        assert_int_equal(read.medfee_sumamt, -5);
        assert_int_equal(read.begntime, 77);
        assert_string_equal(read.setl_id, bill.setl_id);
        assert_string_equal(read.care.dise_codg, settled ? bill.care.dise_codg : "");
    }
    bytes[0]++;
    struct reader r = reader_on(bytes, sizeof bytes);
    encounter_bill_read(&r, &read);
    assert_true(r.failed);
}

static void a_line_is_read_back(void **state)
{
    (void)state;
    uint8_t bytes[FEE_LINE_BYTES_MAX];
    char id[TEXT_ID_MAX + 1], code[TEXT_CODE_MAX + 1];
    FILL(id);
    FILL(code);
    const char *const codes[] = {code, "83000000000000000001"};
    const struct claim_line line = {.feedetl_sn = id,
                                    .init_feedetl_sn = id,
                                    .med_list_codg = code,
                                    .medins_list_codg = "left out",
                                    .medins_list_name = "left out",
                                    .rxno = id,
                                    .unit = id,
                                    .trac_count = 2,
                                    .drug_trac_codgs = codes,
                                    .trdn_flag = true,
                                    .prd_days = UINT16_MAX,
                                    .pric = INT64_MAX,
                                    .cnt = INT64_MIN,
                                    .unit_conversion = INT64_MAX,
                                    .det_item_fee_sumamt = INT64_MIN,
                                    .fee_ocur_time = INT64_MIN,
                                    .hosp_appr_flag = 2};
    struct claim_line read;
    struct writer w = writer_on(bytes, sizeof bytes);
    struct arena *arena = arena_new(1 << 16);
    fee_line_write(&w, &line);
    assert_false(w.failed);
    struct reader r = reader_on(bytes, w.used);
    fee_line_read(&r, arena, &read);
    assert_true(reader_done(&r));
    assert_string_equal(read.feedetl_sn, id);
    assert_string_equal(read.init_feedetl_sn, id);
    assert_string_equal(read.med_list_codg, code);
    assert_int_equal(read.trac_count, 2);
    assert_string_equal(read.drug_trac_codgs[0], code);
    assert_string_equal(read.drug_trac_codgs[1], codes[1]);
    assert_true(read.trdn_flag);
    assert_int_equal(read.prd_days, UINT16_MAX);
    assert_string_equal(read.medins_list_name, "");
    assert_true(read.pric == line.pric && read.cnt == line.cnt &&
                read.unit_conversion == line.unit_conversion &&
                read.det_item_fee_sumamt == line.det_item_fee_sumamt &&
                read.fee_ocur_time == line.fee_ocur_time);
    assert_int_equal(read.hosp_appr_flag, 2);
    arena_free(arena);
    arena = arena_new(16); /* exhausted: latched, never a NULL text */
    r = reader_on(bytes, w.used);
    fee_line_read(&r, arena, &read);
    assert_true(r.failed);
    assert_non_null(read.rxno);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_largest_is_read_back),
        cmocka_unit_test(anything_else_is_none),
        cmocka_unit_test(a_bill_keeps_its_facts_while_it_is_settled),
        cmocka_unit_test(a_line_is_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
