/* lib/settle/filing, filing_command: who files what, when it takes effect, and what it is to
 * settlements before and behind it. */
#include "filings.h"

#include "settle/impact.h"
#include "settle/verify.h"

static const struct bill stay = {.infno = "2304",
                                 .med_type = "21",
                                 .fixmedins = HOSPITAL,
                                 .days_ago = 2,
                                 .lines = {{DRUG_A, 900000}}};
static const struct bill visit = {.lines = {{DRUG_A, 10000}}};
/* (9,000 - 1,200) x 65 %; of a later stay of the year, (9,000 - 600) x 65 %. */
#define FIRST_PAY 507000
#define LATER_PAY 546000

static char *stay_pays(struct world *w, int64_t hifp_pay)
{
    char *setl_id = world_settled(w, &stay);
    assert_int_equal(w->reply->settlement->hifp_pay, hifp_pay);
    return setl_id;
}

static void a_referral_counts_at_once_from_its_first_day(void **state)
{
    struct world *w = *state;
    filings_pack(w);
    free(stay_pays(w, 0));
    free(filing_made(w, (struct filing_words){.from = 0}, "approved"));
    free(stay_pays(w, 0)); /* it began before */
    w->now_ms += 3 * DAY_MS;
    free(stay_pays(w, LATER_PAY));
}

static char *admitted(struct world *w, int days_ago)
{
    Copay__Request r;
    Copay__Encounter e = COPAY__ENCOUNTER__INIT;
    world_request_init(w, &r, "2401", HOSPITAL, NULL);
    e.psn_no = RESIDENT;
    e.mdtrt_cert_type = "99";
    e.med_type = "21";
    e.ipt_otp_no = "Z1";
    e.has_begntime = true;
    e.begntime = w->now_ms - days_ago * DAY_MS;
    r.encounter = &e;
    world_send(w, world_pack(&r.base));
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    return strdup(w->reply->mdtrt_id);
}

static void a_late_one_reaches_back_to_the_admission_alone(void **state)
{
    struct world *w = *state;
    filings_pack(w);
    free(filing_made(w, (struct filing_words){.from = -9, .to = -8}, "applied"));
    free(admitted(w, 9));
    free(filing_made(w, (struct filing_words){.from = -10, .to = -10}, "applied"));
    free(filing_made(w, (struct filing_words){.from = -7}, "approved"));
}

static void chronic_ones_wait_for_somebody_else(void **state)
{
    struct world *w = *state;
    filings_pack(w);
    char *number =
        filing_made(w, (struct filing_words){.infno = "2503", .dise_codg = "M01600"}, "applied");
    assert_int_equal(FILING_DECIDE(w, filing_assess, number, OPERATOR), SETTLE_RECORD);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    assert_int_equal(FILING_DECIDE(w, filing_assess, number, OPERATOR), SETTLE_RECORD);
    assert_int_equal(w->command->errors[0]->code, REASON_FILING_STAGE);
    FILING_DECIDE(w, filing_approve, number, "431002:approve:zhang");
    assert_int_equal(w->command->errors[0]->code, REASON_SAME_PERSON);
    FILING_DECIDE(w, filing_approve, number, APPROVER);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    Copay__FilingState *told =
        copay__filing_state__unpack(NULL, w->command->filing[0].len, w->command->filing[0].data);
    assert_string_equal(told->stage, "approved");
    assert_int_equal(told->n_steps, 3);
    assert_string_equal(told->steps[0]->who, HOSPITAL " 0001");
    assert_string_equal(told->steps[1]->who, OPERATOR);
    assert_string_equal(told->steps[2]->who, APPROVER);
    assert_string_equal(told->name, "慢特病备案");
    copay__filing_state__free_unpacked(told, NULL);
    FILING_DECIDE(w, filing_refuse, number, APPROVER); /* too late */
    assert_int_equal(w->command->errors[0]->code, REASON_FILING_STAGE);
    FILING_DECIDE(w, filing_withdraw, number, APPROVER);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    FILING_DECIDE(w, filing_approve, "F00000000000000000000000000000", APPROVER);
    assert_int_equal(w->command->errors[0]->code, REASON_FILING_UNKNOWN);
    free(number);
}

static enum settle_verdict enter(struct world *w, const char *kind, const char *psn_no)
{
    Copay__Admin__Command command;
    Copay__Admin__FilingEntry entry = COPAY__ADMIN__FILING_ENTRY__INIT;
    Copay__Filing filing = COPAY__FILING__INIT;
    uint8_t bytes[200];
    world_command_init(w, &command);
    filing.psn_no = (char *)psn_no;
    filing.begndate = date_of_time(w->now_ms) - 30;
    entry.kind = (char *)kind;
    entry.filing = (ProtobufCBinaryData){copay__filing__pack(&filing, bytes), bytes};
    command.filing_enter = &entry;
    return world_command(w, &command);
}

static void what_an_operator_enters_another_approves(void **state)
{
    struct world *w = *state;
    filings_pack(w);
    assert_int_equal(enter(w, "referral", RESIDENT), SETTLE_RECORD);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    Copay__FilingState *told =
        copay__filing_state__unpack(NULL, w->command->filing[0].len, w->command->filing[0].data);
    assert_string_equal(told->stage, "applied");
    assert_string_equal(told->dcla_souc, "02");
    free(stay_pays(w, 0));
    FILING_DECIDE(w, filing_approve, told->trt_dcla_detl_sn, OPERATOR);
    assert_int_equal(w->command->errors[0]->code, REASON_SAME_PERSON);
    FILING_DECIDE(w, filing_approve, told->trt_dcla_detl_sn, APPROVER);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    copay__filing_state__free_unpacked(told, NULL);
    free(stay_pays(w, LATER_PAY));
}

static void a_county_sees_its_own_people(void **state)
{
    struct world *w = *state;
    filings_pack(w);
    w->county = "431003";
    assert_int_equal(enter(w, "referral", RESIDENT), SETTLE_ANSWER);
    assert_int_equal(w->command->errors[0]->code, REASON_NOT_AUTHORISED);
    w->county = "431002";
    assert_int_equal(enter(w, "referral", RESIDENT), SETTLE_RECORD);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    assert_int_equal(enter(w, "referral", "P999"), SETTLE_RECORD);
    assert_int_equal(w->command->errors[0]->code, REASON_PERSON_UNKNOWN);
    Copay__Admin__Command command;
    Copay__Admin__FilingList list = COPAY__ADMIN__FILING_LIST__INIT;
    world_command_init(w, &command);
    list.psn_no = RESIDENT;
    command.filing_list = &list;
    assert_int_equal(world_command(w, &command), SETTLE_RECORD);
    assert_int_equal(w->answer.record.kind, RECORD_PERSON_LOOK);
    assert_int_equal(w->command->n_filing, 1);
    w->county = "431003";
    world_command_init(w, &command);
    command.filing_list = &list;
    assert_int_equal(world_command(w, &command), SETTLE_ANSWER);
    w->county = NULL;
}

static void refused_by_name(void **state)
{
    struct world *w = *state;
    filings_pack(w);
    filing_make(w, (struct filing_words){.infno = "2507"});
    assert_refused(w, SETTLE_RECORD, REASON_FILING_CATEGORY);
    assert_non_null(strstr(w->reply->errors[0]->zh, "2501 转诊备案"));
    filing_make(w, (struct filing_words){.psn_no = "P999"});
    assert_refused(w, SETTLE_RECORD, REASON_PERSON_UNKNOWN);
    filing_make(w, (struct filing_words){.from = -3000});
    assert_refused(w, SETTLE_RECORD, REASON_NOT_INSURED);
    filing_make(w, (struct filing_words){.infno = "2505", .fixmedins = "H43100299777"});
    assert_refused(w, SETTLE_RECORD, REASON_INSTITUTION_UNKNOWN);
    free(filing_made(w, (struct filing_words){.fixmedins = "H11010199001"}, "approved"));
    char *number = filing_made(w, (struct filing_words){.to = 30}, "approved");
    filing_make(w, (struct filing_words){.from = 30});
    assert_refused(w, SETTLE_RECORD, REASON_FILING_DUPLICATE);
    assert_non_null(strstr(w->reply->errors[0]->zh, number));
    free(filing_made(w, (struct filing_words){.from = 31}, "approved"));
    filing_undo(w, "2504", number, HOSPITAL);
    assert_refused(w, SETTLE_RECORD, REASON_FILING_MISMATCH);
    filing_undo(w, "2502", number, TOWNSHIP); /* another's reads as none */
    assert_refused(w, SETTLE_RECORD, REASON_FILING_UNKNOWN);
    assert_int_equal(filing_undo(w, "2502", number, HOSPITAL), SETTLE_RECORD);
    assert_string_equal(w->reply->filing->stage, "withdrawn");
    filing_undo(w, "2502", number, HOSPITAL);
    assert_refused(w, SETTLE_RECORD, REASON_FILING_STAGE);
    free(filing_made(w, (struct filing_words){.to = 30}, "approved")); /* free again */
    free(number);
}

/* A visit is voided beneath a stay: the stay is judged with the filing that it had, whatever became
 * of that since, and without one that came later. */
static void what_was_settled_keeps_its_filings(void **state)
{
    struct world *w = *state;
    filings_pack(w);
    char *first = world_settled(w, &visit), *second = world_settled(w, &visit);
    free(stay_pays(w, 0));
    char *number = filing_made(w, (struct filing_words){.from = -2}, "applied");
    FILING_DECIDE(w, filing_approve, number, APPROVER);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    world_void(w, "2208", TOWNSHIP, RESIDENT, first);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    char *setl_id = stay_pays(w, LATER_PAY);
    filing_undo(w, "2502", number, HOSPITAL);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    world_void(w, "2208", TOWNSHIP, RESIDENT, second);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    free(stay_pays(w, 0));
    free(first);
    free(second);
    free(setl_id);
    free(number);
}

static void a_full_list_lets_the_past_go(void **state)
{
    struct world *w = *state;
    filings_pack(w);
    char *oldest = filing_made(w, (struct filing_words){.to = 1}, "approved");
    for (int i = 1; i < FILINGS_MAX; i++)
        free(filing_made(w, (struct filing_words){.from = 10 * i, .to = 10 * i + 1}, "approved"));
    filing_make(w, (struct filing_words){.from = 1000});
    assert_refused(w, SETTLE_RECORD, REASON_FILINGS_FULL);
    w->now_ms += 5 * DAY_MS;
    free(filing_made(w, (struct filing_words){.from = 1000}, "approved"));
    filing_undo(w, "2502", oldest, HOSPITAL);
    assert_refused(w, SETTLE_RECORD, REASON_FILING_UNKNOWN);
    free(oldest);
}

static void a_query_shows_those_of_its_kind(void **state)
{
    struct world *w = *state;
    Copay__Request r;
    Copay__FilingQuery query = COPAY__FILING_QUERY__INIT;
    filings_pack(w);
    free(filing_made(w, (struct filing_words){.to = 9}, "approved"));
    free(filing_made(w, (struct filing_words){.infno = "2505", .fixmedins = TOWNSHIP}, "approved"));
    query.psn_no = RESIDENT;
    world_request_init(w, &r, "5302", TOWNSHIP, NULL);
    r.filing_query = &query;
    assert_int_equal(world_send(w, world_pack(&r.base)), SETTLE_ANSWER);
    assert_int_equal(w->reply->n_filings, 1);
    assert_string_equal(w->reply->filings[0]->kind, "chosen");
    assert_string_equal(w->reply->filings[0]->fixmedins_code, TOWNSHIP);
    assert_string_equal(w->reply->filings[0]->filed_by, HOSPITAL);
    assert_int_equal(w->reply->filings[0]->n_steps, 0);
    world_request_init(w, &r, "5301", TOWNSHIP, NULL);
    r.filing_query = &query;
    world_send(w, world_pack(&r.base));
    assert_int_equal(w->reply->n_filings, 0);
    query.psn_no = "P999";
    world_request_init(w, &r, "5304", TOWNSHIP, NULL);
    r.filing_query = &query;
    world_send(w, world_pack(&r.base));
    assert_refused(w, SETTLE_ANSWER, REASON_PERSON_UNKNOWN);
}

/* Folded and made again, record by record; and tried under another pack. */
static void a_ledger_with_filings_is_sound(void **state)
{
    static const uint8_t salt_key[HASH_SIZE] = {7};
    struct world *w = *state;
    struct verify *verify;
    filings_pack(w);
    w->county = "431002"; /* which does not stand in the record */
    enter(w, "referral", RESIDENT);
    Copay__FilingState *told =
        copay__filing_state__unpack(NULL, w->command->filing[0].len, w->command->filing[0].data);
    FILING_DECIDE(w, filing_approve, told->trt_dcla_detl_sn, APPROVER);
    w->county = NULL;
    free(stay_pays(w, FIRST_PAY));
    FILING_DECIDE(w, filing_withdraw, told->trt_dcla_detl_sn, APPROVER);
    filing_make(w, (struct filing_words){.infno = "2507"});
    copay__filing_state__free_unpacked(told, NULL);
    const struct verify_options options = {
        .region = REGION, .salt_key = salt_key, .fetch = world_fetch, .context = w};
    OK(verify_new(&options, &verify));
    struct impact *impact;
    OK(impact_new(REGION, w->pack, &impact));
    for (uint32_t i = 0; i < w->record_count; i++) {
        const struct slice record = {w->records[i].bytes, w->records[i].size};
        OK(verify_record(verify, i + 1, record));
        OK(impact_record(impact, i + 1, record));
    }
    const struct verify_report *report = verify_report(verify);
    for (uint32_t i = 0; i < report->listed; i++)
        print_error("%llu: %s\n", (unsigned long long)report->list[i].sequence,
                    report->list[i].what);
    assert_int_equal(report->difference_count, 0);
    assert_int_equal(impact_report(impact).settlements, 1);
    assert_int_equal(impact_report(impact).count, 0);
    verify_free(verify);
    impact_free(impact);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(a_referral_counts_at_once_from_its_first_day),
        WORLD_TEST(a_late_one_reaches_back_to_the_admission_alone),
        WORLD_TEST(chronic_ones_wait_for_somebody_else),
        WORLD_TEST(what_an_operator_enters_another_approves),
        WORLD_TEST(a_county_sees_its_own_people),
        WORLD_TEST(refused_by_name),
        WORLD_TEST(what_was_settled_keeps_its_filings),
        WORLD_TEST(a_full_list_lets_the_past_go),
        WORLD_TEST(a_query_shows_those_of_its_kind),
        WORLD_TEST(a_ledger_with_filings_is_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
