/* lib/settle/bill: everything of design decision 22 is in the settlement that is kept. */
#include "fixture.h"

static void the_document_is_whole(void **state)
{
    struct world *w = *state;
    struct settlement s;
    struct bill bill = {.infno = "2304",
                        .med_type = "21",
                        .fixmedins = TOWNSHIP,
                        .psn_no = POOR,
                        .visit = "ZY1",
                        .dev_no = "T9",
                        .lines = {{DRUG_A, 100000}}};
    char *setl_id = world_settled(w, &bill);
    OK(state_settlement(w->state, setl_id, &s));
    assert_int_equal(s.sequence, w->answer.sequence);
    assert_string_equal(s.infno, "2304");
    assert_string_equal(s.msgid, w->reply->msgid);
    assert_false(s.refd_setl_flag);
    assert_string_equal(s.init_setl_id, "");
    assert_string_equal(s.void_setl_id, "");
    assert_string_equal(s.psn_no, POOR);
    assert_string_equal(s.fixmedins_code, TOWNSHIP);
    assert_string_equal(s.ipt_otp_no, "ZY1");
    assert_string_equal(s.chrg_bchno, "1");
    assert_string_equal(s.opter, "0001");
    assert_string_equal(s.dev_no, "T9");
    assert_string_equal(s.mdtrt_cert_type, "99");
    assert_int_equal(s.insutype, 390);
    assert_int_equal(s.year, 2026);
    assert_string_equal(s.psn_type, "1501");
    assert_string_equal(s.med_type, "21");
    assert_string_equal(s.identities, "1");
    assert_string_equal(s.insuplc_admdvs, "431002");
    assert_string_equal(s.mdtrtarea_admvs, REGION);
    assert_string_equal(s.clr_type, "21");
    assert_string_equal(s.clr_way, "1");
    assert_string_equal(s.clr_optins, "431003");  /* the institution's county */
    assert_string_equal(s.setl_optins, "431002"); /* the insured county */
    assert_int_equal(s.setl_time, w->now_ms);
    assert_int_equal(s.begntime, w->now_ms);
    assert_int_equal(s.business_date, date_of(2026, 3, 10));
    assert_int_equal(s.balance_before, 0);
    assert_int_equal(s.totals.fund[FUND_HIFP], 52000); /* (1,000 - 200) x 0.65 */
    assert_int_equal(s.totals.fund[FUND_MAF], 33600);  /* 480 x 0.70 */
    assert_int_equal(s.totals.psn_cash_pay, 14400);
    assert_int_equal(s.row_count, 2);
    assert_string_equal(s.rows[0].owner, "431002");
    assert_int_equal(s.rows[1].owner_kind, OWNER_ASSISTANCE);
    assert_string_equal(s.rows[1].owner, "431003"); /* who certified the identity */
    assert_true(s.delta_count > 0);
    free(setl_id);
}

static void the_reply_says_what_was_kept(void **state)
{
    struct world *w = *state;
    struct settlement s;
    char digits[HASH_TEXT];
    struct hash digest;
    struct bill bill = {.infno = "2102",
                        .fixmedins = PHARMACY,
                        .med_type = "41",
                        .psn_no = EMPLOYEE,
                        .account = true,
                        .lines = {{DRUG_B, 15000}}};
    char *setl_id = world_settled(w, &bill);
    const Copay__Settlement *m = w->reply->settlement;
    OK(state_settlement(w->state, setl_id, &s));
    assert_string_equal(m->setl_id, setl_id);
    assert_string_equal(m->psn_name, "示例乙");
    assert_int_equal(m->acct_pay, s.totals.acct_pay);
    assert_int_equal(m->balc, 5000);
    assert_int_equal(s.balance_before, 20000);
    digest = pack_digest(w->pack);
    hash_format(&digest, digits);
    assert_memory_equal(m->policy, digits, 16);
    assert_int_equal(strlen(m->policy), 16);
    assert_memory_equal(w->answer.record.policy.bytes, digest.bytes, HASH_SIZE);
    assert_int_equal(m->n_setldetail, 1);
    assert_string_equal(m->setldetail[0]->clause, "ACCT");
    assert_true(m->n_steps > 0);
    free(setl_id);
}

/* Its part is kept, shown and taken back like every other, and stands in no fund's book. */
static void the_hospitals_part_is_carried_to_the_end(void **state)
{
    struct world *w = *state;
    struct settlement s;
    const struct bill visit = {.lines = {{DRUG_A, 10000}, {DRUG_LIMITED, 2500, 1}}};
    struct hash books = world_digest(w, "B"), after;
    char *setl_id = world_settled(w, &visit);
    const Copay__Settlement *m = w->reply->settlement;
    assert_int_equal(m->medfee_sumamt, 12500);
    assert_int_equal(m->fulamt_ownpay_amt, 2500);
    assert_int_equal(m->hosp_part_amt, 2500);
    assert_int_equal(m->fund_pay_sumamt, 7000); /* 100.00 x 0.70 */
    assert_int_equal(m->psn_part_amt, 3000);
    assert_int_equal(m->psn_ownpay_amt, 0);
    assert_int_equal(m->n_setldetail, 2);
    const Copay__SetlDetail *row = m->setldetail[0];
    assert_string_equal(row->field, "hosp_part_amt");
    assert_string_equal(row->fund_pay_type, "630101");
    assert_string_equal(row->owner_kind, "hospital");
    assert_string_equal(row->owner, TOWNSHIP);
    assert_string_equal(row->clause, "L-HOSP");
    assert_int_equal(row->fund_payamt, 2500);
    assert_int_equal(m->lines[1]->reason, STEP_LIMITED_USE_HOSPITAL);
    OK(state_settlement(w->state, setl_id, &s));
    assert_int_equal(s.totals.hosp_part_amt, 2500);
    assert_int_equal(s.row_count, 2);
    assert_int_equal(s.rows[0].owner_kind, OWNER_HOSPITAL);
    assert_int_equal(s.rows[0].amount, 2500);
    assert_int_equal(world_book(w, "431002", "390101"), 7000);
    assert_int_equal(world_void(w, "2208", TOWNSHIP, RESIDENT, setl_id), SETTLE_RECORD);
    assert_int_equal(w->reply->settlement->hosp_part_amt, -2500);
    assert_int_equal(w->reply->settlement->setldetail[0]->fund_payamt, -2500);
    after = world_digest(w, "B");
    assert_memory_equal(books.bytes, after.bytes, HASH_SIZE);
    free(setl_id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(the_document_is_whole),
        WORLD_TEST(the_reply_says_what_was_kept),
        WORLD_TEST(the_hospitals_part_is_carried_to_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
