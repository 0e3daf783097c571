/* Overlaps and gaps of a table. */
#include "situations.h"

#define TABLE "layers[0].ratio.table"

static void overlaps(void **state)
{
    (void)state;
    assert_policy_fault("age: {to: 69}", "age: {to: 70}", 1, TABLE "[2]", "the rule on line 57");
    assert_policy_fault("{classes: [retired], age: {to: 69}", "{age: {to: 69}", 0, TABLE "[1]",
                        "the rule on line 56");
    assert_policy_fault("{grades: [level3], yuan: 1100.00", "{grades: [primary], yuan: 1100.00", 0,
                        "layers[0].deductible.table[1]", "the rule on line 52");
    assert_policy_fault("jointly: [stay], clause: A}",
                        "jointly: [stay], clause: A}\n"
                        "      - {grades: [level3], on: payment, yuan: 1.00, jointly: [stay], "
                        "clause: A}",
                        1, "layers[0].caps[1]", "the rule on line 60");
}

static void gaps(void **state)
{
    (void)state;
    assert_policy_fault("{classes: [active], ratio", "{classes: [active], grades: [primary], ratio",
                        -1, TABLE, "no rule for grade level3, class active");
    assert_policy_fault("age: {from: 70}", "age: {from: 71}", -3, TABLE, "class retired (age 70)");
    assert_policy_fault("age: {to: 69}", "age: {from: 1, to: 69}", -2, TABLE, "(age 0)");
    assert_policy_fault("age: {from: 70}", "age: {from: 70, to: 120}", -3, TABLE, "(age 121)");
}

static char *with_identities(const char *rows)
{
    int line;
    return spoil(policy_text, "[{ratio: 0.70, clause: A}]", rows, &line);
}

/* Rules by identity cover a layer that asks for these identities, and only such a layer. */
static void identities(void **state)
{
    (void)state;
    char *fits = with_identities("[{identities: [low], ratio: 0.70, clause: A}]");
    pack_free(policy_pack(fits));
    free(fits);
    assert_policy_fault("[{ratio: 0.70, clause: A}]",
                        "[{identities: [poor], ratio: 0.70, clause: A}]", 0,
                        "layers[2].ratio.table[0].identities", "none of this layer's");
    assert_policy_fault("{classes: [active], ratio", "{classes: [active], identities: [low], ratio",
                        -1, TABLE, "class active");
}

/* With "stacked" one person may have both identities, so that two rules could hold. */
static void stacked_identities_meet(void **state)
{
    (void)state;
    int line;
    char *both = spoil(policy_text, "identities: [low]}", "identities: [low, poor]}", &line);
    char *two = spoil(both, "[{ratio: 0.70, clause: A}]",
                      "[{identities: [low], ratio: 0.7, clause: A}, "
                      "{identities: [poor], ratio: 0.9, clause: A}]",
                      &line);
    pack_free(policy_pack(two));
    int ignored;
    char *stacked = spoil(two, "combine: best", "combine: stacked", &ignored);
    struct faults *faults = faults_new();
    struct pack *pack;
    assert_int_equal(pack_compile_policy("p", text_of(stacked), &pack, faults), ERR_INVALID);
    assert_fault(faults, line, "layers[2].ratio.table[1]", "overlaps");
    free(faults);
    free(stacked);
    free(two);
    free(both);
}

#define LOW_AND_REST(rest)                                                                         \
    "[{identities: [low], ratio: 0.7, clause: A}, {" rest ", ratio: 0.5, clause: A}]"
#define THIRD "layers[2].ratio.table"

/* The third layer for everybody, or for the identities named. */
static char *third_layer(const char *identities, const char *combine, const char *rows)
{
    int line;
    char *text = spoil(policy_text, ", identities: [low]}", identities, &line);
    char *owned = spoil(text, "owner: assistance", "owner: county", &line);
    char *combined = spoil(owned, "combine: best", combine, &line);
    char *whole = spoil(combined, "[{ratio: 0.70, clause: A}]", rows, &line);
    free(combined);
    free(owned);
    free(text);
    return whole;
}

static void assert_third(const char *identities, const char *combine, const char *rows,
                         const char *key, const char *en)
{
    char *text = third_layer(identities, combine, rows);
    struct faults *faults = faults_new();
    struct pack *pack = NULL;
    enum err err = pack_compile_policy("p", text_of(text), &pack, faults);
    assert_int_equal(err, en ? ERR_INVALID : ERR_OK);
    bool found = !en;
    for (uint32_t i = 0; i < faults->count; i++)
        found |= en && strcmp(faults->list[i].key, key) == 0 && strstr(faults->list[i].en, en);
    if (!found)
        faults_print(faults);
    assert_true(found);
    pack_free(pack);
    free(faults);
    free(text);
}

/* A row for some identities, and one for everybody else. */
static void the_rest_is_who_has_none_of_them(void **state)
{
    (void)state;
    const char *const best = "combine: best", *const stacked = "combine: stacked";
    const char *const low_and_rest = LOW_AND_REST("not_identities: [low]");
    assert_third("}", best, low_and_rest, NULL, NULL);
    assert_third("}", stacked, low_and_rest, NULL, NULL);
    assert_third("}", best, LOW_AND_REST("not_identities: [poor]"), THIRD "[1]", "overlaps");
    assert_third("}", best, LOW_AND_REST("not_identities: [low, poor]"), THIRD, "no rule for");
    assert_third("}", best, LOW_AND_REST("age: {to: 200}"), THIRD "[1]",
                 "for the rest says not_identities");
    assert_third("}", best, LOW_AND_REST("identities: [poor], not_identities: [low]"),
                 THIRD "[1].not_identities", "either identities or");
    assert_third("}", best, LOW_AND_REST("not_identities: [rich]"), THIRD "[1].not_identities[0]",
                 "poor, low");
}

static void the_rest_of_a_layers_identities(void **state)
{
    (void)state;
    const char *const best = "combine: best", *const stacked = "combine: stacked";
    const char *const both = ", identities: [low, poor]}";
    assert_third(both, best, LOW_AND_REST("not_identities: [low]"), NULL, NULL);
    assert_third(both, best, LOW_AND_REST("not_identities: [low, poor]"),
                 THIRD "[1].not_identities", "leaves none");
    assert_third(", identities: [low]}", best, LOW_AND_REST("not_identities: [poor]"),
                 THIRD "[1].not_identities", "none of this layer's");
    /* Who has both meets neither row. */
    assert_third(both, stacked,
                 "[{not_identities: [low], ratio: 0.5, clause: A}, "
                 "{not_identities: [poor], ratio: 0.7, clause: A}]",
                 THIRD, "no rule for");
}

/* Values of one dimension exclude each other; every one that the layer can meet needs a rule. */
static void situations(void **state)
{
    (void)state;
    assert_situation_fault("in: {place: [away]}", "in: {place: [away, home]}", 0, TABLE "[1]",
                           "the rule on line");
    assert_situation_fault("in: {place: [away]}", "in: {illness: [chemo]}", 0, TABLE "[1]",
                           "the rule on line");
    assert_situation_fault("in: {place: [filed, home]}", "in: {place: [home]}", -1, TABLE,
                           "class active (age 0, place/filed)");
    assert_situation_fault("in: {place: [away]}", "in: {place: [away], illness: [chemo]}", -2,
                           TABLE, "class active (age 0, place/away, illness/other)");
    char *text = situations_policy();
    int line;
    char *split =
        spoil(text, "        - {classes: [active], in: {place: [away]}, ratio: 0.6, clause: A}\n",
              "        - {classes: [active], in: {place: [away], illness: [chemo]}, "
              "ratio: 0.6, clause: A}\n"
              "        - {classes: [active], in: {place: [away], illness: [other]}, "
              "ratio: 0.5, clause: A}\n",
              &line);
    pack_free(policy_pack(split)); /* illness/old is no inpatient */
    free(split);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(overlaps),
        cmocka_unit_test(gaps),
        cmocka_unit_test(identities),
        cmocka_unit_test(stacked_identities_meet),
        cmocka_unit_test(situations),
        cmocka_unit_test(the_rest_is_who_has_none_of_them),
        cmocka_unit_test(the_rest_of_a_layers_identities),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
