/* The world's making and running; see fixture.h. */
#include "fixture.h"

const struct selector everyone = {.grades = SELECTOR_ANY,
                                  .classes = SELECTOR_ANY,
                                  .identities = SELECTOR_ANY,
                                  .age_max = INT16_MAX};

static void find(const struct catalogue *catalogue, struct catalogue_query *q)
{
    q->found = CATALOGUE_UNKNOWN;
    q->entry = NULL;
    for (uint32_t i = 0; i < catalogue->count; i++) {
        const struct catalogue_entry *e = &catalogue->entries[i];
        if (strcmp(e->med_list_codg, q->med_list_codg) != 0)
            continue;
        q->found = CATALOGUE_NOT_IN_FORCE;
        if (q->date >= e->begndate && q->date <= e->enddate) {
            q->found = CATALOGUE_FOUND;
            q->entry = e;
            return;
        }
    }
}

void catalogue_find_all(const struct catalogue *catalogue, struct catalogue_query *queries,
                        uint32_t count)
{
    assert_true(count <= CATALOGUE_QUERIES_MAX);
    for (uint32_t i = 0; i < count; i++)
        find(catalogue, &queries[i]);
}

/* This catalogue lies in the cache as it is. */
void catalogue_warm(const struct catalogue *catalogue, const char *med_list_codg)
{
    assert_non_null(catalogue);
    assert_non_null(med_list_codg);
}

const struct catalogue_more *catalogue_more(const struct catalogue *catalogue,
                                            const struct catalogue_entry *entry)
{
    assert_int_not_equal(entry->more, 0);
    return &catalogue->more[entry->more];
}

struct selector for_grades(uint32_t grades)
{
    struct selector who = everyone;
    who.grades = grades;
    return who;
}

struct selector for_classes(uint32_t classes)
{
    struct selector who = everyone;
    who.classes = classes;
    return who;
}

static void world_policy(struct policy *p)
{
    *p = (struct policy){
        .region = "431000",
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
        .lines = {.clauses = {40, 41, 42, 43},
                  .hosp_appr = {HOSP_APPR_AS_LISTED, HOSP_APPR_AS_LISTED, HOSP_APPR_OWN}}};
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
                                         .own = {.pay_count = 2,
                                                 .pays = {PART_INSCP, PART_PRESELFPAY},
                                                 .fund_pay_type = "310201",
                                                 .clause = 50}};
}

static void world_person(struct person *p)
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

struct world *world_new(void)
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
                              .oprn_oprt_code = "",
                              .matn_type = "",
                              .birctrl_type = "",
                              .prescriber_grade = "",
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

void world_free(struct world *w)
{
    arena_free(w->arena);
    free(w);
}

void world_employee(struct world *w, const char *psn_type)
{
    w->person.insurances[0].insutype = 310;
    snprintf(w->person.insurances[0].psn_type, 7, "%s", psn_type);
}

void world_identity(struct world *w, const char *code, const char *admdvs)
{
    struct identity *i = &w->person.identities[w->person.identity_count++];
    *i = (struct identity){.begntime = date_of(2024, 1, 1), .endtime = date_of(2024, 12, 31)};
    snprintf(i->psn_idet_type, sizeof i->psn_idet_type, "%s", code);
    snprintf(i->admdvs, sizeof i->admdvs, "%s", admdvs);
}

struct layer *world_layer(struct world *w, const char *id, enum fund_field field)
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
                        .terms = {{RATIO_ONE, AMOUNT_INSCP, 0}},
                        .dedc_ceiling_fen = INT64_MAX,
                        .counts_dedc = field == FUND_HIFP,
                        .clause = (uint16_t)(100 + index),
                        .deductibles = w->rules[index].deductibles,
                        .ratios = w->rules[index].ratios,
                        .caps = w->rules[index].caps,
                        .adjusts = w->rules[index].adjusts};
    snprintf(l->accumulates, sizeof l->accumulates, "%s", id);
    return l;
}

struct layer_rules *world_rules(struct world *w, const struct layer *l)
{
    return &w->rules[l - w->policy.layers];
}

void layer_deductible(struct world *w, struct layer *l, struct selector who, int64_t first,
                      int64_t later)
{
    if (l->accrual == PER_NONE)
        l->accrual = PER_STAY;
    world_rules(w, l)->deductibles[l->deductible_count++] =
        (struct deductible_rule){who, 2, {first, later}, 60, l->nth};
}

struct ratio_rule *layer_ratio(struct world *w, struct layer *l, struct selector who, int32_t ratio)
{
    struct ratio_rule *rule = &world_rules(w, l)->ratios[l->ratio_count++];
    *rule = (struct ratio_rule){.who = who, .band_count = 1, .bands = {{INT64_MAX, ratio, 70}}};
    return rule;
}

void layer_band(struct world *w, struct layer *l, int64_t upto, int32_t ratio)
{
    struct ratio_rule *rule = &world_rules(w, l)->ratios[l->ratio_count - 1];
    rule->bands[rule->band_count++] = (struct band){upto, ratio, 71};
}

struct cap_rule *layer_cap(struct world *w, struct layer *l, enum cap_on on, int64_t amount)
{
    struct cap_rule *cap = &world_rules(w, l)->caps[l->cap_count++];
    *cap = (struct cap_rule){.who = everyone,
                             .on = on,
                             .per = PER_YEAR,
                             .amount_fen = amount,
                             .raised_at_most = -1,
                             .scope_count = 1,
                             .clause = 80};
    memcpy(cap->scopes[0], l->accumulates, sizeof cap->scopes[0]);
    return cap;
}

struct adjust_rule *layer_adjust(struct world *w, struct layer *l, struct selector who)
{
    struct adjust_rule *rule = &world_rules(w, l)->adjusts[l->adjust_count++];
    *rule = (struct adjust_rule){.who = who, .clause = 90};
    return rule;
}

struct adjust_rule *layer_ease(struct world *w, struct layer *l, int32_t dedc_ratio, int32_t points,
                               bool uncapped)
{
    struct selector poor = everyone;
    poor.identities = 1u << LOW_INCOME;
    struct adjust_rule *rule = layer_adjust(w, l, poor);
    rule->ratio = ADJUST_POINTS;
    rule->ratio_by = points;
    rule->dedc = ADJUST_DEDC_TIMES;
    rule->dedc_by = dedc_ratio;
    rule->uncapped = uncapped;
    return rule;
}

void layer_base(struct layer *l, uint8_t count, const struct base_term *terms)
{
    l->term_count = count;
    memcpy(l->terms, terms, count * sizeof *terms);
}

struct claim_line *world_line(struct world *w, uint8_t chrgitm_lv, int64_t amount,
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
                                      .pric = amount * 10000,
                                      .cnt = CNT_ONE,
                                      .det_item_fee_sumamt = amount,
                                      .fee_ocur_time = w->claim.begntime + NOON_MS};
    w->stated[n] = (struct stated_line){chrgitm_lv, 0, false, selfpay_prop, -1, 0, 0, 0};
    w->claim.medfee_sumamt += amount;
    return &w->lines[n];
}

struct claim_line *world_refund(struct world *w, const struct claim_line *original, int64_t amount,
                                int64_t cnt)
{
    struct claim_line *line = world_line(w, 1, amount, 0);
    line->init_feedetl_sn = original->feedetl_sn;
    line->med_list_codg = original->med_list_codg;
    line->cnt = cnt;
    line->pric = original->pric;
    return line;
}

void world_clear_lines(struct world *w)
{
    w->claim.line_count = 0;
    w->claim.medfee_sumamt = 0;
}

struct catalogue_entry *world_entry(struct world *w, const char *code, uint8_t chrgitm_lv)
{
    struct catalogue_entry *e = &w->catalogue.entries[w->catalogue.count++];
    *e = (struct catalogue_entry){.chrgitm_lv = chrgitm_lv,
                                  .med_chrgitm_type = 9,
                                  .age_max = CATALOGUE_AGE_OPEN,
                                  .begndate = date_of(2024, 1, 1),
                                  .enddate = DATE_MAX,
                                  .pric_uplmt_amt = {.at_all = -1}};
    snprintf(e->med_list_codg, sizeof e->med_list_codg, "%s", code);
    return e;
}

void entry_cap(struct world *w, struct catalogue_entry *e, int grade, int64_t amount)
{
    int64_t *caps = w->catalogue.caps[e - w->catalogue.entries];
    for (int i = 0; !e->caps_by_grade && i < CATALOGUE_CAP_GRADES_MAX; i++)
        caps[i] = -1;
    caps[grade] = amount;
    e->caps_by_grade = true;
    e->pric_uplmt_amt.by_grade = caps;
}

struct claim_line *world_coded(struct world *w, const char *code, int64_t amount)
{
    struct claim_line *line = world_line(w, 0, amount, 0);
    line->med_list_codg = code;
    return line;
}

struct catalogue_more *entry_more(struct world *w, struct catalogue_entry *e)
{
    e->more = (uint16_t)(e - w->catalogue.entries + 1);
    struct catalogue_more *more = &w->catalogue.more[e->more];
    memset(more->selfpay_prop, 0xff, sizeof more->selfpay_prop); /* CATALOGUE_PROP_NONE */
    return more;
}

enum err world_adjudicate(struct world *w)
{
    policy_index(&w->policy);
    return adjudicate(&w->in, w->arena, &w->result);
}

const struct result *world_run(struct world *w, int64_t amount)
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
    enum err err = world_adjudicate(w);
    if (err != ERR_OK)
        print_error("adjudicate: %s\n", w->result.problems.list[0].en);
    assert_int_equal(err, ERR_OK);
    return &w->result;
}

const struct result *world_settle(struct world *w, int64_t amount)
{
    const struct result *result = world_run(w, amount);
    if (result->problems.count > 0)
        print_error("refused: %s\n", result->problems.list[0].en);
    assert_int_equal(result->problems.count, 0);
    for (uint32_t i = 0; i < result->delta_count; i++)
        assert_int_equal(accum_add(&w->accums, &result->deltas[i]), ERR_OK);
    return result;
}

void assert_refused(const struct result *result, enum reason reason, const char *field)
{
    for (uint32_t i = 0; i < result->problems.count; i++)
        if (result->problems.list[i].reason == reason &&
            strcmp(result->problems.list[i].field, field) == 0)
            return;
    fail_msg("not refused with %s of %s (%u problems)", reason_name(reason), field,
             result->problems.count);
}

const struct step *find_step(const struct result *result, enum step_code code, const char *layer)
{
    for (uint32_t i = 0; i < result->step_count; i++)
        if (result->steps[i].code == code && strcmp(result->steps[i].layer, layer) == 0)
            return &result->steps[i];
    return NULL;
}

int64_t delta_of(const struct result *result, enum accum_kind kind, const char *scope)
{
    for (uint32_t i = 0; i < result->delta_count; i++)
        if (result->deltas[i].kind == kind && strcmp(result->deltas[i].scope, scope) == 0)
            return result->deltas[i].value;
    return 0;
}
