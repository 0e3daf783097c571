/* The caps of a layer, as a pack writes them. */
#include "fixture.h"

#define BASIC "caps:\n      - {on: payment, yuan: 150000.00, jointly: [stay], clause: A}\n"
#define POOL "    ratio: {table: [{ratio: 0.70, clause: A}]}\n"

/* The outpatient layer with caps. */
static void assert_pool_fault(const char *caps, const char *key, const char *en)
{
    char to[1024];
    snprintf(to, sizeof to, "%s    caps: [%s]\n", POOL, caps);
    assert_policy_fault(POOL, to, 1, key, en);
}

static struct pack *with_pool_caps(const char *caps)
{
    char to[1024];
    int line;
    snprintf(to, sizeof to, "%s    caps: [%s]\n", POOL, caps);
    char *text = spoil(policy_text, POOL, to, &line);
    struct pack *pack = policy_pack(text);
    free(text);
    return pack;
}

static const struct layer *layer_of(const struct pack *pack, int i)
{
    return &pack_policy(pack, date_of(2024, 5, 1))->layers[i];
}

static void what_a_row_says(void **state)
{
    (void)state;
    struct pack *pack = policy_pack(policy_text);
    const struct cap_rule *cap = &layer_of(pack, 1)->caps[0];
    assert_int_equal(cap->on, CAP_ON_ELIGIBLE);
    assert_int_equal(cap->per, PER_YEAR);
    assert_int_equal(cap->scope_count, 2);
    assert_string_equal(cap->scopes[1], "stay");
    assert_int_equal(cap->raise_count, 0);
    assert_int_equal(cap->raised_at_most, -1);
    assert_int_equal(layer_of(pack, 0)->paid_spans, 0);
    assert_true(layer_of(pack, 0)->counts_base && layer_of(pack, 1)->counts_base);
    pack_free(pack);
}

static void spans_and_raises(void **state)
{
    (void)state;
    struct pack *pack = with_pool_caps(
        "{on: payment, per: day, yuan: 40.00, jointly: [op], clause: A}, "
        "{on: payment, per: visit, yuan: 30.00, jointly: [op], clause: A}, "
        "{on: eligible, per: quarter, yuan: 900.00, jointly: [op], clause: A}, "
        "{on: payment, yuan: 400.00, jointly: [op], raised: [{by: continuous_years, beyond: 4, "
        "yuan: 30.00}, {by: zero_claim_years, yuan: 20.00}], raised_at_most: 0.20, clause: B}");
    const struct layer *layer = layer_of(pack, 2);
    assert_int_equal(layer->cap_count, 4);
    assert_int_equal(layer->caps[0].per, PER_DAY);
    assert_int_equal(layer->caps[1].per, PER_VISIT);
    assert_int_equal(layer->caps[2].per, PER_QUARTER);
    assert_int_equal(layer->paid_spans, 1 << PER_DAY);
    assert_int_equal(layer->base_spans, 1 << PER_QUARTER);
    const struct cap_rule *raised = &layer->caps[3];
    assert_int_equal(raised->raise_count, 2);
    assert_int_equal(raised->raises[0].by, CAP_CONTINUOUS_YEARS);
    assert_int_equal(raised->raises[0].beyond, 4);
    assert_int_equal(raised->raises[0].fen, 3000);
    assert_int_equal(raised->raises[1].by, CAP_ZERO_CLAIM_YEARS);
    assert_int_equal(raised->raises[1].beyond, 0);
    assert_int_equal(raised->raised_at_most, 2000);
    assert_true(pack_policy(pack, date_of(2024, 5, 1))->sums_days);
    pack_free(pack);
}

/* A pool joint over stays and visits is named in both layers, the earlier and the later. */
static void a_later_layer_may_be_counted_too(void **state)
{
    (void)state;
    int line;
    char *text = spoil(policy_text, "jointly: [stay]", "jointly: [stay, ci]", &line);
    pack_free(policy_pack(text));
    free(text);
}

static void faults_of_caps(void **state)
{
    (void)state;
    assert_policy_fault("jointly: [stay]", "jointly: [stay, op]", 0, "layers[0].caps[0].jointly[1]",
                        "no layer of the same insutype accumulates \"op\"");
    assert_policy_fault("jointly: [ci, stay]", "jointly: [stay]", 0, "layers[1].caps[0].jointly",
                        "this layer's own \"ci\"");
    assert_policy_fault("on: eligible", "on: fee", 0, "layers[1].caps[0].on", "payment, eligible");
    assert_policy_fault("caps: [{on: eligible", "caps: [{per: month, on: eligible", 0,
                        "layers[1].caps[0].per", "per year");
    assert_pool_fault("{on: payment, per: stay, yuan: 1.00, jointly: [op], clause: A}",
                      "layers[2].caps[0].per", "is not a stay");
    assert_policy_fault(BASIC,
                        "caps: [{on: payment, per: visit, yuan: 1.00, jointly: [stay], "
                        "clause: A}]\n",
                        0, "layers[0].caps[0].per", "is a stay");
    assert_pool_fault("{on: payment, per: hospital_year, yuan: 1.00, jointly: [op], clause: A}",
                      "layers[2].caps[0].per", "stay, visit, day, month, quarter, year");
}

/* Of one sort one holds; of several the tightest does. */
static void caps_of_one_sort_do_not_overlap(void **state)
{
    (void)state;
    assert_pool_fault("{on: payment, yuan: 1.00, jointly: [op], clause: A}, {on: payment, per: "
                      "year, grades: [level3], yuan: 2.00, jointly: [op], clause: A}",
                      "layers[2].caps[1]", "overlaps the rule on line");
    pack_free(with_pool_caps("{on: payment, yuan: 1.00, jointly: [op], clause: A}, {on: eligible, "
                             "yuan: 2.00, jointly: [op], clause: A}"));
}

static const char diseases[] = "situations:\n"
                               "  disease:\n"
                               "    zh: 病种\n"
                               "    values:\n"
                               "      - {name: heart, zh: 冠心病, when: {diseases: [I25]}}\n"
                               "      - {name: other, zh: 其他}\n"
                               "layers:\n";

/* Both places of the fixture changed: situations, and the outpatient layer's sums by disease. */
static char *by_disease(const char *caps)
{
    char to[1024];
    int line;
    snprintf(to, sizeof to, "    accumulates: op\n    accumulates_by: disease\n    caps: [%s]\n",
             caps);
    char *with = spoil(policy_text, "layers:\n", diseases, &line);
    char *text = spoil(with, "    accumulates: op\n", to, &line);
    free(with);
    return text;
}

static void sums_apart_by_value(void **state)
{
    (void)state;
    char *text = by_disease("{in: {disease: [heart]}, on: payment, per: day, yuan: 1.00, jointly: "
                            "[op/heart], clause: A}, {on: eligible, yuan: 2.00, jointly: [op], "
                            "clause: A}");
    struct pack *pack = policy_pack(text);
    const struct layer *layer = layer_of(pack, 2);
    assert_int_equal(layer->by_dimension, 0);
    assert_string_equal(layer->scopes[0], "op/heart");
    assert_string_equal(layer->scopes[1], "op/other");
    assert_int_equal(layer->caps[0].all_values, 0);
    assert_int_equal(layer->caps[1].all_values, 1);
    assert_int_equal(layer->paid_spans, 1 << PER_DAY);
    assert_true(layer->counts_base);
    pack_free(pack);
    free(text);
}

static void assert_disease_fault(const char *caps, const char *key, const char *en)
{
    char *text = by_disease(caps);
    struct faults *faults = faults_new();
    struct pack *pack;
    int line = 1;
    for (const char *p = text; p < strstr(text, "accumulates_by"); p++)
        line += *p == '\n';
    assert_int_equal(pack_compile_policy("policy.yaml", text_of(text), &pack, faults), ERR_INVALID);
    assert_fault(faults, line + 1, key, en);
    free(faults);
    free(text);
}

static void faults_of_values(void **state)
{
    (void)state;
    assert_disease_fault("{on: payment, yuan: 1.00, jointly: [op/heart], clause: A}",
                         "layers[2].caps[0]", "needs in: {disease: [those values]}");
    assert_disease_fault("{in: {disease: [heart, other]}, on: payment, yuan: 1.00, jointly: "
                         "[op/heart], clause: A}",
                         "layers[2].caps[0]", "needs in: {disease: [those values]}");
    assert_disease_fault("{in: {disease: [heart]}, on: payment, yuan: 1.00, jointly: [op/heart, "
                         "op], clause: A}",
                         "layers[2].caps[0].jointly[1]", "is counted by \"op/heart\" already");
    assert_disease_fault("{in: {disease: [heart]}, on: payment, yuan: 1.00, jointly: [op/heart, "
                         "op/lung], clause: A}",
                         "layers[2].caps[0].jointly[1]", "accumulates \"op/lung\"");
    assert_policy_fault("    accumulates: op\n",
                        "    accumulates: op\n    accumulates_by: disease\n", 1,
                        "layers[2].accumulates_by", "no \"disease\"");
}

static void faults_of_raises(void **state)
{
    (void)state;
    assert_pool_fault("{on: payment, yuan: 1.00, jointly: [op], raised_at_most: 0.2, clause: A}",
                      "layers[2].caps[0].raised_at_most", "nothing is raised");
    assert_pool_fault("{on: payment, yuan: 1.00, jointly: [op], raised: [{by: age, yuan: 1.00}], "
                      "clause: A}",
                      "layers[2].caps[0].raised[0].by", "continuous_years, zero_claim_years");
    assert_pool_fault("{on: payment, yuan: 1.00, jointly: [op], raised: [{by: zero_claim_years}], "
                      "clause: A}",
                      "layers[2].caps[0].raised[0].yuan", "missing");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_row_says),
        cmocka_unit_test(spans_and_raises),
        cmocka_unit_test(a_later_layer_may_be_counted_too),
        cmocka_unit_test(faults_of_caps),
        cmocka_unit_test(caps_of_one_sort_do_not_overlap),
        cmocka_unit_test(sums_apart_by_value),
        cmocka_unit_test(faults_of_values),
        cmocka_unit_test(faults_of_raises),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
