/* Which value of a dimension a claim has, and what selects by it. */
#include "fixture.h"

static struct dimension place = {.name = "place", .value_count = 3};

static void set_up_place(struct world *w, struct matcher first, struct matcher second)
{
    place.values[0] = (struct dimension_value){"a", "甲", "place/a", first, 0};
    place.values[1] = (struct dimension_value){"b", "乙", "place/b", second, 1};
    place.values[2] = (struct dimension_value){"c", "丙", "place/c", {0}, 0};
    w->policy.dimensions = &place;
    w->policy.dimension_count = 1;
}

/* A world whose basic layer pays 90, 80 and 70 % in the three values. */
static struct world *world_of(struct matcher first, struct matcher second)
{
    struct world *w = world_new();
    struct layer *basic = world_layer(w, "basic", FUND_HIFP);
    for (uint8_t i = 0; i < 3; i++) {
        struct selector who = everyone;
        who.in = (struct situation_set){1, {(uint16_t)(1u << i)}};
        layer_ratio(w, basic, who, 9000 - 1000 * i);
    }
    set_up_place(w, first, second);
    return w;
}

static void assert_value(struct world *w, uint8_t value)
{
    const struct result *result = world_run(w, YUAN(100));
    assert_int_equal(result->problems.count, 0);
    assert_int_equal(result->totals.fund[FUND_HIFP], YUAN(90 - 10 * value));
    assert_int_equal(find_step(result, STEP_SITUATION, "place/a") != NULL, value == 0);
    const struct step *step = find_step(result, STEP_SITUATION, "place/b");
    assert_int_equal(step != NULL, value == 1);
    if (step)
        assert_int_equal(step->clause, 1);
    assert_null(find_step(result, STEP_SITUATION, "place/c"));
}

#define ASK(match) (UINT32_C(1) << (match))

/* The first that holds; all that it asks must. */
static void first_that_holds(void **state)
{
    (void)state;
    struct world *w = world_of(
        (struct matcher){.asked = ASK(MATCH_SEX) | ASK(MATCH_AGE), .sex = 1, .age_max = 30},
        (struct matcher){.asked = ASK(MATCH_SEX), .sex = 1});
    assert_value(w, 1);
    w->person.brdy = date_of(2000, 1, 1);
    assert_value(w, 0);
    w->person.gend = 2;
    assert_value(w, 2);
    world_free(w);
}

static void kinds_and_people(void **state)
{
    (void)state;
    struct world *w =
        world_of((struct matcher){.asked = ASK(MATCH_MED_TYPES) | ASK(MATCH_KINDS),
                                  .med_types = 1u << 2,
                                  .kinds = 1u << INPATIENT},
                 (struct matcher){.asked = ASK(MATCH_KINDS), .kinds = 1u << OUTPATIENT});
    assert_value(w, 2);
    w->claim.med_type = "11";
    assert_value(w, 1);
    w->claim.med_type = "22";
    w->claim.trauma = (struct trauma){true, false, true, "fall"};
    assert_value(w, 0);
    set_up_place(w, (struct matcher){.asked = ASK(MATCH_INSUTYPES), .insutypes = 1},
                 (struct matcher){.asked = ASK(MATCH_CLASSES), .classes = 1u << RESIDENT});
    assert_value(w, 1);
    world_employee(w, "1201");
    assert_value(w, 0);
    world_free(w);
}

static void distances(void **state)
{
    (void)state;
    struct world *w = world_of(
        (struct matcher){.asked = ASK(MATCH_DISTANCE), .distances = 1u << DISTANCE_PROVINCE},
        (struct matcher){.asked = ASK(MATCH_DISTANCE),
                         .distances = 1u << DISTANCE_COUNTY | 1u << DISTANCE_BEYOND});
    assert_value(w, 1);
    memcpy(w->institution.admdvs, "431003", 7);
    assert_value(w, 2);
    memcpy(w->institution.admdvs, "430102", 7);
    assert_value(w, 0);
    memcpy(w->institution.admdvs, "440102", 7);
    assert_value(w, 1);
    world_free(w);
}

static void diseases(void **state)
{
    (void)state;
    static const char *const major[] = {"C34", "Z51.1"};
    struct world *w =
        world_of((struct matcher){.asked = ASK(MATCH_DISEASES), .diseases = {2, major}},
                 (struct matcher){.asked = ASK(MATCH_SEX), .sex = 2});
    assert_value(w, 2);
    w->claim.dise_codg = "C34.901";
    assert_value(w, 0);
    w->claim.dise_codg = "C35";
    assert_value(w, 2);
    world_free(w);
}

static struct filing filing_from(int32_t begndate)
{
    struct filing filing = {.category = "2501", .begndate = begndate, .enddate = DATE_MAX};
    return filing;
}

/* In force on the day of admission, whenever it is settled. */
static void filings(void **state)
{
    (void)state;
    struct world *w = world_of((struct matcher){.asked = ASK(MATCH_FILING), .filings = 2},
                               (struct matcher){.asked = ASK(MATCH_SEX), .sex = 2});
    w->policy.filing_count = 2;
    w->policy.filings[0] = (struct policy_filing){"residence", "居住", 1, {"2505"}, 0};
    w->policy.filings[1] = (struct policy_filing){"referral", "转诊", 1, {"2501"}, 0};
    struct filings all = {1, {filing_from(date_of(2024, 3, 1))}};
    struct filing *filing = &all.list[0];
    assert_value(w, 2);
    w->in.filings = &all;
    assert_value(w, 0);
    filing->begndate = date_of(2024, 3, 2);
    assert_value(w, 2);
    *filing = filing_from(date_of(2023, 9, 3));
    w->policy.filings[1].days = 181;
    assert_value(w, 0); /* its 181st day */
    w->policy.filings[1].days = 180;
    assert_value(w, 2);
    w->policy.filings[1].days = 0;
    filing->enddate = date_of(2024, 2, 29);
    assert_value(w, 2);
    *filing = filing_from(date_of(2024, 1, 1));
    memcpy(filing->fixmedins_code, "H43100299002", 13);
    assert_value(w, 2);
    memcpy(filing->fixmedins_code, "H43100299001", 13);
    assert_value(w, 0);
    memcpy(filing->dise_codg, "M03900", 7);
    assert_value(w, 2);
    w->claim.dise_codg = "M03900";
    assert_value(w, 0);
    memcpy(filing->category, "2505", 5);
    assert_value(w, 2);
    memcpy(filing->category, "9999", 5);
    assert_value(w, 2);
    world_free(w);
}

/* Facts of the claim, its institution and its cover. */
static void facts_of_the_claim(void **state)
{
    (void)state;
    static const char *const codes[] = {"1", "H43100299001"};
    struct world *w =
        world_of((struct matcher){.asked = ASK(MATCH_DELIVERY), .delivery = {1, codes}},
                 (struct matcher){.asked = ASK(MATCH_BIRCTRL), .birctrl = {1, codes}});
    assert_value(w, 2);
    w->claim.birctrl_type = "1";
    assert_value(w, 1);
    w->claim.matn_type = "11";
    assert_value(w, 1);
    w->claim.matn_type = "1";
    assert_value(w, 0);
    set_up_place(w, (struct matcher){.asked = ASK(MATCH_OPERATIONS), .operations = {1, codes}},
                 (struct matcher){.asked = ASK(MATCH_INSTITUTIONS), .institutions = {2, codes}});
    assert_value(w, 1);
    w->claim.oprn_oprt_code = "11.01";
    assert_value(w, 0);
    w->claim.oprn_oprt_code = "21.01";
    memcpy(w->institution.fixmedins_code, "H43100299002", 13);
    assert_value(w, 2);
    set_up_place(w, (struct matcher){.asked = ASK(MATCH_INSTITUTION_TAGS), .institution_tags = 6},
                 (struct matcher){.asked = ASK(MATCH_CVLSERV_LV), .cvlserv_lv = {1, codes}});
    assert_value(w, 2);
    w->person.insurances[0].cvlserv_lv[0] = '1';
    assert_value(w, 1);
    w->institution.tags = 1;
    assert_value(w, 1);
    w->institution.tags = 4;
    assert_value(w, 0);
    set_up_place(w, (struct matcher){.asked = ASK(MATCH_PRESCRIBER_GRADES), .prescriber_grades = 4},
                 (struct matcher){.asked = ASK(MATCH_EMERGENCY), .emergency = true});
    assert_value(w, 2);
    w->claim.emergency = true;
    assert_value(w, 1);
    w->claim.prescriber_grade = "level2";
    assert_value(w, 1);
    w->claim.prescriber_grade = "level3";
    assert_value(w, 0);
    set_up_place(w, (struct matcher){.asked = ASK(MATCH_NEWBORN), .newborn = true},
                 (struct matcher){.asked = ASK(MATCH_TRAUMA), .trauma = false});
    assert_value(w, 1);
    w->claim.trauma = (struct trauma){true, false, true, "fall"};
    assert_value(w, 2);
    w->policy.newborn.days = 28;
    w->claim.newborn = (struct newborn){true, 1, date_of(2024, 2, 20)};
    assert_value(w, 0);
    world_free(w);
}

/* What the claim does not say is in no span. */
static void children_of_a_delivery(void **state)
{
    (void)state;
    struct world *w =
        world_of((struct matcher){.asked = ASK(MATCH_FETUS_CNT), .fetus_cnt = {2, 20}},
                 (struct matcher){.asked = ASK(MATCH_FETTS), .fetts = {1, 2}});
    assert_value(w, 2);
    w->claim.fetts = 3;
    assert_value(w, 2);
    w->claim.fetts = 2;
    assert_value(w, 1);
    w->claim.fetus_cnt = 1;
    assert_value(w, 1);
    w->claim.fetus_cnt = 2;
    assert_value(w, 0);
    world_free(w);
}

static void transfers(void **state)
{
    (void)state;
    struct world *w = world_of(
        (struct matcher){
            .asked = ASK(MATCH_TRANSFER), .transfers = 1u << TRANSFER_UP, .transfer_days = 1},
        (struct matcher){.asked = ASK(MATCH_TRANSFER),
                         .transfers = 1u << TRANSFER_DOWN | 1u << TRANSFER_SAME,
                         .transfer_days = 3});
    struct previous_stay previous = {.end_date = date_of(2024, 2, 29),
                                     .dedc_grade = LEVEL2,
                                     .fixmedins_code = "H43100299009",
                                     .year = 2024,
                                     .insutype = 390};
    assert_value(w, 2);
    w->in.previous = &previous;
    assert_value(w, 0);
    previous.end_date--;
    assert_value(w, 2);
    previous.dedc_grade = LEVEL3;
    assert_value(w, 1);
    w->institution.dedc_grade = PRIMARY;
    assert_value(w, 1);
    w->institution.dedc_grade = LEVEL3;
    previous.fixmedins_code = w->institution.fixmedins_code; /* nobody was moved */
    assert_value(w, 2);
    previous.fixmedins_code = "H43100299009";
    assert_value(w, 1);
    previous.insutype = 310; /* as if there were none */
    assert_value(w, 2);
    previous.insutype = 390;
    previous.end_date = date_of(2024, 3, 2); /* it has not ended */
    assert_value(w, 2);
    world_free(w);
}

static void breaks(void **state)
{
    (void)state;
    struct world *w =
        world_of((struct matcher){.asked = ASK(MATCH_BREAK_DAYS), .break_days = 90},
                 (struct matcher){.asked = ASK(MATCH_GRADES), .grades = 1u << PRIMARY});
    struct insurance *cover = &w->person.insurances[0], *before = &w->person.insurances[1];
    assert_value(w, 2);
    w->institution.benefit_grade = PRIMARY;
    assert_value(w, 1);
    cover->psn_insu_date = cover->pool_begndate = date_of(2024, 1, 10);
    assert_value(w, 0); /* nothing before it */
    w->person.insurance_count = 2;
    *before = *cover;
    before->insutype = 310;
    before->psn_insu_date = date_of(2020, 1, 1);
    before->expi_date = cover->psn_insu_date - 91;
    assert_value(w, 0);
    before->expi_date++;
    assert_value(w, 1);
    before->expi_date = date_of(2024, 2, 1);
    assert_value(w, 1);
    cover->psn_insu_date = cover->pool_begndate = date_of(2023, 12, 31);
    before->expi_date = cover->psn_insu_date - 91;
    assert_value(w, 1); /* the year after the break is over */
    w->policy.dates.year_begins = 901;
    assert_value(w, 0);
    world_free(w);
}

/* A layer that asks for a value, and a rule that asks for two dimensions. */
static void selects(void **state)
{
    (void)state;
    struct world *w = world_of((struct matcher){.asked = ASK(MATCH_SEX), .sex = 1},
                               (struct matcher){.asked = ASK(MATCH_SEX), .sex = 2});
    struct dimension dimensions[2] = {place, place};
    w->policy.dimensions = dimensions;
    w->policy.dimension_count = 2;
    w->policy.layers[0].in = (struct situation_set){1, {1}};
    assert_int_equal(world_run(w, YUAN(100))->totals.fund[FUND_HIFP], YUAN(90));
    w->policy.layers[0].in.values[0] = 6;
    assert_int_equal(world_run(w, YUAN(100))->totals.fund[FUND_HIFP], 0);
    w->policy.layers[0].in.dimensions = 0;
    struct situation_set *in = &world_rules(w, &w->policy.layers[0])->ratios[0].who.in;
    *in = (struct situation_set){3, {7, 1}};
    assert_int_equal(world_run(w, YUAN(100))->totals.fund[FUND_HIFP], YUAN(90));
    in->values[1] = 6;
    assert_int_equal(world_run(w, YUAN(100))->totals.fund[FUND_HIFP], 0);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_that_holds),
        cmocka_unit_test(kinds_and_people),
        cmocka_unit_test(distances),
        cmocka_unit_test(diseases),
        cmocka_unit_test(filings),
        cmocka_unit_test(facts_of_the_claim),
        cmocka_unit_test(children_of_a_delivery),
        cmocka_unit_test(transfers),
        cmocka_unit_test(breaks),
        cmocka_unit_test(selects),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
