/* Which of the year's stays a deductible means. */
#include "situations.h"

#define DEDC "layers[0].deductible."
#define NTH "      nth: same_grade\n"
#define UNUSED "      unused: lost\n"

static struct pack *with(const char *from, const char *to)
{
    int line;
    char *base = situations_policy(), *text = spoil(base, from, to, &line);
    struct pack *pack = policy_pack(text);
    free(text);
    free(base);
    return pack;
}

static void counts(void **state)
{
    (void)state;
    struct pack *pack = with(NTH, "      nth: {counts: all_stays, in: {place: [home, away]}}\n");
    const struct policy *p = pack_policy(pack, date_of(2024, 5, 1));
    const struct layer *l = &p->layers[0];
    assert_int_equal(l->nth.of, NTH_ALL_STAYS);
    assert_int_equal(l->nth.dimension, 0);
    assert_int_equal(l->nth.values, 6);
    assert_int_equal(l->deductibles[1].nth.values, 6);
    assert_int_equal(p->counted_dimensions, 1);
    pack_free(pack);
    pack = with("yuan: 1100.00", "nth: {counts: all_stays, in: {rare: [birth]}}, yuan: 1100.00");
    p = pack_policy(pack, date_of(2024, 5, 1));
    l = &p->layers[0];
    assert_int_equal(l->deductibles[0].nth.of, NTH_SAME_GRADE);
    assert_int_equal(l->deductibles[0].nth.values, 0);
    assert_int_equal(l->deductibles[1].nth.dimension, 3);
    assert_int_equal(l->deductibles[1].nth.values, 1);
    assert_int_equal(p->counted_dimensions, 8);
    pack_free(pack);
}

static void faults_of_counts(void **state)
{
    (void)state;
    assert_situation_fault(NTH, "      nth: {counts: all_stays}\n", 0, DEDC "nth.in", "missing");
    assert_situation_fault(NTH, "      nth: {counts: some, in: {place: [home]}}\n", 0,
                           DEDC "nth.counts", "same_grade, all_stays");
    assert_situation_fault(NTH, "      nth: {counts: all_stays, in: {place: [gone]}}\n", 0,
                           DEDC "nth.in.place[0]", "filed, away, home");
    assert_situation_fault(NTH,
                           "      nth: {counts: all_stays, in: {place: [home], rare: [birth]}}\n",
                           0, DEDC "nth.in", "by one dimension");
    /* "other" is a place too: one count would hold both. */
    char *text = situations_policy();
    int line;
    char *twice = spoil(text, "name: home, zh: 本地", "name: other, zh: 本地", &line);
    char *named = spoil(twice, "place: [filed, home]", "place: [filed, other]", &line);
    char *first =
        spoil(named, NTH, "      nth: {counts: all_stays, in: {place: [other]}}\n", &line);
    assert_text_fault(first, "yuan: 1100.00",
                      "nth: {counts: same_grade, in: {illness: [other]}}, yuan: 1100.00", 0,
                      DEDC "table[1].nth.in", "shares a value's name with place");
    free(first);
    free(named);
    free(twice);
    free(text);
    assert_policy_fault("table: [{yuan: 16000.00", "table: [{nth: all_stays, yuan: 16000.00", 0,
                        "layers[1].deductible.table[0].nth", "count by themselves");
}

static void merges(void **state)
{
    (void)state;
    struct pack *pack =
        with(UNUSED,
             UNUSED "      merge:\n"
                    "        - {within_days: 1, transfers: [up], pays: difference, clause: A}\n"
                    "        - {within_days: 3, transfers: [down, same], pays: none, clause: B}\n"
                    "        - {within_days: 0, transfers: [same_hospital], pays: full, clause: "
                    "A}\n");
    const struct policy *p = pack_policy(pack, date_of(2024, 5, 1));
    const struct merge_rule *m = p->layers[0].merges;
    assert_true(p->looks_back);
    assert_int_equal(p->layers[0].merge_count, 3);
    assert_int_equal(m[0].transfers, 1u << TRANSFER_UP);
    assert_int_equal(m[0].within_days, 1);
    assert_int_equal(m[0].pays, MERGE_DIFFERENCE);
    assert_int_equal(m[1].transfers, 1u << TRANSFER_DOWN | 1u << TRANSFER_SAME);
    assert_int_equal(m[1].pays, MERGE_NONE);
    assert_int_equal(m[1].clause, 2);
    assert_int_equal(m[2].pays, MERGE_FULL);
    pack_free(pack);
    pack = policy_pack(policy_text);
    assert_false(pack_policy(pack, date_of(2024, 5, 1))->looks_back);
    pack_free(pack);
}

static void fault_of_merge(const char *merge, const char *key, const char *en)
{
    char to[400], path[80];
    snprintf(to, sizeof to, UNUSED "      merge: [%s]\n", merge);
    snprintf(path, sizeof path, DEDC "merge%s", key);
    assert_policy_fault(UNUSED, to, 1, path, en);
}

static void faults_of_merges(void **state)
{
    (void)state;
    fault_of_merge("", "", "1 to 4");
    fault_of_merge("{transfers: [up], pays: none, clause: A}", "[0].within_days", "missing");
    fault_of_merge("{within_days: 61, transfers: [up], pays: none, clause: A}", "[0].within_days",
                   "60");
    fault_of_merge("{within_days: 1, transfers: [left], pays: none, clause: A}", "[0].transfers[0]",
                   "up, down, same, same_hospital");
    fault_of_merge("{within_days: 1, transfers: [up], pays: half, clause: A}", "[0].pays",
                   "difference, none, full");
    fault_of_merge("{within_days: 1, transfers: [up], pays: none, clause: A}, {within_days: 3, "
                   "transfers: [down, up], pays: full, clause: A}",
                   "[1].transfers[1]", "occurs twice");
    assert_policy_fault("deductible: {per: year", "deductible: {per: year, merge: []", 0,
                        "layers[1].deductible.merge", "only a deductible per stay has it");
    assert_policy_fault(UNUSED,
                        "      unused: carried\n      merge: [{within_days: 1, transfers: [up], "
                        "pays: none, clause: A}]\n",
                        1, DEDC "merge", "is not merged");
    int line;
    char *text = spoil(policy_text, "    counts_dedc: true\n", "", &line);
    assert_text_fault(text, UNUSED,
                      UNUSED "      merge: [{within_days: 1, transfers: [up], pays: difference, "
                             "clause: A}]\n",
                      1, DEDC "merge[0].pays", "counts_dedc");
    assert_text_fault(text, UNUSED, UNUSED "      merge: [{within_days: 1, transfers: [up]}]\n", 1,
                      DEDC "merge[0].pays", "missing");
    free(text);
}

/* One count of stays cannot follow two layers. */
static void layers_count_alike(void **state)
{
    (void)state;
    int line;
    char *text = spoil(policy_text,
                       "    cumulative: {reach_back: true, year: benefit}\n"
                       "    deductible: {per: year, ceiling: {yuan: 16000.00, clause: A}",
                       "    deductible: {per: stay, nth: all_stays, unused: lost", &line);
    pack_free(policy_pack(text));
    assert_text_fault(text, UNUSED, "      unused: carried\n", 22, "layers[1].deductible.per",
                      "layer basic counts");
    assert_text_fault(text, UNUSED,
                      UNUSED "      merge: [{within_days: 1, transfers: [up], pays: none, clause: "
                             "A}]\n",
                      23, "layers[1].deductible.per", "layer basic counts");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts),
        cmocka_unit_test(faults_of_counts),
        cmocka_unit_test(merges),
        cmocka_unit_test(faults_of_merges),
        cmocka_unit_test(layers_count_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
