/* institutions.csv. */
#include "situations.h"

static void refused(const char *from, const char *to, const char *key, const char *en)
{
    int line;
    char *text = spoil(institutions_text, from, to, &line);
    struct faults *faults = faults_new();
    struct pack *pack;
    assert_int_equal(compile_texts(policy_text, catalogue_text, text, &pack, faults), ERR_INVALID);
    assert_fault(faults, line, key, en);
    free(faults);
    free(text);
}

static void found_by_code(void **state)
{
    (void)state;
    struct faults *faults = faults_new();
    struct pack *pack;
    assert_int_equal(compile_texts(policy_text, catalogue_text, institutions_text, &pack, faults),
                     ERR_OK);
    const struct institution *h = pack_institution(pack, "H43100299001");
    assert_non_null(h);
    assert_string_equal(h->name, "医院");
    assert_string_equal(h->admdvs, "431002");
    assert_int_equal(h->benefit_grade, 1);
    assert_int_equal(h->cap_grade, 1);
    assert_int_equal(h->dedc_grade, 0);
    assert_int_equal(h->kinds, 3);
    assert_int_equal(h->enddate, date_of(2024, 6, 30));
    const struct institution *p = pack_institution(pack, "P43100299001");
    assert_int_equal(p->fixmedins_type, 2);
    assert_int_equal(p->enddate, DATE_MAX);
    assert_null(pack_institution(pack, "H43100299002"));
    assert_null(pack_institution(pack, ""));
    pack_free(pack);
    free(faults);
}

static void faults_of_cells(void **state)
{
    (void)state;
    refused("H43100299001", "H4310029900", "fixmedins_code", "five of serial");
    refused("医院,1,", "医院,2,", "fixmedins_type", "H or P");
    refused("1,431002,level3", "1,430102,level3", "admdvs", "no county of 431000");
    refused("431002,level3", "431002,level9", "benefit_grade", "\"level9\" is not defined");
    refused("level3,high", "level3,primary", "cap_grade", "not defined");
    refused("outpatient;inpatient", "outpatient;dental", "kinds", "\"dental\" is not defined");
    refused("outpatient;inpatient", "", "kinds", "at least one");
    refused("outpatient;inpatient", "outpatient;shop", "kinds", "pharmacies sell");
    refused("2024-06-30", "2022-06-30", "enddate", "before begndate");
    refused("P43100299001", "H43100299001", "fixmedins_type", "H or P");
}

static void duplicates(void **state)
{
    (void)state;
    int line;
    char *text = spoil(institutions_text, "P43100299001,药店,2,431002,primary,low,primary,shop,",
                       "H43100299001,二,1,431002,primary,low,primary,outpatient,", &line);
    struct faults *faults = faults_new();
    struct pack *pack;
    assert_int_equal(compile_texts(policy_text, catalogue_text, text, &pack, faults), ERR_INVALID);
    assert_fault(faults, 3, "fixmedins_code", "on line 2 already");
    free(faults);
    free(text);
}

static void tags(void **state)
{
    (void)state;
    static const char tagged[] =
        "tags,fixmedins_code,name,fixmedins_type,admdvs,benefit_grade,cap_grade,dedc_grade,kinds,"
        "begndate,enddate\n"
        ",P43100299001,药店,2,431002,primary,low,primary,shop,2023-01-01,\n"
        "county;tcm,H43100299001,医院,1,431002,level3,high,primary,inpatient,2023-01-01,\n";
    char *policy = situations_policy();
    struct faults *faults = faults_new();
    struct pack *pack;
    assert_int_equal(compile_texts(policy, catalogue_text, tagged, &pack, faults), ERR_OK);
    assert_int_equal(pack_institution(pack, "H43100299001")->tags, 3);
    assert_int_equal(pack_institution(pack, "P43100299001")->tags, 0);
    pack_free(pack);
    assert_int_equal(compile_texts(policy_text, catalogue_text, tagged, &pack, faults),
                     ERR_INVALID);
    assert_fault(faults, 3, "tags", "\"county\" is not defined");
    free(faults);
    free(policy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(found_by_code),
        cmocka_unit_test(tags),
        cmocka_unit_test(faults_of_cells),
        cmocka_unit_test(duplicates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
