/* lib/adjudicate/cover: who may be paid for at all, and as whom. */
#include "fixture.h"

static struct world *with_layer(void)
{
    struct world *w = world_new();
    layer_ratio(w, world_layer(w, "ip", FUND_HIFP), everyone, 5000);
    world_line(w, 1, 1000, 0);
    return w;
}

static void no_cover_no_settlement(void **state)
{
    (void)state;
    struct world *w = with_layer();
    static const char *const wrong[] = {"310", "340", "x", "0", "99999"};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        w->claim.insutype = wrong[i];
        assert_refused(world_run(w, 0), REASON_NOT_INSURED, "insutype");
    }
    w->claim.insutype = "390";
    assert_int_equal(world_run(w, 0)->problems.count, 0);
    w->person.insurances[0].expi_date = date_of(2024, 3, 9); /* judged on the settlement's day */
    assert_refused(world_run(w, 0), REASON_NOT_INSURED, "insutype");
    w->person.insurances[0].expi_date = date_of(2024, 3, 10);
    assert_int_equal(world_run(w, 0)->problems.count, 0);
    snprintf(w->person.insurances[0].psn_type, 7, "1601"); /* of no class: never silently nothing */
    assert_refused(world_run(w, 0), REASON_NOT_INSURED, "psn_type");
    world_free(w);
}

static void employee_first_when_both(void **state)
{
    (void)state;
    struct world *w = with_layer();
    w->person.insurances[1] = w->person.insurances[0];
    w->person.insurances[1].insutype = 310;
    snprintf(w->person.insurances[1].psn_type, 7, "1201");
    w->person.insurance_count = 2;
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->insutype, 310);
    assert_string_equal(r->psn_type, "1201");
    w->claim.insutype = "390";
    assert_int_equal(world_run(w, 0)->insutype, 390);
    world_free(w);
}

static void death_ends_care_but_not_its_settlement(void **state)
{
    (void)state;
    struct world *w = with_layer();
    w->person.death_date = date_of(2024, 3, 5);
    w->person.insurances[0].expi_date = date_of(2024, 3, 5);
    assert_int_equal(world_run(w, 0)->problems.count, 0);
    w->lines[0].fee_ocur_time = date_start_ms(date_of(2024, 3, 6));
    assert_refused(world_run(w, 0), REASON_PERSON_DEAD, "death_date");
    w->lines[0].fee_ocur_time = date_start_ms(date_of(2024, 3, 1));
    w->person.death_date = date_of(2024, 2, 29);
    assert_refused(world_run(w, 0), REASON_PERSON_DEAD, "death_date");
    world_free(w);
}

static void each_question_has_its_day(void **state)
{
    (void)state;
    struct world *w = with_layer();
    struct policy_dates *dates = &w->policy.dates;
    struct insurance *first = &w->person.insurances[0], *next = &w->person.insurances[1];
    w->in.setl_time = date_start_ms(date_of(2024, 3, 12)) + NOON_MS;
    *next = *first;
    first->expi_date = date_of(2024, 3, 4);
    next->psn_insu_date = date_of(2024, 3, 5);
    next->expi_date = date_of(2024, 3, 10); /* the day of discharge */
    snprintf(next->psn_type, 7, "1402");
    snprintf(next->insuplc_admdvs, 7, "431003");
    w->person.insurance_count = 2;
    assert_refused(world_run(w, 0), REASON_NOT_INSURED, "insutype");
    dates->cover = DAY_DISCHARGE;
    assert_string_equal(world_run(w, 0)->insuplc_admdvs, "431003");
    dates->cover = DAY_ADMISSION;
    assert_string_equal(world_run(w, 0)->insuplc_admdvs, "431002");
    assert_string_equal(world_run(w, 0)->psn_type, first->psn_type); /* nothing in force: cover's */
    dates->person_class = DAY_DISCHARGE;
    assert_string_equal(world_run(w, 0)->psn_type, "1402");
    dates->person_class = DAY_ENROLMENT;
    assert_string_equal(world_run(w, 0)->psn_type, first->psn_type);
    world_identity(w, "1", "431003");
    w->person.identities[0].begntime = date_of(2024, 3, 10);
    assert_string_equal(world_run(w, 0)->identities, "1");
    dates->identity = DAY_ADMISSION;
    assert_string_equal(world_run(w, 0)->identities, "");
    w->person.identities[0].begntime = first->psn_insu_date;
    w->person.identities[0].endtime = first->psn_insu_date;
    dates->identity = DAY_ENROLMENT;
    assert_string_equal(world_run(w, 0)->identities, "1");
    world_free(w);
}

static void institution_and_kind(void **state)
{
    (void)state;
    struct world *w = with_layer();
    w->institution.begndate = date_of(2024, 3, 2);
    assert_refused(world_run(w, 0), REASON_INSTITUTION_NOT_IN_FORCE, "begntime");
    w->institution.begndate = date_of(2024, 3, 1);
    w->institution.enddate = date_of(2024, 3, 1); /* a stay that began is finished */
    w->institution.kinds = 1u << OUTPATIENT;
    const struct result *r = world_run(w, 0);
    assert_int_equal(r->problems.count, 1);
    assert_refused(r, REASON_KIND_NOT_ALLOWED, "med_type");
    w->claim.med_type = "99";
    assert_refused(world_run(w, 0), REASON_MED_TYPE, "med_type");
    w->in.institution = NULL;
    assert_refused(world_run(w, 0), REASON_INSTITUTION_UNKNOWN, "fixmedins_code");
    world_free(w);
}

static void refusals_come_together(void **state)
{
    (void)state;
    struct world *w = with_layer();
    w->claim.insutype = "310";
    w->institution.kinds = 0;
    w->stated[0].chrgitm_lv = 0;
    assert_int_equal(world_run(w, 0)->problems.count, 3);
    world_free(w);
}

static void trauma_needs_a_declaration(void **state)
{
    (void)state;
    struct world *w = with_layer();
    w->claim.med_type = "22";
    assert_refused(world_run(w, 0), REASON_TRAUMA_UNDECLARED, "trauma");
    w->claim.trauma = (struct trauma){true, false, false, "摔伤"};
    assert_refused(world_run(w, 0), REASON_TRAUMA_UNDECLARED, "trauma");
    w->claim.trauma = (struct trauma){true, false, true, ""};
    assert_refused(world_run(w, 0), REASON_TRAUMA_UNDECLARED, "trauma");
    w->claim.trauma = (struct trauma){true, false, true, "摔伤"};
    assert_int_equal(world_run(w, 0)->problems.count, 0);
    w->claim.trauma.third_party = true;
    assert_refused(world_run(w, 0), REASON_TRAUMA_EXCLUDED, "trauma");
    w->claim.med_type = "21"; /* declared is declared */
    assert_refused(world_run(w, 0), REASON_TRAUMA_EXCLUDED, "trauma");
    world_free(w);
}

static void identities_best_or_stacked(void **state)
{
    (void)state;
    struct world *w = with_layer();
    struct layer *l = &w->policy.layers[0];
    l->identities = 1u << LOW_INCOME;
    world_identity(w, "1", "431003");
    world_identity(w, "2", "431004");
    world_identity(w, "7", "431005"); /* means nothing here */
    const struct result *r = world_run(w, 0);
    assert_string_equal(r->identities, "2");
    assert_int_equal(r->totals.fund_pay_sumamt, 0);
    w->policy.identities_stacked = true;
    r = world_run(w, 0);
    assert_string_equal(r->identities, "1,2");
    assert_int_equal(r->totals.fund_pay_sumamt, 500);
    w->person.identities[0].endtime = date_of(2024, 3, 9);
    assert_int_equal(world_run(w, 0)->totals.fund_pay_sumamt, 0);
    world_free(w);
}

static void selectors_use_age_and_class(void **state)
{
    (void)state;
    struct world *w = with_layer();
    struct selector *who = &world_rules(w, &w->policy.layers[0])->ratios[0].who;
    who->age_min = 54;
    assert_int_equal(world_run(w, 0)->totals.fund_pay_sumamt, 500);
    who->age_min = 55;
    assert_int_equal(world_run(w, 0)->totals.fund_pay_sumamt, 0);
    *who = for_classes(1u << RESIDENT);
    assert_int_equal(world_run(w, 0)->totals.fund_pay_sumamt, 500);
    *who = for_classes(1u << ACTIVE);
    assert_int_equal(world_run(w, 0)->totals.fund_pay_sumamt, 0);
    *who = everyone;
    who->identities = 1u << DESTITUTE;
    assert_int_equal(world_run(w, 0)->totals.fund_pay_sumamt, 0);
    *who = everyone;
    who->without = 1u << DESTITUTE;
    assert_int_equal(world_run(w, 0)->totals.fund_pay_sumamt, 500);
    world_identity(w, "2", "431002");
    assert_int_equal(world_run(w, 0)->totals.fund_pay_sumamt, 0);
    who->without = 1u << LOW_INCOME;
    assert_int_equal(world_run(w, 0)->totals.fund_pay_sumamt, 500);
    *who = everyone;
    assert_int_equal(world_run(w, 0)->totals.fund_pay_sumamt, 500);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_cover_no_settlement),
        cmocka_unit_test(employee_first_when_both),
        cmocka_unit_test(death_ends_care_but_not_its_settlement),
        cmocka_unit_test(each_question_has_its_day),
        cmocka_unit_test(institution_and_kind),
        cmocka_unit_test(refusals_come_together),
        cmocka_unit_test(trauma_needs_a_declaration),
        cmocka_unit_test(identities_best_or_stacked),
        cmocka_unit_test(selectors_use_age_and_class),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
