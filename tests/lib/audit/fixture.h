/* A region with a small catalogue and the rules of one test, and a bill to audit. */
#ifndef TESTS_AUDIT_FIXTURE_H
#define TESTS_AUDIT_FIXTURE_H

#include "../policy/fixture.h"

#include "audit/audit.h"
#include "base/money.h"

#define DRUG "XJ01CAA040A001010190001" /* class B, cap 3.50 at the high grade */
#define OTHER "XJ02CAA040A001010190001"
#define BED "001109000010000"
#define DAY(day) (date_of(2024, 5, 1) + (day)-1)
#define LINES 40

static const char catalogue_rows[] =
    OTHER ",另药,01,09,1,1,0,0,,,2024-01-01,,,,,\n" BED ",床位,01,01,0,0,1,0,,,2024-01-01,,,,,\n";

static const char head[] =
    "language: 1\nclauses: {X: {text: 规则, provenance: illustrative}}\n"
    "reasons: {\"01\": 病情需要}\nrules:\n"
    "  - {rule: never, zh: 从不, clause: X, level: ask, standing: {of: member, is: [frozen]}}\n";

struct bench {
    struct pack *pack;
    struct arena *arena;
    struct audit_facts facts;
    struct institution place;
    struct claim claim;
    struct claim_line lines[LINES];
    char numbers[LINES][8];
    uint8_t refused[LINES];
    struct audit_visit visits[8];
    struct audit_dispensed dispensed[8];
    struct audit_answer answers[4];
    struct audit_report report;
};

/* `rules` follow the head, each "  - {...}\n". The bill: a stay from the 1st to the 11th of May. */
static inline struct bench *bench_new(const char *rules)
{
    struct bench *b = calloc(1, sizeof *b);
    char audit[8192], catalogue[4096];
    int line;
    assert_non_null(b);
    snprintf(audit, sizeof audit, "%s%s", head, rules);
    snprintf(catalogue, sizeof catalogue, "%s%s", catalogue_text, catalogue_rows);
    char *policy = spoil(policy_text, "  refused_line: patient\n",
                         "  refused_line: patient\n"
                         "  hospital: {fund_pay_type: \"630101\", clause: B}\n",
                         &line);
    const struct named_text files[] = {{"audit.yaml", audit},
                                       {"catalogue.csv", catalogue},
                                       {"institutions.csv", institutions_text},
                                       {"policy.yaml", policy}};
    struct slice bundle = bundle_of_files(files, ARRAY_LEN(files));
    struct faults *faults = faults_new();
    if (pack_compile(bundle, &b->pack, faults) != ERR_OK)
        faults_print(faults);
    assert_non_null(b->pack);
    free(faults);
    free((void *)bundle.data);
    free(policy);
    b->arena = arena_new(1 << 20);
    b->place =
        (struct institution){.fixmedins_code = "H43100299001", .benefit_grade = 1, .cap_grade = 1};
    b->claim = (struct claim){.dise_codg = "J18.900",
                              .oprn_oprt_code = "",
                              .begntime = date_start_ms(DAY(1)),
                              .endtime = date_start_ms(DAY(11)),
                              .lines = b->lines};
    b->facts = (struct audit_facts){.policy = pack_version(b->pack, 0),
                                    .catalogue = pack_catalogue(b->pack),
                                    .institution = &b->place,
                                    .claim = &b->claim,
                                    .kind = 1,
                                    .insutype = 310,
                                    .gend = 1,
                                    .brdy = date_of(1980, 5, 3),
                                    .visits = b->visits,
                                    .dispensed = b->dispensed,
                                    .member = {DATE_NONE, DATE_NONE},
                                    .place = {DATE_NONE, DATE_NONE},
                                    .answers = b->answers};
    return b;
}

static inline void bench_free(struct bench *b)
{
    arena_free(b->arena);
    pack_free(b->pack);
    free(b);
}

/* `cnt` units at a yuan on a day of May; numbered 1, 2 ... */
static inline struct claim_line *bench_line(struct bench *b, const char *code, int cnt, int day)
{
    const uint32_t i = b->claim.line_count++;
    assert_true(i < LINES);
    snprintf(b->numbers[i], sizeof b->numbers[i], "%02u", i + 1);
    b->lines[i] = (struct claim_line){.feedetl_sn = b->numbers[i],
                                      .init_feedetl_sn = "",
                                      .med_list_codg = code,
                                      .pric = PRIC_ONE,
                                      .cnt = cnt * CNT_ONE,
                                      .det_item_fee_sumamt = cnt * 100,
                                      .fee_ocur_time = date_start_ms(DAY(day)) + 3600000};
    b->claim.medfee_sumamt += cnt * 100;
    return &b->lines[i];
}

/* Earlier, elsewhere, in order of date. */
static inline void bench_dispensed(struct bench *b, const char *code, int cnt, int day, int days)
{
    b->dispensed[b->facts.dispensed_count++] =
        (struct audit_dispensed){.setl_id = "S1",
                                 .fixmedins_code = "P43100299001",
                                 .med_list_codg = code,
                                 .date = DAY(day),
                                 .cnt = cnt * CNT_ONE,
                                 .amount = cnt * 100,
                                 .prd_days = (uint16_t)(days * 100)};
}

static inline void bench_visit(struct bench *b, const char *setl_id, int kind, int from, int to)
{
    b->visits[b->facts.visit_count++] = (struct audit_visit){.setl_id = setl_id,
                                                             .fixmedins_code = "H43100299002",
                                                             .dise_codg = "J18.000",
                                                             .kind = (uint8_t)kind,
                                                             .begin = DAY(from),
                                                             .end = to ? DAY(to) : DATE_MAX};
}

/* Audits; and again with the lines the other way round, which changes nothing. */
static inline const struct findings *bench_run(struct bench *b)
{
    static struct audit_report other;
    static uint8_t refused[LINES];
    static struct claim_line lines[LINES];
    const uint32_t count = b->claim.line_count;
    arena_reset(b->arena);
    memset(b->refused, 0, sizeof b->refused);
    memset(refused, 0, sizeof refused);
    assert_int_equal(audit(pack_audit(b->pack), &b->facts, b->arena, b->refused, &b->report),
                     ERR_OK);
    for (uint32_t i = 0; i < count; i++)
        lines[i] = b->lines[count - 1 - i];
    b->claim.lines = lines;
    assert_int_equal(audit(pack_audit(b->pack), &b->facts, b->arena, refused, &other), ERR_OK);
    b->claim.lines = b->lines;
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(refused[count - 1 - i], b->refused[i]);
    assert_int_equal(other.findings.count, b->report.findings.count);
    for (uint32_t i = 0; i < other.findings.count; i++) {
        const struct finding *x = &b->report.findings.list[i], *y = &other.findings.list[i];
        assert_int_equal(x->rule, y->rule);
        assert_int_equal(x->vola_amt, y->vola_amt);
        if (x->line != FINDING_WHOLE)
            assert_int_equal(x->line, count - 1 - y->line);
    }
    return &b->report.findings;
}

/* The finding of that number is of the line "01" ... (NULL: of the whole) and so many fen. */
static inline const struct finding *assert_finding(const struct bench *b, uint32_t at,
                                                   const char *rule, const char *sn, int64_t fen)
{
    assert_true(at < b->report.findings.count);
    const struct finding *f = &b->report.findings.list[at];
    assert_string_equal(f->rule_id, rule);
    assert_int_equal(f->jr_id, at + 1);
    if (sn)
        assert_string_equal(b->lines[f->line].feedetl_sn, sn);
    else
        assert_int_equal(f->line, FINDING_WHOLE);
    assert_int_equal(f->vola_amt, fen);
    return f;
}

#endif
