/* lib/wire/settlement: every figure of a settlement reaches the wire, of a void too. */
#include "answers.h"
#include "one_arena.h"

static struct settled settled;

static void a_settlement_reads_back(void **state)
{
    (void)state;
    settled_init(&settled);
    Copay__Reply *reply = write_and_read(&settled.reply, arena);
    const Copay__Settlement *m = reply->settlement;
    assert_string_equal(m->setl_id, "431000202511130000000000000042");
    assert_string_equal(m->mdtrt_id, "M31000202511130000000000000042");
    assert_string_equal(m->psn_name, "示例甲");
    assert_string_equal(m->insutype, "390");
    assert_null(m->init_setl_id);
    assert_false(m->has_refd_setl_flag);
    assert_true(m->has_medfee_sumamt && m->medfee_sumamt == 15200);
    assert_true(m->has_hifmi_pay && m->hifmi_pay == 0); /* zero is said, not left out */
    assert_true(m->hifp_pay == 900 && m->psn_cash_pay == 14000 && m->psn_ownpay_amt == 5200);
    assert_true(m->transfer_selfpay == 800);
    assert_int_equal(m->n_lines, 2);
    assert_string_equal(m->lines[0]->feedetl_sn, "L1");
    assert_string_equal(m->lines[0]->clause, "R-IP-3");
    assert_true(m->lines[0]->pric_uplmt_amt == 120000000 && m->lines[0]->selfpay_prop == 1000);
    assert_false(m->lines[0]->has_reason); /* that of its class */
    assert_false(m->lines[0]->has_fulamt_ownpay_amt);
    assert_false(m->lines[1]->has_pric_uplmt_amt);
    assert_null(m->lines[1]->clause);
    assert_int_equal(m->n_setldetail, 2);
    assert_string_equal(m->setldetail[0]->field, "hifp_pay");
    assert_string_equal(m->setldetail[0]->owner_kind, "county");
    assert_string_equal(m->setldetail[0]->owner, "431002");
    assert_string_equal(m->setldetail[1]->field, "acct_pay");
    assert_false(m->setldetail[1]->has_ratio);
    assert_int_equal(m->n_steps, 3);
    assert_string_equal(m->steps[0]->layer, "outpatient");
    assert_null(m->steps[1]->layer); /* the same */
    assert_string_equal(m->steps[2]->layer, "");
    assert_false(m->steps[0]->has_limit);
    copay__reply__free_unpacked(reply, NULL);
}

/* A line says its clause where the last one of its class had another. */
static void a_clause_is_said_once_a_class(void **state)
{
    (void)state;
    static const struct {
        uint8_t chrgitm_lv;
        uint16_t clause;
        const char *said;
    } cases[] = {{1, 1, "A"}, {2, 2, "B"},  {1, 1, NULL}, {2, 2, NULL}, {1, 2, "B"},
                 {1, 0, ""},  {1, 0, NULL}, {3, 0, NULL}, {2, 2, NULL}, {1, 1, "A"}};
    static const struct reply_id ids[] = {{0, ""}, {1, "A"}, {1, "B"}};
    static struct claim_line lines[ARRAY_LEN(cases)];
    static struct line_split splits[ARRAY_LEN(cases)];
    settled_init(&settled);
    settled.reply.texts = (struct reply_texts){.clause_count = 3, .clause_ids = ids};
    settled.result.step_count = settled.result.row_count = settled.settlement.row_count = 0;
    settled.result.line_count = settled.request.claim.line_count = ARRAY_LEN(cases);
    settled.request.claim.lines = lines;
    settled.result.lines = splits;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        lines[i].feedetl_sn = "1";
        splits[i] = (struct line_split){
            .chrgitm_lv = cases[i].chrgitm_lv, .med_chrgitm_type = 9, .clause = cases[i].clause};
    }
    Copay__Reply *reply = write_and_read(&settled.reply, arena);
    assert_int_equal(reply->settlement->n_lines, ARRAY_LEN(cases));
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *clause = reply->settlement->lines[i]->clause;
        if (cases[i].said)
            assert_string_equal(clause, cases[i].said);
        else
            assert_null(clause);
    }
    copay__reply__free_unpacked(reply, NULL);
}

static void accumulators_are_those_moved(void **state)
{
    (void)state;
    settled_init(&settled);
    Copay__Reply *reply = write_and_read(&settled.reply, arena);
    const Copay__Settlement *m = reply->settlement;
    assert_int_equal(m->n_accumulators, 2);
    assert_string_equal(m->accumulators[0]->kind, "visits");
    assert_true(m->accumulators[0]->value == 4 && m->accumulators[0]->has_moved);
    assert_string_equal(m->accumulators[1]->kind, "paid");
    assert_true(m->accumulators[1]->value == 0); /* gone */
    assert_true(m->accumulators[1]->moved == 900);
    copay__reply__free_unpacked(reply, NULL);
}

static void a_void_speaks_from_what_was_stored(void **state)
{
    (void)state;
    settled_init(&settled);
    struct settlement *t = &settled.settlement;
    memcpy(t->init_setl_id, "431000202511130000000000000041", ID_SETL);
    t->refd_setl_flag = true;
    t->totals = (struct totals){.medfee_sumamt = -15200, .hosp_part_amt = -1};
    t->row_count = 1;
    t->rows[0] = (struct settlement_row){.layer = "waiver",
                                         .fund_pay_type = "630100",
                                         .field = FUND_FIELDS,
                                         .owner_kind = OWNER_HOSPITAL,
                                         .amount = -1};
    t->delta_count = 1;
    t->deltas[0] = (struct accum){2025, 390, ACCUM_STAYS, "level3", -1};
    settled.reply.result = NULL;
    Copay__Reply *reply = write_and_read(&settled.reply, arena);
    const Copay__Settlement *m = reply->settlement;
    assert_true(m->refd_setl_flag && m->medfee_sumamt == -15200);
    assert_string_equal(m->mdtrt_id, "M31000202511130000000000000041"); /* the same encounter */
    assert_string_equal(m->setldetail[0]->field, "hosp_part_amt");
    assert_string_equal(m->setldetail[0]->owner_kind, "hospital");
    assert_int_equal(m->n_lines + m->n_steps, 0);
    assert_true(m->n_accumulators == 1 && m->accumulators[0]->moved == -1);
    copay__reply__free_unpacked(reply, NULL);
}

static void a_pre_settlement_has_no_number(void **state)
{
    (void)state;
    settled_init(&settled);
    settled.settlement.setl_id[0] = '\0';
    Copay__Reply *reply = write_and_read(&settled.reply, arena);
    assert_null(reply->settlement->setl_id);
    assert_null(reply->settlement->mdtrt_id);
    copay__reply__free_unpacked(reply, NULL);
}

static void every_field_and_owner_has_its_name(void **state)
{
    (void)state;
    static const char *const owners[] = {"",           "county",  "insurer",  "civil_servant",
                                         "assistance", "account", "hospital", "relative"};
    settled_init(&settled);
    settled.reply.result = NULL;
    settled.settlement.row_count = ARRAY_LEN(owners) + FUND_FIELDS;
    for (uint8_t i = 0; i < settled.settlement.row_count; i++)
        settled.settlement.rows[i] = (struct settlement_row){
            .field = i < FUND_FIELDS ? i : FUND_FIELDS,
            .owner_kind = i < FUND_FIELDS ? OWNER_COUNTY : (uint8_t)(i - FUND_FIELDS)};
    Copay__Reply *reply = write_and_read(&settled.reply, arena);
    Copay__SetlDetail **rows = reply->settlement->setldetail;
    for (size_t i = 0; i < FUND_FIELDS; i++)
        assert_string_equal(rows[i]->field, fund_field_names[i]);
    assert_null(rows[FUND_FIELDS]->owner_kind);
    for (size_t i = 1; i < ARRAY_LEN(owners); i++)
        assert_string_equal(rows[FUND_FIELDS + i]->owner_kind, owners[i]);
    assert_string_equal(rows[FUND_FIELDS + OWNER_RELATIVE]->field, "acct_mulaid_pay");
    copay__reply__free_unpacked(reply, NULL);
}

static void fill(char *text, size_t capacity)
{
    memset(text, 'x', capacity - 1);
    text[capacity - 1] = '\0';
}

/* Every text as long as its place, every amount as long as it gets, and so many lines that the
 * first guess of the size is far off: what is written is what the library packs. */
static void the_largest_is_what_the_library_packs(void **state)
{
    (void)state;
    enum { LINES = 700 };
    static struct claim_line lines[LINES];
    static struct line_split splits[LINES];
    static struct reply_id ids[3];
    static char name[TEXT_NAME_MAX + 1], number[TEXT_ID_MAX + 1];
    settled_init(&settled);
    struct settlement *t = &settled.settlement;
    struct result *r = &settled.result;
    fill(name, sizeof name);
    fill(number, sizeof number);
    fill(t->psn_no, sizeof t->psn_no);
    fill(t->psn_type, sizeof t->psn_type);
    fill(t->med_type, sizeof t->med_type);
    fill(t->fixmedins_code, sizeof t->fixmedins_code);
    fill(t->ipt_otp_no, sizeof t->ipt_otp_no);
    fill(t->chrg_bchno, sizeof t->chrg_bchno);
    fill(t->identities, sizeof t->identities);
    memcpy(t->init_setl_id, t->setl_id, sizeof t->setl_id);
    t->setl_time = t->begntime = t->endtime = -1;
    for (size_t i = 1; i < ARRAY_LEN(ids); i++) {
        ids[i].size = REPLY_ID_MAX;
        memset(ids[i].text, 'y', REPLY_ID_MAX);
    }
    settled.reply.texts = (struct reply_texts){.clause_count = 3, .clause_ids = ids};
    settled.reply.psn_name = name;
    r->totals.balc = r->totals.medfee_sumamt = INT64_MIN;
    r->line_count = settled.request.claim.line_count = LINES;
    r->lines = splits;
    settled.request.claim.lines = lines;
    for (size_t i = 0; i < LINES; i++) {
        lines[i].feedetl_sn = number;
        splits[i] = (struct line_split){INT64_MIN, INT64_MIN, INT64_MIN, INT64_MIN,
                                        INT64_MIN, INT64_MAX, -1,        3,
                                        14,        true,      31,        (uint16_t)(1 + i % 2)};
    }
    r->row_count = t->row_count = FUND_ROWS_MAX;
    for (size_t i = 0; i < FUND_ROWS_MAX; i++) {
        r->rows[i].clause = 1;
        t->rows[i] = (struct settlement_row){.field = FUND_CVLSERV,
                                             .owner_kind = OWNER_CIVIL_SERVANT,
                                             .base = INT64_MIN,
                                             .amount = INT64_MIN,
                                             .ratio = -1};
        fill(t->rows[i].layer, sizeof t->rows[i].layer);
        fill(t->rows[i].fund_pay_type, sizeof t->rows[i].fund_pay_type);
        fill(t->rows[i].owner, sizeof t->rows[i].owner);
    }
    r->step_count = STEPS_MAX;
    for (size_t i = 0; i < STEPS_MAX; i++)
        r->steps[i] =
            (struct step){STEP_CASH, i % 2 ? number : name, INT64_MIN, INT64_MIN, INT64_MIN, -1, 1};
    r->delta_count = DELTAS_MAX;
    for (size_t i = 0; i < DELTAS_MAX; i++) {
        r->deltas[i] = (struct accum){UINT16_MAX, 999, ACCUM_VISITS, "", INT64_MIN};
        fill(r->deltas[i].scope, sizeof r->deltas[i].scope);
    }
    struct slice body;
    assert_int_equal(wire_write_reply(&settled.reply, arena, &body), ERR_OK);
    Copay__Reply *m = copay__reply__unpack(NULL, body.size, body.data);
    assert_non_null(m);
    assert_int_equal(m->settlement->n_lines, LINES);
    assert_true(body.size > 2 * LINES * 64);
    assert_int_equal(copay__reply__get_packed_size(m), body.size);
    uint8_t *again = malloc(body.size);
    assert_non_null(again);
    copay__reply__pack(m, again);
    assert_memory_equal(again, body.data, body.size);
    free(again);
    copay__reply__free_unpacked(m, NULL);
}

/* LINE_REPLY_MAX is what the frame's limit counts on. */
static void a_line_stays_under_its_limit(void **state)
{
    (void)state;
    Copay__LineSplit line = COPAY__LINE_SPLIT__INIT;
    char number[TEXT_ID_MAX + 1], clause[TEXT_ID_MAX + 1];
    memset(number, 'x', TEXT_ID_MAX);
    memset(clause, 'y', TEXT_ID_MAX);
    number[TEXT_ID_MAX] = clause[TEXT_ID_MAX] = '\0';
    line.feedetl_sn = number;
    line.clause = clause;
    line.det_item_fee_sumamt = line.fulamt_ownpay_amt = line.overlmt_amt = INT64_MIN;
    line.preselfpay_amt = line.inscp_scp_amt = line.pric_uplmt_amt = INT64_MIN;
    line.has_fulamt_ownpay_amt = line.has_overlmt_amt = line.has_preselfpay_amt = true;
    line.has_inscp_scp_amt = line.has_pric_uplmt_amt = line.has_selfpay_prop = true;
    line.has_bas_medn_flag = line.bas_medn_flag = true;
    line.selfpay_prop = line.chrgitm_lv = line.med_chrgitm_type = line.reason = UINT32_MAX;
    assert_true(copay__line_split__get_packed_size(&line) + 4 <= LINE_REPLY_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_settlement_reads_back),
        cmocka_unit_test(a_clause_is_said_once_a_class),
        cmocka_unit_test(accumulators_are_those_moved),
        cmocka_unit_test(a_void_speaks_from_what_was_stored),
        cmocka_unit_test(a_pre_settlement_has_no_number),
        cmocka_unit_test(every_field_and_owner_has_its_name),
        cmocka_unit_test(the_largest_is_what_the_library_packs),
        cmocka_unit_test(a_line_stays_under_its_limit),
    };
    return cmocka_run_group_tests_name("settlement", tests, setup, teardown);
}
