/* daemon/authority: the table of who may do what, row by row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "daemon/authority.h"

static struct sender institution(void)
{
    return (struct sender){.role = SENDER_INSTITUTION, .name = "H43100299001"};
}

static struct sender an_operator(const char *county, enum duty duty)
{
    struct sender sender = {.role = SENDER_OPERATOR, .duty = duty, .name = "zhang"};
    memcpy(sender.county, county, ID_ADMDVS);
    return sender;
}

static struct request request(const char *infno, const char *fixmedins)
{
    struct request request = {.fixmedins_code = fixmedins};
    memcpy(request.infno, infno, strlen(infno));
    return request;
}

static void institutions_speak_for_themselves(void **state)
{
    (void)state;
    static const char *const served[] = {"1101", "2101", "2102", "2103", "2206", "2207", "2208",
                                         "2303", "2304", "2305", "2601", "5203", "2001", "2501",
                                         "2502", "2563", "2699", "5304", "3201", "3202"};
    struct sender sender = institution();
    for (size_t i = 0; i < ARRAY_LEN(served); i++) {
        struct request own = request(served[i], "H43100299001");
        struct request other = request(served[i], "H43100299002");
        assert_int_equal(authority_request(&sender, &own), REASON_NONE);
        assert_int_equal(authority_request(&sender, &other), REASON_SENDER_MISMATCH);
    }
    struct request unlisted = request("2701", "H43100299001");
    assert_int_equal(authority_request(&sender, &unlisted), REASON_NOT_AUTHORISED);
}

static void operators_send_no_bills(void **state)
{
    (void)state;
    struct sender sender = an_operator("431000", DUTY_ENTER);
    struct request bill = request("2207", "zhang");
    assert_int_equal(authority_request(&sender, &bill), REASON_NOT_AUTHORISED);
}

static const struct {
    enum command_kind kind;
    bool enter, approve, audit, county;
} rows[] = {
    {COMMAND_IMPORT_MEMBERS, true, false, false, true},
    {COMMAND_IMPORT_PROGRESS, true, false, false, true},
    {COMMAND_PACK_CHUNK, true, false, false, false},
    {COMMAND_PACK_SUBMIT, true, false, false, false},
    {COMMAND_PACK_APPROVE, false, true, false, false},
    {COMMAND_PACK_ACTIVATE, true, true, false, false},
    {COMMAND_PACK_SHOW, true, true, true, false},
    {COMMAND_CLOCK_CONFIRM, true, false, false, false},
    {COMMAND_STATUS, true, true, true, true},
    {COMMAND_PERSON_LOOK, false, false, true, false},
    {COMMAND_RECEIPT, false, false, true, false},
    {COMMAND_KEY_CHANGE, true, false, false, false},
    {COMMAND_KEY_SHOW, true, true, true, true},
    {COMMAND_STORE_COPY, true, false, false, false},
    {COMMAND_FILING_ENTER, true, false, false, true},
    {COMMAND_FILING_ASSESS, true, false, false, true},
    {COMMAND_FILING_APPROVE, false, true, false, true},
    {COMMAND_FILING_REFUSE, false, true, false, true},
    {COMMAND_FILING_WITHDRAW, false, true, false, true},
    {COMMAND_FILING_LIST, true, true, true, true},
};

static enum reason asked(const char *county, enum duty duty, enum command_kind kind)
{
    struct sender sender = an_operator(county, duty);
    struct command command = {.kind = kind, .region = "431000"};
    return authority_command(&sender, &command);
}

static void duties_and_scopes_as_listed(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        enum command_kind kind = rows[i].kind;
        enum reason no = REASON_NOT_AUTHORISED;
        enum duty duty = rows[i].enter ? DUTY_ENTER : rows[i].approve ? DUTY_APPROVE : DUTY_AUDIT;
        assert_int_equal(asked("431000", DUTY_ENTER, kind), rows[i].enter ? REASON_NONE : no);
        assert_int_equal(asked("431000", DUTY_APPROVE, kind), rows[i].approve ? REASON_NONE : no);
        assert_int_equal(asked("431000", DUTY_AUDIT, kind), rows[i].audit ? REASON_NONE : no);
        assert_int_equal(asked("431002", duty, kind), rows[i].county ? REASON_NONE : no);
        assert_int_equal(asked("430500", duty, kind), no);
    }
}

/* Its own file is the province's alone; a region's pack is the region's. */
static void a_province_publishes_its_own_file(void **state)
{
    (void)state;
    static const struct {
        enum command_kind kind;
        bool own, regions; /* may the province: its file, the region's pack */
    } commands[] = {{COMMAND_PACK_CHUNK, true, true},    {COMMAND_PACK_SUBMIT, true, false},
                    {COMMAND_PACK_APPROVE, true, false}, {COMMAND_PACK_ACTIVATE, true, false},
                    {COMMAND_PACK_SHOW, true, true},     {COMMAND_IMPORT_MEMBERS, false, false}};
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        enum command_kind kind = commands[i].kind;
        enum duty duty = kind == COMMAND_PACK_APPROVE ? DUTY_APPROVE : DUTY_ENTER;
        struct command command = {.kind = kind, .region = "431000", .province = true};
        struct sender province = an_operator("430000", duty), other = an_operator("440000", duty);
        struct sender city = an_operator("431000", duty);
        bool packs = kind == COMMAND_PACK_CHUNK || kind == COMMAND_PACK_SHOW;
        bool own = authority_command(&province, &command) == REASON_NONE;
        assert_int_equal(own, commands[i].own);
        assert_int_equal(authority_command(&other, &command), REASON_NOT_AUTHORISED);
        if (!packs && commands[i].own)
            assert_int_equal(authority_command(&city, &command), REASON_NOT_AUTHORISED);
        command.province = false;
        bool regions = authority_command(&province, &command) == REASON_NONE;
        assert_int_equal(regions, commands[i].regions);
    }
}

static void institutions_give_no_commands(void **state)
{
    (void)state;
    struct sender sender = institution();
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct command command = {.kind = rows[i].kind, .region = "431000"};
        assert_int_equal(authority_command(&sender, &command), REASON_NOT_AUTHORISED);
    }
}

static void a_county_imports_its_own_members(void **state)
{
    (void)state;
    struct import_member members[2] = {
        {.person = {.insurance_count = 1, .insurances = {{.insuplc_admdvs = "431002"}}}},
        {.person = {.insurance_count = 1, .insurances = {{.insuplc_admdvs = "431002"}}}},
    };
    struct sender sender = an_operator("431002", DUTY_ENTER);
    struct command command = {
        .kind = COMMAND_IMPORT_MEMBERS, .region = "431000", .member_count = 2, .members = members};
    assert_int_equal(authority_command(&sender, &command), REASON_NONE);
    memcpy(members[1].person.insurances[0].insuplc_admdvs, "431022", ID_ADMDVS);
    assert_int_equal(authority_command(&sender, &command), REASON_NOT_AUTHORISED);
    memcpy(members[1].person.insurances[0].insuplc_admdvs, "431002", ID_ADMDVS);
    members[1].person.identity_count = 1;
    memcpy(members[1].person.identities[0].admdvs, "431022", ID_ADMDVS);
    assert_int_equal(authority_command(&sender, &command), REASON_NOT_AUTHORISED);
    memcpy(members[1].person.identities[0].admdvs, "431002", ID_ADMDVS);
    assert_int_equal(authority_command(&sender, &command), REASON_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(institutions_speak_for_themselves),
        cmocka_unit_test(operators_send_no_bills),
        cmocka_unit_test(duties_and_scopes_as_listed),
        cmocka_unit_test(a_province_publishes_its_own_file),
        cmocka_unit_test(institutions_give_no_commands),
        cmocka_unit_test(a_county_imports_its_own_members),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
