/* Optional columns of catalogue.csv, and what the policy must say of them. */
#include "fixture.h"

#include "policy/catalogue.h"

#define HEAD                                                                                       \
    "med_list_codg,name,chrgitm_lv,med_chrgitm_type,bas_medn_flag,lmt_used_flag,inpatient_only,"   \
    "sex_limit,age_min,age_max,begndate,enddate,selfpay_prop_310,selfpay_prop_390,"                \
    "pric_uplmt_low,pric_uplmt_high,"
#define X "XJ01CAA040A001010199001,药甲,02,09,0,0,0,0,,,2024-01-01,,0.10,0.20,,"
#define Y "XJ01CAA040A001010199002,药乙,01,09,0,0,0,0,,,2024-01-01,,,,,"
#define Z "XJ01CAA040A001010199003,药丙,03,09,0,0,0,0,,,2024-01-01,,,,,"

static const char rules[] = "  item_dedc: {ratio_of: rest, clause: A}\n"
                            "  pay_standard: {above: preselfpay_amt, clause: B}\n"
                            "item_tags: [dual, tcm]\n"
                            "account:";

static char *with_rules(void)
{
    int line;
    return spoil(policy_text, "account:", rules, &line);
}

static enum err compile(const char *policy, const char *catalogue, struct pack **pack,
                        struct faults *faults)
{
    return compile_texts(policy, catalogue, institutions_text, pack, faults);
}

static const struct catalogue_entry *find(const struct pack *pack, const char *code)
{
    const struct catalogue_entry *e;
    assert_int_equal(catalogue_find(pack_catalogue(pack), code, date_of(2024, 5, 1), &e),
                     CATALOGUE_FOUND);
    return e;
}

static void facts(void **state)
{
    (void)state;
    struct faults *faults = faults_new();
    struct pack *pack;
    char *policy = with_rules();
    const char *catalogue = HEAD "tags,item_dedc,pay_standard,selfpay_prop_retired\n" X
                                 ",dual;tcm,200.50,8.125,0.05\n" Y ",,,,\n" Z ",tcm,,,\n";
    assert_int_equal(compile(policy, catalogue, &pack, faults), ERR_OK);
    const struct catalogue *c = pack_catalogue(pack);
    const struct catalogue_entry *e = find(pack, "XJ01CAA040A001010199001");
    const struct catalogue_more *more = catalogue_more(c, e);
    assert_int_equal(more->tags, 3);
    assert_int_equal(more->item_dedc, 20050);
    assert_int_equal(more->pay_standard, 8125000);
    assert_int_equal(more->selfpay_prop[0], CATALOGUE_PROP_NONE);
    assert_int_equal(more->selfpay_prop[1], 500);
    assert_int_equal(find(pack, "XJ01CAA040A001010199002")->more, 0);
    assert_int_equal(catalogue_more(c, find(pack, "XJ01CAA040A001010199003"))->tags, 2);
    pack_free(pack);
    free(policy);
    free(faults);
}

/* Of many alike one is kept; items in a scope's list are marked without a column. */
static void alike_are_kept_once(void **state)
{
    (void)state;
    int line;
    struct faults *faults = faults_new();
    struct pack *pack;
    char *policy = spoil(policy_text, "med_chrgitm_type: [\"02\", \"12\"]",
                         "items: [XJ01CAA040A001010199001, XJ01CAA040A001010199003]", &line);
    assert_int_equal(compile(policy, HEAD "tags\n" X ",\n" Y ",\n" Z ",\n", &pack, faults), ERR_OK);
    uint16_t first = find(pack, "XJ01CAA040A001010199001")->more;
    assert_int_not_equal(first, 0);
    assert_int_equal(find(pack, "XJ01CAA040A001010199003")->more, first);
    assert_int_equal(find(pack, "XJ01CAA040A001010199002")->more, 0);
    assert_int_equal(
        catalogue_more(pack_catalogue(pack), find(pack, "XJ01CAA040A001010199001"))->tags,
        1u << ITEM_TAGS_MAX);
    pack_free(pack);
    free(policy);
    free(faults);
}

static void refused(const char *columns, const char *row, const char *cells, const char *key,
                    const char *en)
{
    char catalogue[1024];
    struct faults *faults = faults_new();
    struct pack *pack;
    char *policy = with_rules();
    snprintf(catalogue, sizeof catalogue, "%s%s\n%s,%s\n", HEAD, columns, row, cells);
    assert_int_equal(compile(policy, catalogue, &pack, faults), ERR_INVALID);
    assert_fault(faults, 2, key, en);
    free(policy);
    free(faults);
}

static void faults_of_cells(void **state)
{
    (void)state;
    refused("tags", X, "dual;bed", "tags", "\"bed\" is not defined");
    refused("item_dedc", X, "0", "item_dedc", "more than 0");
    refused("item_dedc", X, "-1", "item_dedc", "found \"-1\"");
    refused("pay_standard", Z, "1", "pay_standard", "class 03");
    refused("selfpay_prop_retired", Y, "0.1", "selfpay_prop_retired", "only class 02");
    refused("selfpay_prop_retired", X, "1.1", "selfpay_prop_retired", "from 0 to 1");
}

/* What a column means is the policy's to say. */
static void the_policy_must_say(void **state)
{
    (void)state;
    struct faults *faults = faults_new();
    struct pack *pack;
    const char *catalogue = HEAD "item_dedc,pay_standard\n" X ",1,1\n";
    assert_int_equal(compile(policy_text, catalogue, &pack, faults), ERR_INVALID);
    assert_fault(faults, 0, "lines.item_dedc", "what the ratio is of");
    assert_fault(faults, 0, "lines.pay_standard", "what becomes of more");
    free(faults);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts),
        cmocka_unit_test(alike_are_kept_once),
        cmocka_unit_test(faults_of_cells),
        cmocka_unit_test(the_policy_must_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
