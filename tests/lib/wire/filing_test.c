/* lib/wire/filing: what each kind of filing must say, operators' entries and decisions, 2001. */
#include "commands.h"
#include "one_arena.h"

static struct problems problems;
static struct request request;
static struct command command;

static enum err read_body(const Copay__Request *message)
{
    struct slice body = pack(message);
    enum err err = wire_read_request_body(body, arena, &request, &problems);
    slice_free(body);
    return err;
}

static enum err read_command(const Copay__Admin__Command *message)
{
    struct slice body = pack(message);
    enum err err = wire_read_command_body(body, arena, &command, &problems);
    slice_free(body);
    return err;
}

struct message {
    Copay__Request request;
    Copay__Filing filing;
};

static void message_init(struct message *f, const char *infno)
{
    struct sample s;
    sample_init(&s);
    f->request = s.request;
    f->request.settle = NULL;
    f->request.infno = (char *)infno;
    f->request.filing = &f->filing;
    copay__filing__init(&f->filing);
    f->filing.psn_no = "P1";
    f->filing.begndate = 20000;
}

static void a_filing_is_read(void **state)
{
    (void)state;
    struct message f;
    message_init(&f, "2501");
    assert_int_equal(read_body(&f.request), ERR_OK);
    assert_int_equal(request.kind, REQUEST_FILE);
    assert_true(request_writes(&request));
    assert_int_equal(request.filing.kind, FILING_REFERRAL);
    assert_string_equal(request.filing.dcla_souc, "01");
    assert_string_equal(request.filing.filing.category, "");
    assert_int_equal(request.filing.filing.enddate, DATE_MAX);
    f.filing.has_enddate = true;
    f.filing.enddate = 19999;
    f.filing.category = "12345678";
    f.filing.dcla_souc = "05";
    f.filing.fixmedins_code = "H4";
    assert_int_equal(read_body(&f.request), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_DATES, "enddate", ""));
    assert_true(has_problem(&problems, REASON_FIELD_TOO_LONG, "category", ""));
    assert_true(has_problem(&problems, REASON_FIELD_INVALID, "dcla_souc", ""));
    assert_true(has_problem(&problems, REASON_FIELD_INVALID, "fixmedins_code", ""));
}

static void kinds_say_what_they_are_about(void **state)
{
    (void)state;
    static const struct {
        const char *infno, *field;
    } kinds[] = {{"2503", "dise_codg"},
                 {"2562", "dise_codg"},
                 {"2505", "fixmedins_code"},
                 {"2507", NULL},
                 {"2699", NULL}};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        struct message f;
        message_init(&f, kinds[i].infno);
        assert_int_equal(read_body(&f.request), kinds[i].field ? ERR_INVALID : ERR_OK);
        if (kinds[i].field)
            assert_true(has_problem(&problems, REASON_FIELD_MISSING, kinds[i].field, ""));
        f.filing.dise_codg = "M01600";
        f.filing.fixmedins_code = "H43100299001";
        assert_int_equal(read_body(&f.request), ERR_OK);
    }
}

static void undoing_and_asking_name_somebody(void **state)
{
    (void)state;
    struct message f;
    Copay__FilingName name = COPAY__FILING_NAME__INIT;
    Copay__FilingQuery query = COPAY__FILING_QUERY__INIT;
    message_init(&f, "2504");
    f.request.filing = NULL;
    f.request.filing_name = &name;
    name.trt_dcla_detl_sn = name.psn_no = "";
    assert_int_equal(read_body(&f.request), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_FIELD_MISSING, "trt_dcla_detl_sn", ""));
    name.trt_dcla_detl_sn = "F1";
    name.psn_no = "P1";
    assert_int_equal(read_body(&f.request), ERR_OK);
    assert_int_equal(request.filing.kind, FILING_CHRONIC);
    f.request.filing_name = NULL;
    f.request.filing_query = &query;
    f.request.infno = "5304";
    query.psn_no = "P1";
    assert_int_equal(read_body(&f.request), ERR_OK);
    assert_int_equal(request.kind, REQUEST_FILINGS);
    assert_false(request_writes(&request));
}

static void entitlement_is_asked_of_a_kind_of_care(void **state)
{
    (void)state;
    struct message f;
    Copay__EntitlementQuery query = COPAY__ENTITLEMENT_QUERY__INIT;
    message_init(&f, "2001");
    f.request.filing = NULL;
    f.request.entitlement_query = &query;
    query.psn_no = "P1";
    query.med_type = "";
    assert_int_equal(read_body(&f.request), ERR_INVALID);
    query.med_type = "21";
    query.insutype = "x";
    assert_int_equal(read_body(&f.request), ERR_INVALID);
    query.insutype = "390";
    assert_int_equal(read_body(&f.request), ERR_OK);
    assert_int_equal(request.kind, REQUEST_ENTITLEMENT);
    assert_string_equal(request.claim.insutype, "390");
    assert_false(request_writes(&request));
}

static void operators_enter_and_decide(void **state)
{
    (void)state;
    struct import i;
    Copay__Admin__FilingEntry entry = COPAY__ADMIN__FILING_ENTRY__INIT;
    Copay__Admin__FilingDecision decision = COPAY__ADMIN__FILING_DECISION__INIT;
    struct message f;
    import_init(&i);
    message_init(&f, "2501");
    struct slice filing = pack(&f.filing);
    i.command.import_members = NULL;
    i.command.filing_enter = &entry;
    entry.kind = "referral";
    entry.filing = (ProtobufCBinaryData){filing.size, (uint8_t *)filing.data};
    assert_int_equal(read_command(&i.command), ERR_OK);
    assert_int_equal(command.filing.kind, FILING_REFERRAL);
    assert_string_equal(command.filing.dcla_souc, "02");
    entry.kind = "2501";
    assert_int_equal(read_command(&i.command), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_FIELD_INVALID, "kind", ""));
    entry.kind = "referral";
    entry.filing.len--;
    assert_int_equal(read_command(&i.command), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_MALFORMED, "filing", ""));
    i.command.filing_enter = NULL;
    i.command.filing_refuse = &decision;
    decision.number = "F1";
    assert_int_equal(read_command(&i.command), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_FIELD_MISSING, "note", ""));
    decision.note = "资料不全";
    assert_int_equal(read_command(&i.command), ERR_OK);
    assert_int_equal(command.kind, COMMAND_FILING_REFUSE);
    i.command.filing_refuse = NULL;
    i.command.filing_approve = &decision;
    decision.note = NULL;
    assert_int_equal(read_command(&i.command), ERR_OK);
    assert_string_equal(command.number, "F1");
    assert_string_equal(command.note, "");
    slice_free(filing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_filing_is_read),
        cmocka_unit_test(kinds_say_what_they_are_about),
        cmocka_unit_test(undoing_and_asking_name_somebody),
        cmocka_unit_test(entitlement_is_asked_of_a_kind_of_care),
        cmocka_unit_test(operators_enter_and_decide),
    };
    return cmocka_run_group_tests_name("filing", tests, setup, teardown);
}
