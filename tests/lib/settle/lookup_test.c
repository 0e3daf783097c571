/* lib/settle/lookup, visits and fees: what a counter may ask, and of whom. */
#include "fixture.h"

static const struct bill visit = {.visit = "V1", .lines = {{DRUG_A, 10000}, {DRUG_C, 100}}};

static Copay__Query empty(void)
{
    return (Copay__Query)COPAY__QUERY__INIT;
}

/* Asks as that institution; the answer's outcome. */
static enum outcome ask(struct world *w, const char *fixmedins, const char *infno,
                        Copay__Query *query)
{
    const struct bill bill = {.fixmedins = fixmedins, .lines = {{DRUG_A, 100}}};
    struct slice body = bill_pack(w, &bill);
    Copay__Request *m = copay__request__unpack(NULL, body.size, body.data);
    assert_non_null(m);
    Copay__Request request = *m;
    request.settle = NULL;
    request.infno = (char *)infno;
    request.query = query;
    struct slice asked = {.size = copay__request__get_packed_size(&request)};
    uint8_t *bytes = malloc(asked.size);
    assert_non_null(bytes);
    copay__request__pack(&request, bytes);
    asked.data = bytes;
    copay__request__free_unpacked(m, NULL);
    free((void *)body.data);
    assert_int_equal(world_send(w, asked), SETTLE_ANSWER); /* no query writes */
    return w->answer.outcome;
}

static void assert_unknown(struct world *w, const char *fixmedins, const char *infno,
                           Copay__Query *query, enum reason reason)
{
    assert_int_equal(ask(w, fixmedins, infno, query), OUTCOME_REFUSED);
    assert_int_equal(world_reason(w), reason);
    assert_int_equal(w->reply->n_visits + w->reply->n_feedetail + w->reply->n_diseinfo, 0);
}

static void a_whole_bill_is_found_by_all_its_names(void **state)
{
    struct world *w = *state;
    Copay__Query by[3] = {empty(), empty(), empty()};
    char *setl_id = world_settled(w, &visit);
    char *mdtrt_id = strdup(w->reply->settlement->mdtrt_id);
    by[0].mdtrt_id = mdtrt_id;
    by[1].ipt_otp_no = "V1";
    for (int i = 0; i < 3; i++) { /* the third: the person's year */
        by[i].psn_no = RESIDENT;
        assert_int_equal(ask(w, TOWNSHIP, "5201", &by[i]), OUTCOME_DONE);
        assert_int_equal(w->reply->n_visits, 1);
        assert_string_equal(w->reply->visits[0]->mdtrt_id, mdtrt_id);
        assert_string_equal(w->reply->visits[0]->stage, "settled");
        assert_string_equal(w->reply->visits[0]->bills[0]->setl_id, setl_id);
        assert_int_equal(w->reply->visits[0]->bills[0]->medfee_sumamt, 10100);
    }
    by[0].psn_no = POOR;
    assert_unknown(w, TOWNSHIP, "5201", &by[0], REASON_ENCOUNTER_MISMATCH);
    world_void(w, "2208", TOWNSHIP, RESIDENT, setl_id);
    assert_int_equal(ask(w, TOWNSHIP, "5201", &by[2]), OUTCOME_DONE);
    assert_int_equal(w->reply->n_visits, 1); /* the void is of the same visit */
    assert_string_equal(w->reply->visits[0]->stage, "cancelled");
    assert_non_null(w->reply->visits[0]->bills[0]->void_setl_id);
    free(mdtrt_id);
    free(setl_id);
}

static void its_lines_come_from_the_ledger(void **state)
{
    struct world *w = *state;
    Copay__Query query = empty();
    char *setl_id = world_settled(w, &visit);
    query.psn_no = RESIDENT;
    query.setl_id = setl_id;
    assert_int_equal(ask(w, TOWNSHIP, "5204", &query), OUTCOME_DONE);
    assert_int_equal(w->needs_asked, 1);
    assert_int_equal(w->reply->n_feedetail, 2);
    assert_string_equal(w->reply->feedetail[1]->med_list_codg, DRUG_C);
    assert_int_equal(w->reply->bill->line_cnt, 2);
    assert_null(w->reply->next);
    query.next = "1"; /* behind the last */
    assert_int_equal(ask(w, TOWNSHIP, "5204", &query), OUTCOME_DONE);
    assert_int_equal(w->reply->n_feedetail, 0);
    free(setl_id);
}

static void nobody_elses_visit_is_told(void **state)
{
    struct world *w = *state;
    char *setl_id = world_settled(w, &visit);
    char *mdtrt_id = strdup(w->reply->settlement->mdtrt_id);
    Copay__Query query = empty();
    query.psn_no = RESIDENT;
    assert_int_equal(ask(w, HOSPITAL, "5201", &query), OUTCOME_DONE);
    assert_int_equal(w->reply->n_visits, 0);
    query.ipt_otp_no = "V1";
    assert_unknown(w, HOSPITAL, "5201", &query, REASON_ENCOUNTER_UNKNOWN);
    query.ipt_otp_no = NULL;
    query.mdtrt_id = mdtrt_id;
    assert_unknown(w, HOSPITAL, "5201", &query, REASON_ENCOUNTER_UNKNOWN);
    assert_unknown(w, HOSPITAL, "5202", &query, REASON_ENCOUNTER_UNKNOWN);
    assert_unknown(w, HOSPITAL, "5204", &query, REASON_ENCOUNTER_UNKNOWN);
    query.mdtrt_id = NULL;
    query.setl_id = setl_id;
    assert_unknown(w, HOSPITAL, "5204", &query, REASON_SETTLEMENT_UNKNOWN);
    query.setl_id = NULL;
    query.next = setl_id;
    assert_unknown(w, HOSPITAL, "5201", &query, REASON_FIELD_INVALID);
    query.psn_no = POOR;
    assert_unknown(w, TOWNSHIP, "5201", &query, REASON_FIELD_INVALID);
    free(mdtrt_id);
    free(setl_id);
}

static void sums_have_codes_and_names(void **state)
{
    struct world *w = *state;
    Copay__Query query = empty();
    const Copay__Cumulated *paid = NULL;
    free(world_settled(w, &visit));
    query.psn_no = RESIDENT;
    assert_int_equal(ask(w, HOSPITAL, "5206", &query), OUTCOME_DONE);
    for (size_t i = 0; i < w->reply->n_cuminfo; i++)
        if (strcmp(w->reply->cuminfo[i]->kind, "paid") == 0)
            paid = w->reply->cuminfo[i];
    assert_non_null(paid);
    assert_string_equal(paid->cum_type_code, "D390101");
    assert_non_null(paid->name);
    assert_int_equal(paid->cum, world_accum(w, RESIDENT, 390, ACCUM_PAID, paid->scope));
    query.psn_no = "P999";
    assert_unknown(w, HOSPITAL, "5206", &query, REASON_PERSON_UNKNOWN);
}

static void institutions_and_dictionaries_are_the_packs(void **state)
{
    struct world *w = *state;
    Copay__Query query = empty();
    assert_int_equal(ask(w, PHARMACY, "1201", &query), OUTCOME_DONE);
    assert_string_equal(w->reply->medinsinfo->fixmedins_code, PHARMACY);
    query.fixmedins_code = HOSPITAL;
    assert_int_equal(ask(w, PHARMACY, "1201", &query), OUTCOME_DONE);
    assert_string_equal(w->reply->medinsinfo->fixmedins_code, HOSPITAL);
    assert_int_equal(w->reply->medinsinfo->fixmedins_type, 1);
    query.fixmedins_code = "H43100299999";
    assert_unknown(w, PHARMACY, "1201", &query, REASON_INSTITUTION_UNKNOWN);
    query.fixmedins_code = NULL;
    static const char *const types[] = {"insutype",        "psn_type",     "PSN_IDET_TYPE",
                                        "med_type",        "chrgitm_lv",   "med_chrgitm_type",
                                        "mdtrt_cert_type", "psn_cert_type"};
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        query.type = (char *)types[i];
        assert_int_equal(ask(w, PHARMACY, "1901", &query), OUTCOME_DONE);
        assert_true(w->reply->dictionary->n_words > 0);
        for (size_t k = 0; k < w->reply->dictionary->n_words; k++)
            assert_true(w->reply->dictionary->words[k]->label[0]);
    }
    query.type = "drug";
    assert_unknown(w, PHARMACY, "1901", &query, REASON_FIELD_INVALID);
}

static void nobody_lies_in_hospital_yet(void **state)
{
    struct world *w = *state;
    Copay__Query query = empty();
    assert_int_equal(ask(w, HOSPITAL, "5303", &query), OUTCOME_DONE);
    assert_int_equal(w->reply->n_visits, 0);
    assert_null(w->reply->next);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(a_whole_bill_is_found_by_all_its_names),
        WORLD_TEST(its_lines_come_from_the_ledger),
        WORLD_TEST(nobody_elses_visit_is_told),
        WORLD_TEST(sums_have_codes_and_names),
        WORLD_TEST(institutions_and_dictionaries_are_the_packs),
        WORLD_TEST(nobody_lies_in_hospital_yet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
