/* lib/settle/person: 1101, entitlement per layer with its reason in Chinese. */
#include "fixture.h"

#include "members.h"

static const Copay__Entitlement *entitlement(const struct world *w, const char *layer)
{
    const Copay__Person *person = w->reply->person;
    for (size_t i = 0; i < person->n_entitlements; i++)
        if (strcmp(person->entitlements[i]->layer, layer) == 0)
            return person->entitlements[i];
    return NULL;
}

static void ask(struct world *w, const char *psn_no)
{
    assert_int_equal(world_send(w, person_pack(w, psn_no, NULL, NULL)), SETTLE_ANSWER);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
}

static void a_person_is_found_by_number_or_document(void **state)
{
    struct world *w = *state;
    ask(w, EMPLOYEE);
    assert_string_equal(w->reply->person->psn_name, "示例乙");
    assert_int_equal(w->reply->person->insuinfo[0]->balc, 20000);
    assert_int_equal(w->reply->person->age, 460); /* 46 years, x 10 */
    world_send(w, person_pack(w, NULL, "431002198001010028", NULL));
    assert_string_equal(w->reply->person->psn_no, EMPLOYEE);
    world_send(w, person_pack(w, NULL, "431002198001010999", NULL));
    assert_refused(w, SETTLE_ANSWER, REASON_PERSON_UNKNOWN);
    world_send(w, person_pack(w, "P999", NULL, NULL));
    assert_refused(w, SETTLE_ANSWER, REASON_PERSON_UNKNOWN);
    world_send(w, person_pack(w, RESIDENT, "431002198001010028", NULL));
    assert_refused(w, SETTLE_ANSWER, REASON_CREDENTIAL_MISMATCH);
    assert_null(w->reply->person);
}

static void entitlement_is_per_layer(void **state)
{
    struct world *w = *state;
    ask(w, RESIDENT);
    assert_int_equal(w->reply->person->n_entitlements, 3);
    assert_true(entitlement(w, "resident_inpatient")->trt_enjymnt_flag);
    assert_null(entitlement(w, "resident_inpatient")->trt_chk_rslt);
    assert_string_equal(entitlement(w, "resident_inpatient")->fund_pay_type, "390101");
    assert_false(entitlement(w, "assistance")->trt_enjymnt_flag);
    assert_non_null(strstr(entitlement(w, "assistance")->trt_chk_rslt, "身份"));
    ask(w, POOR);
    assert_true(entitlement(w, "assistance")->trt_enjymnt_flag);
    assert_string_equal(w->reply->person->idetinfo[0]->name, "低保对象");
    ask(w, EMPLOYEE); /* one layer is of their insurance */
    assert_int_equal(w->reply->person->n_entitlements, 1);
    assert_true(entitlement(w, "employee_outpatient")->trt_enjymnt_flag);
    world_send(w, person_pack(w, RESIDENT, NULL, "11"));
    assert_int_equal(w->reply->person->n_entitlements, 1);
    assert_non_null(entitlement(w, "resident_outpatient"));
}

static const char *closed(struct world *w, struct import *import)
{
    import_send(w, import);
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    ask(w, import->members[0].psn_no);
    const Copay__Entitlement *e = entitlement(w, "resident_inpatient");
    assert_non_null(e);
    assert_false(e->trt_enjymnt_flag);
    return e->trt_chk_rslt;
}

static void a_closed_layer_says_why(void **state)
{
    struct world *w = *state;
    struct import import;
    import_init(&import, 1);
    import.covers[0].has_pool_begndate = true;
    import.covers[0].pool_begndate = date_of(2026, 6, 1);
    assert_non_null(strstr(closed(w, &import), "等待期"));
    import_init(&import, 1);
    import.covers[0].has_paus_insu_date = true;
    import.covers[0].paus_insu_date = date_of(2026, 3, 10);
    assert_non_null(strstr(closed(w, &import), "欠费"));
    import_init(&import, 1);
    import.covers[0].has_expi_date = true;
    import.covers[0].expi_date = date_of(2026, 3, 9);
    assert_string_equal(closed(w, &import), "未参保");
    import_init(&import, 1);
    import.members[0].has_death_date = true;
    import.members[0].death_date = date_of(2026, 3, 9);
    assert_non_null(strstr(closed(w, &import), "死亡"));
}

/* What a claim of the day would be told too: the policy's waiting, not enrolment's. */
static void waiting_by_the_policy(void **state)
{
    static const struct world_version versions[] = {
        {"effective: {from: 2024-01-01}", "0.70", "居民门诊, p",
         "waiting: [{insutypes: [\"390\"], when: [late], months: 3, clause: R-IP}]\n"
         "identities:\n"}};
    struct world *w = *state;
    struct import import;
    struct bill visit = {.lines = {{DRUG_A, 10000}}};
    import_init(&import, 1);
    visit.psn_no = import.members[0].psn_no;
    import.covers[0].psn_insu_date = import.covers[0].pool_begndate = date_of(2026, 2, 1);
    import.covers[0].has_pool_begndate = true;
    world_activate_bundle(w, world_bundle_versions(versions, 1));
    assert_non_null(strstr(closed(w, &import), "等待期，2026-05-01起"));
    free(world_settled(w, &visit));
    assert_int_equal(w->reply->settlement->fund_pay_sumamt, 0);
    w->now_ms = date_start_ms(date_of(2026, 5, 1));
    ask(w, visit.psn_no);
    assert_true(entitlement(w, "resident_inpatient")->trt_enjymnt_flag);
    free(world_settled(w, &visit));
    assert_int_equal(w->reply->settlement->fund_pay_sumamt, 7000);
}

static void accumulators_are_the_years(void **state)
{
    struct world *w = *state;
    const struct bill visit = {.lines = {{DRUG_A, 10000}}};
    free(world_settled(w, &visit));
    ask(w, RESIDENT);
    bool found = false;
    for (size_t i = 0; i < w->reply->person->n_accumulators; i++) {
        const Copay__Accumulator *a = w->reply->person->accumulators[i];
        found |= strcmp(a->kind, "paid") == 0 && a->value == 7000;
    }
    assert_true(found);
    w->now_ms += 365 * DAY_MS;
    ask(w, RESIDENT);
    assert_int_equal(w->reply->person->n_accumulators, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(a_person_is_found_by_number_or_document),
        WORLD_TEST(entitlement_is_per_layer),
        WORLD_TEST(a_closed_layer_says_why),
        WORLD_TEST(waiting_by_the_policy),
        WORLD_TEST(accumulators_are_the_years),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
