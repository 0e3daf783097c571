/* lib/wire/claim: the bill's texts are bounded by name and line, its figures carried over. */
#include "one_arena.h"

#include "wire/claim.h"

static struct problems problems;
static struct claim claim;

static enum err read_settle(const struct sample *s)
{
    memset(&problems, 0, sizeof problems);
    return claim_read(&s->settle, arena, &claim, &problems);
}

static void every_field_is_carried(void **state)
{
    (void)state;
    struct sample s;
    Copay__Trauma trauma = COPAY__TRAUMA__INIT;
    sample_init(&s);
    trauma.cause = "摔伤";
    trauma.signed_by_patient = true;
    s.settle.trauma = &trauma;
    s.settle.insutype = "390";
    s.settle.acct_used_flag = true;
    s.settle.chrg_bchno = "2";
    s.settle.mdtrt_cert_no = "431002199001010011";
    char *codes[] = {"83012345678901234567", "83012345678901234568"};
    s.lines[1].n_drug_trac_codg = 2;
    s.lines[1].drug_trac_codg = codes;
    s.lines[1].has_trdn_flag = s.lines[1].trdn_flag = true;
    s.lines[1].has_hosp_appr_flag = s.lines[1].has_unit_conversion = true;
    s.lines[1].hosp_appr_flag = 2;
    s.lines[1].unit_conversion = 240000;
    s.lines[1].medins_list_name = "示例药品";
    assert_int_equal(read_settle(&s), ERR_OK);
    assert_string_equal(claim.insutype, "390");
    assert_string_equal(claim.chrg_bchno, "2");
    assert_string_equal(claim.invono, "");
    assert_true(claim.acct_used_flag && claim.trauma.present && !claim.trauma.third_party);
    assert_string_equal(claim.trauma.cause, "摔伤");
    assert_int_equal(claim.medfee_sumamt, 3600);
    assert_int_equal(claim.line_count, SAMPLE_LINES);
    const struct claim_line *line = &claim.lines[1];
    assert_int_equal(line->trac_count, 2);
    assert_string_equal(line->drug_trac_codgs[0], codes[0]);
    assert_string_equal(line->drug_trac_codgs[1], codes[1]);
    assert_true(line->trdn_flag);
    assert_int_equal(line->hosp_appr_flag, 2);
    assert_int_equal(line->unit_conversion, 240000);
    assert_string_equal(line->medins_list_name, "示例药品");
    assert_int_equal(line->pric, 12000000);
    assert_int_equal(claim.lines[0].trac_count, 0);
    assert_false(claim.lines[0].trdn_flag);
    assert_false(claim.agreed);
}

static void long_texts_are_named(void **state)
{
    (void)state;
    static char longer[TEXT_NAME_MAX + 2];
    memset(longer, '1', sizeof longer - 1);
    static const struct {
        size_t at;
        const char *field;
    } heads[] =
        {
#define HEAD(field) {offsetof(Copay__Settle, field), #field}
            HEAD(psn_no),      HEAD(mdtrt_cert_type), HEAD(mdtrt_cert_no), HEAD(card_sn),
            HEAD(insutype),    HEAD(med_type),        HEAD(ipt_otp_no),    HEAD(chrg_bchno),
            HEAD(psn_setlway), HEAD(dise_codg),       HEAD(invono),
#undef HEAD
        },
      lines[] = {
#define LINE(field) {offsetof(Copay__Line, field), #field}
          LINE(feedetl_sn),
          LINE(med_list_codg),
          LINE(medins_list_codg),
          LINE(medins_list_name),
          LINE(init_feedetl_sn),
          LINE(rxno),
          LINE(unit),
#undef LINE
      };
    struct sample s;
    for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
        sample_init(&s);
        *(char **)((char *)&s.settle + heads[i].at) = longer;
        assert_int_equal(read_settle(&s), ERR_INVALID);
        assert_true(has_problem(&problems, REASON_FIELD_TOO_LONG, heads[i].field, ""));
        assert_int_equal(problems.count, 1);
    }
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        sample_init(&s);
        *(char **)((char *)&s.lines[2] + lines[i].at) = longer;
        assert_int_equal(read_settle(&s), ERR_INVALID);
        assert_true(
            has_problem(&problems, REASON_FIELD_TOO_LONG, lines[i].field, i == 0 ? "" : "L003"));
    }
}

static void values_outside_their_lists_are_refused(void **state)
{
    (void)state;
    struct sample s;
    sample_init(&s);
    s.settle.mdtrt_cert_type = "04"; /* local: Macao in one province, something else in another */
    assert_int_equal(read_settle(&s), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_FIELD_INVALID, "mdtrt_cert_type", ""));
    sample_init(&s);
    s.settle.insutype = "39";
    assert_int_equal(read_settle(&s), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_FIELD_INVALID, "insutype", ""));
    sample_init(&s);
    s.lines[0].has_hosp_appr_flag = true;
    s.lines[0].hosp_appr_flag = 257; /* one byte of it would read 1 */
    assert_int_equal(read_settle(&s), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_FIELD_INVALID, "hosp_appr_flag", "L001"));
    sample_init(&s);
    s.lines[0].has_unit_conversion = true;
    s.lines[0].unit_conversion = -1;
    assert_int_equal(read_settle(&s), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_FIELD_INVALID, "unit_conversion", "L001"));
    Copay__Trauma trauma = COPAY__TRAUMA__INIT;
    sample_init(&s);
    trauma.cause = "";
    s.settle.trauma = &trauma;
    assert_int_equal(read_settle(&s), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_FIELD_MISSING, "cause", ""));
}

static void the_bills_own_check_runs(void **state)
{
    (void)state;
    struct sample s;
    sample_init(&s);
    s.settle.medfee_sumamt = 3601;
    assert_int_equal(read_settle(&s), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_BILL_SUM, "medfee_sumamt", ""));
    sample_init(&s);
    s.settle.n_lines = 0;
    assert_int_equal(read_settle(&s), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_LINES_MISSING, NULL, ""));
    sample_init(&s);
    s.settle.mdtrt_cert_type = "03";
    assert_int_equal(read_settle(&s), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_CARD_SN_MISSING, "card_sn", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_is_carried),
        cmocka_unit_test(long_texts_are_named),
        cmocka_unit_test(values_outside_their_lists_are_refused),
        cmocka_unit_test(the_bills_own_check_runs),
    };
    return cmocka_run_group_tests_name("claim", tests, setup, teardown);
}
