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
                                 "0011%011d,item %d,01,02,0,0,0,0,,,2024-01-01,,,,,\n",
                                 (i * 7919) % 500, (i * 7919) % 500);
    struct faults *faults = faults_new();
    struct pack *pack;
    assert_int_equal(compile_texts(policy_text, text, institutions_text, &pack, faults), ERR_OK);
    for (int i = 0; i < 500; i++) {
        char code[32], name[32];
        const struct catalogue_entry *e;
        snprintf(code, sizeof code, "0011%011d", i);
        snprintf(name, sizeof name, "item %d", i);
        assert_int_equal(catalogue_find(pack_catalogue(pack), code, date_of(2024, 1, 1), &e),
                         CATALOGUE_FOUND);
        assert_string_equal(e->name, name);
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
    const char *const codes[] = {"", "0", "00110000000000", "001100000000001"};
    catalogue_warm(pack_catalogue(pack), codes, ARRAY_LEN(codes));
    catalogue_warm(pack_catalogue(pack), codes, 0);
    pack_free(pack);
    free(faults);
    free(text);
}

static void an_empty_catalogue_knows_nothing(void **state)
{
    (void)state;
    struct pack *pack = policy_pack(policy_text);
    const struct catalogue_entry *e;
    assert_int_equal(catalogue_count(pack_catalogue(pack)), 0);
    assert_int_equal(catalogue_find(pack_catalogue(pack), CODE, 20000, &e), CATALOGUE_UNKNOWN);
    catalogue_warm(pack_catalogue(pack), (const char *const[]){CODE}, 1);
    pack_free(pack);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(boundaries),
        cmocka_unit_test(every_code_of_many),
        cmocka_unit_test(an_empty_catalogue_knows_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
