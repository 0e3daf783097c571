/* catalogue.csv: cells, their checks, and rows in any order. */
#include "fixture.h"

#include "policy/catalogue.h"

static void refused(const char *from, const char *to, const char *key, const char *en)
{
    int line;
    char *text = spoil(catalogue_text, from, to, &line);
    struct faults *faults = faults_new();
    struct pack *pack;
    assert_int_equal(compile_texts(policy_text, text, institutions_text, &pack, faults),
                     ERR_INVALID);
    assert_fault(faults, line, key, en);
    free(faults);
    free(text);
}

static void entries(void **state)
{
    (void)state;
    struct faults *faults = faults_new();
    struct pack *pack;
    assert_int_equal(compile_texts(policy_text, catalogue_text, institutions_text, &pack, faults),
                     ERR_OK);
    const struct catalogue *c = pack_catalogue(pack);
    const struct catalogue_entry *e;
    assert_int_equal(catalogue_count(c), 3);
    assert_int_equal(catalogue_find(c, "XJ01CAA040A001010190001", date_of(2025, 1, 1), &e),
                     CATALOGUE_FOUND);
    assert_int_equal(e->chrgitm_lv, 2);
    assert_int_equal(e->selfpay_prop[0], 500);
    assert_int_equal(e->selfpay_prop[1], 1000);
    assert_int_equal(catalogue_cap(e, 0), -1);
    assert_int_equal(catalogue_cap(e, 1), 3500000);
    assert_true(e->bas_medn_flag);
    assert_int_equal(e->age_min, 0);
    assert_int_equal(e->age_max, CATALOGUE_AGE_OPEN);
    assert_int_equal(e->enddate, DATE_MAX);
    assert_int_equal(catalogue_find(c, "001102000010000", date_of(2025, 1, 1), &e),
                     CATALOGUE_FOUND);
    assert_true(e->caps_by_grade);
    assert_int_equal(e->sex_limit, 2);
    assert_int_equal(e->age_min, 14);
    assert_int_equal(e->age_max, 60);
    assert_int_equal(catalogue_cap(e, 0), 4000000);
    assert_int_equal(catalogue_cap(e, 1), 8250000);
    pack_free(pack);
    free(faults);
}

static void faults_of_cells(void **state)
{
    (void)state;
    refused("001102000010000", "00110200001000", "med_list_codg", "no drug, service");
    refused("001102000010000", "00110200001000X", "med_list_codg", "no drug, service");
    refused("001102000010000", "X01102000010000", "med_list_codg", "no drug, service");
    refused("诊察费,01,02", "诊察费,04,02", "chrgitm_lv", "found \"04\", expected 01 to 03");
    refused("诊察费,01,02", "诊察费,01,15", "med_chrgitm_type", "expected 01 to 14");
    refused("诊察费,01,02,0", "诊察费,01,02,是", "bas_medn_flag", "expected 0 or 1");
    refused(",2,14,60,", ",3,14,60,", "sex_limit", "from 0 to 2");
    refused(",14,60,", ",61,60,", "age_max", "below age_min");
    refused("2025-01-01,,0.05,0.10", "2025-01-01,,0.05,1.10", "selfpay_prop_390", "from 0 to 1");
    refused("2025-01-01,,0.05,0.10", "2025-01-01,,0.05,", "selfpay_prop_390", "from 0 to 1");
    refused("2024-12-31,,", "2024-12-31,0.1,", "selfpay_prop_310", "no first self-pay");
    refused(",,3.5", ",,-3.5", "pric_uplmt_high", "found \"-3.5\"");
    refused("2024-12-31", "2023-12-31", "enddate", "before begndate");
    refused(",诊察费,", ",,", "name", "found 0 bytes");
}

static void rows_may_not_overlap_in_time(void **state)
{
    (void)state;
    int line;
    char *text = spoil(catalogue_text, "2024-12-31", "2025-01-01", &line);
    struct faults *faults = faults_new();
    struct pack *pack;
    assert_int_equal(compile_texts(policy_text, text, institutions_text, &pack, faults),
                     ERR_INVALID);
    assert_int_equal(faults->count, 1);
    assert_fault(faults, 2, "begndate", "in force on days of line 3 too");
    free(faults);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries),
        cmocka_unit_test(faults_of_cells),
        cmocka_unit_test(rows_may_not_overlap_in_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
