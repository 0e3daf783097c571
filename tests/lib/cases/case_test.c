/* A case as its reader gives it to the adjudicator, and what it refuses. */
#include "../policy/situations.h"

#include "cases/case.h"

static const char case_text[] =
    "case: small\n"
    "source: invented\n"
    "policy: policy.yaml\n"
    "member: {insutype: \"310\", psn_type: \"1102\", born: 1970-01-01, identities: [poor]}\n"
    "history: {year: 2024, admissions: {level3: 2}, hifp_pay: 10.00}\n"
    "claims:\n"
    "  - med_type: \"22\"\n"
    "    institution: {grade: level3, region: \"431002\"}\n"
    "    from: 2024-03-01\n"
    "    to: 2024-03-10\n"
    "    lines:\n"
    "      - {chrgitm_lv: \"02\", selfpay_prop: 0.10, amount: 3000.00}\n"
    "      - {chrgitm_lv: \"01\", amount: 0.05, cnt: 0.5, pric: 0.10}\n"
    "    expect: {act_pay_dedc: 600.00}\n";

/* What one test holds of a case. */
struct bench {
    struct pack *pack;
    struct arena *arena;
    struct faults *faults;
    struct yaml *document;
    struct policy_case read;
};

static struct bench *bench_of(struct pack *pack, const char *text, enum err expected)
{
    struct bench *b = calloc(1, sizeof *b);
    assert_non_null(b);
    b->pack = pack;
    b->arena = arena_new(CASE_ARENA_MAX);
    b->faults = faults_new();
    assert_int_equal(yaml_parse("case.yaml", text_of(text), b->faults, &b->document), ERR_OK);
    enum err err = case_read("case.yaml", b->document, b->pack, b->arena, b->faults, &b->read);
    if (err != expected)
        faults_print(b->faults);
    assert_int_equal(err, expected);
    return b;
}

static struct bench *bench_open(const char *text, enum err expected)
{
    return bench_of(policy_pack(policy_text), text, expected);
}

static void bench_close(struct bench *b)
{
    yaml_free(b->document);
    free(b->faults);
    arena_free(b->arena);
    pack_free(b->pack);
    free(b);
}

static void a_case(void **state)
{
    (void)state;
    struct bench *b = bench_open(case_text, ERR_OK);
    const struct policy_case *read = &b->read;
    assert_string_equal(read->name, "small");
    assert_int_equal(read->person.insurance_count, 1);
    assert_string_equal(read->person.insurances[0].psn_type, "1102");
    assert_int_equal(read->person.identity_count, 1);
    assert_string_equal(read->person.identities[0].psn_idet_type, "2");
    assert_int_equal(accum_get(&read->history, 2024, 310, ACCUM_STAYS, "level3"), 2);
    assert_int_equal(accum_get(&read->history, 2024, 310, ACCUM_PAID, "stay"), 1000);
    assert_int_equal(read->claim_count, 1);
    const struct case_claim *claim = &read->claims[0];
    assert_int_equal(claim->claim.medfee_sumamt, 300005);
    assert_int_equal(claim->claim.line_count, 2);
    assert_int_equal(claim->stated[0].selfpay_prop, 1000);
    assert_int_equal(claim->claim.lines[1].cnt, 5000);
    assert_int_equal(claim->institution.benefit_grade, 1);
    assert_int_equal(claim->setl_time, claim->claim.endtime);
    assert_int_equal(claim->expectation_count, 1);
    assert_int_equal(claim->expectations[0].fen, 60000);
    bench_close(b);
}

static void assert_dedc(const char *scope)
{
    int line;
    char to[80];
    snprintf(to, sizeof to, "deductible: {\"%s\": 10.00}", scope);
    char *text = spoil(case_text, "hifp_pay: 10.00", to, &line);
    struct bench *b = bench_open(text, ERR_OK);
    assert_int_equal(accum_get(&b->read.history, 2024, 310, ACCUM_DEDC, scope), 1000);
    bench_close(b);
    free(text);
}

static void sums_of_spans(void **state)
{
    (void)state;
    assert_dedc("stay/level3");
    assert_dedc("stay@240315/level3");
    assert_dedc("stay@2403/level3");
    assert_dedc("stay@24Q1/level3");
    assert_dedc("stay#H43100299001");
    assert_dedc("stay~");
    assert_dedc("stay~/level3");
}

static struct bench *bench_of_situations(const char *from, const char *to, enum err expected,
                                         int *line)
{
    static const char text[] =
        "case: facts\n"
        "source: invented\n"
        "policy: policy.yaml\n"
        "member:\n"
        "  {insutype: \"310\", psn_type: \"1102\", born: 1970-01-01, cvlserv_lv: \"2\", filings: "
        "[\n"
        "    {filing: residence, from: 2024-01-01},\n"
        "    {filing: \"2562\", from: 2024-02-01, to: 2024-12-31, fixmedins_code: H43100299007,\n"
        "     dise_codg: M03900}]}\n"
        "history:\n"
        "  year: 2024\n"
        "  previous: {to: 2024-02-28, grade: level3, deductible: 20.00, dise_codg: J18}\n"
        "claims:\n"
        "  - med_type: \"22\"\n"
        "    institution: {grade: level3, region: \"431002\", fixmedins_code: H43100299009,\n"
        "                  tags: [county]}\n"
        "    from: 2024-03-01\n"
        "    to: 2024-03-10\n"
        "    dise_codg: C34\n"
        "    oprn_oprt_code: \"36.1\"\n"
        "    matn_type: \"1\"\n"
        "    birctrl_type: \"3\"\n"
        "    fetus_cnt: 2\n"
        "    fetts: 3\n"
        "    prescriber_grade: primary\n"
        "    emergency: true\n"
        "    newborn: {born: 2024-02-25, sex: 2}\n"
        "    lines: [{chrgitm_lv: \"01\", amount: 3000.00}]\n"
        "    expect: {act_pay_dedc: 600.00}\n";
    char *policy = situations_policy();
    char *changed = spoil(text, from, to, line);
    struct bench *b = bench_of(policy_pack(policy), changed, expected);
    free(changed);
    free(policy);
    return b;
}

static void facts(void **state)
{
    (void)state;
    int line;
    struct bench *b = bench_of_situations("case: facts", "case: facts", ERR_OK, &line);
    const struct policy_case *read = &b->read;
    const struct filing *filings = read->filings.list;
    assert_string_equal(read->person.insurances[0].cvlserv_lv, "2");
    assert_int_equal(read->filings.count, 2);
    assert_string_equal(filings[0].category, "2505");
    assert_int_equal(filings[0].begndate, date_of(2024, 1, 1));
    assert_int_equal(filings[0].enddate, DATE_MAX);
    assert_string_equal(filings[0].fixmedins_code, "");
    assert_string_equal(filings[1].category, "2562");
    assert_int_equal(filings[1].enddate, date_of(2024, 12, 31));
    assert_string_equal(filings[1].fixmedins_code, "H43100299007");
    assert_string_equal(filings[1].dise_codg, "M03900");
    assert_true(read->has_previous);
    assert_int_equal(read->previous.end_date, date_of(2024, 2, 28));
    assert_int_equal(read->previous.dedc_grade, 1);
    assert_int_equal(read->previous.consumed, 2000);
    assert_string_equal(read->previous.dise_codg, "J18");
    assert_string_equal(read->previous.fixmedins_code, "");
    const struct claim *claim = &read->claims[0].claim;
    assert_string_equal(claim->oprn_oprt_code, "36.1");
    assert_string_equal(claim->matn_type, "1");
    assert_string_equal(claim->birctrl_type, "3");
    assert_int_equal(claim->fetus_cnt, 2);
    assert_int_equal(claim->fetts, 3);
    assert_string_equal(claim->prescriber_grade, "primary");
    assert_true(claim->emergency && claim->newborn.present);
    assert_int_equal(claim->newborn.brdy, date_of(2024, 2, 25));
    assert_int_equal(claim->newborn.gend, 2);
    assert_string_equal(read->claims[0].institution.fixmedins_code, "H43100299009");
    assert_int_equal(read->claims[0].institution.tags, 2);
    bench_close(b);
}

static void refused_fact(const char *from, const char *to, const char *key, const char *en)
{
    int line;
    struct bench *b = bench_of_situations(from, to, ERR_INVALID, &line);
    assert_fault(b->faults, line, key, en);
    bench_close(b);
}

static void faults_of_facts(void **state)
{
    (void)state;
    refused_fact("filing: residence", "filing: signed", "member.filings[0].filing", "no filing");
    refused_fact("fixmedins_code: H43100299009", "fixmedins_code: H4",
                 "claims[0].institution.fixmedins_code", "no fixmedins_code");
    refused_fact("tags: [county]", "tags: [village]", "claims[0].institution.tags[0]",
                 "no institution tag");
    refused_fact("grade: level3, deductible", "grade: level9, deductible", "history.previous.grade",
                 "no grade");
    refused_fact("fetus_cnt: 2", "fetus_cnt: 21", "claims[0].fetus_cnt", "expected 1 to 20");
    refused_fact("prescriber_grade: primary", "prescriber_grade: level9",
                 "claims[0].prescriber_grade", "no grade");
}

static void refused(const char *from, const char *to, const char *key, const char *en)
{
    int line;
    char *text = spoil(case_text, from, to, &line);
    struct bench *b = bench_open(text, ERR_INVALID);
    assert_fault(b->faults, line, key, en);
    bench_close(b);
    free(text);
}

static void faults_of_cases(void **state)
{
    (void)state;
    refused("source: invented", "sources: invented", "sources", "unknown");
    refused("identities: [poor]", "identities: [rich]", "member.identities[0]", "no identity");
    const char *scopes[] = {"stay",
                            "stay@2403",
                            "stay@24Q/level3",
                            "stay@24031/level3",
                            "stay#H431",
                            "stay~x/level3",
                            "stay/level9",
                            "stay@2403/level9",
                            "stay@",
                            "stay@24Q1x/level3",
                            "stay#H43100299001/level3"};
    for (size_t i = 0; i < ARRAY_LEN(scopes); i++) {
        char to[80], key[80];
        snprintf(to, sizeof to, "deductible: {\"%s\": 10.00}", scopes[i]);
        snprintf(key, sizeof key, "history.deductible.%s", scopes[i]);
        refused("hifp_pay: 10.00", to, key, "a deductible is written scope/grade");
    }
    refused("grade: level3, region", "grade: level9, region", "claims[0].institution.grade",
            "no grade");
    refused("selfpay_prop: 0.10, amount: 3000.00", "amount: 3000.00",
            "claims[0].lines[0].selfpay_prop", "missing");
    refused("amount: 0.05", "amount: 0.005", "claims[0].lines[1].amount", "decimal");
    refused("act_pay_dedc: 600.00", "deductible: 600.00", "claims[0].expect.deductible",
            "no such field");
}

static void refused_void(const char *item, const char *key, const char *en)
{
    int line;
    char *text = malloc(sizeof case_text + 200);
    assert_non_null(text);
    snprintf(text, sizeof case_text + 200, "%s%s", case_text, item);
    struct bench *b = bench_open(text, ERR_INVALID);
    line = b->faults->list[0].line;
    assert_fault(b->faults, line, key, en);
    bench_close(b);
    free(text);
}

static void voids(void **state)
{
    (void)state;
    char *text = malloc(sizeof case_text + 200);
    assert_non_null(text);
    snprintf(text, sizeof case_text + 200,
             "%s  - {void: 1, settled: 2024-03-12, expect: {act_pay_dedc: -600.00}}\n", case_text);
    struct bench *b = bench_open(text, ERR_OK);
    const struct case_claim *of = &b->read.claims[0], *read = &b->read.claims[1];
    assert_int_equal(read->voids, 1);
    assert_int_equal(read->claim.begntime, of->claim.begntime);
    assert_int_equal(read->claim.line_count, 0);
    assert_int_equal(read->setl_time, of->setl_time + INT64_C(2) * 24 * 3600 * 1000);
    assert_int_equal(read->expectations[0].fen, -60000);
    assert_ptr_equal(case_policy(&b->read, read), case_policy(&b->read, of));
    bench_close(b);
    free(text);
    refused_void("  - {void: 2, expect: {medfee_sumamt: 0}}\n", "claims[1].void", "1 to 1");
    refused_void("  - {void: 1, lines: [], expect: {medfee_sumamt: 0}}\n", "claims[1].lines",
                 "unknown key");
    refused_void("  - {void: 1}\n", "claims[1].expect", "missing");
    refused_void("  - {void: 1, expect: {medfee_sumamt: 0}}\n"
                 "  - {void: 2, expect: {medfee_sumamt: 0}}\n",
                 "claims[2].void", "a void itself");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_case),          cmocka_unit_test(sums_of_spans),
        cmocka_unit_test(facts),           cmocka_unit_test(faults_of_facts),
        cmocka_unit_test(faults_of_cases), cmocka_unit_test(voids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
