/* audit.yaml: what its rules compile to, and everything that is wrong with them at once. */
#include "audits.h"

#include "model/claim.h"

static const struct audit_rule *rule_of(const struct pack *pack, const char *id)
{
    const struct audit_rules *rules = pack_audit(pack);
    for (uint16_t i = 0; i < rules->rule_count; i++)
        if (strcmp(rules->rules[i].rule_id, id) == 0)
            return &rules->rules[i];
    fail_msg("no rule %s", id);
    return NULL;
}

static void heads(void **state)
{
    (void)state;
    struct pack *pack = audit_pack(audit_text);
    const struct audit_rules *rules = pack_audit(pack);
    assert_int_equal(rules->rule_count, 9);
    assert_string_equal(audit_reason_find(rules, "01")->zh, "病情需要");
    assert_null(audit_reason_find(rules, "02"));
    const struct audit_rule *women = rule_of(pack, "women");
    assert_string_equal(women->rule_name, "限女性");
    assert_string_equal(audit_clause(rules, women->clause)->text, "规则");
    assert_int_equal(women->sev_deg, AUDIT_REFUSE_LINE);
    assert_int_equal(women->bearer, LINE_REFUSED_HOSPITAL);
    assert_int_equal(women->begndate, date_of(2024, 1, 1));
    assert_int_equal(women->enddate, date_of(2024, 12, 31));
    assert_int_equal(women->when.kinds, 3);
    assert_int_equal(women->when.age_min, 14);
    assert_int_equal(women->as.only.sex, 2);
    assert_int_equal(women->as.only.hosp_appr, 2);
    assert_true(women->as.only.asked >> AUDIT_MATCH_HOSP_APPR & 1);
    assert_int_equal(rule_of(pack, "frozen")->bearer, LINE_PAYABLE);
    assert_int_equal(rule_of(pack, "frozen")->enddate, DATE_MAX);
    /* Of the rules only `women` asks for a kind of care: a pharmacy is not its. */
    assert_int_equal(rules->by_kind[0][0], 0x1ff);
    assert_int_equal(rules->by_kind[2][0], 0x1fe);
    pack_free(pack);
}

static void kinds(void **state)
{
    (void)state;
    struct pack *pack = audit_pack(audit_text);
    const struct audit_limit *supply = &rule_of(pack, "supply")->as.limit;
    assert_int_equal(supply->of, AUDIT_OF_SUPPLY);
    assert_int_equal(supply->at_most, 4500);
    assert_true(supply->each_item && supply->history);
    assert_true(rule_of(pack, "beds")->as.limit.stay_days);
    const struct audit_limit *week = &rule_of(pack, "week")->as.limit;
    assert_int_equal(week->per, AUDIT_PER_DAYS);
    assert_int_equal(week->days, 7);
    assert_int_equal(week->at_most, 1050);
    assert_false(week->each_item || week->history);
    const struct audit_rule *beside = rule_of(pack, "beside");
    assert_true(beside->as.exclude.per_day);
    assert_true(pack_audit(pack)->slots[beside->as.exclude.with].with);
    assert_true(rule_of(pack, "price")->as.price.cap);
    const struct audit_rule *overlap = rule_of(pack, "overlap");
    assert_int_equal(overlap->slot, AUDIT_NO_SLOT);
    assert_int_equal(overlap->as.overlap.kinds, 2);
    assert_true(overlap->as.overlap.elsewhere && overlap->as.overlap.edges);
    const struct audit_rule *again = rule_of(pack, "again");
    assert_int_equal(again->as.readmission.within_days, 10);
    assert_int_equal(again->as.readmission.diagnosis, AUDIT_SAME_CATEGORY);
    assert_true(again->as.readmission.same_hospital);
    const struct audit_rule *frozen = rule_of(pack, "frozen");
    assert_true(frozen->as.standing.institution && frozen->as.standing.frozen);
    assert_false(frozen->as.standing.suspended);
    pack_free(pack);
}

static void refused(const char *from, const char *to, int below, const char *key, const char *en)
{
    int line;
    char *text = spoil(audit_text, from, to, &line);
    struct faults *faults = faults_new();
    struct pack *pack;
    assert_int_equal(compile_audit(text, true, &pack, faults), ERR_INVALID);
    assert_null(pack);
    assert_fault(faults, line + below, key, en);
    assert_string_equal(faults->list[0].file, "audit.yaml");
    free(faults);
    free(text);
}

static void faults_of_heads(void **state)
{
    (void)state;
    refused("language: 1", "language: 9", 0, "language", "not supported");
    refused("rule: supply", "rule: women", 0, "rules[1].rule", "twice");
    refused("    zh: 存药\n", "", -1, "rules[1].zh", "missing");
    refused("    zh: 存药\n    clause: X\n", "    zh: 存药\n    clause: Y\n", 1, "rules[1].clause",
            "not defined");
    refused("level: ask", "level: warn", 0, "rules[1].level", "one of: inform, ask");
    refused("    borne_by: hospital\n", "", -4, "rules[0].borne_by", "missing");
    refused("level: ask\n", "level: ask\n    borne_by: patient\n", 1, "rules[1].borne_by",
            "only refuse_line");
    refused("level: hold\n", "level: refuse_line\n    borne_by: patient\n", 0, "rules[7].level",
            "of no line");
    refused("reasons: {\"01\": 病情需要}\n", "", -3, "reasons", "missing");
    refused("level: ask", "level: inform", -14, "reasons", "needs reasons");
    refused("to: 2024-12-31", "to: 2023-12-31", 0, "rules[0].effective", "ends before");
    refused("kinds: [outpatient, inpatient]", "kinds: [village]", 0, "rules[0].when.kinds[0]",
            "not defined");
    refused("{sex: 2, ", "{sexes: 2, ", 0, "rules[0].only.sexes", "expected one of");
    refused("age: {from: 14}", "hosp_appr_flag: [\"1\"]", 0, "rules[0].when.hosp_appr_flag",
            "unknown");
}

static void faults_of_kinds(void **state)
{
    (void)state;
    refused("    only: {sex: 2, hosp_appr_flag: [\"1\"]}\n", "", -8, "rules[0]", "kind of rule");
    refused("    price: {at_most: cap}\n", "    price: {at_most: cap}\n    only: {sex: 1}\n", 0,
            "rules[5].price", "the kind only already");
    refused("    items: {any: {codes: [XJ01]}}\n", "", -4, "rules[1].items", "missing");
    refused("    overlap:", "    items: {any: {chrgitm_lv: [\"01\"]}}\n    overlap:", 0,
            "rules[6].items", "whole bill");
    refused("{of: supply, ", "{of: supply, per: month, ", 0, "rules[1].limit.per", "no such key");
    refused("each_item, history: true", "each_item", 0, "rules[1].limit.history", "missing");
    refused("per: claim, counted: together", "per: claim", 0, "rules[2].limit.counted", "missing");
    refused("{of: cnt, per: claim, counted: together", "{of: cnt, per: line", 0,
            "rules[2].limit.at_most", "per claim alone");
    refused("per: days, days: 7", "per: days", 0, "rules[3].limit.days", "missing");
    refused("at_most: 10.50", "at_most: -1", 0, "rules[3].limit.at_most", "");
    refused("at_most: cap", "at_most: 1.0000001", 0, "rules[5].price.at_most", "at most 6 places");
    refused(", edges: true", "", 0, "rules[6].overlap.edges", "missing");
    refused("is: [frozen]", "is: [asleep]", 0, "rules[8].standing.is[0]", "not defined");
    refused("codes: [XJ01]", "codes: [XJ01, XJ01C]", 0, "rules[1].items.any.codes", "already");
    refused("{any: {codes: [XJ01]}}", "{}", 0, "rules[1].items", "any or none");
}

/* A hospital bears lines only where the policy says how it stands among the payers. */
static void the_policy_must_have_a_hospital(void **state)
{
    (void)state;
    struct faults *faults = faults_new();
    struct pack *pack;
    assert_int_equal(compile_audit(audit_text, false, &pack, faults), ERR_INVALID);
    assert_fault(faults, 10, "rules[0].borne_by", "policy.yaml has no lines.hospital");
    free(faults);
}

/* Its errors come out with those of the other files. */
static void all_errors_at_once(void **state)
{
    (void)state;
    struct faults *faults = faults_new();
    struct pack *pack;
    const struct named_text files[] = {{"audit.yaml", "language: 1\nclauses: {}\nrules: []\n"},
                                       {"catalogue.csv", catalogue_text},
                                       {"institutions.csv", "fixmedins_code\n"},
                                       {"policy.yaml", policy_text}};
    struct slice bundle = bundle_of_files(files, ARRAY_LEN(files));
    assert_int_equal(pack_compile(bundle, &pack, faults), ERR_INVALID);
    assert_fault(faults, 3, "rules", "");
    assert_true(faults->count > 1);
    free((void *)bundle.data);
    free(faults);
}

static void a_pack_without_rules(void **state)
{
    (void)state;
    struct faults *faults = faults_new();
    struct pack *pack;
    assert_int_equal(compile_texts(policy_text, catalogue_text, institutions_text, &pack, faults),
                     ERR_OK);
    assert_null(pack_audit(pack));
    pack_free(pack);
    free(faults);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heads),
        cmocka_unit_test(kinds),
        cmocka_unit_test(faults_of_heads),
        cmocka_unit_test(faults_of_kinds),
        cmocka_unit_test(the_policy_must_have_a_hospital),
        cmocka_unit_test(all_errors_at_once),
        cmocka_unit_test(a_pack_without_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
