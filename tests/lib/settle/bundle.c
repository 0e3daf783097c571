/* The bundles that the world publishes: its pack, changed as a test asks. */
#include "fixture.h"

/* %s: the outpatient ratio. Version 0 of the language: packs from before version 1 stay readable,
 * or what was settled with them could not be voided and verified. */
static const char policy_format[] =
    "language: 0\n"
    "region: \"431000\"\n"
    "name: 测试政策\n"
    "effective: {from: 2024-01-01}\n"
    "dates: {rule_version: settlement, benefit_year: settlement, cover: settlement,\n"
    "  person_class: settlement, identity: settlement, stay_across_years: whole,\n"
    "  cover_change: whole}\n"
    "insutypes: [\"310\", \"390\"]\n"
    "grades: [primary, level3]\n"
    "cap_grades: [primary, level3]\n"
    "clauses:\n"
    "  L-A: {text: 甲类, provenance: illustrative}\n"
    "  L-B: {text: 乙类, provenance: illustrative}\n"
    "  L-C: {text: 丙类, provenance: illustrative}\n"
    "  L-CAP: {text: 限价, provenance: illustrative}\n"
    "  L-HOSP: {text: 限定用药由医院负担, provenance: illustrative}\n"
    "  R-IP: {text: 居民住院, provenance: secondary}\n"
    "  R-OP: {text: 居民门诊, provenance: official}\n"
    "  MA: {text: 医疗救助, provenance: illustrative}\n"
    "  ACCT: {text: 个人账户, provenance: illustrative}\n"
    "person_classes:\n"
    "  active: {insutype: \"310\", psn_type: [\"11\"]}\n"
    "  resident: {insutype: \"390\", psn_type: [\"15\"]}\n"
    "identities:\n"
    "  combine: best\n"
    "  list:\n"
    "    - {name: low_income, zh: 低保对象, codes: [\"1\"], rank: 1}\n"
    "kinds:\n"
    "  outpatient: {}\n"
    "  inpatient: {stay: true}\n"
    "  pharmacy: {pharmacy: true}\n"
    "med_types:\n"
    "  - {code: \"11\", zh: 普通门诊, kind: outpatient, clr_type: \"11\", clr_way: \"1\"}\n"
    "  - {code: \"19\", zh: 意外伤害门诊, kind: outpatient, trauma: true, clr_type: \"11\",\n"
    "     clr_way: \"1\"}\n"
    "  - {code: \"21\", zh: 普通住院, kind: inpatient, clr_type: \"21\", clr_way: \"1\"}\n"
    "  - {code: \"41\", zh: 药店购药, kind: pharmacy, clr_type: \"41\", clr_way: \"1\"}\n"
    "lines:\n"
    "  clauses: {class_a: L-A, class_b: L-B, class_c: L-C, price_cap: L-CAP}\n"
    "  hosp_appr_flag: {\"0\": as_listed, \"1\": hospital, \"2\": own}\n"
    "  refused_line: patient\n"
    "  hospital: {fund_pay_type: \"630101\", clause: L-HOSP}\n"
    "account:\n"
    "  insutypes: [\"310\"]\n"
    "  kinds: [outpatient, inpatient, pharmacy]\n"
    "  pays: [inscp_scp_amt, preselfpay_amt]\n"
    "  fund_pay_type: \"310201\"\n"
    "  clause: ACCT\n"
    "layers:\n"
    "  - layer: resident_inpatient\n"
    "    zh: 居民住院统筹\n"
    "    fund_pay_type: \"390101\"\n"
    "    field: hifp_pay\n"
    "    owner: county\n"
    "    when: {insutypes: [\"390\"], kinds: [inpatient]}\n"
    "    needs_pool: true\n"
    "    base: [inscp_scp_amt]\n"
    "    scope: all\n"
    "    clause: R-IP\n"
    "    accumulates: inpatient\n"
    "    counts_dedc: true\n"
    "    deductible:\n"
    "      per: stay\n"
    "      nth: same_grade\n"
    "      unused: lost\n"
    "      table:\n"
    "        - {grades: [primary], yuan: [200.00, 100.00], clause: R-IP}\n"
    "        - {grades: [level3], yuan: [1200.00, 600.00], clause: R-IP}\n"
    "    ratio:\n"
    "      table:\n"
    "        - {ratio: 0.65, clause: R-IP}\n"
    "    caps:\n"
    "      - {on: payment, yuan: 150000.00, jointly: [inpatient], clause: R-IP}\n"
    "  - layer: resident_outpatient\n"
    "    zh: 居民门诊统筹\n"
    "    fund_pay_type: \"390101\"\n"
    "    field: hifp_pay\n"
    "    owner: county\n"
    "    when: {insutypes: [\"390\"], kinds: [outpatient]}\n"
    "    needs_pool: true\n"
    "    base: [inscp_scp_amt]\n"
    "    scope: all\n"
    "    clause: R-OP\n"
    "    accumulates: outpatient\n"
    "    counts_dedc: true\n"
    "    ratio:\n"
    "      table:\n"
    "        - {ratio: %s, clause: R-OP}\n"
    "    caps:\n"
    "      - {on: payment, yuan: 400.00, jointly: [outpatient], clause: R-OP}\n"
    "  - layer: employee_outpatient\n"
    "    zh: 职工门诊统筹\n"
    "    fund_pay_type: \"310101\"\n"
    "    field: hifp_pay\n"
    "    owner: county\n"
    "    when: {insutypes: [\"310\"], kinds: [outpatient]}\n"
    "    needs_pool: true\n"
    "    base: [inscp_scp_amt]\n"
    "    scope: all\n"
    "    clause: R-OP\n"
    "    accumulates: outpatient\n"
    "    ratio:\n"
    "      table:\n"
    "        - {ratio: 0.60, clause: R-OP}\n"
    "    caps:\n"
    "      - {on: payment, yuan: 100.00, jointly: [outpatient], clause: R-OP}\n"
    "  - layer: assistance\n"
    "    zh: 医疗救助\n"
    "    fund_pay_type: \"610101\"\n"
    "    field: maf_pay\n"
    "    owner: assistance\n"
    "    when: {insutypes: [\"390\"], kinds: [inpatient], identities: [low_income]}\n"
    "    needs_pool: true\n"
    "    base: [inscp_scp_amt, -resident_inpatient.paid]\n"
    "    scope: all\n"
    "    clause: MA\n"
    "    accumulates: assistance\n"
    "    ratio:\n"
    "      table:\n"
    "        - {ratio: 0.70, clause: MA}\n"
    "    caps:\n"
    "      - {on: payment, yuan: 50000.00, jointly: [assistance], clause: MA}\n";

static const char catalogue_csv[] =
    "med_list_codg,name,chrgitm_lv,med_chrgitm_type,bas_medn_flag,lmt_used_flag,inpatient_only,"
    "sex_limit,age_min,age_max,begndate,enddate,selfpay_prop_310,selfpay_prop_390,"
    "pric_uplmt_primary,pric_uplmt_level3\n"
    "XA01AAA001A001010100001,甲类药,01,09,1,0,0,0,,,2024-01-01,,,,,\n"
    "XB01AAA001A001010100001,乙类药,02,09,0,0,0,0,,,2024-01-01,,0.10,0.10,,\n"
    "XC01AAA001A001010100001,丙类药,03,09,0,0,0,0,,,2024-01-01,,,,,\n"
    "XD01AAA001A001010100001,限定用药,01,09,0,1,0,0,,,2024-01-01,,,,,\n";

static const char institutions_csv[] =
    "fixmedins_code,name,fixmedins_type,admdvs,benefit_grade,cap_grade,dedc_grade,kinds,begndate,"
    "enddate\n"
    "H43100299001,示范人民医院,1,431002,level3,level3,level3,outpatient;inpatient,2023-01-01,\n"
    "H43100299004,示范社区中心,1,431003,primary,primary,primary,outpatient;inpatient,2023-01-01,\n"
    "P43100299001,示范药房,2,431002,primary,primary,primary,pharmacy,2023-01-01,\n";

static void append(uint8_t *bytes, size_t *used, const char *name, const char *text)
{
    uint8_t head[64];
    struct writer w = writer_on(head, sizeof head);
    write_text(&w, name);
    write_u32(&w, (uint32_t)strlen(text));
    memcpy(bytes + *used, head, w.used);
    memcpy(bytes + *used + w.used, text, strlen(text));
    *used += w.used + strlen(text);
}

#define POLICY_CAPACITY 32768

/* Green whatever the tests change: class C is nobody's but the patient's. */
static const char green_case[] =
    "case: class-c\n"
    "source: invented\n"
    "policy: ..\n"
    "member: {insutype: \"390\", psn_type: \"1501\", born: 1980-01-01}\n"
    "claims:\n"
    "  - {med_type: \"11\", institution: {grade: primary, region: \"431002\"},\n"
    "     from: 2026-03-01, to: 2026-03-01, lines: [{chrgitm_lv: \"03\", amount: 100.00}],\n"
    "     expect: {hifp_pay: 0.00}}\n";

static struct slice bundle_begin(void)
{
    uint8_t *bytes = malloc(4 * POLICY_CAPACITY);
    size_t used = 0;
    append(bytes, &used, "cases/class-c.yaml", green_case);
    append(bytes, &used, "catalogue.csv", catalogue_csv);
    append(bytes, &used, "institutions.csv", institutions_csv);
    return (struct slice){.data = bytes, .size = used};
}

void world_bundle_add(struct slice *bundle, const char *name, const char *policy)
{
    append((uint8_t *)bundle->data, &bundle->size, name, policy);
}

struct slice world_bundle(const char *outpatient_ratio)
{
    char *policy = malloc(POLICY_CAPACITY);
    struct slice bundle = bundle_begin();
    snprintf(policy, POLICY_CAPACITY, policy_format, outpatient_ratio);
    world_bundle_add(&bundle, "policy.yaml", policy);
    free(policy);
    return bundle;
}

/* In place; both are as long, or the text grows inside its capacity. */
static void replace(char *text, const char *from, const char *to)
{
    char *at = strstr(text, from);
    assert_non_null(at);
    size_t tail = strlen(at + strlen(from)) + 1;
    memmove(at + strlen(to), at + strlen(from), tail);
    memcpy(at, to, strlen(to));
}

struct slice world_bundle_changed(const char *from, const char *to)
{
    char *policy = malloc(POLICY_CAPACITY);
    struct slice bundle = bundle_begin();
    snprintf(policy, POLICY_CAPACITY, policy_format, "0.70");
    replace(policy, from, to);
    world_bundle_add(&bundle, "policy.yaml", policy);
    free(policy);
    return bundle;
}

struct slice world_bundle_versions(const struct world_version *versions, size_t count)
{
    struct slice bundle = bundle_begin();
    char *policy = malloc(POLICY_CAPACITY);
    for (size_t i = 0; i < count; i++) {
        char name[40];
        snprintf(name, sizeof name, "policy-%zu.yaml", i);
        snprintf(policy, POLICY_CAPACITY, policy_format, versions[i].outpatient_ratio);
        replace(policy, "effective: {from: 2024-01-01}", versions[i].effective);
        replace(policy, "{rule_version: settlement, benefit_year: settlement",
                "{rule_version: admission, benefit_year: admission");
        replace(policy, "居民门诊, p", versions[i].clause);
        if (versions[i].stays)
            replace(policy, "stay_across_years: whole", versions[i].stays);
        if (versions[i].more)
            replace(policy, "identities:\n", versions[i].more);
        world_bundle_add(&bundle, name, policy);
    }
    free(policy);
    return bundle;
}
