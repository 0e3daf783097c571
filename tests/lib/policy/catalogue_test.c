/* Looking items up: boundaries in time, unknown codes, a table full of codes. */
#include "fixture.h"

#define CODE "XJ01CAA040A001010190001"

static void boundaries(void **state)
{
    (void)state;
    struct faults *faults = faults_new();
    struct pack *pack;
    assert_int_equal(compile_texts(policy_text, catalogue_text, institutions_text, &pack, faults),
                     ERR_OK);
    const struct catalogue *c = pack_catalogue(pack);
    const struct catalogue_entry *e;
    assert_int_equal(catalogue_find(c, CODE, date_of(2023, 12, 31), &e), CATALOGUE_NOT_IN_FORCE);
    assert_null(e);
    assert_int_equal(catalogue_find(c, CODE, date_of(2024, 1, 1), &e), CATALOGUE_FOUND);
    assert_int_equal(e->chrgitm_lv, 1);
    assert_int_equal(catalogue_find(c, CODE, date_of(2024, 12, 31), &e), CATALOGUE_FOUND);
    assert_int_equal(e->chrgitm_lv, 1);
    assert_int_equal(catalogue_find(c, CODE, date_of(2025, 1, 1), &e), CATALOGUE_FOUND);
    assert_int_equal(e->chrgitm_lv, 2);
    assert_int_equal(catalogue_find(c, CODE "0", date_of(2025, 1, 1), &e), CATALOGUE_UNKNOWN);
    assert_int_equal(catalogue_find(c, "", date_of(2025, 1, 1), &e), CATALOGUE_UNKNOWN);
    pack_free(pack);
    free(faults);
}

static void every_code_of_many(void **state)
{
    (void)state;
    const char *newline = strchr(catalogue_text, '\n');
    char *text = malloc(64 * 1024);
    assert_non_null(text);
    size_t used = (size_t)(newline - catalogue_text) + 1;
    memcpy(text, catalogue_text, used);
    for (int i = 0; i < 500; i++)
        used += (size_t)snprintf(text + used, 128,
                                 "0011%011d,item %d,01,02,0,0,0,0,,,2024-01-01,,,,,%d\n",
                                 (i * 7919) % 500, i, 1 + (i * 7919) % 500);
    struct faults *faults = faults_new();
    struct pack *pack;
    assert_int_equal(compile_texts(policy_text, text, institutions_text, &pack, faults), ERR_OK);
    for (int i = 0; i < 500; i++) {
        char code[32];
        const struct catalogue_entry *e;
        snprintf(code, sizeof code, "0011%011d", i);
        assert_int_equal(catalogue_find(pack_catalogue(pack), code, date_of(2024, 1, 1), &e),
                         CATALOGUE_FOUND);
        assert_string_equal(e->med_list_codg, code);
    }
    /* A part of a code, more than a code, more than any code. */
    const char *const strangers[] = {"", "0011", "00110000000000", "0011000000000010",
                                     "0011000000000010000000000000000000000000"};
    for (size_t i = 0; i < ARRAY_LEN(strangers); i++) {
        const struct catalogue_entry *e;
        assert_int_equal(
            catalogue_find(pack_catalogue(pack), strangers[i], date_of(2024, 1, 1), &e),
            CATALOGUE_UNKNOWN);
        assert_null(e);
    }
    /* A hint that finds nothing is none. */
    for (size_t i = 0; i < ARRAY_LEN(strangers); i++)
        catalogue_warm(pack_catalogue(pack), strangers[i]);
    pack_free(pack);
    free(faults);
    free(text);
}

/* Six years of one consumable with the longest code, among neighbours that differ in one place. */
static void a_code_with_a_history(void **state)
{
    (void)state;
    const char *newline = strchr(catalogue_text, '\n');
    char text[8192];
    size_t used = (size_t)(newline - catalogue_text) + 1;
    memcpy(text, catalogue_text, used);
    for (int year = 2020; year < 2026; year++)
        used += (size_t)snprintf(text + used, 256,
                                 "C14010100000000000000000001,x,02,08,0,0,0,0,,,%d-01-01,%d-12-30,"
                                 "0.%02d,0,,\nC1401010000000000000000%04d,y,01,08,0,0,0,0,,,"
                                 "2020-01-01,,,,,\n",
                                 year, year, year - 2000, year);
    struct faults *faults = faults_new();
    struct pack *pack;
    assert_int_equal(compile_texts(policy_text, text, institutions_text, &pack, faults), ERR_OK);
    struct catalogue_query queries[12];
    for (int i = 0; i < 12; i++)
        queries[i] =
            (struct catalogue_query){.med_list_codg = "C14010100000000000000000001",
                                     .date = date_of(2020 + i / 2, i % 2 ? 12 : 1, i % 2 ? 31 : 1)};
    catalogue_find_all(pack_catalogue(pack), queries, 12);
    for (int i = 0; i < 12; i++) { /* a gap of a day at each year's end */
        assert_int_equal(queries[i].found, i % 2 ? CATALOGUE_NOT_IN_FORCE : CATALOGUE_FOUND);
        if (i % 2)
            assert_null(queries[i].entry);
        else
            assert_int_equal(queries[i].entry->selfpay_prop[0], 2000 + 100 * (i / 2));
    }
    queries[0].med_list_codg = "C14010100000000000000000002";
    queries[1].med_list_codg = "C14010100000000000000002020";
    queries[2].med_list_codg = "C1401010000000000000000000";
    catalogue_find_all(pack_catalogue(pack), queries, 3);
    assert_int_equal(queries[0].found, CATALOGUE_UNKNOWN);
    assert_int_equal(queries[1].found, CATALOGUE_FOUND);
    assert_int_equal(queries[1].entry->chrgitm_lv, 1);
    assert_int_equal(queries[2].found, CATALOGUE_UNKNOWN);
    pack_free(pack);
    free(faults);
}

static void an_empty_catalogue_knows_nothing(void **state)
{
    (void)state;
    struct pack *pack = policy_pack(policy_text);
    const struct catalogue_entry *e;
    assert_int_equal(catalogue_count(pack_catalogue(pack)), 0);
    assert_int_equal(catalogue_find(pack_catalogue(pack), CODE, 20000, &e), CATALOGUE_UNKNOWN);
    catalogue_warm(pack_catalogue(pack), CODE);
    pack_free(pack);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(boundaries),
        cmocka_unit_test(every_code_of_many),
        cmocka_unit_test(a_code_with_a_history),
        cmocka_unit_test(an_empty_catalogue_knows_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
