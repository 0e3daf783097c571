/* lib/settle/claim: what settles, what a pre-settlement shows, and every refusal by state. */
#include "fixture.h"

#include "members.h"

static const struct bill visit = {.lines = {{DRUG_A, 10000}, {DRUG_B, 5000}, {DRUG_C, 100}}};
static const struct bill stay = {
    .infno = "2304", .med_type = "21", .fixmedins = HOSPITAL, .lines = {{DRUG_A, 500000}}};

static void a_visit_is_settled_and_moves_what_it_should(void **state)
{
    struct world *w = *state;
    char *setl_id = world_settled(w, &visit);
    const Copay__Settlement *s = w->reply->settlement;
    assert_int_equal(s->hifp_pay, 10150); /* (100.00 + 45.00) x 0.70 */
    assert_int_equal(s->psn_cash_pay, 4950);
    assert_int_equal(s->n_lines, 3);
    assert_int_equal(world_accum(w, RESIDENT, 390, ACCUM_PAID, "outpatient"), 10150);
    assert_int_equal(world_book(w, "431002", "390101"), 10150);
    assert_string_equal(w->reply->inf_refmsgid, "431000202603100900000000000008");
    assert_int_equal(strncmp(setl_id, "43100020260310", 14), 0);
    assert_string_equal(s->mdtrt_id + 1, setl_id + 1);
    assert_int_equal(s->mdtrt_id[0], 'M');
    free(setl_id);
}

static void a_pre_settlement_shows_the_same_and_changes_nothing(void **state)
{
    struct world *w = *state;
    struct bill bill = visit;
    struct hash before, after;
    OK(store_digest(w->store, &before));
    bill.infno = "2206";
    assert_int_equal(world_bill(w, &bill), SETTLE_ANSWER);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    assert_int_equal(w->reply->settlement->hifp_pay, 10150);
    assert_null(w->reply->settlement->setl_id);
    assert_false(w->answer.tally_given);
    assert_true(w->reply->settlement->n_accumulators > 0);
    OK(store_digest(w->store, &after));
    assert_memory_equal(before.bytes, after.bytes, HASH_SIZE);
}

static void the_second_stay_has_the_smaller_deductible(void **state)
{
    struct world *w = *state;
    free(world_settled(w, &stay));
    assert_int_equal(w->reply->settlement->act_pay_dedc, 120000);
    free(world_settled(w, &stay));
    assert_int_equal(w->reply->settlement->act_pay_dedc, 60000);
}

static void the_account_pays_until_it_is_empty(void **state)
{
    struct world *w = *state;
    struct bill bill = {.infno = "2102",
                        .fixmedins = PHARMACY,
                        .med_type = "41",
                        .psn_no = EMPLOYEE,
                        .account = true,
                        .lines = {{DRUG_A, 15000}}};
    free(world_settled(w, &bill));
    assert_int_equal(w->reply->settlement->acct_pay, 15000);
    assert_int_equal(world_balance(w, EMPLOYEE), 5000);
    free(world_settled(w, &bill));
    assert_int_equal(w->reply->settlement->acct_pay, 5000);
    assert_int_equal(w->reply->settlement->psn_cash_pay, 10000);
    assert_int_equal(w->reply->settlement->balc, 0);
    assert_int_equal(world_balance(w, EMPLOYEE), 0);
}

static void refuse_by_state(struct world *w, const struct bill *bill, enum reason reason)
{
    uint32_t records = w->record_count;
    struct hash before = world_digest(w, "PVBTS"), after;
    world_bill(w, bill);
    assert_refused(w, SETTLE_RECORD, reason);
    assert_int_equal(w->record_count, records + 1);
    assert_int_equal(w->answer.record.effects.size, 0);
    after = world_digest(w, "PVBTS");
    assert_memory_equal(before.bytes, after.bytes, HASH_SIZE);
    /* The same question asked first is refused the same way, and leaves nothing behind. */
    struct bill pre = *bill;
    pre.infno = strcmp(bill->infno ? bill->infno : "2207", "2304") == 0 ? "2303" : "2206";
    pre.agreed = false;
    world_bill(w, &pre);
    assert_refused(w, SETTLE_ANSWER, reason);
    assert_int_equal(w->record_count, records + 1);
}

static void refusals_by_state_are_recorded(void **state)
{
    struct world *w = *state;
    struct bill bill = visit;
    bill.psn_no = "P999";
    refuse_by_state(w, &bill, REASON_PERSON_UNKNOWN);
    bill = visit;
    bill.fixmedins = "H43100299099";
    refuse_by_state(w, &bill, REASON_INSTITUTION_UNKNOWN);
    bill = visit;
    bill.area = "430100";
    refuse_by_state(w, &bill, REASON_CROSS_REGION);
    bill = visit;
    bill.cert_type = "02";
    bill.cert_no = "431002198001010028"; /* somebody else's */
    refuse_by_state(w, &bill, REASON_CREDENTIAL_MISMATCH);
    bill = visit;
    bill.insutype = "310";
    refuse_by_state(w, &bill, REASON_NOT_INSURED);
    bill = visit;
    bill.lines[0].item = "XA01AAA001A001010100009";
    refuse_by_state(w, &bill, REASON_ITEM_UNKNOWN);
    bill = visit;
    bill.visit = "V1";
    free(world_settled(w, &bill));
    refuse_by_state(w, &bill, REASON_VISIT_SETTLED);
}

static void a_settled_visit_is_named(void **state)
{
    struct world *w = *state;
    struct bill bill = visit;
    bill.visit = "V1";
    char *setl_id = world_settled(w, &bill);
    world_bill(w, &bill); /* a restarted system, a new msgid */
    assert_refused(w, SETTLE_RECORD, REASON_VISIT_SETTLED);
    assert_string_equal(w->reply->setl_id, setl_id);
    bill.batch = "1"; /* the batch that absence means */
    world_bill(w, &bill);
    assert_refused(w, SETTLE_RECORD, REASON_VISIT_SETTLED);
    free(setl_id);
    bill.batch = "2";
    free(world_settled(w, &bill));
    bill.batch = NULL;
    bill.visit = "V2";
    free(world_settled(w, &bill));
}

static void an_identity_number_may_end_in_either_x(void **state)
{
    struct world *w = *state;
    struct bill bill = visit;
    bill.cert_type = "02";
    bill.cert_no = "43100219800101001x";
    free(world_settled(w, &bill));
    bill.cert_no = NULL;
    free(world_settled(w, &bill));
}

static void what_the_policy_refuses_is_recorded(void **state)
{
    struct world *w = *state;
    struct bill bill = visit;
    bill.med_type = "21"; /* a stay at the outpatient window */
    world_bill(w, &bill);
    assert_refused(w, SETTLE_RECORD, REASON_MED_TYPE);
    bill.med_type = "98";
    world_bill(w, &bill);
    assert_refused(w, SETTLE_RECORD, REASON_MED_TYPE);
    bill.med_type = "19";
    world_bill(w, &bill);
    assert_refused(w, SETTLE_RECORD, REASON_TRAUMA_UNDECLARED); /* the pack says which kinds */
    bill.trauma = true;
    free(world_settled(w, &bill));
}

static void changed_figures_are_refused_beside_the_new_bill(void **state)
{
    struct world *w = *state;
    struct bill bill = visit;
    bill.agreed = true;
    bill.agreed_cash = 4949;
    struct slice body = bill_pack(w, &bill), again = slice_copy(body);
    world_send(w, body);
    assert_refused(w, SETTLE_RECORD, REASON_CHANGED);
    assert_int_equal(w->reply->settlement->psn_cash_pay, 4950);
    assert_null(w->reply->settlement->setl_id);
    assert_int_equal(w->reply->agreed->psn_cash_pay, 4949);
    assert_int_equal(w->reply->agreed->acct_pay, 0);
    assert_int_equal(world_accum(w, RESIDENT, 390, ACCUM_PAID, "outpatient"), 0);
    assert_int_equal(world_send(w, again), SETTLE_REPEAT);
    bill.agreed_cash = 4950;
    free(world_settled(w, &bill));
}

static void what_does_not_fit_is_internal_with_its_evidence(void **state)
{
    struct world *w = *state;
    const struct accum full = {2026, 390, ACCUM_VISITS, "outpatient", INT64_C(9999999999999999)};
    world_put_accum(w, RESIDENT, &full);
    struct slice body = bill_pack(w, &visit), again = slice_copy(body);
    world_send(w, body);
    assert_refused(w, SETTLE_RECORD, REASON_INTERNAL);
    assert_int_equal(w->answer.record.kind, RECORD_REFUSAL);
    assert_int_equal(w->answer.record.effects.size, 0);
    assert_int_equal(w->reply->settlement->hifp_pay, 10150); /* the evidence */
    assert_null(w->reply->settlement->setl_id);
    assert_int_equal(world_send(w, again), SETTLE_REPEAT);
    assert_int_equal(w->answer.outcome, OUTCOME_REFUSED);
    assert_int_equal(world_reason(w), REASON_INTERNAL);
}

static void care_after_a_death_told_late_is_refused(void **state)
{
    struct world *w = *state;
    struct import import;
    struct bill bill = visit;
    import_init(&import, 1);
    import_send(w, &import);
    bill.psn_no = "N1";
    free(world_settled(w, &bill));
    import_init(&import, 1);
    import.members[0].has_death_date = true;
    import.members[0].death_date = date_of(2026, 3, 9);
    import_send(w, &import);
    world_bill(w, &bill);
    assert_refused(w, SETTLE_RECORD, REASON_PERSON_DEAD);
}

static void a_day_before_the_policy_is_uncovered(void **state)
{
    struct world *w;
    world_open_at(state, date_start_ms(date_of(2023, 12, 31)));
    w = *state;
    world_import(w);
    world_activate(w, "0.70");
    world_bill(w, &visit);
    assert_int_equal(w->answer.outcome, OUTCOME_REFUSED);
    assert_int_equal(world_reason(w), REASON_UNCOVERED_DATE);
    assert_int_equal(w->answer.verdict, SETTLE_RECORD);
    w->now_ms += DAY_MS;
    free(world_settled(w, &visit));
    world_close(state);
}

/* The pack names admission: the year before is read, moved, and restored by the void. */
static void the_year_that_the_pack_names(void **state)
{
    static const struct world_version versions[] = {
        {"effective: {from: 2010-01-01}", "0.70", "居民门诊, p"}};
    struct world *w = *state;
    struct bill early = {.infno = "2304",
                         .med_type = "21",
                         .fixmedins = HOSPITAL,
                         .days_ago = 100,
                         .lines = {{DRUG_A, 500000}}};
    struct person_year year;
    world_activate_bundle(w, world_bundle_versions(versions, 1));
    char *first = world_settled(w, &early);
    assert_int_equal(w->reply->settlement->act_pay_dedc, 120000);
    free(world_settled(w, &early));
    assert_int_equal(w->reply->settlement->act_pay_dedc, 60000);
    early.days_ago = 0;
    char *now = world_settled(w, &early);
    assert_int_equal(w->reply->settlement->act_pay_dedc, 120000);
    OK(state_person_year(w->state, RESIDENT, 2025, &year));
    assert_int_equal(accum_get(&year.accums, 2025, 390, ACCUM_STAYS, "level3"), 2);
    assert_int_equal(world_accum(w, RESIDENT, 390, ACCUM_STAYS, "level3"), 1);
    world_void(w, "2305", HOSPITAL, RESIDENT, now);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    world_void(w, "2305", HOSPITAL, RESIDENT, first);
    assert_refused(w, SETTLE_RECORD, REASON_VOID_LATER);
    OK(state_person_year(w->state, RESIDENT, 2025, &year));
    assert_int_equal(accum_get(&year.accums, 2025, 390, ACCUM_STAYS, "level3"), 2);
    assert_int_equal(world_accum(w, RESIDENT, 390, ACCUM_STAYS, "level3"), 0);
    early.days_ago = 11 * 366;
    world_bill(w, &early);
    assert_refused(w, SETTLE_RECORD, REASON_UNCOVERED_DATE);
    free(first);
    free(now);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(the_year_that_the_pack_names),
        WORLD_TEST(a_visit_is_settled_and_moves_what_it_should),
        WORLD_TEST(a_pre_settlement_shows_the_same_and_changes_nothing),
        WORLD_TEST(the_second_stay_has_the_smaller_deductible),
        WORLD_TEST(the_account_pays_until_it_is_empty),
        WORLD_TEST(refusals_by_state_are_recorded),
        WORLD_TEST(a_settled_visit_is_named),
        WORLD_TEST(an_identity_number_may_end_in_either_x),
        WORLD_TEST(what_the_policy_refuses_is_recorded),
        WORLD_TEST(changed_figures_are_refused_beside_the_new_bill),
        WORLD_TEST(what_does_not_fit_is_internal_with_its_evidence),
        WORLD_TEST(care_after_a_death_told_late_is_refused),
        cmocka_unit_test(a_day_before_the_policy_is_uncovered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
