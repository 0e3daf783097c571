/* tools/copay/json: national names both ways; everything inexact or unknown is refused by path. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/date.h"
#include "base/limits.h"
#include "json.h"

static struct arena *arena;
static Copay__Request request;
static struct json_fault fault;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(REQUEST_ARENA_MAX);
    return arena ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static bool read_text(const char *text)
{
    json_error_t error;
    json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    assert_non_null(object);
    copay__request__init(&request);
    fault.text[0] = '\0';
    bool sound = json_read(object, &request.base, arena, &fault);
    json_decref(object);
    return sound;
}

#define LINE(more)                                                                                 \
    "{\"feedetl_sn\": \"1\", \"med_list_codg\": \"X\", \"det_item_fee_sumamt\": \"-12.30\", "      \
    "\"cnt\": \"1.5\", \"pric\": \"8.2\", \"fee_ocur_time\": \"2025-11-13 09:05:00\"" more "}"
#define BILL(head, line)                                                                           \
    "{\"infno\": \"2207\", \"settle\": {\"psn_no\": \"1\", \"mdtrt_cert_type\": \"99\", "          \
    "\"med_type\": \"11\", \"begntime\": \"2025-11-13\", \"endtime\": \"2025-11-13 10:00:00\", "   \
    "\"ipt_otp_no\": \"M1\", \"medfee_sumamt\": \"12.30\", \"acct_used_flag\": \"1\"" head         \
    ", \"lines\": [" line "]}}"

static void a_bill_is_read(void **state)
{
    (void)state;
    assert_true(read_text(BILL(", \"agreed\": {\"psn_cash_pay\": \"0.01\", \"acct_pay\": \"0\"}",
                               LINE(", \"hosp_appr_flag\": \"1\", \"unit_conversion\": \"24\", "
                                    "\"drug_trac_codg\": \"83\""))));
    const Copay__Settle *s = request.settle;
    assert_true(s->medfee_sumamt == 1230 && s->acct_used_flag);
    assert_true(s->begntime == date_start_ms(date_of(2025, 11, 13)));
    assert_true(s->agreed->psn_cash_pay == 1 && s->agreed->acct_pay == 0);
    assert_int_equal(s->n_lines, 1);
    const Copay__Line *l = s->lines[0];
    assert_true(l->det_item_fee_sumamt == -1230 && l->cnt == 15000 && l->pric == 8200000);
    assert_true(l->has_hosp_appr_flag && l->hosp_appr_flag == 1);
    assert_true(l->has_unit_conversion && l->unit_conversion == 240000);
    assert_int_equal(l->n_drug_trac_codg, 1);
    assert_string_equal(l->drug_trac_codg[0], "83");
    assert_null(request.msgid);
}

static void what_is_wrong_is_named_by_its_path(void **state)
{
    (void)state;
    static const struct {
        const char *text, *path;
    } rows[] = {
        {BILL("", LINE(", \"pirc\": \"1\"")), "settle.lines[0].pirc: 未知字段"},
        {"{\"setle\": {}}", "setle: 未知字段"},
        {"{\"settle\": []}", "settle: 须为对象"},
        {BILL("", "{\"feedetl_sn\": \"1\"}"), "settle.lines[0].med_list_codg: 必填"},
        {BILL(", \"agreed\": {\"psn_cash_pay\": 0.1, \"acct_pay\": \"0\"}", LINE("")),
         "settle.agreed.psn_cash_pay: 须为字符串"},
        {BILL(", \"agreed\": {\"psn_cash_pay\": 1, \"acct_pay\": \"0\"}", LINE("")),
         "settle.agreed.psn_cash_pay: 须为字符串"},
        {BILL(", \"agreed\": {\"psn_cash_pay\": \"0.001\", \"acct_pay\": \"0\"}", LINE("")),
         "settle.agreed.psn_cash_pay: 不是"},
        {BILL(", \"agreed\": {\"psn_cash_pay\": \"1e2\", \"acct_pay\": \"0\"}", LINE("")),
         "settle.agreed.psn_cash_pay: 不是"},
        {BILL("", LINE(", \"hosp_appr_flag\": -1")), "settle.lines[0].hosp_appr_flag: 超出"},
        {BILL("", LINE(", \"hosp_appr_flag\": 4294967296")),
         "settle.lines[0].hosp_appr_flag: 超出"},
        {BILL("", LINE(", \"rxno\": 7")), "settle.lines[0].rxno: 须为字符串"},
        {"{\"inf_time\": \"2025-02-30 00:00:00\"}", "inf_time: 须为时间"},
        {"{\"inf_time\": 1}", "inf_time: 须为时间"},
        {"{\"settle\": {\"acct_used_flag\": 1}}", "settle.acct_used_flag: 须为"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_false(read_text(rows[i].text));
        assert_memory_equal(fault.text, rows[i].path, strlen(rows[i].path));
        assert_non_null(strstr(fault.text, " / "));
    }
}

static void files_that_are_no_json_are_told(void **state)
{
    (void)state;
    char path[] = "/tmp/copay-json-XXXXXX";
    int fd = mkstemp(path);
    static const char twice[] = "{\"infno\": \"2207\",\n \"infno\": \"2206\"}";
    assert_int_equal(write(fd, twice, sizeof twice - 1), sizeof twice - 1);
    close(fd);
    copay__request__init(&request);
    assert_false(json_read_file(path, &request.base, arena, &fault));
    assert_non_null(strstr(fault.text, "JSON"));
    assert_non_null(strstr(fault.text, ":2:"));
    unlink(path);
    assert_false(json_read_file(path, &request.base, arena, &fault));
    assert_non_null(strstr(fault.text, path));
}

static void an_answer_is_written_by_name(void **state)
{
    (void)state;
    Copay__Reply reply = COPAY__REPLY__INIT;
    Copay__Settlement s = COPAY__SETTLEMENT__INIT;
    Copay__Accumulator stays = COPAY__ACCUMULATOR__INIT, paid = COPAY__ACCUMULATOR__INIT;
    Copay__Accumulator *accumulators[] = {&stays, &paid};
    reply.infno = "2207";
    reply.msgid = "m";
    reply.outcome = COPAY__OUTCOME__OUTCOME_DONE;
    reply.settlement = &s;
    s.has_medfee_sumamt = s.has_setl_time = true;
    s.medfee_sumamt = -123456;
    s.setl_time = date_start_ms(date_of(2025, 11, 13));
    stays.insutype = paid.insutype = "390";
    stays.kind = "stays";
    paid.kind = "paid";
    stays.scope = paid.scope = "x";
    stays.value = paid.value = 250;
    paid.has_moved = true;
    paid.moved = -150;
    s.n_accumulators = 2;
    s.accumulators = accumulators;
    json_t *value = json_write(&reply.base), *settlement = json_object_get(value, "settlement");
    assert_string_equal(json_string_value(json_object_get(settlement, "medfee_sumamt")),
                        "-1234.56");
    assert_string_equal(json_string_value(json_object_get(settlement, "setl_time")),
                        "2025-11-13 00:00:00");
    assert_null(json_object_get(settlement, "hifp_pay"));
    assert_null(json_object_get(value, "errors"));
    json_t *list = json_object_get(settlement, "accumulators");
    assert_int_equal(json_integer_value(json_object_get(json_array_get(list, 0), "value")), 250);
    assert_string_equal(json_string_value(json_object_get(json_array_get(list, 1), "value")),
                        "2.50");
    assert_string_equal(json_string_value(json_object_get(json_array_get(list, 1), "moved")),
                        "-1.50");
    json_decref(value);
}

static void a_found_answer_is_opened(void **state)
{
    (void)state;
    Copay__Reply inner = COPAY__REPLY__INIT, reply = COPAY__REPLY__INIT;
    Copay__Found found = COPAY__FOUND__INIT;
    uint8_t bytes[64];
    inner.infno = found.infno = "2207";
    inner.msgid = found.msgid = "m";
    inner.setl_id = "431000202511130000000000000042";
    found.reply.data = bytes;
    found.reply.len = copay__reply__pack(&inner, bytes);
    reply.infno = "5203";
    reply.msgid = "q";
    reply.found = &found;
    json_t *value = json_write(&reply.base);
    json_t *stored = json_object_get(json_object_get(value, "found"), "reply");
    assert_string_equal(json_string_value(json_object_get(stored, "setl_id")), inner.setl_id);
    json_decref(value);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bill_is_read),
        cmocka_unit_test(what_is_wrong_is_named_by_its_path),
        cmocka_unit_test(files_that_are_no_json_are_told),
        cmocka_unit_test(an_answer_is_written_by_name),
        cmocka_unit_test(a_found_answer_is_opened),
    };
    return cmocka_run_group_tests_name("json", tests, setup, teardown);
}
