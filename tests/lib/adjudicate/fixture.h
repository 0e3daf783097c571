/* A small world for the adjudicator's tests: two insurances, three classes, three grades, a
 * hospital and a person; tests add layers, lines and history. Invented people and institutions
 * only.
 *
 * The catalogue is the test's own table: this file stands in for lib/policy's. */
#ifndef TEST_ADJUDICATE_FIXTURE_H
#define TEST_ADJUDICATE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adjudicate/adjudicate.h"
#include "base/money.h"

#define WORLD_LINES 64
#define YUAN(y) ((int64_t)((y)*100LL))
#define NOON_MS (INT64_C(12) * 3600000)

enum { ACTIVE, RETIRED, RESIDENT };
enum { INPATIENT, OUTPATIENT, PHARMACY };
enum { PRIMARY, LEVEL2, LEVEL3 };
enum { LOW_INCOME, DESTITUTE };

struct catalogue {
    uint32_t count;
    struct catalogue_entry entries[16];
};

struct layer_rules {
    struct deductible_rule deductibles[6];
    struct ratio_rule ratios[6];
    struct cap_rule caps[4];
    struct tilt_rule tilts[2];
};

struct world {
    struct policy policy;
    struct layer_rules rules[POLICY_LAYERS_MAX];
    struct catalogue catalogue;
    struct institution institution;
    struct person person;
    struct accums accums;
    struct claim claim;
    struct claim_line lines[WORLD_LINES];
    struct stated_line stated[WORLD_LINES];
    char numbers[WORLD_LINES][8];
    struct line_split splits[WORLD_LINES];
    struct result result;
    struct arena *arena;
    struct adjudication in;
};

enum catalogue_found catalogue_find(const struct catalogue *catalogue, const char *med_list_codg,
                                    int32_t date, const struct catalogue_entry **entry)
{
    enum catalogue_found found = CATALOGUE_UNKNOWN;
    for (uint32_t i = 0; i < catalogue->count; i++) {
        const struct catalogue_entry *e = &catalogue->entries[i];
        if (strcmp(e->med_list_codg, med_list_codg) != 0)
            continue;
        found = CATALOGUE_NOT_IN_FORCE;
        if (date >= e->begndate && date <= e->enddate) {
            *entry = e;
            return CATALOGUE_FOUND;
        }
    }
    return found;
}

static const struct selector everyone = {SELECTOR_ANY, SELECTOR_ANY, SELECTOR_ANY, 0, INT16_MAX};

static inline struct selector for_grades(uint32_t grades)
{
    struct selector who = everyone;
    who.grades = grades;
    return who;
}

static inline struct selector for_classes(uint32_t classes)
{
    struct selector who = everyone;
    who.classes = classes;
    return who;
}

static inline void world_policy(struct policy *p)
{
    *p = (struct policy){.region = "431000",
                         .name = "test",
                         .begndate = date_of(2024, 1, 1),
                         .enddate = DATE_MAX,
                         .insutype_count = 2,
                         .class_count = 3,
                         .kind_count = 3,
                         .grade_count = 3,
                         .cap_grade_count = 3,
                         .identity_count = 2,
                         .med_type_count = 4,
                         .insutypes = {310, 390},
                         .kinds = {"inpatient", "outpatient", "pharmacy"},
                         .inpatient_kinds = 1u << INPATIENT,
                         .pharmacy_kinds = 1u << PHARMACY,
                         .grades = {"primary", "level2", "level3"},
                         .cap_grades = {"primary", "level2", "level3"},
                         .hosp_appr = {HOSP_APPR_AS_LISTED, HOSP_APPR_AS_LISTED, HOSP_APPR_OWN},
                         .line_clauses = {40, 41, 42, 43}};
    p->classes[ACTIVE] = (struct policy_class){"active", 0, 1, {"11"}};
    p->classes[RETIRED] = (struct policy_class){"retired", 0, 1, {"12"}};
    p->classes[RESIDENT] = (struct policy_class){"resident", 1, 2, {"14", "15"}};
    p->identities[LOW_INCOME] = (struct policy_identity){"low_income", "低保", 1, {"1"}, 2};
    p->identities[DESTITUTE] = (struct policy_identity){"destitute", "特困", 1, {"2"}, 1};
    p->med_types[0] = (struct policy_med_type){"21", "普通住院", INPATIENT, false, "21", "1"};
    p->med_types[1] = (struct policy_med_type){"11", "普通门诊", OUTPATIENT, false, "11", "1"};
    p->med_types[2] = (struct policy_med_type){"22", "外伤住院", INPATIENT, true, "21", "1"};
    p->med_types[3] = (struct policy_med_type){"41", "药店购药", PHARMACY, false, "41", "1"};
    p->account = (struct policy_account){.insutypes = 1,
                                         .kinds = 7,
                                         .inscp = true,
                                         .preselfpay = true,
                                         .fund_pay_type = "310201",
                                         .clause = 50};
}

static inline void world_person(struct person *p)
{
    *p = (struct person){.psn_no = "43100000000000000000000001",
                         .psn_name = "测试甲",
                         .gend = 1,
                         .brdy = date_of(1970, 1, 1),
                         .death_date = DATE_NONE,
                         .insurance_count = 1};
    p->insurances[0] = (struct insurance){.insutype = 390,
                                          .psn_type = "1501",
                                          .insuplc_admdvs = "431002",
                                          .psn_insu_date = date_of(2020, 1, 1),
                                          .pool_begndate = date_of(2020, 1, 1),
                                          .paus_insu_date = DATE_NONE,
                                          .expi_date = DATE_MAX};
}

/* An inpatient stay of a resident at level 3, 1 to 10 March 2024, without lines. */
static inline struct world *world_new(void)
{
    struct world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    world_policy(&w->policy);
    world_person(&w->person);
    w->institution = (struct institution){.fixmedins_code = "H43100299001",
                                          .name = "测试医院",
                                          .fixmedins_type = 1,
                                          .admdvs = "431002",
                                          .benefit_grade = LEVEL3,
                                          .cap_grade = LEVEL3,
                                          .dedc_grade = LEVEL3,
                                          .kinds = 7,
                                          .begndate = date_of(2020, 1, 1),
                                          .enddate = DATE_MAX};
    w->claim = (struct claim){.psn_no = w->person.psn_no,
                              .insutype = "",
                              .med_type = "21",
                              .mdtrt_cert_type = "02",
                              .mdtrt_cert_no = "",
                              .card_sn = "",
                              .ipt_otp_no = "ZY0001",
                              .chrg_bchno = "",
                              .dise_codg = "",
                              .invono = "",
                              .psn_setlway = "01",
                              .trauma = {.cause = ""},
                              .begntime = date_start_ms(date_of(2024, 3, 1)),
                              .endtime = date_start_ms(date_of(2024, 3, 10)) + NOON_MS,
                              .lines = w->lines};
    w->arena = arena_new(1 << 20);
    w->in = (struct adjudication){.policy = &w->policy,
                                  .catalogue = &w->catalogue,
                                  .institution = &w->institution,
                                  .person = &w->person,
                                  .accums = &w->accums,
                                  .claim = &w->claim,
                                  .stated = w->stated,
                                  .setl_time = w->claim.endtime};
    w->result.lines = w->splits;
    return w;
}

static inline void world_free(struct world *w)
{
    arena_free(w->arena);
    free(w);
}

static inline void world_employee(struct world *w, const char *psn_type)
{
    w->person.insurances[0].insutype = 310;
    snprintf(w->person.insurances[0].psn_type, 7, "%s", psn_type);
}

static inline void world_identity(struct world *w, const char *code, const char *admdvs)
{
    struct identity *i = &w->person.identities[w->person.identity_count++];
    *i = (struct identity){.begntime = date_of(2024, 1, 1), .endtime = date_of(2024, 12, 31)};
    snprintf(i->psn_idet_type, sizeof i->psn_idet_type, "%s", code);
    snprintf(i->admdvs, sizeof i->admdvs, "%s", admdvs);
}

/* A layer on in-scope money for everybody and every kind of care. */
static inline struct layer *world_layer(struct world *w, const char *id, enum fund_field field)
{
    uint8_t index = w->policy.layer_count++;
    struct layer *l = &w->policy.layers[index];
    *l = (struct layer){.id = id,
                        .name_zh = id,
                        .fund_pay_type = "390100",
                        .field = field,
                        .owner_kind = OWNER_COUNTY,
                        .insutypes = SELECTOR_ANY,
                        .kinds = SELECTOR_ANY,
                        .classes = SELECTOR_ANY,
                        .scope = {.all = true},
                        .term_count = 1,
                        .terms = {{1, AMOUNT_INSCP, 0}},
                        .dedc_ceiling_fen = INT64_MAX,
                        .counts_dedc = field == FUND_HIFP,
                        .clause = (uint16_t)(100 + index),
                        .deductibles = w->rules[index].deductibles,
                        .ratios = w->rules[index].ratios,
                        .caps = w->rules[index].caps,
                        .tilts = w->rules[index].tilts};
    snprintf(l->accumulates, sizeof l->accumulates, "%s", id);
    return l;
}

static inline struct layer_rules *world_rules(struct world *w, const struct layer *l)
{
    return &w->rules[l - w->policy.layers];
}

static inline void layer_deductible(struct world *w, struct layer *l, struct selector who,
                                    int64_t first, int64_t later)
{
    if (l->accrual == DEDC_NONE)
        l->accrual = DEDC_PER_STAY;
    world_rules(w, l)->deductibles[l->deductible_count++] =
        (struct deductible_rule){who, 2, {first, later}, 60};
}

static inline struct ratio_rule *layer_ratio(struct world *w, struct layer *l, struct selector who,
                                             int32_t ratio)
{
    struct ratio_rule *rule = &world_rules(w, l)->ratios[l->ratio_count++];
    *rule = (struct ratio_rule){who, 1, {{INT64_MAX, ratio, 70}}};
    return rule;
}

/* Bands of the layer's last ratio rule, after its first. */
static inline void layer_band(struct world *w, struct layer *l, int64_t upto, int32_t ratio)
{
    struct ratio_rule *rule = &world_rules(w, l)->ratios[l->ratio_count - 1];
    rule->bands[rule->band_count++] = (struct band){upto, ratio, 71};
}

static inline struct cap_rule *layer_cap(struct world *w, struct layer *l, enum cap_on on,
                                         int64_t amount)
{
    struct cap_rule *cap = &world_rules(w, l)->caps[l->cap_count++];
    *cap = (struct cap_rule){everyone, on, amount, 1, {""}, 80};
    memcpy(cap->scopes[0], l->accumulates, sizeof cap->scopes[0]);
    return cap;
}

static inline void layer_tilt(struct world *w, struct layer *l, uint32_t identities,
                              int32_t dedc_ratio, int32_t points, bool uncapped)
{
    world_rules(w, l)->tilts[l->tilt_count++] =
        (struct tilt_rule){identities, dedc_ratio, points, uncapped, 90};
}

/* Its base, as a sum of terms. */
static inline void layer_base(struct layer *l, uint8_t count, const struct base_term *terms)
{
    l->term_count = count;
    memcpy(l->terms, terms, count * sizeof *terms);
}

/* A line with stated class and ratio (chrgitm_lv 0: looked up), priced at its amount. */
static inline struct claim_line *world_line(struct world *w, uint8_t chrgitm_lv, int64_t amount,
                                            int32_t selfpay_prop)
{
    uint32_t n = w->claim.line_count++;
    assert_true(n < WORLD_LINES);
    snprintf(w->numbers[n], sizeof w->numbers[n], "%04u", n + 1);
    w->lines[n] = (struct claim_line){.feedetl_sn = w->numbers[n],
                                      .init_feedetl_sn = "",
                                      .med_list_codg = "XA0001",
                                      .medins_list_codg = "",
                                      .medins_list_name = "",
                                      .rxno = "",
                                      .unit = "",
                                      .drug_trac_codg = "",
                                      .pric = amount * 10000,
                                      .cnt = CNT_ONE,
                                      .det_item_fee_sumamt = amount,
                                      .fee_ocur_time = w->claim.begntime + NOON_MS};
    w->stated[n] = (struct stated_line){chrgitm_lv, 0, false, selfpay_prop, -1};
    w->claim.medfee_sumamt += amount;
    return &w->lines[n];
}

static inline struct claim_line *world_refund(struct world *w, const struct claim_line *original,
                                              int64_t amount, int64_t cnt)
{
    struct claim_line *line = world_line(w, 1, amount, 0);
    line->init_feedetl_sn = original->feedetl_sn;
    line->med_list_codg = original->med_list_codg;
    line->cnt = cnt;
    line->pric = original->pric;
    return line;
}

static inline void world_clear_lines(struct world *w)
{
    w->claim.line_count = 0;
    w->claim.medfee_sumamt = 0;
}

/* One claim of one stated line, or the lines that are there when amount is 0. */
static inline const struct result *world_run(struct world *w, int64_t amount)
{
    struct problems *problems = calloc(1, sizeof *problems);
    if (amount != 0) {
        world_clear_lines(w);
        world_line(w, 1, amount, 0);
    }
    arena_reset(w->arena);
    enum err checked = claim_check(&w->claim, w->arena, problems);
    if (checked != ERR_OK)
        print_error("claim_check: %s %s\n", problems->list[0].field, problems->list[0].en);
    assert_int_equal(checked, ERR_OK);
    free(problems);
    enum err err = adjudicate(&w->in, w->arena, &w->result);
    if (err != ERR_OK)
        print_error("adjudicate: %s\n", w->result.problems.list[0].en);
    assert_int_equal(err, ERR_OK);
    return &w->result;
}

/* The same; it must be paid, and its movements go into the accumulators. */
static inline const struct result *world_settle(struct world *w, int64_t amount)
{
    const struct result *result = world_run(w, amount);
    if (result->problems.count > 0)
        print_error("refused: %s\n", result->problems.list[0].en);
    assert_int_equal(result->problems.count, 0);
    for (uint32_t i = 0; i < result->delta_count; i++)
        assert_int_equal(accum_add(&w->accums, &result->deltas[i]), ERR_OK);
    return result;
}

static inline void assert_refused(const struct result *result, enum reason reason,
                                  const char *field)
{
    for (uint32_t i = 0; i < result->problems.count; i++)
        if (result->problems.list[i].reason == reason &&
            strcmp(result->problems.list[i].field, field) == 0)
            return;
    fail_msg("not refused with %s of %s (%u problems)", reason_name(reason), field,
             result->problems.count);
}

static inline const struct step *find_step(const struct result *result, enum step_code code,
                                           const char *layer)
{
    for (uint32_t i = 0; i < result->step_count; i++)
        if (result->steps[i].code == code && strcmp(result->steps[i].layer, layer) == 0)
            return &result->steps[i];
    return NULL;
}

static inline int64_t delta_of(const struct result *result, enum accum_kind kind, const char *scope)
{
    for (uint32_t i = 0; i < result->delta_count; i++)
        if (result->deltas[i].kind == kind && strcmp(result->deltas[i].scope, scope) == 0)
            return result->deltas[i].value;
    return 0;
}

#endif
