/* The words of a lock's path. That every mapping of the language is known,
 * tests/tools/publishing.py shows. */
#include "fixture.h"

#include "policy/province.h"

/* What is said of one lock's key; the caller frees. */
static struct faults *faults_of(const char *key)
{
    char text[1000];
    snprintf(text, sizeof text,
             "language: 1\nprovince: \"430000\"\nname: 测试省\n"
             "clauses: {P-1: {text: 统一规定, provenance: official}}\nfreezes: []\n"
             "locks:\n"
             "  - {key: name, unset: true, from: 2024-01-01, clause: P-1}\n"
             "  - {key: \"%s\", unset: true, from: 2024-01-01, clause: P-1}\n",
             key);
    const struct named_text files[] = {{PROVINCE_FILE, text}};
    struct slice bundle = bundle_of_files(files, 1);
    struct faults *faults = faults_new();
    struct province *province;
    assert_int_equal(province_compile(bundle, &province, faults), ERR_OK);
    enum err err = province_check_keys(province, faults);
    assert_int_equal(err, faults->count ? ERR_INVALID : ERR_OK);
    province_free(province);
    free((void *)bundle.data);
    return faults;
}

static void assert_known(const char *key)
{
    struct faults *faults = faults_of(key);
    if (faults->count)
        faults_print(faults);
    assert_int_equal(faults->count, 0);
    free(faults);
}

static void assert_unknown(const char *key, const char *zh, const char *en)
{
    struct faults *faults = faults_of(key);
    if (faults->count != 1)
        faults_print(faults);
    assert_int_equal(faults->count, 1);
    assert_string_equal(faults->list[0].file, PROVINCE_FILE);
    assert_fault(faults, 8, "locks[1].key", en);
    assert_non_null(strstr(faults->list[0].zh, zh));
    free(faults);
}

static void words_of_the_language(void **state)
{
    (void)state;
    assert_known("transition");
    assert_known("account.pays");
    assert_known("layers[]");
    assert_known(
        "layers[layer=basic].deductible.table[grades=level3,nth=same_grade].yuan.again.minus");
    assert_known("layers[owner.insurer=CIC,when.in.place=home].owner.civil_servant");
    assert_known("lines.hosp_appr_flag.2");
}

static void names_that_a_pack_gives(void **state)
{
    (void)state;
    assert_known("kinds.anything.stay");
    assert_known("person_classes.anybody.psn_type");
    assert_known("layers[layer=whatever].adjust[in.whatever=any].points");
    assert_unknown("kinds.anything.stays", "“stays”：未知的键（是否为 stay？）",
                   "\"stays\": unknown key (did you mean stay?), expected one of: stay, ");
}

static void words_that_are_none(void **state)
{
    (void)state;
    assert_unknown(
        "layers[layer=basic].dedcutible", "“dedcutible”：未知的键（是否为 deductible？）",
        "\"dedcutible\": unknown key (did you mean deductible?), expected one of: layer,");
    assert_unknown("layers[layer=basic].deductible.tabel[].yuan", "是否为 table", "mean table?");
    assert_unknown("layers[].ratio.table[].ratios.x", "是否为 ratio", "mean ratio?");
    assert_unknown("account.family.order", "可用：pays", "\"order\": unknown key, expected one of");
}

/* A condition that no item can state leaves out none. */
static void words_of_conditions(void **state)
{
    (void)state;
    assert_unknown("layers[fund_pay_tpye=390201].guarantee", "是否为 fund_pay_type",
                   "mean fund_pay_type?");
    assert_unknown("layers[when.kind=stay].scope.any", "是否为 kinds", "mean kinds?");
    assert_unknown("layers[layr=a].dedcutible", "deductible", "mean deductible?"); /* once */
}

static void lists_and_mappings(void **state)
{
    (void)state;
    assert_unknown("layers.deductible", "layers 之下没有“deductible”",
                   "in a policy layers has no \"deductible\"");
    assert_unknown("account[].pays", "account[] 之下没有“pays”", "account[] has no \"pays\"");
    assert_unknown("layers[a..b=c].zh", "有空的键", "has an empty key");
    assert_unknown("layers[a.b.c.d.e.f.g.h.i.j.k.l.m.n.o=1].zh", "路径过深", "is too deep");
    assert_unknown("name.zh", "name 之下没有“zh”", "name has no \"zh\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_the_language), cmocka_unit_test(names_that_a_pack_gives),
        cmocka_unit_test(words_that_are_none),   cmocka_unit_test(words_of_conditions),
        cmocka_unit_test(lists_and_mappings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
