/* A small pack that compiles, and ways to spoil it: each test changes one place of the text and
 * looks for the fault on that line. */
#ifndef TESTS_POLICY_FIXTURE_H
#define TESTS_POLICY_FIXTURE_H

#include "../base/faults.h"

#include "base/date.h"
#include "policy/pack.h"

#define POLICY_TEXT_MAX 16384

static const char policy_text[] =
    "language: 1\n"
    "region: \"431000\"\n"
    "name: 测试\n"
    "effective: {from: 2024-01-01, to: 2025-12-31}\n"
    "dates: {rule_version: settlement, benefit_year: settlement, cover: settlement,\n"
    "        person_class: settlement, identity: settlement, stay_across_years: whole, "
    "cover_change: whole}\n"
    "insutypes: [\"310\", \"390\"]\n"
    "grades: [primary, level3]\n"
    "cap_grades: [low, high]\n"
    "clauses:\n"
    "  A: {text: 甲, provenance: official}\n"
    "  B: {text: 乙, provenance: secondary}\n"
    "person_classes:\n"
    "  active: {insutype: \"310\", psn_type: [\"11\"]}\n"
    "  retired: {insutype: \"310\", psn_type: [\"12\"]}\n"
    "  resident: {insutype: \"390\", psn_type: [\"14\", \"15\"]}\n"
    "identities:\n"
    "  combine: best\n"
    "  list:\n"
    "    - {name: poor, zh: 特困, codes: [\"2\"], rank: 1}\n"
    "    - {name: low, zh: 低保, codes: [\"1\", \"3\"], rank: 2}\n"
    "kinds:\n"
    "  outpatient: {}\n"
    "  inpatient: {stay: true}\n"
    "  shop: {pharmacy: true}\n"
    "med_types:\n"
    "  - {code: \"11\", zh: 门诊, kind: outpatient, clr_type: \"11\", clr_way: \"1\"}\n"
    "  - {code: \"22\", zh: 外伤, kind: inpatient, trauma: true, clr_type: \"21\", clr_way: "
    "\"1\"}\n"
    "lines:\n"
    "  clauses: {class_a: A, class_b: B, class_c: A, price_cap: B}\n"
    "  hosp_appr_flag: {\"0\": as_listed, \"1\": as_listed, \"2\": own}\n"
    "  refused_line: patient\n"
    "account: {insutypes: [\"310\"], kinds: [shop], pays: [inscp_scp_amt], fund_pay_type: "
    "\"310201\",\n"
    "          clause: A}\n"
    "layers:\n"
    "  - layer: basic\n"
    "    zh: 基本\n"
    "    fund_pay_type: \"310101\"\n"
    "    field: hifp_pay\n"
    "    owner: county\n"
    "    when: {insutypes: [\"310\"], kinds: [inpatient]}\n"
    "    needs_pool: true\n"
    "    base: [inscp_scp_amt]\n"
    "    scope: all\n"
    "    accumulates: stay\n"
    "    counts_dedc: true\n"
    "    deductible:\n"
    "      per: stay\n"
    "      nth: same_grade\n"
    "      unused: lost\n"
    "      table:\n"
    "        - {grades: [primary], yuan: [200.00, 100.00], clause: A}\n"
    "        - {grades: [level3], yuan: 1100.00, clause: B}\n"
    "    ratio:\n"
    "      table:\n"
    "        - {classes: [active], ratio: 0.85, clause: A}\n"
    "        - {classes: [retired], age: {to: 69}, ratio: 0.87, clause: A}\n"
    "        - {classes: [retired], age: {from: 70}, ratio: 0.90, clause: A}\n"
    "    caps:\n"
    "      - {on: payment, yuan: 150000.00, jointly: [stay], clause: A}\n"
    "  - layer: critical\n"
    "    zh: 大病\n"
    "    fund_pay_type: \"390201\"\n"
    "    field: hifmi_pay\n"
    "    owner: {insurer: CIC}\n"
    "    when: {insutypes: [\"310\"], kinds: [inpatient], classes: [active]}\n"
    "    needs_pool: false\n"
    "    base: [inscp_scp_amt, -basic.paid]\n"
    "    scope: all\n"
    "    clause: B\n"
    "    accumulates: ci\n"
    "    cumulative: {reach_back: true, year: benefit}\n"
    "    deductible: {per: year, ceiling: {yuan: 16000.00, clause: A}, table: [{yuan: 16000.00, "
    "clause: A}]}\n"
    "    ratio: {from: zero, table: [{bands: [{upto: 30000.00, ratio: 0.60}, {ratio: 0.75, clause: "
    "B}], "
    "clause: A}]}\n"
    "    caps: [{on: eligible, yuan: 400000.00, jointly: [ci, stay], clause: A}]\n"
    "    adjust: [{identities: [poor], deductible_times: 0.50, points: 0.05, uncapped: true, "
    "clause: B}]\n"
    "  - layer: pool\n"
    "    zh: 门诊\n"
    "    fund_pay_type: \"390101\"\n"
    "    field: hifp_pay\n"
    "    owner: assistance\n"
    "    when: {insutypes: [\"390\"], kinds: [outpatient], identities: [low]}\n"
    "    needs_pool: true\n"
    "    base: [inscp_scp_amt]\n"
    "    scope: {any: {chrgitm_lv: [\"01\"], med_chrgitm_type: [\"02\", \"12\"], bas_medn_flag: "
    "true}, clause: A}\n"
    "    accumulates: op\n"
    "    ratio: {table: [{ratio: 0.70, clause: A}]}\n";

static const char catalogue_text[] =
    "med_list_codg,name,chrgitm_lv,med_chrgitm_type,bas_medn_flag,lmt_used_flag,inpatient_only,"
    "sex_limit,age_min,age_max,begndate,enddate,selfpay_prop_310,selfpay_prop_390,pric_uplmt_low,"
    "pric_uplmt_high\n"
    "XJ01CAA040A001010190001,阿莫西林,02,09,1,0,0,0,,,2025-01-01,,0.05,0.10,,3.5\n"
    "XJ01CAA040A001010190001,阿莫西林,01,09,1,0,0,0,,,2024-01-01,2024-12-31,,,,\n"
    "001102000010000,诊察费,01,02,0,0,0,2,14,60,2024-01-01,,,,4,8.25\n";

static const char institutions_text[] =
    "fixmedins_code,name,fixmedins_type,admdvs,benefit_grade,cap_grade,dedc_grade,kinds,begndate,"
    "enddate\n"
    "P43100299001,药店,2,431002,primary,low,primary,shop,2023-01-01,\n"
    "H43100299001,医院,1,431002,level3,high,primary,outpatient;inpatient,2023-01-01,2024-06-30\n";

/* `text` with its one occurrence of `from` replaced; *line is where the change is. Caller frees. */
static inline char *spoil(const char *text, const char *from, const char *to, int *line)
{
    const char *at = strstr(text, from);
    if (!at || strstr(at + 1, from))
        fail_msg("\"%s\" must occur exactly once", from);
    size_t size = strlen(text) + strlen(to) + 1;
    char *out = malloc(size);
    assert_non_null(out);
    snprintf(out, size, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    *line = 1;
    for (const char *p = text; p < at; p++)
        *line += *p == '\n';
    return out;
}

/* The changed text is refused, on the change's line + `below`, at `key`, saying `en`. */
static inline void assert_text_fault(const char *good, const char *from, const char *to, int below,
                                     const char *key, const char *en)
{
    int line;
    char *text = spoil(good, from, to, &line);
    struct faults *faults = faults_new();
    struct pack *pack;
    assert_int_equal(pack_compile_policy("policy.yaml", text_of(text), &pack, faults), ERR_INVALID);
    assert_null(pack);
    assert_fault(faults, line + below, key, en);
    free(faults);
    free(text);
}

static inline void assert_policy_fault(const char *from, const char *to, int below, const char *key,
                                       const char *en)
{
    assert_text_fault(policy_text, from, to, below, key, en);
}

static inline struct pack *policy_pack(const char *text)
{
    struct faults *faults = faults_new();
    struct pack *pack;
    enum err err = pack_compile_policy("policy.yaml", text_of(text), &pack, faults);
    if (err != ERR_OK)
        faults_print(faults);
    assert_int_equal(err, ERR_OK);
    assert_int_equal(faults->count, 0);
    free(faults);
    return pack;
}

struct named_text {
    const char *name, *text; /* NULL: left out */
};

/* Caller frees. */
static inline struct slice bundle_of_files(const struct named_text *files, size_t count)
{
    size_t capacity = 64 * 1024;
    uint8_t *bytes = malloc(capacity);
    assert_non_null(bytes);
    struct writer w = writer_on(bytes, capacity);
    for (size_t i = 0; i < count; i++) {
        if (!files[i].text)
            continue;
        write_text(&w, files[i].name);
        write_u32(&w, (uint32_t)strlen(files[i].text));
        write_bytes(&w, files[i].text, strlen(files[i].text));
    }
    assert_false(w.failed);
    return (struct slice){bytes, w.used};
}

/* A bundle of three texts; NULL leaves a file out. Caller frees. */
static inline struct slice bundle_of(const char *policy, const char *catalogue,
                                     const char *institutions)
{
    const struct named_text files[] = {
        {"catalogue.csv", catalogue}, {"institutions.csv", institutions}, {"policy.yaml", policy}};
    return bundle_of_files(files, ARRAY_LEN(files));
}

static inline enum err compile_texts(const char *policy, const char *catalogue,
                                     const char *institutions, struct pack **pack,
                                     struct faults *faults)
{
    struct slice bundle = bundle_of(policy, catalogue, institutions);
    enum err err = pack_compile(bundle, pack, faults);
    free((void *)bundle.data);
    return err;
}

#endif
