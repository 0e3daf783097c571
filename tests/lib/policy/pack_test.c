/* Packs as a whole: Chenzhou's, and one with many errors at once. */
#include "fixture.h"

static struct pack *chenzhou(void)
{
    const char *source = getenv("COPAYD_SOURCE");
    assert_non_null(source);
    char dir[512];
    snprintf(dir, sizeof dir, "%s/conf/regions/431000-chenzhou", source);
    struct faults *faults = faults_new();
    uint8_t *bytes;
    size_t size;
    struct pack *pack;
    assert_int_equal(pack_bundle(dir, &bytes, &size, faults), ERR_OK);
    enum err err = pack_compile((struct slice){bytes, size}, &pack, faults);
    faults_print(faults);
    assert_int_equal(err, ERR_OK);
    struct hash digest = hash_sha256(bytes, size), found = pack_digest(pack);
    assert_memory_equal(&digest, &found, sizeof digest);
    free(bytes);
    free(faults);
    return pack;
}

static const struct ratio_rule *ratio_of(const struct policy *p, const char *layer, int grade,
                                         int class)
{
    const struct layer *l = policy_layer(p, layer);
    assert_non_null(l);
    for (size_t i = 0; i < l->ratio_count; i++)
        if ((l->ratios[i].who.grades >> grade & 1) && (l->ratios[i].who.classes >> class & 1))
            return &l->ratios[i];
    fail_msg("no ratio");
    return NULL;
}

/* The figures of policies.md, P-000, once more by hand. */
static void chenzhou_figures(void **state)
{
    (void)state;
    struct pack *pack = chenzhou();
    assert_string_equal(pack_region(pack), "431000");
    assert_null(pack_policy(pack, date_of(2023, 12, 31)));
    const struct policy *p = pack_policy(pack, date_of(2024, 1, 1));
    assert_non_null(p);
    assert_int_equal(p->layer_count, 7);
    static const char *const grades[] = {"primary", "level1", "level2", "level3", "provincial"};
    static const int resident[] = {8500, 8200, 8000, 6500, 6000};
    static const int active[] = {9300, 9200, 9000, 8500, 8000};
    static const int employee_dedc[] = {200, 500, 800, 1100, 2000};
    static const int resident_dedc[] = {200, 500, 800, 1200, 2000};
    int employees = policy_class(p, 310, "1101"), retired = policy_class(p, 310, "1201");
    int residents = policy_class(p, 390, "1501");
    for (int g = 0; g < 5; g++) {
        assert_int_equal(policy_grade(p, grades[g]), g);
        int base = ratio_of(p, "employee_inpatient", g, employees)->bands[0].ratio;
        assert_int_equal(base, active[g]);
        assert_int_equal(ratio_of(p, "employee_inpatient", g, retired)->bands[0].ratio, base + 200);
        assert_int_equal(ratio_of(p, "resident_inpatient", g, residents)->bands[0].ratio,
                         resident[g]);
        const struct layer *r = policy_layer(p, "resident_inpatient");
        const struct layer *e = policy_layer(p, "employee_inpatient");
        assert_int_equal(r->deductibles[g].nth_fen[0], resident_dedc[g] * 100);
        assert_int_equal(r->deductibles[g].nth_fen[1], resident_dedc[g] * 50);
        assert_int_equal(e->deductibles[g].nth_fen[0], employee_dedc[g] * 100);
        assert_int_equal(e->deductibles[g].nth_fen[1], employee_dedc[g] * 50);
    }
    const struct layer *critical = policy_layer(p, "resident_critical");
    assert_true(critical->cumulative && !critical->reach_back);
    assert_int_equal(critical->deductibles[0].nth_fen[0], 1600000);
    assert_int_equal(critical->ratios[0].bands[2].ratio, 7500);
    assert_int_equal(critical->caps[0].amount_fen, 40000000);
    const struct layer *large = policy_layer(p, "employee_large");
    assert_int_equal(large->terms[0].amount, AMOUNT_LAYER_EXCESS);
    assert_int_equal(large->caps[0].amount_fen, 50000000);
    assert_int_equal(large->caps[0].scope_count, 2);
    pack_free(pack);
}

/* Nothing secondary or ours may look official: only what the 2016 text itself states may. */
static void chenzhou_provenance(void **state)
{
    (void)state;
    struct pack *pack = chenzhou();
    const struct policy *p = pack_policy(pack, date_of(2024, 1, 1));
    for (uint16_t i = 1; i < p->clause_count; i++) {
        const struct policy_clause *clause = policy_clause(p, i);
        bool seed = strstr(clause->text, "郴政办发〔2016〕37号") != NULL;
        assert_int_equal(clause->provenance == PROVENANCE_OFFICIAL, seed);
        if (clause->provenance == PROVENANCE_SECONDARY)
            assert_non_null(strstr(clause->text, "号"));
    }
    pack_free(pack);
}

static void chenzhou_tables(void **state)
{
    (void)state;
    struct pack *pack = chenzhou();
    const struct policy *p = pack_policy(pack, date_of(2024, 1, 1));
    assert_true(catalogue_count(pack_catalogue(pack)) > 300);
    const struct institution *h = pack_institution(pack, "H43100299001");
    assert_non_null(h);
    assert_int_equal(h->benefit_grade, policy_grade(p, "level3"));
    const struct institution *clinic = pack_institution(pack, "H43100299005");
    assert_false(clinic->kinds & p->inpatient_kinds);
    assert_true(pack_institution(pack, "H43100299006")->enddate < DATE_MAX);
    assert_int_equal(pack_institution(pack, "P43100299001")->kinds, p->pharmacy_kinds);
    static const char *const med_types[] = {"11", "12", "13", "19", "21", "22", "24", "41"};
    for (size_t i = 0; i < ARRAY_LEN(med_types); i++)
        assert_non_null(policy_med_type(p, med_types[i]));
    assert_true(policy_med_type(p, "19")->trauma && policy_med_type(p, "22")->trauma);
    pack_free(pack);
}

struct change {
    const char *from, *to, *key, *en;
    int below; /* lines below the change */
};

/* One policy, one catalogue and one list of institutions, all wrong: every error comes out. */
static void all_errors_at_once(void **state)
{
    (void)state;
    static const struct change changes[] = {
        {"language: 1", "language: 9", "language", "not supported"},
        {"name: 测试", "name: 测试\ntypo: 1", "typo", "unknown key", 1},
        {"cover: settlement", "cover: birth", "dates.cover", "one of"},
        {"B: {text: 乙, provenance: secondary}", "B: {text: 乙}", "clauses.B.provenance",
         "missing"},
        {"psn_type: [\"12\"]", "psn_type: [\"11\"]", "person_classes.retired.psn_type[0]",
         "overlaps class active"},
        {"kind: inpatient, trauma", "kind: ward, trauma", "med_types[1].kind", "not defined"},
        {"class_c: A", "class_c: Z", "lines.clauses.class_c", "clause \"Z\""},
        {"fund_pay_type: \"310101\"", "fund_pay_type: \"31\"", "layers[0].fund_pay_type", "digits"},
        {"[200.00, 100.00]", "[200.00, 1e2]", "layers[0].deductible.table[0].yuan[1]", "yuan"},
        {"ratio: 0.85", "ratio: 85", "layers[0].ratio.table[0].ratio", "from 0 to 1"},
        {"age: {to: 69}", "age: {to: 75}", "layers[0].ratio.table[2]", "overlaps", 1},
        {"jointly: [stay]", "jointly: [stay, nothing]", "layers[0].caps[0].jointly[1]",
         "accumulates"},
        {"-basic.paid", "-pool.paid", "layers[1].base[1]", "no such layer before"},
        {"reach_back: true, ", "", "layers[1].cumulative.reach_back", "missing"},
        {"upto: 30000.00", "upto: 0", "layers[1].ratio.table[0].bands[0].upto", "ascend"},
        {"needs_pool: false", "needs_pool: no", "layers[1].needs_pool", "true or false"},
        {"points: 0.05", "points: 0.5", "layers[1].adjust[0]", "outside 0 to 1"},
        {"[{ratio: 0.70, clause: A}]", "[{grades: [primary], ratio: 0.70, clause: A}]",
         "layers[2].ratio.table", "no rule for grade level3, class resident"},
    };
    char *text = strdup(policy_text);
    int lines[ARRAY_LEN(changes)];
    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        char *next = spoil(text, changes[i].from, changes[i].to, &lines[i]);
        free(text);
        text = next;
    }
    int ignored;
    char *catalogue = spoil(catalogue_text, "诊察费,01", "诊察费,07", &ignored);
    char *institutions = spoil(institutions_text, "431002,level3", "431002,level9", &ignored);
    struct faults *faults = faults_new();
    struct pack *pack;
    assert_int_equal(compile_texts(text, catalogue, institutions, &pack, faults), ERR_INVALID);
    assert_null(pack);
    for (size_t i = 0; i < ARRAY_LEN(changes); i++)
        assert_fault(faults, lines[i] + changes[i].below, changes[i].key, changes[i].en);
    assert_fault(faults, 4, "chrgitm_lv", "01 to 03");
    assert_fault(faults, 3, "benefit_grade", "level9");
    for (uint32_t i = 1; i < faults->count; i++)
        assert_true(strcmp(faults->list[i - 1].file, faults->list[i].file) <= 0);
    free(faults);
    free(institutions);
    free(catalogue);
    free(text);
}

/* A pack is what its rows say, not the order they stand in. */
static void order_of_rows_does_not_matter(void **state)
{
    (void)state;
    static const char *const orders[] = {"0 1 2", "2 1 0", "1 2 0"};
    char rows[3][256], header[512];
    assert_int_equal(sscanf(catalogue_text, "%511[^\n]\n%255[^\n]\n%255[^\n]\n%255[^\n]", header,
                            rows[0], rows[1], rows[2]),
                     4);
    for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
        char text[2048];
        int a = orders[i][0] - '0', b = orders[i][2] - '0', c = orders[i][4] - '0';
        snprintf(text, sizeof text, "%s\n%s\n%s\n%s\n", header, rows[a], rows[b], rows[c]);
        struct faults *faults = faults_new();
        struct pack *pack;
        const struct catalogue_entry *e;
        assert_int_equal(compile_texts(policy_text, text, institutions_text, &pack, faults),
                         ERR_OK);
        assert_int_equal(catalogue_find(pack_catalogue(pack), "XJ01CAA040A001010190001",
                                        date_of(2024, 7, 1), &e),
                         CATALOGUE_FOUND);
        assert_int_equal(e->chrgitm_lv, 1);
        pack_free(pack);
        free(faults);
    }
}

static enum err compile_as(bool published, struct slice bundle, struct faults *faults)
{
    struct pack *pack;
    enum err err = published ? pack_compile_published(bundle, true, &pack, faults)
                             : pack_compile(bundle, &pack, faults);
    assert_int_equal(pack != NULL, err == ERR_OK);
    if (pack) {
        const struct catalogue_entry *e;
        assert_int_equal(pack_policy(pack, date_of(2024, 6, 1))->layer_count, 3);
        assert_int_equal(catalogue_find(pack_catalogue(pack), "XJ01CAA040A001010190001",
                                        date_of(2024, 7, 1), &e),
                         CATALOGUE_FOUND);
        assert_non_null(pack_institution(pack, "H43100299001"));
    }
    pack_free(pack);
    return err;
}

/* Refused as a new pack; as one that was published it is compiled unless the fault is grave. */
static void assert_objection(struct slice bundle, bool objection, const char *en)
{
    struct faults *faults = faults_new();
    assert_int_equal(compile_as(false, bundle, faults), ERR_INVALID);
    if (!strstr(faults->list[0].en, en))
        faults_print(faults);
    assert_non_null(strstr(faults->list[0].en, en));
    assert_int_equal(faults->list[0].objection, objection);
    assert_int_equal(faults_grave(faults) == 0, objection);
    faults_clear(faults);
    assert_int_equal(compile_as(true, bundle, faults), objection ? ERR_OK : ERR_INVALID);
    assert_true(faults->count > 0);
    free(faults);
    free((void *)bundle.data);
}

static void what_is_only_objected_to_compiles_once_it_is_published(void **state)
{
    static const struct {
        const char *from, *to, *en;
        bool grave;
    } changes[] = {
        {"age: {to: 69}", "age: {to: 70}", "overlaps the rule on line"},
        {"age: {to: 69}", "age: {to: 68}", "no rule for grade"},
        {"A: {text: 甲,", "A: {text: \"甲\\u001b\",", "without control characters"},
        {"kinds: [shop], pays", "kinds: [shop, shop], pays", "occurs twice"},
        {"name: 测试\n", "name: 测试\nzh: {level9: 九级}\n", "is no grade"},
        {"cover_change: whole}", "cover_change: whole, split: {deductible: once, nth: once}}",
         "means nothing"},
        {"outpatient: {}", "outpatient: {clause: A}", "there are no before_days"},
        {"ratio: {table: [{ratio: 0.70", "ratio: {from: zero, table: [{ratio: 0.70",
         "there is no deductible"},
        {"points: 0.05,", "first_selfpay: 0, points: 0.05,", "a ratio of 0 takes nothing"},
        {"language: 1\n", "language: 2\n", "language version 2", true},
        {"refused_line: patient\n", "", "this key is missing", true},
        {"points: 0.05,", "points: 0.50,", "outside 0 to 1", true},
        {"yuan: 150000.00,", "yuan: 15万,", "15万", true},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        int line;
        char *text = spoil(policy_text, changes[i].from, changes[i].to, &line);
        assert_objection(bundle_of(text, catalogue_text, institutions_text), !changes[i].grave,
                         changes[i].en);
        free(text);
    }
}

static void tables_and_versions_are_objected_to_likewise(void **state)
{
    (void)state;
    int line;
    char *names = spoil(institutions_text, "医院", "医\x1b院", &line);
    char *later =
        spoil(policy_text, "{from: 2024-01-01, to: 2025-12-31}", "{from: 2026-01-02}", &line);
    assert_objection(bundle_of(policy_text, catalogue_text, names), true, "control characters");
    const struct named_text files[] = {{"catalogue.csv", catalogue_text},
                                       {"institutions.csv", institutions_text},
                                       {"policy-2026.yaml", later},
                                       {"policy.yaml", policy_text}};
    assert_objection(bundle_of_files(files, ARRAY_LEN(files)), true,
                     "no rules hold from 2026-01-01 to 2026-01-01");
    free(names);
    free(later);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chenzhou_figures),
        cmocka_unit_test(chenzhou_provenance),
        cmocka_unit_test(chenzhou_tables),
        cmocka_unit_test(all_errors_at_once),
        cmocka_unit_test(order_of_rows_does_not_matter),
        cmocka_unit_test(what_is_only_objected_to_compiles_once_it_is_published),
        cmocka_unit_test(tables_and_versions_are_objected_to_likewise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
