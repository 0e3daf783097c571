/* Small audit rules that compile, and ways to spoil them. */
#ifndef TESTS_POLICY_AUDITS_H
#define TESTS_POLICY_AUDITS_H

#include "fixture.h"

#define HOSPITAL_POLICY_FROM "  refused_line: patient\n"
#define HOSPITAL_POLICY_TO                                                                         \
    "  refused_line: patient\n  hospital: {fund_pay_type: \"630101\", clause: B}\n"

static const char audit_text[] =
    "language: 1\n"
    "clauses:\n"
    "  X: {text: 规则, provenance: illustrative}\n"
    "reasons: {\"01\": 病情需要}\n"
    "rules:\n"
    "  - rule: women\n"
    "    zh: 限女性\n"
    "    clause: X\n"
    "    level: refuse_line\n"
    "    borne_by: hospital\n"
    "    effective: {from: 2024-01-01, to: 2024-12-31}\n"
    "    when: {kinds: [outpatient, inpatient], age: {from: 14}}\n"
    "    items: {any: {codes: [\"001102\"]}, none: {chrgitm_lv: [\"03\"]}}\n"
    "    only: {sex: 2, hosp_appr_flag: [\"1\"]}\n"
    "  - rule: supply\n"
    "    zh: 存药\n"
    "    clause: X\n"
    "    level: ask\n"
    "    items: {any: {codes: [XJ01]}}\n"
    "    limit: {of: supply, counted: each_item, history: true, at_most: 45}\n"
    "  - rule: beds\n"
    "    zh: 床位\n"
    "    clause: X\n"
    "    level: inform\n"
    "    items: {any: {med_chrgitm_type: [\"01\"]}}\n"
    "    limit: {of: cnt, per: claim, counted: together, at_most: stay_days}\n"
    "  - rule: week\n"
    "    zh: 七日\n"
    "    clause: X\n"
    "    level: inform\n"
    "    items: {none: {med_chrgitm_type: [\"01\"]}}\n"
    "    limit: {of: amount, per: days, days: 7, counted: together, history: false, at_most: "
    "10.50}\n"
    "  - rule: beside\n"
    "    zh: 互斥\n"
    "    clause: X\n"
    "    level: inform\n"
    "    items: {any: {codes: [XJ01CAA040A001010190001]}}\n"
    "    exclude: {with: {any: {med_chrgitm_type: [\"02\"]}}, per: fee_day}\n"
    "  - rule: price\n"
    "    zh: 价格\n"
    "    clause: X\n"
    "    level: inform\n"
    "    items: {any: {lmt_used_flag: true}}\n"
    "    price: {at_most: cap}\n"
    "  - rule: overlap\n"
    "    zh: 重叠\n"
    "    clause: X\n"
    "    level: refuse_claim\n"
    "    overlap: {kinds: [inpatient], at: elsewhere, edges: true}\n"
    "  - rule: again\n"
    "    zh: 再次住院\n"
    "    clause: X\n"
    "    level: hold\n"
    "    readmission: {within_days: 10, at: same_hospital, diagnosis: category}\n"
    "  - rule: frozen\n"
    "    zh: 冻结\n"
    "    clause: X\n"
    "    level: refuse_claim\n"
    "    standing: {of: institution, is: [frozen]}\n";

/* Compiles a pack with the rules; `hospital` in the policy or not. */
static inline enum err compile_audit(const char *audit, bool hospital, struct pack **pack,
                                     struct faults *faults)
{
    int line;
    char *policy = hospital ? spoil(policy_text, HOSPITAL_POLICY_FROM, HOSPITAL_POLICY_TO, &line)
                            : strdup(policy_text);
    const struct named_text files[] = {{"audit.yaml", audit},
                                       {"catalogue.csv", catalogue_text},
                                       {"institutions.csv", institutions_text},
                                       {"policy.yaml", policy}};
    struct slice bundle = bundle_of_files(files, ARRAY_LEN(files));
    enum err err = pack_compile(bundle, pack, faults);
    free((void *)bundle.data);
    free(policy);
    return err;
}

static inline struct pack *audit_pack(const char *audit)
{
    struct faults *faults = faults_new();
    struct pack *pack;
    enum err err = compile_audit(audit, true, &pack, faults);
    if (err != ERR_OK)
        faults_print(faults);
    assert_int_equal(err, ERR_OK);
    free(faults);
    return pack;
}

#endif
