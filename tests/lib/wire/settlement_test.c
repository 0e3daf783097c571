/* lib/wire/settlement: every figure of a settlement reaches the wire, of a void too. */
#include "answers.h"

static struct arena *arena;
static struct settled settled;

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
        cmocka_unit_test(accumulators_are_those_moved),
        cmocka_unit_test(a_void_speaks_from_what_was_stored),
        cmocka_unit_test(a_pre_settlement_has_no_number),
        cmocka_unit_test(a_line_stays_under_its_limit),
    };
    return cmocka_run_group_tests_name("settlement", tests, setup, teardown);
}
