/* lib/settle/later: which later settlements rest on one that is to be voided. */
#include "fixture.h"

#include "members.h"
#include "ward.h"

static const struct bill visit = {.lines = {{DRUG_A, 10000}}};
static const struct bill stay = {
    .infno = "2304", .med_type = "21", .fixmedins = HOSPITAL, .lines = {{DRUG_A, 500000}}};
static const struct bill shopping = {.infno = "2102",
                                     .fixmedins = PHARMACY,
                                     .med_type = "41",
                                     .psn_no = EMPLOYEE,
                                     .account = true,
                                     .lines = {{DRUG_A, 12000}}};

static void an_older_visit_below_the_quota_rests_nobody(void **state)
{
    struct world *w = *state;
    char *first = world_settled(w, &visit);
    free(world_settled(w, &visit));
    free(world_settled(w, &visit));
    world_void(w, "2208", TOWNSHIP, RESIDENT, first);
    assert_int_equal(w->needs_asked, 1); /* it looked at the two */
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    assert_int_equal(world_accum(w, RESIDENT, 390, ACCUM_PAID, "outpatient"), 14000);
    free(first);
}

static void the_newest_needs_no_look(void **state)
{
    struct world *w = *state;
    free(world_settled(w, &visit));
    char *last = world_settled(w, &visit);
    world_void(w, "2208", TOWNSHIP, RESIDENT, last);
    assert_int_equal(w->needs_asked, 0);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    free(last);
}

static void a_first_stay_carries_the_second(void **state)
{
    struct world *w = *state;
    char *first = world_settled(w, &stay), *second = world_settled(w, &stay);
    char *third = world_settled(w, &stay);
    struct hash before = world_digest(w, "PVBTS"), after;
    world_void(w, "2305", HOSPITAL, RESIDENT, first);
    assert_refused(w, SETTLE_RECORD, REASON_VOID_LATER);
    after = world_digest(w, "PVBTS");
    assert_memory_equal(before.bytes, after.bytes, HASH_SIZE);
    /* Without the first, the second would be it; the third stays a later one. */
    assert_int_equal(w->reply->n_setl_ids, 1);
    assert_string_equal(w->reply->setl_ids[0], second);
    world_void(w, "2305", HOSPITAL, RESIDENT, second);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    /* Now the third rests on the first: the second is void and counts on neither side. */
    world_void(w, "2305", HOSPITAL, RESIDENT, first);
    assert_needs_void_of(w, third);
    world_void(w, "2305", HOSPITAL, RESIDENT, third);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    world_void(w, "2305", HOSPITAL, RESIDENT, first);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    assert_int_equal(world_accum(w, RESIDENT, 390, ACCUM_STAYS, "level3"), 0);
    free(first);
    free(second);
    free(third);
}

/* What was settled of an encounter is judged with the lines that lie with it: its message has none.
 * A change since then is not what it was settled with. */
static void a_later_encounter_is_judged_by_its_own_lines(void **state)
{
    struct world *w = *state;
    char *first = world_settled(w, &stay);
    struct ward ward = ward_stay(w, RESIDENT, 10);
    ward_upload(&ward, NULL,
                (struct ward_line[WARD_LINES_MAX]){
                    {.sn = "1", .fen = YUAN(1000), .days_ago = 9},
                    {.sn = "2", .item = DRUG_B, .fen = YUAN(900), .days_ago = 8},
                    {.sn = "3", .of = "2", .item = DRUG_B, .fen = -YUAN(300), .days_ago = 8},
                    {.sn = "4", .fen = YUAN(5000), .days_ago = 2}});
    char *mid = ward_settled(
        &ward, &(struct ward_bill){.fen = YUAN(1600), .mid = true, .ended = true, .days_ago = 5});
    /* 600 off the second stay at this level; 1,200 if it were the first. */
    assert_int_equal(w->reply->settlement->hifp_pay, (YUAN(1540) - YUAN(600)) * 65 / 100);
    world_void(w, "2305", HOSPITAL, RESIDENT, first);
    assert_needs_void_of(w, mid);
    ward_void(&ward, mid);
    ward_done(&ward);
    world_void(w, "2305", HOSPITAL, RESIDENT, first);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    free(first);
    free(mid);
}

static void a_later_visit_that_rests_on_nothing_stays(void **state)
{
    struct world *w = *state;
    char *first = world_settled(w, &visit);
    struct ward ward = ward_visit(w, RESIDENT, 1);
    ward_upload(&ward, "B1",
                (struct ward_line[WARD_LINES_MAX]){{.sn = "1", .fen = YUAN(90)},
                                                   {.sn = "2", .item = DRUG_B, .fen = YUAN(10)}});
    char *second = ward_settled(&ward, &(struct ward_bill){.batch = "B1", .fen = YUAN(100)});
    world_void(w, "2208", TOWNSHIP, RESIDENT, first);
    assert_int_equal(w->needs_asked, 1); /* it looked */
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    assert_int_equal(world_accum(w, RESIDENT, 390, ACCUM_PAID, "outpatient"), 6930);
    ward_void(&ward, second);
    ward_done(&ward);
    assert_int_equal(world_accum(w, RESIDENT, 390, ACCUM_PAID, "outpatient"), 0);
    free(first);
    free(second);
}

/* The pool is closed to the person now, which hides that the second stay rested on the first. */
static void facts_that_came_late_hide_nothing(void **state)
{
    struct world *w = *state;
    struct import import;
    char *first = world_settled(w, &stay), *second = world_settled(w, &stay);
    import_init(&import, 1);
    import.members[0].psn_no = RESIDENT;
    import.members[0].certno = "43100219800101001X";
    import.covers[0].psn_insu_stas = 2;
    import.covers[0].has_paus_insu_date = true;
    import.covers[0].paus_insu_date = date_of(2025, 1, 1);
    assert_int_equal(import_send(w, &import), SETTLE_RECORD);
    assert_int_equal(w->command->outcome, OUTCOME_DONE);
    world_void(w, "2305", HOSPITAL, RESIDENT, first);
    assert_needs_void_of(w, second);
    world_void(w, "2305", HOSPITAL, RESIDENT, second);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    world_void(w, "2305", HOSPITAL, RESIDENT, first);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    free(first);
    free(second);
}

static void a_quota_lists_all_newest_first(void **state)
{
    struct world *w = *state;
    struct bill big = visit;
    big.lines[0].fen = 50000; /* 350.00 of the 400.00 */
    char *first = world_settled(w, &big), *second = world_settled(w, &visit);
    assert_int_equal(w->reply->settlement->hifp_pay, 5000);
    char *third = world_settled(w, &visit);
    assert_int_equal(w->reply->settlement->hifp_pay, 0);
    world_void(w, "2208", TOWNSHIP, RESIDENT, first);
    assert_refused(w, SETTLE_RECORD, REASON_VOID_LATER);
    assert_int_equal(w->reply->n_setl_ids, 2);
    assert_string_equal(w->reply->setl_ids[0], third);
    assert_string_equal(w->reply->setl_ids[1], second);
    free(first);
    free(second);
    free(third);
}

static void an_account_that_ran_short_rests_on_who_took(void **state)
{
    struct world *w = *state;
    char *first = world_settled(w, &shopping), *second = world_settled(w, &shopping);
    assert_int_equal(w->reply->settlement->acct_pay, 8000); /* of 120.00 */
    world_void(w, "2103", PHARMACY, EMPLOYEE, first);
    assert_needs_void_of(w, second);
    free(first);
    free(second);
}

static void an_account_that_sufficed_does_not(void **state)
{
    struct world *w = *state;
    struct bill small = shopping;
    small.lines[0].fen = 1000;
    char *first = world_settled(w, &shopping);
    free(world_settled(w, &small));
    world_void(w, "2103", PHARMACY, EMPLOYEE, first);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    assert_int_equal(w->needs_asked, 1);
    assert_int_equal(world_balance(w, EMPLOYEE), 19000);
    free(first);
}

static void the_account_is_read_in_later_years_too(void **state)
{
    struct world *w = *state;
    char *first = world_settled(w, &shopping);
    w->now_ms += 365 * DAY_MS;
    char *second = world_settled(w, &shopping);
    world_void(w, "2103", PHARMACY, EMPLOYEE, first);
    assert_needs_void_of(w, second);
    free(first);
    free(second);
}

/* The walk back takes each year's own list. */
static void two_years_are_walked_apart(void **state)
{
    struct world *w = *state;
    struct bill bill = visit;
    bill.psn_no = EMPLOYEE;
    bill.account = true;
    char *first = world_settled(w, &bill); /* the pool pays 60.00, the account 40.00 */
    assert_int_equal(w->reply->settlement->acct_pay, 4000);
    bill.account = false;
    char *second = world_settled(w, &bill); /* the quota cuts 60.00 to 40.00 */
    assert_int_equal(w->reply->settlement->hifp_pay, 4000);
    w->now_ms += 365 * DAY_MS;
    bill.lines[0].item = DRUG_C;
    free(world_settled(w, &bill));
    world_void(w, "2208", TOWNSHIP, EMPLOYEE, first);
    assert_needs_void_of(w, second);
    free(first);
    free(second);
}

static void what_is_void_rests_on_nothing(void **state)
{
    struct world *w = *state;
    char *first = world_settled(w, &shopping), *second = world_settled(w, &shopping);
    world_void(w, "2103", PHARMACY, EMPLOYEE, second);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    world_void(w, "2103", PHARMACY, EMPLOYEE, first);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    assert_int_equal(w->needs_asked, 0);
    assert_int_equal(world_balance(w, EMPLOYEE), 20000);
    free(first);
    free(second);
}

static void accumulators_of_another_year_are_not(void **state)
{
    struct world *w = *state;
    char *first = world_settled(w, &stay);
    w->now_ms += 365 * DAY_MS;
    free(world_settled(w, &stay));
    world_void(w, "2305", HOSPITAL, RESIDENT, first);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    assert_int_equal(w->needs_asked, 0);
    free(first);
}

static void older_settlements_are_judged_by_their_own_pack(void **state)
{
    struct world *w = *state;
    struct bill big = visit;
    big.lines[0].fen = 30000; /* 210.00 at 0.70 */
    char *first = world_settled(w, &big);
    char *second = world_settled(w, &big); /* 190.00 are left: cut */
    assert_int_equal(w->reply->settlement->hifp_pay, 19000);
    /* At 0.50 neither would have reached the quota. */
    world_activate(w, "0.50");
    world_void(w, "2208", TOWNSHIP, RESIDENT, first);
    assert_int_equal(w->needs_asked, 2); /* records, then the pack that stands in them */
    assert_needs_void_of(w, second);
    free(first);
    free(second);
}

/* Until 5 March 70 %, from the 6th 50 %, by admission. */
static const struct world_version versions[] = {
    {"effective: {from: 2020-01-01, to: 2026-03-05}", "0.70", "旧居民门诊, p"},
    {"effective: {from: 2026-03-06}", "0.50", "居民门诊, p"}};

static void older_settlements_are_judged_by_their_own_version(void **state)
{
    struct world *w = *state;
    struct bill early = visit;
    early.days_ago = 6;
    world_activate_bundle(w, world_bundle_versions(versions, ARRAY_LEN(versions)));
    char *first = world_settled(w, &early);
    assert_int_equal(w->reply->settlement->hifp_pay, 7000);
    char *second = world_settled(w, &early);
    free(world_settled(w, &visit));
    assert_int_equal(w->reply->settlement->hifp_pay, 5000);
    world_void(w, "2208", TOWNSHIP, RESIDENT, first); /* nobody reached the quota */
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    free(first);
    free(second);
}

static void the_account_is_read_in_earlier_years_too(void **state)
{
    struct world *w = *state;
    struct bill early = shopping;
    early.days_ago = 400;
    world_activate_bundle(w, world_bundle_versions(versions, ARRAY_LEN(versions)));
    char *first = world_settled(w, &shopping), *second = world_settled(w, &early);
    assert_int_equal(w->reply->settlement->acct_pay, 8000); /* of 120.00 */
    world_void(w, "2103", PHARMACY, EMPLOYEE, first);
    assert_needs_void_of(w, second);
    free(first);
    free(second);
}

static void evidence_must_be_the_record_asked_for(void **state)
{
    struct world *w = *state;
    struct problems problems = {0};
    struct request request;
    char *first = world_settled(w, &visit);
    free(world_settled(w, &visit));
    struct slice body = void_pack(w, "2208", TOWNSHIP, RESIDENT, first);
    struct arena *arena = arena_new(REQUEST_ARENA_MAX);
    OK(wire_read_request_body(body, arena, &request, &problems));
    uint64_t sequence = w->record_count;
    struct slice other = {w->records[0].bytes, w->records[0].size};
    const struct settle_evidence evidence = {.count = 1, .sequences = &sequence, .records = &other};
    assert_int_equal(
        settle_request(w->settle, &request, w->now_ms, &evidence, w->arena, &w->answer),
        ERR_CORRUPT);
    arena_free(arena);
    free((void *)body.data);
    free(first);
}

static void too_many_later_ones_are_listed_unlooked(void **state)
{
    struct world *w = *state;
    struct bill tiny = visit;
    tiny.lines[0].fen = 100;
    char *first = world_settled(w, &tiny);
    for (int i = 0; i < SETTLE_LATER_MAX + 1; i++)
        free(world_settled(w, &tiny));
    world_void(w, "2208", TOWNSHIP, RESIDENT, first);
    assert_int_equal(w->needs_asked, 0);
    assert_refused(w, SETTLE_RECORD, REASON_VOID_LATER);
    assert_int_equal(w->reply->n_setl_ids, REPLY_SETL_IDS_MAX);
    free(first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(an_older_visit_below_the_quota_rests_nobody),
        WORLD_TEST(the_newest_needs_no_look),
        WORLD_TEST(a_first_stay_carries_the_second),
        WORLD_TEST(facts_that_came_late_hide_nothing),
        WORLD_TEST(a_later_encounter_is_judged_by_its_own_lines),
        WORLD_TEST(a_later_visit_that_rests_on_nothing_stays),
        WORLD_TEST(a_quota_lists_all_newest_first),
        WORLD_TEST(an_account_that_ran_short_rests_on_who_took),
        WORLD_TEST(an_account_that_sufficed_does_not),
        WORLD_TEST(the_account_is_read_in_later_years_too),
        WORLD_TEST(two_years_are_walked_apart),
        WORLD_TEST(what_is_void_rests_on_nothing),
        WORLD_TEST(accumulators_of_another_year_are_not),
        WORLD_TEST(older_settlements_are_judged_by_their_own_pack),
        WORLD_TEST(older_settlements_are_judged_by_their_own_version),
        WORLD_TEST(the_account_is_read_in_earlier_years_too),
        WORLD_TEST(evidence_must_be_the_record_asked_for),
        WORLD_TEST(too_many_later_ones_are_listed_unlooked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
