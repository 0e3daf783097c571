/* Rules about the bill as a whole: other care, and who is frozen or suspended. */
#include "fixture.h"

#define RULE(text) "  - {rule: r, zh: r, clause: X, level: hold, " text "}\n"

static bool finds(struct bench *b)
{
    return bench_run(b)->count == 1;
}

/* The bill is a stay from the 1st to the 11th at H43100299001. */
static void two_stays(void **state)
{
    (void)state;
    struct bench *b = bench_new(RULE("overlap: {kinds: [inpatient], at: elsewhere, edges: false}"));
    bench_visit(b, "S1", 1, -5, 1); /* ended on the day of admission */
    bench_visit(b, "S2", 1, 11, 20);
    bench_visit(b, "S3", 0, 5, 5); /* no stay */
    assert_false(finds(b));
    b->visits[0].end = DAY(2);
    assert_true(finds(b));
    assert_string_equal(assert_finding(b, 0, "r", NULL, 0)->vola_evid.setl_id, "S1");
    b->visits[1].begin = DAY(10); /* the later one is named */
    assert_true(finds(b));
    assert_string_equal(b->report.findings.list[0].vola_evid.setl_id, "S2");
    assert_int_equal(b->report.findings.list[0].vola_evid.date, DAY(10));
    assert_true(b->report.holds);
    b->visits[0].fixmedins_code = b->visits[1].fixmedins_code = "H43100299001";
    assert_false(finds(b)); /* not elsewhere */
    bench_free(b);
}

static void a_pharmacy_while_in_hospital(void **state)
{
    (void)state;
    static const char *const edges[] = {"false", "true"};
    for (int with = 0; with < 2; with++) {
        char rule[200];
        snprintf(rule, sizeof rule, RULE("overlap: {kinds: [inpatient], at: anywhere, edges: %s}"),
                 edges[with]);
        struct bench *b = bench_new(rule);
        b->facts.kind = 2;
        bench_visit(b, "S1", 1, 5, 9);
        static const int days[] = {4, 5, 6, 8, 9, 10};
        for (size_t i = 0; i < ARRAY_LEN(days); i++) {
            bool inside = days[i] > 5 && days[i] < 9, edge = days[i] == 5 || days[i] == 9;
            b->claim.begntime = b->claim.endtime = date_start_ms(DAY(days[i]));
            assert_int_equal(finds(b), inside || (edge && with));
        }
        b->visits[0].end = DATE_MAX; /* still there */
        assert_true(finds(b));
        bench_free(b);
    }
}

static void readmissions(void **state)
{
    (void)state;
    struct bench *b =
        bench_new(RULE("readmission: {within_days: 10, at: anywhere, diagnosis: category}"));
    bench_visit(b, "S1", 1, -20, -9); /* ten days before the 1st */
    bench_visit(b, "S2", 0, -1, -1);
    assert_true(finds(b));
    assert_string_equal(b->report.findings.list[0].vola_evid.setl_id, "S1");
    b->visits[0].end = DAY(-10);
    assert_false(finds(b));
    b->visits[0].end = DAY(1); /* on the day of discharge */
    assert_true(finds(b));
    b->visits[0].end = DAY(2); /* not after it, but beside it */
    assert_false(finds(b));
    b->visits[0].end = DAY(0);
    b->visits[0].dise_codg = "J19.000";
    assert_false(finds(b));
    b->visits[0].dise_codg = "";
    b->claim.dise_codg = "";
    assert_false(finds(b)); /* nobody knows of what */
    bench_free(b);
    b = bench_new(RULE("readmission: {within_days: 10, at: same_hospital, diagnosis: same}"));
    bench_visit(b, "S1", 1, -5, -1);
    assert_false(finds(b));
    b->visits[0].fixmedins_code = "H43100299001";
    assert_false(finds(b)); /* J18.000 is not J18.900 */
    b->visits[0].dise_codg = "J18.900";
    assert_true(finds(b));
    bench_free(b);
    b = bench_new(RULE("readmission: {within_days: 0, at: anywhere, diagnosis: any}"));
    bench_visit(b, "S1", 1, -5, 1);
    assert_true(finds(b));
    bench_free(b);
}

static void standing(void **state)
{
    (void)state;
    struct bench *b = bench_new(RULE("standing: {of: member, is: [suspended]}"));
    b->facts.place.frozen = b->facts.place.suspended = DAY(1);
    assert_false(finds(b));
    b->facts.member.suspended = DAY(12); /* after the bill's last day */
    assert_false(finds(b));
    b->facts.member.suspended = DAY(11);
    assert_true(finds(b));
    assert_int_equal(b->report.findings.list[0].vola_evid.date, DAY(11));
    bench_free(b);
    b = bench_new(RULE("standing: {of: institution, is: [frozen, suspended]}"));
    b->facts.place.frozen = DAY(3);
    assert_true(finds(b));
    assert_string_equal(b->report.findings.list[0].vola_evid.fixmedins_code, "H43100299001");
    bench_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_stays),
        cmocka_unit_test(a_pharmacy_while_in_hospital),
        cmocka_unit_test(readmissions),
        cmocka_unit_test(standing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
