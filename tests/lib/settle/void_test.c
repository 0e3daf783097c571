/* lib/settle/void: the exact negative, what it gives back, and who may. */
#include "fixture.h"

static const struct bill visit = {.visit = "V1", .lines = {{DRUG_A, 10000}, {DRUG_C, 100}}};
static const struct bill shopping = {.infno = "2102",
                                     .fixmedins = PHARMACY,
                                     .med_type = "41",
                                     .psn_no = EMPLOYEE,
                                     .account = true,
                                     .lines = {{DRUG_A, 15000}}};

static void a_void_leaves_no_trace_in_money(void **state)
{
    struct world *w = *state;
    struct person_year year;
    struct hash before = world_digest(w, "VB"), after;
    char *setl_id = world_settled(w, &visit);
    assert_int_equal(world_void(w, "2208", TOWNSHIP, RESIDENT, setl_id), SETTLE_RECORD);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    assert_int_equal(w->answer.record.kind, RECORD_VOID);
    after = world_digest(w, "VB");
    assert_memory_equal(before.bytes, after.bytes, HASH_SIZE);
    OK(state_person_year(w->state, RESIDENT, 2026, &year));
    assert_int_equal(year.accums.count, 0);
    free(setl_id);
}

static void the_document_is_the_negative(void **state)
{
    struct world *w = *state;
    struct settlement original, document;
    char *setl_id = world_settled(w, &visit);
    world_void(w, "2208", TOWNSHIP, RESIDENT, setl_id);
    const Copay__Settlement *s = w->reply->settlement;
    OK(state_settlement(w->state, setl_id, &original));
    OK(state_settlement(w->state, s->setl_id, &document));
    assert_string_equal(original.void_setl_id, document.setl_id);
    assert_string_equal(document.init_setl_id, setl_id);
    assert_true(document.refd_setl_flag);
    assert_string_equal(document.infno, "2208");
    assert_string_not_equal(document.msgid, original.msgid);
    assert_int_equal(document.totals.medfee_sumamt, -10100);
    assert_int_equal(document.totals.fund[FUND_HIFP], -7000);
    assert_int_equal(document.totals.psn_cash_pay, -3100);
    assert_int_equal(document.row_count, original.row_count);
    for (uint32_t i = 0; i < document.row_count; i++)
        assert_int_equal(document.rows[i].amount, -original.rows[i].amount);
    for (uint32_t i = 0; i < document.delta_count; i++)
        assert_int_equal(document.deltas[i].value, -original.deltas[i].value);
    assert_true(s->refd_setl_flag);
    assert_int_equal(s->medfee_sumamt, -10100);
    assert_string_equal(s->init_setl_id, setl_id);
    assert_true(w->answer.tally_given);
    assert_true(w->answer.tally.refd_setl_flag);
    assert_int_equal(w->answer.tally.setl_cnt, 1);
    assert_int_equal(w->answer.tally.medfee_sumamt, -10100);
    free(setl_id);
}

/* Next year, by the pack of that year: the document and its record bear the original's. */
static void a_void_bears_the_pack_of_its_original(void **state)
{
    struct world *w = *state;
    const struct hash maker = pack_digest(w->pack);
    char text[PACK_DIGITS + 1];
    struct record record;
    char *setl_id = world_settled(w, &visit);
    snprintf(text, sizeof text, "%s", w->reply->settlement->policy);
    world_activate_bundle(w, world_bundle_changed("zh: 居民门诊统筹", "zh: 新门诊统筹"));
    world_void(w, "2208", TOWNSHIP, RESIDENT, setl_id);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    assert_int_equal(w->needs_asked, 2); /* the original's record, then its pack's words */
    assert_string_equal(w->reply->settlement->policy, text);
    assert_memory_equal(w->answer.record.policy.bytes, maker.bytes, HASH_SIZE);
    assert_int_equal(w->answer.label_count, 3); /* kind of care, layer, scope */
    for (uint32_t i = 0; i < w->answer.label_count; i++)
        assert_null(
            memmem(w->answer.labels[i].data, w->answer.labels[i].size, "新门诊", strlen("新门诊")));
    /* The repeat and the query of the void have them too. */
    OK(record_read(
        (struct slice){w->records[w->record_count - 1].bytes, w->records[w->record_count - 1].size},
        &record));
    OK(settle_labels(w->settle, &record, w->arena, &w->answer));
    assert_int_equal(w->answer.label_count, 3);
    /* As engine 2 wrote it, its digest is not the original's: no words are better than others. */
    record.engine = 2;
    OK(settle_labels(w->settle, &record, w->arena, &w->answer));
    assert_int_equal(w->answer.label_count, 0);
    /* What the new pack settles is voided as ever. */
    free(setl_id);
    setl_id = world_settled(w, &visit);
    world_void(w, "2208", TOWNSHIP, RESIDENT, setl_id);
    assert_int_equal(w->needs_asked, 0);
    assert_string_equal(w->reply->settlement->policy, pack_digest_text(w->pack));
    free(setl_id);
}

static void words_that_cannot_be_had_stop_no_void(void **state)
{
    struct world *w = *state;
    const struct hash maker = pack_digest(w->pack);
    char *setl_id = world_settled(w, &visit);
    world_activate(w, "0.60");
    settle_put_old_pack(w->settle, &maker, NULL);
    world_void(w, "2208", TOWNSHIP, RESIDENT, setl_id);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    assert_memory_equal(w->answer.record.policy.bytes, maker.bytes, HASH_SIZE);
    assert_memory_equal(w->reply->settlement->policy, pack_digest_text(w->older[0]), PACK_DIGITS);
    assert_int_equal(w->answer.label_count, 0);
    free(setl_id);
}

static void the_account_gets_its_money_back(void **state)
{
    struct world *w = *state;
    char *setl_id = world_settled(w, &shopping);
    assert_int_equal(world_balance(w, EMPLOYEE), 5000);
    world_void(w, "2103", PHARMACY, EMPLOYEE, setl_id);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    assert_int_equal(world_balance(w, EMPLOYEE), 20000);
    assert_int_equal(w->reply->settlement->balc, 20000);
    assert_int_equal(w->reply->settlement->acct_pay, -15000);
    free(setl_id);
}

static void the_visit_may_be_settled_again(void **state)
{
    struct world *w = *state;
    char *setl_id = world_settled(w, &visit);
    world_void(w, "2208", TOWNSHIP, RESIDENT, setl_id);
    char *again = world_settled(w, &visit);
    assert_string_not_equal(setl_id, again);
    assert_int_equal(w->reply->settlement->hifp_pay, 7000);
    free(again);
    free(setl_id);
}

static void a_year_later_it_moves_its_own_year(void **state)
{
    struct world *w = *state;
    struct person_year year;
    char *setl_id = world_settled(w, &visit);
    w->now_ms += 365 * DAY_MS;
    world_void(w, "2208", TOWNSHIP, RESIDENT, setl_id);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    OK(state_person_year(w->state, RESIDENT, 2026, &year));
    assert_int_equal(year.accums.count, 0);
    OK(state_person_year(w->state, RESIDENT, 2027, &year));
    assert_int_equal(year.accums.count, 0);
    free(setl_id);
}

static void who_may_not(void **state)
{
    struct world *w = *state;
    char *setl_id = world_settled(w, &visit);
    uint32_t records = w->record_count;
    world_void(w, "2208", TOWNSHIP, RESIDENT, "431000202603100000000000000099");
    assert_refused(w, SETTLE_RECORD, REASON_SETTLEMENT_UNKNOWN);
    world_void(w, "2208", HOSPITAL, RESIDENT, setl_id);
    assert_refused(w, SETTLE_RECORD, REASON_VOID_NOT_OWNER);
    assert_null(w->reply->setl_id);
    world_void(w, "2208", TOWNSHIP, EMPLOYEE, setl_id);
    assert_refused(w, SETTLE_RECORD, REASON_VOID_MISMATCH);
    world_void(w, "2305", TOWNSHIP, RESIDENT, setl_id);
    assert_refused(w, SETTLE_RECORD, REASON_VOID_MISMATCH);
    assert_int_equal(w->record_count, records + 4); /* each is recorded */
    assert_int_equal(world_accum(w, RESIDENT, 390, ACCUM_PAID, "outpatient"), 7000);
    world_void(w, "2208", TOWNSHIP, RESIDENT, setl_id);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    char *document = strdup(w->reply->settlement->setl_id);
    world_void(w, "2208", TOWNSHIP, RESIDENT, setl_id);
    assert_refused(w, SETTLE_RECORD, REASON_SETTLEMENT_VOIDED);
    assert_string_equal(w->reply->setl_id, document);
    world_void(w, "2208", TOWNSHIP, RESIDENT, document);
    assert_refused(w, SETTLE_RECORD, REASON_VOID_OF_VOID);
    free(document);
    free(setl_id);
}

static void a_wrong_visit_is_a_mismatch(void **state)
{
    struct world *w = *state;
    char *setl_id = world_settled(w, &visit), mdtrt_id[ID_SETL + 1];
    for (int good = 0; good < 2; good++) {
        struct slice body = void_pack(w, "2208", TOWNSHIP, RESIDENT, setl_id);
        Copay__Request *m = copay__request__unpack(NULL, body.size, body.data);
        snprintf(mdtrt_id, sizeof mdtrt_id, "%c%s", good ? 'M' : 'N', setl_id + 1);
        m->void_order->mdtrt_id = strdup(mdtrt_id);
        free((void *)body.data);
        size_t size = copay__request__get_packed_size(m);
        uint8_t *bytes = malloc(size);
        copay__request__pack(m, bytes);
        copay__request__free_unpacked(m, NULL);
        world_send(w, (struct slice){bytes, size});
        if (!good)
            assert_refused(w, SETTLE_RECORD, REASON_VOID_MISMATCH);
    }
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    free(setl_id);
}

static void a_void_is_repeated_like_everything(void **state)
{
    struct world *w = *state;
    char *setl_id = world_settled(w, &visit);
    struct slice body = void_pack(w, "2208", TOWNSHIP, RESIDENT, setl_id);
    struct slice again = slice_copy(body);
    assert_int_equal(world_send(w, body), SETTLE_RECORD);
    assert_int_equal(world_send(w, again), SETTLE_REPEAT);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    free(setl_id);
}

/* A deductible of 60.00 a day. Neither the list nor a void keeps a day for ever. */
static void days_long_past_are_forgotten(void **state)
{
    struct world *w = *state;
    const char *place = "    accumulates: outpatient\n    counts_dedc: true\n";
    char day[32], to[256];
    snprintf(to, sizeof to, "%s    deductible: {per: day, table: [{yuan: 60.00, clause: R-OP}]}\n",
             place);
    world_activate_bundle(w, world_bundle_changed(place, to));
    char *first = world_settled(w, &visit);
    assert_int_equal(w->reply->settlement->act_pay_dedc, 6000);
    assert_int_equal(world_accum(w, RESIDENT, 390, ACCUM_DEDC, "outpatient@260310/primary"), 6000);
    struct bill again = visit;
    again.visit = "V2";
    free(world_settled(w, &again));
    assert_int_equal(w->reply->settlement->act_pay_dedc, 0);
    for (int i = 0; i < 100; i++) { /* more days than a list holds */
        w->now_ms += DAY_MS;
        snprintf(day, sizeof day, "D%d", i);
        again.visit = day;
        free(world_settled(w, &again));
        assert_int_equal(w->reply->settlement->act_pay_dedc, 6000);
    }
    assert_int_equal(world_accum(w, RESIDENT, 390, ACCUM_DEDC, "outpatient@260310/primary"), 0);
    int64_t year = world_accum(w, RESIDENT, 390, ACCUM_DEDC, "outpatient/primary");
    assert_int_equal(year, 101 * 6000);
    world_void(w, "2208", TOWNSHIP, RESIDENT, first);
    assert_refused(w, SETTLE_RECORD, REASON_VOID_LATER); /* a hundred came after it */
    char *last = world_settled(w, &(struct bill){.visit = "L", .lines = {{DRUG_A, 10000}}});
    w->now_ms += 30 * DAY_MS;
    world_void(w, "2208", TOWNSHIP, RESIDENT, last);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    assert_int_equal(world_accum(w, RESIDENT, 390, ACCUM_DEDC, "outpatient/primary"), year);
    struct person_year facts;
    OK(state_person_year(w->state, RESIDENT, 2026, &facts));
    for (uint32_t i = 0; i < facts.accums.count; i++)
        assert_null(strchr(facts.accums.list[i].scope, '@'));
    free(first);
    free(last);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(a_void_leaves_no_trace_in_money),
        WORLD_TEST(the_document_is_the_negative),
        WORLD_TEST(a_void_bears_the_pack_of_its_original),
        WORLD_TEST(words_that_cannot_be_had_stop_no_void),
        WORLD_TEST(the_account_gets_its_money_back),
        WORLD_TEST(the_visit_may_be_settled_again),
        WORLD_TEST(a_year_later_it_moves_its_own_year),
        WORLD_TEST(who_may_not),
        WORLD_TEST(a_wrong_visit_is_a_mismatch),
        WORLD_TEST(a_void_is_repeated_like_everything),
        WORLD_TEST(days_long_past_are_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
