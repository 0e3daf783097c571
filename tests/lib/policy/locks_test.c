/* A pack's text against a province's locks. */
#include "fixture.h"

#include "policy/province.h"

/* One lock, `more` being all but its clause. */
static struct province *province_of(const char *key, const char *more)
{
    char text[1000];
    snprintf(text, sizeof text,
             "language: 1\nprovince: \"430000\"\nname: 测试省\n"
             "clauses: {P-1: {text: 统一规定, provenance: official}}\n"
             "locks: [{key: \"%s\", %s, clause: P-1}]\nfreezes: []\n",
             key, more);
    const struct named_text files[] = {{PROVINCE_FILE, text}};
    struct slice bundle = bundle_of_files(files, 1);
    struct faults *faults = faults_new();
    struct province *province;
    if (province_compile(bundle, &province, faults) != ERR_OK)
        faults_print(faults);
    assert_non_null(province);
    free((void *)bundle.data);
    free(faults);
    return province;
}

/* The faults of the fixture's pack under one lock; the caller frees. */
static struct faults *held(const char *key, const char *more)
{
    struct province *province = province_of(key, more);
    struct faults *faults = faults_new();
    struct slice bundle = bundle_of(policy_text, catalogue_text, institutions_text);
    enum err err = province_check(province, bundle, faults);
    assert_int_equal(err, faults->count ? ERR_INVALID : ERR_OK);
    free((void *)bundle.data);
    province_free(province);
    return faults;
}

static void assert_holds(const char *key, const char *more)
{
    struct faults *faults = held(key, more);
    if (faults->count)
        faults_print(faults);
    assert_int_equal(faults->count, 0);
    free(faults);
}

static void assert_breaks(const char *key, const char *more, uint32_t count, const char *en)
{
    struct faults *faults = held(key, more);
    if (faults->count != count)
        faults_print(faults);
    assert_int_equal(faults->count, count);
    assert_string_equal(faults->list[0].file, "policy.yaml");
    assert_string_equal(faults->list[0].key, key);
    if (!strstr(faults->list[0].en, en))
        fail_msg("\"%s\" does not say \"%s\"", faults->list[0].en, en);
    assert_non_null(strstr(faults->list[0].en, "(province 430000, clause P-1, official)"));
    assert_non_null(strstr(faults->list[0].zh, "（430000 省级条款 P-1，官方：统一规定）"));
    free(faults);
}

static void fixed_values(void **state)
{
    (void)state;
    static const char cap[] = "layers[layer=basic].caps[on=payment].yuan";
    assert_holds(cap, "is: 150000, from: 2024-01-01");
    assert_breaks(cap, "is: 160000.00, from: 2024-01-01", 1, "found 150000.00, expected 160000.00");
    assert_holds("layers[layer=basic].when",
                 "is: {kinds: [inpatient], insutypes: [\"310\"]}, from: 2024-01-01");
    assert_breaks("layers[layer=basic].when", "is: {kinds: [inpatient]}, from: 2024-01-01", 1,
                  "expected {kinds: [inpatient]}");
    assert_holds("layers[layer=basic].deductible.table[grades=primary].yuan",
                 "is: [200, 100], from: 2024-01-01");
}

static void every_row_that_may_be_meant(void **state)
{
    (void)state;
    assert_holds("layers[layer=basic].ratio.table[classes=active].ratio",
                 "is: 0.85, from: 2024-01-01");
    assert_breaks("layers[layer=basic].ratio.table[classes=retired].ratio",
                  "is: 0.87, from: 2024-01-01", 1, "found 0.90, expected 0.87");
    assert_breaks("layers[layer=basic].ratio.table[].ratio", "is: 0.8, from: 2024-01-01", 3,
                  "found 0.85");
}

static void bounds(void **state)
{
    (void)state;
    static const char ratio[] = "layers[layer=basic].ratio.table[].ratio";
    assert_holds(ratio, "min: 0.85, max: 0.90, from: 2024-01-01");
    assert_breaks(ratio, "min: 0.851, from: 2024-01-01", 1, "expected at least 0.851");
    assert_breaks(ratio, "max: 0.899999, from: 2024-01-01", 1, "expected at most 0.899999");
    assert_breaks(ratio, "min: 0.1, max: 0.2, from: 2024-01-01", 3, "expected 0.1 to 0.2");
    /* Each figure of a list; and what is no figure is none within bounds. */
    assert_breaks("layers[layer=basic].deductible.table[].yuan", "min: 150, from: 2024-01-01", 1,
                  "found [200.00, 100.00]");
    assert_breaks("layers[layer=basic].deductible.per", "min: 1, from: 2024-01-01", 1,
                  "found stay");
}

static void what_is_not_set(void **state)
{
    (void)state;
    assert_breaks("layers[layer=pool].caps[].yuan", "max: 400, from: 2024-01-01", 1,
                  "found nothing, expected at most 400");
    assert_holds("layers[layer=pool].caps[].yuan", "max: 400, optional: true, from: 2024-01-01");
    assert_breaks("layers[layer=none].ratio", "is: 1, from: 2024-01-01", 1, "found nothing");
    assert_holds("layers[layer=none].ratio", "is: 1, optional: true, from: 2024-01-01");
    assert_breaks("layers[layer=basic].caps[].yuan", "max: 400, optional: true, from: 2024-01-01",
                  1, "found 150000.00");
    assert_holds("transition", "unset: true, from: 2024-01-01");
    assert_breaks("layers[layer=critical].adjust", "unset: true, from: 2024-01-01", 1,
                  "expected not set");
}

/* The fixture's rules hold from 2024-01-01 to 2025-12-31. */
static void only_versions_of_its_days(void **state)
{
    (void)state;
    static const char ratio[] = "layers[layer=basic].ratio.table[].ratio";
    assert_holds(ratio, "is: 1, from: 2026-01-01");
    assert_holds(ratio, "is: 1, from: 2020-01-01, to: 2023-12-31");
    assert_breaks(ratio, "is: 1, from: 2025-12-31", 3, "expected 1");
    assert_breaks(ratio, "is: 1, from: 2020-01-01, to: 2024-01-01", 3, "expected 1");
}

static void the_line_is_the_packs(void **state)
{
    (void)state;
    int line;
    char *text = spoil(policy_text, "yuan: 1100.00", "yuan: 1101.00", &line);
    struct province *province =
        province_of("layers[layer=basic].deductible.table[grades=level3].yuan",
                    "is: 1100.00, from: 2024-01-01");
    struct faults *faults = faults_new();
    assert_int_equal(province_check_version(province, "a.yaml", text_of(text), faults),
                     ERR_INVALID);
    assert_int_equal(faults->count, 1);
    assert_int_equal(faults->list[0].line, line);
    assert_string_equal(faults->list[0].file, "a.yaml");
    /* What is not well-formed is the compiler's to tell. */
    assert_int_equal(province_check_version(province, "a.yaml", text_of("layers: ["), faults),
                     ERR_OK);
    assert_int_equal(province_check_version(province, "a.yaml", text_of("layers: []"), faults),
                     ERR_OK);
    static const char *const refused[] = {"effective: {from: 2024-02-30}\n", "a: 1\na: 2\n"};
    for (size_t i = 0; i < ARRAY_LEN(refused); i++)
        assert_int_equal(province_check_version(province, "a.yaml", text_of(refused[i]), faults),
                         ERR_OK);
    assert_int_equal(faults->count, 1);
    province_free(province);
    free(faults);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fixed_values),
        cmocka_unit_test(every_row_that_may_be_meant),
        cmocka_unit_test(bounds),
        cmocka_unit_test(what_is_not_set),
        cmocka_unit_test(only_versions_of_its_days),
        cmocka_unit_test(the_line_is_the_packs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
