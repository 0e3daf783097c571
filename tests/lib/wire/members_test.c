/* lib/wire/members: every fact of a member is carried; every error names its row and field. */
#include "commands.h"
#include "one_arena.h"

#include "wire/members.h"

static struct problems problems;
static struct command command;

static enum err read_import(const struct import *i)
{
    struct slice body = pack(&i->command);
    enum err err = wire_read_command_body(body, arena, &command, &problems);
    slice_free(body);
    return err;
}

static void a_member_is_carried(void **state)
{
    (void)state;
    struct import i;
    import_init(&i);
    i.digest[0] = 9;
    i.members.dry_run = true;
    i.member.has_balc = true;
    i.member.balc = 5000;
    i.insurance.has_cvlserv_flag = i.insurance.cvlserv_flag = true;
    assert_int_equal(read_import(&i), ERR_OK);
    assert_true(command.dry_run);
    assert_int_equal(command.first_row, 7);
    assert_int_equal(command.file_digest.bytes[0], 9);
    const struct import_member *m = &command.members[0];
    assert_true(m->balc_given && m->balc == 5000);
    assert_int_equal(m->row, 7);
    assert_string_equal(m->person.psn_name, "示例甲");
    assert_int_equal(m->person.death_date, DATE_NONE);
    assert_int_equal(m->person.insurance_count, 1);
    const struct insurance *insurance = &m->person.insurances[0];
    assert_int_equal(insurance->insutype, 390);
    assert_int_equal(insurance->cvlserv_flag, 1);
    assert_int_equal(insurance->pool_begndate, 20089); /* absent: at once */
    assert_int_equal(insurance->paus_insu_date, DATE_NONE);
    assert_int_equal(insurance->expi_date, DATE_MAX);
    assert_int_equal(m->person.identity_count, 1);
    assert_string_equal(m->person.identities[0].psn_type_lv, "");
    assert_int_equal(m->person.identities[0].endtime, 20453);
}

#define REFUSED(change, reason_, field_)                                                           \
    do {                                                                                           \
        struct import i;                                                                           \
        import_init(&i);                                                                           \
        change;                                                                                    \
        assert_int_equal(read_import(&i), ERR_INVALID);                                            \
        assert_true(has_problem(&problems, reason_, field_, "7"));                                 \
    } while (0)

static void every_error_names_row_and_field(void **state)
{
    (void)state;
    static char longer[] = "1234567890123456789012345678901234567890123456789012345678901";
    REFUSED(i.member.psn_no = "", REASON_FIELD_MISSING, "psn_no");
    REFUSED(i.member.psn_no = longer, REASON_FIELD_TOO_LONG, "psn_no");
    REFUSED(i.member.certno = longer, REASON_FIELD_TOO_LONG, "certno");
    REFUSED(i.member.psn_cert_type = "0101", REASON_FIELD_TOO_LONG, "psn_cert_type");
    REFUSED(i.member.psn_name = "", REASON_FIELD_MISSING, "psn_name");
    REFUSED(i.member.psn_name = "\x1f", REASON_FIELD_INVALID, "psn_name");
    REFUSED(i.member.naty = "0101", REASON_FIELD_TOO_LONG, "naty");
    REFUSED(i.member.gend = 3, REASON_FIELD_INVALID, "gend");
    REFUSED(i.member.gend = 257, REASON_FIELD_INVALID, "gend");
    REFUSED(i.member.brdy = INT32_MIN, REASON_FIELD_INVALID, "brdy");
    REFUSED((i.member.has_death_date = true, i.member.death_date = 1), REASON_FIELD_INVALID,
            "death_date");
    REFUSED((i.member.has_balc = true, i.member.balc = -1), REASON_FIELD_INVALID, "balc");
    REFUSED(i.member.n_insurances = 0, REASON_FIELD_MISSING, "insurances");
    REFUSED(i.insurance.insutype = 65536 + 390, REASON_FIELD_INVALID, "insutype");
    REFUSED(i.insurance.psn_type = "1234567", REASON_FIELD_TOO_LONG, "psn_type");
    REFUSED(i.insurance.psn_insu_stas = 257, REASON_FIELD_INVALID, "psn_insu_stas");
    REFUSED(i.insurance.insuplc_admdvs = "43100x", REASON_FIELD_INVALID, "insuplc_admdvs");
    REFUSED((i.insurance.has_pool_begndate = true, i.insurance.pool_begndate = 20000),
            REASON_FIELD_INVALID, "pool_begndate");
    REFUSED((i.insurance.has_expi_date = true, i.insurance.expi_date = 20000), REASON_FIELD_INVALID,
            "expi_date");
    REFUSED(i.identity.psn_idet_type = "", REASON_FIELD_MISSING, "psn_idet_type");
    REFUSED(i.identity.admdvs = "", REASON_FIELD_MISSING, "admdvs");
    REFUSED(i.identity.endtime = 20088, REASON_FIELD_INVALID, "endtime");
    REFUSED(i.members.first_row = 6, REASON_FIELD_INVALID, "row");
}

static void rows_ascend_and_lists_are_bounded(void **state)
{
    (void)state;
    struct import i;
    static Copay__Admin__Member *many[IMPORT_MEMBERS_MAX + 1];
    static Copay__Admin__MemberInsurance *covers[INSURANCES_MAX + 1];
    import_init(&i);
    for (size_t m = 0; m < ARRAY_LEN(many); m++)
        many[m] = &i.member;
    i.members.members = many;
    i.members.n_members = 2;
    assert_int_equal(read_import(&i), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_FIELD_INVALID, "row", "7"));
    i.members.n_members = ARRAY_LEN(many);
    assert_int_equal(read_import(&i), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_FIELD_TOO_LONG, "members", ""));
    i.members.n_members = 0;
    assert_int_equal(read_import(&i), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_FIELD_MISSING, "members", ""));
    import_init(&i);
    for (size_t c = 0; c < ARRAY_LEN(covers); c++)
        covers[c] = &i.insurance;
    i.member.insurances = covers;
    i.member.n_insurances = INSURANCES_MAX;
    assert_int_equal(read_import(&i), ERR_OK);
    i.member.n_insurances++;
    assert_int_equal(read_import(&i), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_FIELD_TOO_LONG, "insurances", "7"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_member_is_carried),
        cmocka_unit_test(every_error_names_row_and_field),
        cmocka_unit_test(rows_ascend_and_lists_are_bounded),
    };
    return cmocka_run_group_tests_name("members", tests, setup, teardown);
}
