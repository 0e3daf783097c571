/* What a case says of audit, what the trial makes of it, and how findings are compared. */
#include "../policy/audits.h"

#include "cases/case_audit.h"
#include "cases/mismatch.h"
#include "cases/trial.h"

static const char case_text[] =
    "case: audited\n"
    "source: invented\n"
    "policy: policy.yaml\n"
    "member: {insutype: \"310\", psn_type: \"1102\", born: 1970-01-01, standing: {frozen: "
    "2024-06-01}}\n"
    "earlier:\n"
    "  visits:\n"
    "    - {setl_id: S1, kind: inpatient, from: 2024-02-01, to: 2024-02-25, fixmedins_code: "
    "H43100299001, dise_codg: S52.5}\n"
    "    - {kind: outpatient, from: 2024-02-01}\n"
    "  dispensed:\n"
    "    - {setl_id: S2, item: X1, on: 2024-02-01, cnt: 2, amount: 3.50, prd_days: 7.5}\n"
    "claims:\n"
    "  - med_type: \"22\"\n"
    "    institution: {grade: level3, region: \"431002\", standing: {suspended: 2024-01-01}}\n"
    "    from: 2024-03-01\n"
    "    to: 2024-03-03\n"
    "    dise_codg: S52.9\n"
    "    diagnoses: [I10, E11]\n"
    "    trauma: {cause: x, third_party: false, signed: true}\n"
    "    lines:\n"
    "      - {chrgitm_lv: \"01\", amount: 3000.00, prd_days: 14}\n"
    "      - {chrgitm_lv: \"01\", med_chrgitm_type: \"01\", amount: 90.00, cnt: 3, pric: 30.00}\n"
    "      - {chrgitm_lv: \"01\", item: \"001102000010000\", amount: 10.00}\n"
    "    answers: [{rule: supply, line: \"1\", reason_code: \"01\", consent: true}]\n"
    "    expect:\n"
    "      hosp_part_amt: 10.00\n"
    "      findings:\n"
    "        - {rule: women, line: \"3\", vola_amt: 10.00, outcome: line_refused}\n"
    "        - {rule: beds, line: \"2\", vola_amt: 30.00, outcome: told}\n"
    "        - {rule: week}\n"
    "        - {rule: week, line: \"3\"}\n"
    "        - {rule: again, setl_id: S1, outcome: held}\n";

struct bench {
    struct pack *pack;
    struct arena *arena, *scratch;
    struct faults *faults;
    struct yaml *document;
    struct policy_case read;
    struct trial trial;
};

static struct bench *bench_open(const char *text, enum err expected)
{
    struct bench *b = calloc(1, sizeof *b);
    assert_non_null(b);
    b->pack = audit_pack(audit_text);
    b->arena = arena_new(CASE_ARENA_MAX);
    b->scratch = arena_new(CASE_ARENA_MAX);
    b->faults = faults_new();
    assert_int_equal(yaml_parse("case.yaml", text_of(text), b->faults, &b->document), ERR_OK);
    enum err err = case_read("case.yaml", b->document, b->pack, b->arena, b->faults, &b->read);
    if (err != expected)
        faults_print(b->faults);
    assert_int_equal(err, expected);
    return b;
}

static void bench_close(struct bench *b)
{
    yaml_free(b->document);
    free(b->faults);
    arena_free(b->scratch);
    arena_free(b->arena);
    pack_free(b->pack);
    free(b);
}

static void facts(void **state)
{
    (void)state;
    struct bench *b = bench_open(case_text, ERR_OK);
    const struct policy_case *read = &b->read;
    const struct case_claim *claim = &read->claims[0];
    assert_int_equal(read->standing.frozen, date_of(2024, 6, 1));
    assert_int_equal(read->standing.suspended, DATE_NONE);
    assert_int_equal(claim->place.suspended, date_of(2024, 1, 1));
    assert_int_equal(read->visit_count, 2);
    assert_string_equal(read->visits[0].setl_id, "S1");
    assert_int_equal(read->visits[0].kind, 1);
    assert_int_equal(read->visits[0].end, date_of(2024, 2, 25));
    assert_int_equal(read->visits[1].end, DATE_MAX);
    assert_int_equal(read->dispensed_count, 1);
    assert_int_equal(read->dispensed[0].cnt, 20000);
    assert_int_equal(read->dispensed[0].amount, 350);
    assert_int_equal(read->dispensed[0].prd_days, 750);
    assert_int_equal(claim->claim.lines[0].prd_days, 1400);
    assert_int_equal(claim->diagnosis_count, 2);
    assert_string_equal(claim->diagnoses[1], "E11");
    assert_int_equal(claim->answer_count, 1);
    assert_string_equal(claim->answers[0].feedetl_sn, "1");
    assert_true(claim->answers[0].consent);
    assert_int_equal(claim->finding_count, 5);
    assert_int_equal(claim->findings[0].vola_amt, 1000);
    assert_int_equal(claim->findings[0].outcome, FINDING_LINE_REFUSED);
    assert_int_equal(claim->findings[2].outcome, -1);
    bench_close(b);
}

static void on_trial(struct bench *b, const struct case_claim *claim)
{
    trial_begin(&b->trial, &b->read, b->scratch);
    assert_int_equal(trial_claim(&b->trial, claim, case_policy(&b->read, claim)), ERR_OK);
}

static void a_trial(void **state)
{
    (void)state;
    struct bench *b = bench_open(case_text, ERR_OK);
    struct case_claim *claim = &b->read.claims[0];
    struct mismatch m;
    uint32_t at = 0;
    on_trial(b, claim);
    while (mismatch_next(claim, b->trial.result, b->trial.report, &at, &m))
        fail_msg("%s: expected %s, got %s", m.expectation->name, m.expected, m.got);
    assert_true(b->trial.report->holds);
    assert_int_equal(b->trial.result->totals.hosp_part_amt, 1000);
    assert_int_equal(claim->claim.lines[2].refused, LINE_PAYABLE); /* the case stays as it is */
    /* Findings that are there and not expected, and the other way round, are each a mismatch. */
    claim->findings[0].vola_amt = 999;
    claim->finding_count = 4;
    at = 0;
    assert_true(mismatch_next(claim, b->trial.result, b->trial.report, &at, &m));
    assert_string_equal(m.expected, "women line 3 9.99 line_refused");
    assert_string_equal(m.got, "women line 3 10.00 line_refused  ");
    assert_true(mismatch_next(claim, b->trial.result, b->trial.report, &at, &m));
    assert_string_equal(m.expected, "无审核提示 no finding");
    assert_false(mismatch_next(claim, b->trial.result, b->trial.report, &at, &m));
    /* Without an audit nothing is refused. */
    trial_begin(&b->trial, &b->read, b->scratch);
    b->trial.unaudited = true;
    assert_int_equal(trial_claim(&b->trial, claim, case_policy(&b->read, claim)), ERR_OK);
    assert_null(b->trial.report);
    assert_int_equal(b->trial.result->totals.hosp_part_amt, 0);
    bench_close(b);
}

/* A void has no findings, and the scratch that held its original's is gone. */
static void a_void(void **state)
{
    (void)state;
    char text[sizeof case_text + 100];
    snprintf(text, sizeof text, "%s  - {void: 1, expect: {hosp_part_amt: -10.00}}\n", case_text);
    struct bench *b = bench_open(text, ERR_OK);
    const struct case_claim *claims = b->read.claims;
    struct mismatch m;
    uint32_t at = 0;
    on_trial(b, &claims[0]);
    assert_int_equal(trial_carry(&b->trial, &claims[0], case_policy(&b->read, &claims[0])), ERR_OK);
    assert_int_equal(trial_claim(&b->trial, &claims[1], case_policy(&b->read, &claims[1])), ERR_OK);
    assert_null(b->trial.report);
    assert_false(mismatch_next(&claims[1], b->trial.result, b->trial.report, &at, &m));
    bench_close(b);
}

/* A bill that audit refuses is refused with the finding's words. */
static void a_refusal(void **state)
{
    (void)state;
    int line;
    char *text = spoil(case_text, "to: 2024-02-25", "to: 2024-03-05", &line);
    struct bench *b = bench_open(text, ERR_OK);
    b->read.visits[0].fixmedins_code = "H43100299002";
    on_trial(b, &b->read.claims[0]);
    assert_int_equal(b->trial.result->problems.count, 1);
    assert_int_equal(b->trial.result->problems.list[0].reason, REASON_AUDIT_REFUSED);
    assert_non_null(strstr(b->trial.result->problems.list[0].zh, "重叠，见结算 S1"));
    bench_close(b);
    free(text);
}

static void refused_below(const char *from, const char *to, int below, const char *key,
                          const char *en)
{
    int line;
    char *text = spoil(case_text, from, to, &line);
    struct bench *b = bench_open(text, ERR_INVALID);
    assert_fault(b->faults, line + below, key, en);
    bench_close(b);
    free(text);
}

static void refused(const char *from, const char *to, const char *key, const char *en)
{
    refused_below(from, to, 0, key, en);
}

static void faults_of_audit(void **state)
{
    (void)state;
    refused("rule: again", "rule: agains", "claims[0].expect.findings[4].rule", "has no rule");
    refused("rule: supply, ", "rule: stock, ", "claims[0].answers[0].rule", "has no rule");
    refused("outcome: told", "outcome: said", "claims[0].expect.findings[1].outcome", "one of");
    refused("kind: inpatient", "kind: village", "earlier.visits[0].kind", "no kind of care");
    refused("frozen: 2024-06-01", "asleep: 2024-06-01", "member.standing.asleep", "unknown");
    refused("prd_days: 14", "prd_days: -14", "claims[0].lines[0].prd_days", "not below 0");
    refused("cnt: 2, amount: 3.50", "cnt: 2, amount: -3.50", "earlier.dispensed[0].amount",
            "from 0");
    refused_below("      hosp_part_amt: 10.00\n      findings:", "      findings:", -1,
                  "claims[0].expect", "figures or a refusal");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts),     cmocka_unit_test(a_trial),         cmocka_unit_test(a_void),
        cmocka_unit_test(a_refusal), cmocka_unit_test(faults_of_audit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
