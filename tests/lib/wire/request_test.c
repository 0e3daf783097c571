/* lib/wire/request: envelopes and bodies of terminals; refusals name their message. */
#include "one_arena.h"

#include <stdio.h>

#include "base/id.h"

static struct problems problems;
static struct request request;

static enum err read_body(const Copay__Request *message)
{
    struct slice body = pack(message);
    enum err err = wire_read_request_body(body, arena, &request, &problems);
    slice_free(body);
    return err;
}

/* With a scratch of its own, gone before anybody looks at what was read. */
static enum err read_whole(struct slice envelope)
{
    struct arena *scratch = arena_new(REQUEST_ARENA_MAX);
    enum err err = wire_read_request(envelope, arena, scratch, &request, &problems);
    arena_free(scratch);
    return err;
}

static enum err read_envelope(const Copay__Request *message, const char *region, const char *msgid)
{
    Copay__RequestEnvelope e = COPAY__REQUEST_ENVELOPE__INIT;
    struct slice body = pack(message);
    e.body.data = (uint8_t *)body.data;
    e.body.len = body.size;
    e.insuplc_admdvs = (char *)region;
    e.msgid = (char *)msgid;
    e.has_attempt = e.has_patience_ms = 1;
    e.attempt = 2;
    e.patience_ms = 3000;
    struct slice envelope = pack(&e);
    enum err err = read_whole(envelope);
    slice_free(envelope);
    slice_free(body);
    return err;
}

static void a_settle_is_read(void **state)
{
    (void)state;
    struct sample s;
    sample_init(&s);
    assert_int_equal(read_envelope(&s.request, "431000", SAMPLE_MSGID), ERR_OK);
    assert_int_equal(problems.count, 0);
    assert_int_equal(request.kind, REQUEST_SETTLE);
    assert_int_equal(request.family, FAMILY_OUTPATIENT);
    assert_string_equal(request.infno, "2207");
    assert_string_equal(request.msgid, SAMPLE_MSGID);
    assert_string_equal(request.fixmedins_code, "H43100299001");
    assert_string_equal(request.opter_name, "");
    assert_string_equal(request.dev_no, "T1");
    assert_int_equal(request.attempt, 2);
    assert_int_equal(request.patience_ms, 3000);
    assert_true(request_writes(&request));
    assert_int_equal(request.claim.line_count, SAMPLE_LINES);
    assert_string_equal(request.claim.lines[2].feedetl_sn, "L003");
    struct slice body = pack(&s.request);
    assert_int_equal(request.body.size, body.size);
    assert_memory_equal(request.body.data, body.data, body.size);
    struct hash hash = hash_sha256(body.data, body.size);
    assert_memory_equal(&request.body_hash, &hash, HASH_SIZE);
    slice_free(body);
}

static void routing_copies_must_agree(void **state)
{
    (void)state;
    struct sample s;
    sample_init(&s);
    assert_int_equal(read_envelope(&s.request, NULL, NULL), ERR_OK);
    assert_int_equal(read_envelope(&s.request, "430500", NULL), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_ENVELOPE_MISMATCH, "insuplc_admdvs", ""));
    assert_string_equal(request.msgid, SAMPLE_MSGID);
    assert_int_equal(read_envelope(&s.request, "431000", "H43100299001202511130930150002"),
                     ERR_INVALID);
    assert_true(has_problem(&problems, REASON_ENVELOPE_MISMATCH, "msgid", ""));
}

static void heads_are_checked_by_field(void **state)
{
    (void)state;
    static const struct {
        size_t at;
        const char *value;
        enum reason reason;
        const char *field;
    } rows[] = {
#define ROW(field, value, reason) {offsetof(Copay__Request, field), value, reason, #field}
        ROW(infno, "2209", REASON_INFNO_UNKNOWN),
        ROW(infno, "", REASON_FIELD_MISSING),
        ROW(infno, "22070", REASON_INFNO_UNKNOWN),
        ROW(infno, "4101A", REASON_INFNO_DECLINED),
        ROW(infno, "2207A", REASON_INFNO_ELSEWHERE),
        ROW(infno, "220700", REASON_FIELD_TOO_LONG),
        ROW(msgid, "", REASON_FIELD_MISSING),
        ROW(msgid, "H4310029900120251113093015000", REASON_MSGID_FORM),
        ROW(msgid, "H431002990012025111309301500011", REASON_FIELD_TOO_LONG),
        ROW(msgid, "H43100299001202513130930150001", REASON_MSGID_FORM),
        ROW(msgid, "H43100299002202511130930150001", REASON_MSGID_OWNER),
        ROW(fixmedins_code, "X43100299001", REASON_FIELD_INVALID),
        ROW(insuplc_admdvs, "43100", REASON_FIELD_INVALID),
        ROW(insuplc_admdvs, "4310001", REASON_FIELD_TOO_LONG),
        ROW(mdtrtarea_admvs, "43100a", REASON_FIELD_INVALID),
        ROW(opter, "", REASON_FIELD_MISSING),
        ROW(opter, "0123456789012345678901234567890", REASON_FIELD_TOO_LONG),
        ROW(dev_no, "0123456789012345678901234567890", REASON_FIELD_TOO_LONG),
#undef ROW
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct sample s;
        sample_init(&s);
        *(const char **)((char *)&s.request + rows[i].at) = rows[i].value;
        assert_int_equal(read_body(&s.request), ERR_INVALID);
        assert_true(has_problem(&problems, rows[i].reason, rows[i].field, ""));
    }
    struct sample s;
    sample_init(&s);
    s.request.inf_time = INT64_MAX;
    assert_int_equal(read_body(&s.request), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_FIELD_INVALID, "inf_time", ""));
}

static void exactly_one_body_the_transactions_own(void **state)
{
    (void)state;
    struct sample s;
    Copay__Void order = COPAY__VOID__INIT;
    order.setl_id = "431000202511130000000000000042";
    order.psn_no = "1";
    sample_init(&s);
    s.request.void_order = &order;
    assert_int_equal(read_body(&s.request), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_FIELD_INVALID, "void_order", ""));
    s.request.settle = NULL;
    assert_int_equal(read_body(&s.request), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_FIELD_MISSING, "settle", ""));
    s.request.infno = "2208";
    assert_int_equal(read_body(&s.request), ERR_OK);
    assert_int_equal(request.kind, REQUEST_VOID);
    assert_string_equal(request.void_order.setl_id, order.setl_id);
    assert_string_equal(request.void_order.mdtrt_id, "");
    order.psn_no = "";
    assert_int_equal(read_body(&s.request), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_FIELD_MISSING, "psn_no", ""));
}

static void agreed_figures_are_for_settling_only(void **state)
{
    (void)state;
    struct sample s;
    Copay__Agreed agreed = COPAY__AGREED__INIT;
    sample_init(&s);
    agreed.psn_cash_pay = 3600;
    s.settle.agreed = &agreed;
    assert_int_equal(read_body(&s.request), ERR_OK);
    assert_true(request.claim.agreed);
    assert_int_equal(request.claim.agreed_psn_cash_pay, 3600);
    s.request.infno = "2206";
    assert_int_equal(read_body(&s.request), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_FIELD_INVALID, "agreed", ""));
    s.settle.agreed = NULL;
    assert_int_equal(read_body(&s.request), ERR_OK);
    assert_int_equal(request.kind, REQUEST_PRE_SETTLE);
}

static Copay__Request *person_request(Copay__Request *r, Copay__PersonQuery *query)
{
    struct sample s;
    sample_init(&s);
    *r = s.request;
    r->infno = "1101";
    r->settle = NULL;
    copay__person_query__init(query);
    r->person_query = query;
    return r;
}

static void a_person_query_names_somebody(void **state)
{
    (void)state;
    Copay__Request r;
    Copay__PersonQuery q;
    assert_int_equal(read_body(person_request(&r, &q)), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_FIELD_MISSING, "psn_no", ""));
    q.psn_no = "43100000000000000001";
    assert_int_equal(read_body(&r), ERR_OK);
    assert_int_equal(request.kind, REQUEST_PERSON);
    assert_false(request_writes(&request));
    assert_true(request.person.begntime == 0);

    person_request(&r, &q);
    q.mdtrt_cert_type = "01";
    q.mdtrt_cert_no = "token";
    assert_int_equal(read_body(&r), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_TOKEN_UNSUPPORTED, "mdtrt_cert_no", ""));

    person_request(&r, &q);
    q.mdtrt_cert_type = "02";
    q.mdtrt_cert_no = "431002199001010011";
    assert_int_equal(read_body(&r), ERR_OK);
    assert_string_equal(request.person.certno, "431002199001010011");
    assert_string_equal(request.person.psn_cert_type, "01");

    q.mdtrt_cert_type = "03";
    q.certno = "431002199001010011";
    assert_int_equal(read_body(&r), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_CARD_SN_MISSING, "card_sn", ""));

    q.mdtrt_cert_type = "06"; /* Hunan's local card */
    assert_int_equal(read_body(&r), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_FIELD_INVALID, "mdtrt_cert_type", ""));
}

static void a_settlement_query_names_something(void **state)
{
    (void)state;
    Copay__Request r;
    Copay__PersonQuery unused;
    Copay__SettlementQuery q = COPAY__SETTLEMENT_QUERY__INIT;
    person_request(&r, &unused);
    r.infno = "5203";
    r.person_query = NULL;
    r.settlement_query = &q;
    assert_int_equal(read_body(&r), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_FIELD_MISSING, "setl_id", ""));
    q.msgid = "H4310029900120251113093015000x";
    assert_int_equal(read_body(&r), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_MSGID_FORM, "settlement_query.msgid", ""));
    q.msgid = SAMPLE_MSGID;
    assert_int_equal(read_body(&r), ERR_OK);
    assert_string_equal(request.settlement.msgid, SAMPLE_MSGID);
    assert_string_equal(request.settlement.setl_id, "");
}

static void a_reversal_names_a_message_that_can_be_reversed(void **state)
{
    (void)state;
    static const char *const reversible[] = {"2102", "2103", "2207", "2208",
                                             "2304", "2305", "2401"};
    static const char *const others[] = {"1101", "2101", "2206", "2303", "2601", "5203", "2301"};
    static const struct {
        const char *omsgid;
        enum reason reason;
    } wrong[] = {{"", REASON_FIELD_MISSING},
                 {"H4310029900120251113093015000x", REASON_MSGID_FORM},
                 {"H43100299002202511130930150002", REASON_MSGID_OWNER},
                 {SAMPLE_MSGID, REASON_FIELD_INVALID}};
    Copay__Request r;
    Copay__PersonQuery unused;
    Copay__Reversal reversal = COPAY__REVERSAL__INIT;
    person_request(&r, &unused);
    r.infno = "2601";
    r.person_query = NULL;
    assert_int_equal(read_body(&r), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_FIELD_MISSING, "reversal", ""));
    r.reversal = &reversal;
    reversal.psn_no = "1";
    reversal.omsgid = "H43100299001202511130930150002";
    for (size_t i = 0; i < ARRAY_LEN(reversible); i++) {
        reversal.oinfno = (char *)reversible[i];
        assert_int_equal(read_body(&r), ERR_OK);
        assert_int_equal(request.kind, REQUEST_REVERSAL);
        assert_true(request_writes(&request));
        assert_string_equal(request.reversal.oinfno, reversible[i]);
        assert_string_equal(request.reversal.omsgid, reversal.omsgid);
        assert_string_equal(request.reversal.psn_no, "1");
    }
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        reversal.oinfno = (char *)others[i];
        assert_int_equal(read_body(&r), ERR_INVALID);
        assert_true(has_problem(&problems, REASON_REVERSAL_KIND, "oinfno", ""));
        assert_non_null(strstr(problems.list[0].zh, "2102, 2103, 2207, 2208, 2304, 2305, 2401"));
    }
    reversal.oinfno = "2207";
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        reversal.omsgid = (char *)wrong[i].omsgid;
        assert_int_equal(read_body(&r), ERR_INVALID);
        assert_int_equal(problems.count, 1);
        assert_true(has_problem(&problems, wrong[i].reason, "omsgid", ""));
    }
}

static void a_broken_body_still_names_its_message(void **state)
{
    (void)state;
    struct sample s;
    sample_init(&s);
    struct slice body = pack(&s.request);
    assert_int_equal(wire_read_request_body((struct slice){body.data, body.size - 1}, arena,
                                            &request, &problems),
                     ERR_INVALID);
    assert_true(has_problem(&problems, REASON_MALFORMED, "", ""));
    assert_string_equal(request.infno, "2207");
    assert_string_equal(request.msgid, SAMPLE_MSGID);
    slice_free(body);
    assert_int_equal(wire_read_request_body((struct slice){0}, arena, &request, &problems),
                     ERR_INVALID);
    assert_string_equal(request.msgid, "");
    assert_string_equal(request.infno, "");
    assert_int_equal(read_whole((struct slice){0}), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_FIELD_MISSING, "body", ""));
}

static void a_scratch_too_small_is_told_apart(void **state)
{
    (void)state;
    struct sample s;
    sample_init(&s);
    Copay__RequestEnvelope e = COPAY__REQUEST_ENVELOPE__INIT;
    struct slice body = pack(&s.request);
    e.body.data = (uint8_t *)body.data;
    e.body.len = body.size;
    struct slice envelope = pack(&e);
    int exhausted = 0;
    enum err err;
    for (size_t limit = 0;; limit += 64) {
        struct arena *scratch = arena_new(limit);
        err = wire_read_request(envelope, arena, scratch, &request, &problems);
        arena_free(scratch);
        if (err != ERR_NOMEM)
            break;
        exhausted++;
    }
    assert_int_equal(err, ERR_OK);
    assert_true(exhausted > 10);
    slice_free(envelope);
    slice_free(body);
}

static void damage_is_survived(void **state)
{
    (void)state;
    struct sample s;
    sample_init(&s);
    Copay__RequestEnvelope e = COPAY__REQUEST_ENVELOPE__INIT;
    struct slice body = pack(&s.request);
    e.body.data = (uint8_t *)body.data;
    e.body.len = body.size;
    struct slice envelope = pack(&e);
    uint8_t *bytes = (uint8_t *)envelope.data;
    int refused = 0;
    for (size_t at = 0; at < envelope.size; at++)
        for (int bit = 0; bit < 8; bit++) {
            bytes[at] ^= (uint8_t)(1 << bit);
            enum err err = read_whole(envelope);
            assert_true(err == ERR_OK || (err == ERR_INVALID && problems.count > 0));
            refused += err != ERR_OK;
            bytes[at] ^= (uint8_t)(1 << bit);
            arena_reset(arena);
        }
    assert_true(refused > 300);
    slice_free(envelope);
    slice_free(body);
}

/* 2 bytes a line on the wire: what LINES_MAX and the scan are for. */
static void a_flood_of_lines_costs_nothing(void **state)
{
    (void)state;
    enum { LINES = 100000 };
    uint8_t *body = malloc(5 + LINES * 3);
    size_t n = 0;
    body[n++] = 0x62; /* settle */
    body[n++] = (uint8_t)(0x80 | (LINES * 3 & 0x7f));
    body[n++] = (uint8_t)(0x80 | (LINES * 3 >> 7 & 0x7f));
    body[n++] = (uint8_t)(LINES * 3 >> 14);
    for (int i = 0; i < LINES; i++) {
        body[n++] = 0x92;
        body[n++] = 0x01;
        body[n++] = 0;
    }
    arena_reset(arena);
    assert_int_equal(wire_read_request_body((struct slice){body, n}, arena, &request, &problems),
                     ERR_INVALID);
    assert_true(problems.count == ERRORS_MAX && problems.more > 0);
    assert_true(arena_used(arena) < 2 * n + 1024); /* the bytes, and room for their texts */
    free(body);
}

/* Every line near LINE_WIRE_MAX: the bill must fit the frame, and its decoding must leave the
 * adjudicator a third of the request's arena. */
static void the_largest_bill_fits(void **state)
{
    (void)state;
    static Copay__Line lines[LINES_MAX], *list[LINES_MAX];
    static char numbers[LINES_MAX][TEXT_ID_MAX + 1];
    static char name[TEXT_NAME_MAX + 1], code[TEXT_CODE_MAX + 1];
    char *traces[12];
    struct sample s;
    sample_init(&s);
    memset(name, 'n', TEXT_NAME_MAX);
    memset(code, 'c', TEXT_CODE_MAX);
    for (size_t i = 0; i < ARRAY_LEN(traces); i++)
        traces[i] = "83012345678901234567";
    for (int i = 0; i < LINES_MAX; i++) {
        lines[i] = s.lines[0];
        list[i] = &lines[i];
        snprintf(numbers[i], sizeof numbers[i], "L%029d", i);
        lines[i].feedetl_sn = lines[i].rxno = lines[i].unit = numbers[i];
        lines[i].med_list_codg = code;
        lines[i].medins_list_codg = lines[i].medins_list_name = name;
        lines[i].n_drug_trac_codg = ARRAY_LEN(traces);
        lines[i].drug_trac_codg = traces;
    }
    s.settle.lines = list;
    s.settle.n_lines = LINES_MAX;
    s.settle.medfee_sumamt = (int64_t)LINES_MAX * 1200;
    arena_reset(arena);
    assert_int_equal(read_envelope(&s.request, NULL, NULL), ERR_OK);
    assert_true(request.body.size > 3500000 && request.body.size < FRAME_MAX - MESSAGE_HEAD_MAX);
    assert_int_equal(request.claim.line_count, LINES_MAX);
    assert_true(arena_used(arena) < REQUEST_ARENA_MAX / 3 * 2);
    arena_reset(arena);
}

static void an_exhausted_arena_is_told_apart(void **state)
{
    (void)state;
    struct sample s;
    sample_init(&s);
    struct slice body = pack(&s.request);
    int exhausted = 0;
    for (size_t limit = 16; limit < 8192; limit += 16) {
        struct arena *small = arena_new(limit);
        enum err err = wire_read_request_body(body, small, &request, &problems);
        assert_true(err == ERR_OK || err == ERR_NOMEM);
        exhausted += err == ERR_NOMEM;
        arena_free(small);
    }
    assert_true(exhausted > 20 && exhausted < 510);
    slice_free(body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_settle_is_read),
        cmocka_unit_test(routing_copies_must_agree),
        cmocka_unit_test(heads_are_checked_by_field),
        cmocka_unit_test(exactly_one_body_the_transactions_own),
        cmocka_unit_test(agreed_figures_are_for_settling_only),
        cmocka_unit_test(a_person_query_names_somebody),
        cmocka_unit_test(a_settlement_query_names_something),
        cmocka_unit_test(a_reversal_names_a_message_that_can_be_reversed),
        cmocka_unit_test(a_broken_body_still_names_its_message),
        cmocka_unit_test(a_scratch_too_small_is_told_apart),
        cmocka_unit_test(damage_is_survived),
        cmocka_unit_test(a_flood_of_lines_costs_nothing),
        cmocka_unit_test(the_largest_bill_fits),
        cmocka_unit_test(an_exhausted_arena_is_told_apart),
    };
    return cmocka_run_group_tests_name("request", tests, setup, teardown);
}
