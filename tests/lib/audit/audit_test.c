/* Which rules are for a bill, what follows from a finding, and what is said of it. */
#include "fixture.h"

#define RULE(level, more) "  - {rule: r, zh: 规则甲, clause: X, level: " level ", " more "}\n"
#define WOMEN "items: {any: {codes: [XJ01]}}, only: {sex: 2}"

static void no_rules_find_nothing(void **state)
{
    (void)state;
    struct bench *b = bench_new("");
    bench_line(b, DRUG, 1, 1);
    assert_int_equal(audit(NULL, &b->facts, b->arena, b->refused, &b->report), ERR_OK);
    assert_int_equal(b->report.findings.count, 0);
    assert_int_equal(bench_run(b)->count, 0);
    assert_int_equal(arena_used(b->arena), 0); /* no rule looks at lines: nothing was worked out */
    bench_free(b);
}

static void a_level_and_what_follows(void **state)
{
    (void)state;
    static const struct {
        const char *level;
        enum finding_outcome outcome;
        enum line_refused refused;
        bool waits, refuses, holds;
    } rows[] = {
        {"inform", FINDING_TOLD, LINE_PAYABLE, false, false, false},
        {"ask", FINDING_ASKED, LINE_PAYABLE, true, false, false},
        {"hold", FINDING_HELD, LINE_PAYABLE, false, false, true},
        {"refuse_claim", FINDING_CLAIM_REFUSED, LINE_PAYABLE, false, true, false},
        {"refuse_line, borne_by: hospital", FINDING_LINE_REFUSED, LINE_REFUSED_HOSPITAL, false,
         false, false},
        {"refuse_line, borne_by: patient", FINDING_UNCONSENTED, LINE_PAYABLE, true, false, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char rule[256];
        snprintf(rule, sizeof rule, RULE("%s", WOMEN), rows[i].level);
        struct bench *b = bench_new(rule);
        bench_line(b, OTHER, 1, 1);
        bench_line(b, DRUG, 2, 1);
        bench_run(b);
        const struct finding *f = assert_finding(b, 0, "r", "02", 200);
        assert_int_equal(b->report.findings.count, 1);
        assert_int_equal(f->outcome, rows[i].outcome);
        assert_int_equal(f->vola_evid.what, AUDIT_MATCH_SEX);
        assert_int_equal(b->refused[1], rows[i].refused);
        assert_int_equal(b->refused[0], LINE_PAYABLE);
        assert_int_equal(b->report.waits, rows[i].waits);
        assert_int_equal(b->report.refuses, rows[i].refuses);
        assert_int_equal(b->report.holds, rows[i].holds);
        bench_free(b);
    }
}

static void a_reason_overrides(void **state)
{
    (void)state;
    struct bench *b = bench_new(RULE("ask", WOMEN));
    bench_line(b, DRUG, 1, 1);
    bench_line(b, DRUG, 1, 2);
    b->facts.answer_count = 1;
    b->answers[0] = (struct audit_answer){"r", "01", "01", false};
    bench_run(b);
    assert_int_equal(b->report.findings.list[0].outcome, FINDING_OVERRIDDEN);
    assert_string_equal(b->report.findings.list[0].reason_code, "01");
    assert_int_equal(b->report.findings.list[1].outcome, FINDING_ASKED);
    assert_true(b->report.waits);
    /* One answer to all of the rule's findings. */
    b->answers[0].feedetl_sn = "";
    bench_run(b);
    assert_int_equal(b->report.findings.list[1].outcome, FINDING_OVERRIDDEN);
    assert_false(b->report.waits);
    /* A reason that the region does not know, or of another rule. */
    b->answers[0].reason_code = "02";
    bench_run(b);
    assert_int_equal(b->report.findings.list[0].outcome, FINDING_ASKED);
    b->answers[0] = (struct audit_answer){"never", "", "01", false};
    bench_run(b);
    assert_int_equal(b->report.findings.list[0].outcome, FINDING_ASKED);
    bench_free(b);
}

static void who_bears_a_line(void **state)
{
    (void)state;
    struct bench *b = bench_new("  - {rule: p, zh: p, clause: X, level: refuse_line, borne_by: "
                                "patient, " WOMEN "}\n"
                                "  - {rule: h, zh: h, clause: X, level: refuse_line, borne_by: "
                                "hospital, " WOMEN ", when: {emergency: true}}\n");
    bench_line(b, DRUG, 1, 1);
    b->facts.answer_count = 1;
    b->answers[0] = (struct audit_answer){"p", "", "", true};
    bench_run(b);
    assert_int_equal(b->report.findings.list[0].outcome, FINDING_LINE_REFUSED);
    assert_int_equal(b->refused[0], LINE_REFUSED_PATIENT);
    b->claim.emergency = true; /* the other rule lays it on the hospital */
    bench_run(b);
    assert_int_equal(b->report.findings.count, 2);
    assert_int_equal(b->refused[0], LINE_REFUSED_HOSPITAL);
    bench_free(b);
}

/* Whom and what a rule is for. */
static void when(void **state)
{
    (void)state;
    static const struct {
        const char *when;
        bool is;
    } rows[] = {
        {"kinds: [inpatient]", true},
        {"kinds: [outpatient]", false},
        {"insutypes: [\"310\"]", true},
        {"insutypes: [\"390\"]", false},
        {"grades: [level3]", true},
        {"grades: [primary]", false},
        {"sex: 1", true},
        {"sex: 2", false},
        {"age: {to: 43}", true}, /* 44 on the third day */
        {"age: {from: 44}", false},
        {"diagnoses: [J18]", true},
        {"diagnoses: [I10]", true},
        {"diagnoses: [C]", false},
        {"operations: [\"47\"]", false},
        {"emergency: false", true},
        {"emergency: true", false},
    };
    const char *const diagnoses[] = {"I10.x00"};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char rule[300];
        snprintf(rule, sizeof rule, RULE("inform", WOMEN ", when: {%s}"), rows[i].when);
        struct bench *b = bench_new(rule);
        b->facts.diagnosis_count = 1;
        b->facts.diagnoses = diagnoses;
        bench_line(b, DRUG, 1, 1);
        if (bench_run(b)->count != rows[i].is)
            fail_msg("%s", rows[i].when);
        bench_free(b);
    }
}

/* An age is of the fee's day. */
static void what_items_are_only_for(void **state)
{
    (void)state;
    struct bench *b =
        bench_new(RULE("inform", "items: {any: {codes: [XJ01]}}, only: {age: {to: 43}}"));
    bench_line(b, DRUG, 1, 2);
    bench_line(b, DRUG, 1, 3);
    bench_run(b);
    assert_int_equal(b->report.findings.count, 1);
    assert_int_equal(assert_finding(b, 0, "r", "02", 100)->vola_evid.what, AUDIT_MATCH_AGE);
    bench_free(b);
    b = bench_new(RULE("inform", "items: {any: {lmt_used_flag: true}}, "
                                 "only: {hosp_appr_flag: [\"1\"]}"));
    bench_line(b, OTHER, 1, 2);
    bench_line(b, OTHER, 1, 2)->hosp_appr_flag = 1;
    bench_line(b, DRUG, 1, 2); /* not of limited use */
    bench_run(b);
    assert_int_equal(b->report.findings.count, 1);
    assert_finding(b, 0, "r", "01", 100);
    bench_free(b);
}

static void days_in_force(void **state)
{
    (void)state;
    struct bench *b = bench_new(RULE("inform", WOMEN ", effective: {to: 2024-05-11}"));
    bench_line(b, DRUG, 1, 1);
    assert_int_equal(bench_run(b)->count, 1);
    b->claim.endtime = date_start_ms(DAY(12));
    assert_int_equal(bench_run(b)->count, 0);
    bench_free(b);
}

static void prices(void **state)
{
    (void)state;
    struct bench *b = bench_new(RULE("inform", "items: {none: {chrgitm_lv: [\"03\"]}}, "
                                               "price: {at_most: cap}"));
    struct claim_line *line = bench_line(b, DRUG, 2, 1);
    b->claim.endtime = date_start_ms(date_of(2025, 5, 2));
    line->fee_ocur_time = date_start_ms(date_of(2025, 5, 1)); /* the entry with a cap of 3.50 */
    line->pric = 4 * PRIC_ONE;
    line->det_item_fee_sumamt = 800;
    bench_line(b, OTHER, 9, 1)->pric = 900 * PRIC_ONE; /* has no cap */
    bench_run(b);
    assert_int_equal(b->report.findings.count, 1);
    const struct finding *f = assert_finding(b, 0, "r", "01", 100);
    assert_int_equal(f->vola_evid.limit, 3500000);
    line->pric = 3500000;
    assert_int_equal(bench_run(b)->count, 0);
    bench_free(b);
}

static void items_that_exclude_one_another(void **state)
{
    (void)state;
    struct bench *b = bench_new(
        RULE("inform", "items: {any: {codes: [XJ01]}}, "
                       "exclude: {with: {any: {med_chrgitm_type: [\"09\"]}}, per: fee_day}"));
    bench_line(b, DRUG, 1, 1); /* is of its own type, but alone on the day */
    bench_line(b, DRUG, 2, 2);
    bench_line(b, OTHER, 1, 2);
    bench_line(b, OTHER, 1, 3);
    bench_run(b);
    assert_int_equal(b->report.findings.count, 1);
    const struct finding *f = assert_finding(b, 0, "r", "02", 200);
    assert_string_equal(b->lines[f->vola_evid.line].feedetl_sn, "03");
    bench_free(b);
    b = bench_new(RULE("inform", "items: {any: {codes: [XJ01]}}, "
                                 "exclude: {with: {any: {codes: [XJ02]}}, per: claim}"));
    bench_line(b, DRUG, 1, 1);
    bench_line(b, OTHER, 1, 9);
    bench_run(b);
    assert_int_equal(b->report.findings.count, 1);
    bench_free(b);
}

/* What was taken back was not there. */
static void refunds(void **state)
{
    (void)state;
    struct bench *b = bench_new(RULE("refuse_line, borne_by: hospital", WOMEN));
    bench_line(b, DRUG, 3, 1);
    bench_line(b, DRUG, -1, 2)->init_feedetl_sn = "01";
    bench_line(b, DRUG, 2, 1);
    bench_line(b, DRUG, -2, 2)->init_feedetl_sn = "03";
    bench_run(b);
    assert_int_equal(b->report.findings.count, 1);
    assert_finding(b, 0, "r", "01", 200);
    assert_int_equal(b->refused[0], LINE_REFUSED_HOSPITAL);
    assert_int_equal(b->refused[2], LINE_PAYABLE);
    bench_free(b);
}

/* Beyond the list findings still take effect. */
static void more_than_the_list_holds(void **state)
{
    (void)state;
    struct bench *b = bench_new("  - {rule: a, zh: a, clause: X, level: inform, " WOMEN "}\n"
                                "  - {rule: b, zh: b, clause: X, level: refuse_line, borne_by: "
                                "hospital, " WOMEN "}\n");
    for (int i = 0; i < LINES; i++)
        bench_line(b, DRUG, 1, 1);
    assert_int_equal(audit(pack_audit(b->pack), &b->facts, b->arena, b->refused, &b->report),
                     ERR_OK);
    assert_int_equal(b->report.findings.count, FINDINGS_MAX);
    assert_int_equal(b->report.findings.more, 2 * LINES - FINDINGS_MAX);
    for (int i = 0; i < LINES; i++)
        assert_int_equal(b->refused[i], LINE_REFUSED_HOSPITAL);
    bench_free(b);
}

static void without_memory(void **state)
{
    (void)state;
    struct bench *b = bench_new(RULE("inform", WOMEN));
    bench_line(b, DRUG, 1, 1);
    struct arena *small = arena_new(64);
    assert_int_equal(audit(pack_audit(b->pack), &b->facts, small, b->refused, &b->report),
                     ERR_NOMEM);
    arena_free(small);
    bench_free(b);
}

static void words(void **state)
{
    (void)state;
    char text[VOLA_CONT];
    struct bench *b = bench_new(RULE("inform", WOMEN));
    bench_line(b, DRUG, 1, 1);
    const struct finding *f = &bench_run(b)->list[0];
    const struct audit_rules *rules = pack_audit(b->pack);
    assert_string_equal(audit_vola_cont(rules, &b->facts, f, false, text),
                        "规则甲，明细 01，性别不符");
    assert_string_equal(audit_vola_cont(rules, &b->facts, f, true, text),
                        "r: line 01: sex does not fit");
    bench_free(b);
    b = bench_new(RULE("inform", "items: {any: {codes: [XJ01]}}, limit: {of: cnt, per: fee_day, "
                                 "counted: together, history: true, at_most: 1.5}"));
    bench_line(b, DRUG, 1, 1);
    bench_dispensed(b, DRUG, 1, 1, 0);
    f = &bench_run(b)->list[0];
    assert_string_equal(audit_vola_cont(pack_audit(b->pack), &b->facts, f, true, text),
                        "r: line 01: quantity 2, at most 1.5; see settlement S1; at P43100299001; "
                        "2024-05-01");
    bench_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_rules_find_nothing),
        cmocka_unit_test(a_level_and_what_follows),
        cmocka_unit_test(a_reason_overrides),
        cmocka_unit_test(who_bears_a_line),
        cmocka_unit_test(when),
        cmocka_unit_test(what_items_are_only_for),
        cmocka_unit_test(days_in_force),
        cmocka_unit_test(prices),
        cmocka_unit_test(items_that_exclude_one_another),
        cmocka_unit_test(refunds),
        cmocka_unit_test(more_than_the_list_holds),
        cmocka_unit_test(without_memory),
        cmocka_unit_test(words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
