/* The ratios of a layer, as a pack writes them. */
#include "fixture.h"

#define BANDS "{bands: [{upto: 30000.00, ratio: 0.60}, {ratio: 0.75, clause: B}], clause: A}"
#define POOL "ratio: {table: [{ratio: 0.70, clause: A}]}"

static const struct layer *layer_of(const struct pack *pack, int i)
{
    return &pack_policy(pack, date_of(2024, 5, 1))->layers[i];
}

/* The fixture with one place of its text changed. */
static struct pack *changed(const char *from, const char *to)
{
    int line;
    char *text = spoil(policy_text, from, to, &line);
    struct pack *pack = policy_pack(text);
    free(text);
    return pack;
}

static void bands(void **state)
{
    (void)state;
    struct pack *pack = policy_pack(policy_text);
    const struct layer *critical = layer_of(pack, 1);
    assert_int_equal(critical->ratios[0].form, RATIO_BANDS);
    assert_int_equal(critical->ratios[0].band_count, 2);
    assert_int_equal(critical->ratios[0].bands[0].upto_fen, 3000000);
    assert_int_equal(critical->ratios[0].bands[0].clause, 1);
    assert_int_equal(critical->ratios[0].bands[1].clause, 2);
    assert_false(critical->from_deductible);
    pack_free(pack);
    pack = changed("from: zero", "from: deductible");
    assert_true(layer_of(pack, 1)->from_deductible);
    pack_free(pack);
}

static void brackets_and_lumps(void **state)
{
    (void)state;
    struct pack *pack = changed(
        POOL, "ratio: {table: [{grades: [primary], brackets: [{upto: 1000.00, ratio: 0.70}, "
              "{ratio: 0.50}], clause: A}, {grades: [level3], lump: 1100.00, below: "
              "cash_benefit, clause: B}]}");
    const struct ratio_rule *rules = layer_of(pack, 2)->ratios;
    assert_int_equal(rules[0].form, RATIO_BRACKETS);
    assert_int_equal(rules[0].band_count, 2);
    assert_int_equal(rules[0].bands[1].ratio, 5000);
    assert_int_equal(rules[1].form, RATIO_LUMP);
    assert_int_equal(rules[1].lump_fen, 110000);
    assert_true(rules[1].cash_benefit);
    assert_int_equal(rules[1].band_count, 1);
    assert_int_equal(rules[1].bands[0].clause, 2);
    pack_free(pack);
    pack = changed(POOL, "ratio: {table: [{lump: 1100.00, below: actual, clause: B}]}");
    assert_false(layer_of(pack, 2)->ratios[0].cash_benefit);
    pack_free(pack);
}

static void faults_of_ratios(void **state)
{
    (void)state;
    assert_policy_fault("ratio: 0.85", "ratio: 1.01", 0, "layers[0].ratio.table[0].ratio",
                        "from 0 to 1");
    assert_policy_fault("ratio: 0.85", "rate: 0.85", 0, "layers[0].ratio.table[0].rate",
                        "unknown key");
    assert_policy_fault("ratio: 0.85", "ratio: 0.85, bands: []", 0, "layers[0].ratio.table[0]",
                        "exactly one of ratio, bands, brackets, lump");
    assert_policy_fault("ratio: 0.85, ", "", 0, "layers[0].ratio.table[0]", "exactly one of");
    assert_policy_fault("{ratio: 0.75, clause: B}", "{upto: 30000.00, ratio: 0.75}", 0,
                        "layers[1].ratio.table[0].bands[1].upto", "must ascend");
    assert_policy_fault("{upto: 30000.00, ratio: 0.60}", "{ratio: 0.60}", 0,
                        "layers[1].ratio.table[0].bands[1]", "no upper bound");
    assert_policy_fault("age: {to: 69}", "age: {from: 70, to: 69}", 0,
                        "layers[0].ratio.table[1].age", "below the lower");
    assert_policy_fault("classes: [active], ratio", "classes: [resident], ratio", 0,
                        "layers[0].ratio.table[0].classes", "none of this layer's");
}

static void bounds_say_what_they_are_measured_from(void **state)
{
    (void)state;
    assert_policy_fault("from: zero, ", "", 0, "layers[1].ratio.from", "missing");
    assert_policy_fault("from: zero", "from: floor", 0, "layers[1].ratio.from", "zero, deductible");
    assert_policy_fault(BANDS, "{ratio: 0.75, clause: A}", 0, "layers[1].ratio.from",
                        "no deductible, or no bound");
    assert_policy_fault(POOL,
                        "ratio: {from: zero, table: [{bands: [{upto: 1.00, ratio: 0.70}], "
                        "clause: A}]}",
                        0, "layers[2].ratio.from", "no deductible, or no bound");
}

static void faults_of_brackets_and_lumps(void **state)
{
    (void)state;
    assert_policy_fault(POOL,
                        "ratio: {table: [{brackets: [{upto: 1.00, ratio: 0.70}], clause: A}]}", 0,
                        "layers[2].ratio.table[0].brackets", "no upper bound");
    assert_policy_fault(BANDS, "{brackets: [{upto: 1.00, ratio: 0.70}, {ratio: 0.60}], clause: A}",
                        0, "layers[1].ratio.table[0].brackets[1]", "do not descend");
    assert_policy_fault("from: zero, table: [" BANDS,
                        "table: [{lump: 1.00, below: actual, clause: A}", 0,
                        "layers[1].ratio.table[0].lump", "no lump");
    assert_policy_fault("from: zero, table: [" BANDS,
                        "table: [{lump: 1.00, below: actual, clause: A}", 2, "layers[1].adjust[0]",
                        "no ratio");
    assert_policy_fault(POOL, "ratio: {table: [{lump: 1.00, clause: A}]}", 0,
                        "layers[2].ratio.table[0].below", "missing");
    assert_policy_fault(POOL, "ratio: {table: [{ratio: 1, below: actual, clause: A}]}", 0,
                        "layers[2].ratio.table[0].below", "only a lump");
}

static void bands_over_the_year(void **state)
{
    (void)state;
    const char *year = "ratio: {bands_over: year, table: [{bands: [{upto: 1.00, ratio: 0.70}], "
                       "clause: A}]}";
    struct pack *pack = changed(POOL, year);
    assert_true(layer_of(pack, 2)->bands_over_year);
    pack_free(pack);
    pack = changed(POOL, "ratio: {bands_over: settlement, table: [{bands: [{upto: 1.00, ratio: "
                         "0.70}], clause: A}]}");
    assert_false(layer_of(pack, 2)->bands_over_year);
    pack_free(pack);
    const char *key = "layers[2].ratio.bands_over";
    assert_policy_fault(POOL, "ratio: {bands_over: month, table: [{ratio: 0.70, clause: A}]}", 0,
                        key, "settlement, year");
    assert_policy_fault(POOL, "ratio: {bands_over: year, table: [{ratio: 0.70, clause: A}]}", 0,
                        key, "no bands");
    assert_policy_fault(POOL,
                        "ratio: {bands_over: year, table: [{grades: [primary], bands: [{upto: "
                        "1.00, ratio: 0.70}], clause: A}, {grades: [level3], lump: 1.00, below: "
                        "actual, clause: A}]}",
                        0, key, "ratio and bands alone");
    assert_policy_fault("from: zero", "from: zero, bands_over: year", 0,
                        "layers[1].ratio.bands_over", "over the year already");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bands),
        cmocka_unit_test(brackets_and_lumps),
        cmocka_unit_test(faults_of_ratios),
        cmocka_unit_test(bounds_say_what_they_are_measured_from),
        cmocka_unit_test(faults_of_brackets_and_lumps),
        cmocka_unit_test(bands_over_the_year),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
