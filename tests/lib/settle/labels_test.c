/* lib/settle/labels, stored_labels: every clause and layer of a body once, and never more than fit.
 */
#include "settle/labels.h"

#include "fixture.h"
#include "policy/compile.h"
#include "settle/stored_labels.h"
#include "settle/turn.h"
#include "wire/codec.h"
#include "wire/frame.h"

/* As a client reads them; copay__reply_envelope__free_unpacked(). */
static Copay__ReplyEnvelope *read_labels(const struct settle_answer *answer)
{
    struct arena *arena = arena_new(1 << 20);
    const struct reply_envelope envelope = {.label_count = answer->label_count,
                                            .labels = answer->labels};
    struct slice frame;
    OK(wire_write_envelope(&envelope, arena, &frame));
    Copay__ReplyEnvelope *m =
        copay__reply_envelope__unpack(NULL, frame.size - FRAME_HEAD, frame.data + FRAME_HEAD);
    assert_non_null(m);
    assert_int_equal(m->n_clauses + m->n_names, answer->label_count);
    arena_free(arena);
    return m;
}

static const Copay__Clause *clause(const Copay__ReplyEnvelope *m, const char *id)
{
    const Copay__Clause *found = NULL;
    for (size_t i = 0; i < m->n_clauses; i++) {
        if (strcmp(m->clauses[i]->id, id) == 0) {
            assert_null(found);
            found = m->clauses[i];
        }
    }
    return found;
}

static const char *name(const Copay__ReplyEnvelope *m, const char *id)
{
    const char *found = NULL;
    for (size_t i = 0; i < m->n_names; i++) {
        if (strcmp(m->names[i]->id, id) == 0) {
            assert_null(found);
            found = m->names[i]->name;
        }
    }
    return found;
}

/* The two say the same, in whatever order. */
static void compare_labels(const Copay__ReplyEnvelope *a, const Copay__ReplyEnvelope *b)
{
    assert_int_equal(a->n_clauses, b->n_clauses);
    assert_int_equal(a->n_names, b->n_names);
    for (size_t i = 0; i < a->n_clauses; i++) {
        const Copay__Clause *other = clause(b, a->clauses[i]->id);
        assert_non_null(other);
        assert_string_equal(other->text, a->clauses[i]->text);
        assert_string_equal(other->provenance, a->clauses[i]->provenance);
    }
    for (size_t i = 0; i < a->n_names; i++) {
        assert_non_null(name(b, a->names[i]->id));
        assert_string_equal(name(b, a->names[i]->id), a->names[i]->name);
    }
}

static void a_settlement_carries_its_texts(void **state)
{
    struct world *w = *state;
    const struct bill visit = {.lines = {{DRUG_A, 10000}, {DRUG_B, 100}, {DRUG_B, 200}}};
    char *setl_id = world_settled(w, &visit);
    Copay__ReplyEnvelope *m = read_labels(&w->answer);
    assert_string_equal(clause(m, "R-OP")->text, "居民门诊");
    assert_string_equal(clause(m, "R-OP")->provenance, "official");
    assert_string_equal(clause(m, "L-B")->text, "乙类");
    assert_string_equal(name(m, "resident_outpatient"), "居民门诊统筹");
    assert_null(clause(m, "MA"));
    assert_null(clause(m, ""));
    assert_string_equal(name(m, "outpatient"), "居民门诊统筹");
    assert_string_equal(name(m, "med_type:11"), "普通门诊");
    for (size_t i = 0; i < m->n_clauses; i++)
        assert_non_null(clause(m, m->clauses[i]->id)); /* none twice */
    for (size_t i = 0; i < m->n_names; i++)
        assert_non_null(name(m, m->names[i]->id));
    copay__reply_envelope__free_unpacked(m, NULL);
    world_void(w, "2208", TOWNSHIP, RESIDENT, setl_id);
    m = read_labels(&w->answer);
    assert_non_null(name(m, "resident_outpatient"));
    assert_int_equal(m->n_clauses, 0);
    copay__reply_envelope__free_unpacked(m, NULL);
    free(setl_id);
}

static void a_stored_reply_gets_the_same_texts(void **state)
{
    struct world *w = *state;
    struct bill stay = {.infno = "2304",
                        .fixmedins = HOSPITAL,
                        .med_type = "21",
                        .psn_no = POOR,
                        .lines = {{DRUG_A, YUAN(20000)}, {DRUG_C, 100}}};
    char *setl_id = world_settled(w, &stay);
    struct record record;
    Copay__ReplyEnvelope *fresh = read_labels(&w->answer);
    assert_string_equal(name(fresh, "psn_idet_type:1"), "低保对象");
    OK(record_read(
        (struct slice){w->records[w->record_count - 1].bytes, w->records[w->record_count - 1].size},
        &record));
    w->answer.label_count = 0;
    OK(settle_labels(w->settle, &record, w->arena, &w->answer));
    Copay__ReplyEnvelope *stored = read_labels(&w->answer);
    compare_labels(stored, fresh);
    copay__reply_envelope__free_unpacked(stored, NULL);
    /* A query hands the stored reply back, with its texts. */
    world_send(w, query_pack(w, HOSPITAL, setl_id, NULL));
    stored = read_labels(&w->answer);
    compare_labels(stored, fresh);
    copay__reply_envelope__free_unpacked(stored, NULL);
    /* Another pack's words are not put beside this one's clauses: they are asked for, and when they
     * cannot be had, there are none. */
    record.policy.bytes[0] ^= 1;
    OK(settle_labels(w->settle, &record, w->arena, &w->answer));
    assert_int_equal(w->answer.verdict, SETTLE_NEEDS);
    assert_true(w->answer.needs.wants_old_pack);
    assert_memory_equal(w->answer.needs.old_pack.bytes, record.policy.bytes, HASH_SIZE);
    settle_put_old_pack(w->settle, &record.policy, NULL);
    OK(settle_labels(w->settle, &record, w->arena, &w->answer));
    assert_int_equal(w->answer.verdict, SETTLE_ANSWER);
    assert_int_equal(w->answer.label_count, 0);
    copay__reply_envelope__free_unpacked(fresh, NULL);
    free(setl_id);
}

/* A pack put in force behind a settlement names nothing of it: repeat, query and void have the
 * words of the pack that made it. */
static void texts_of_the_older_pack(void **state)
{
    struct world *w = *state;
    struct record record;
    const struct bill bill = {.lines = {{DRUG_A, 10000}}};
    char *setl_id = world_settled(w, &bill);
    const uint64_t sequence = w->answer.record.sequence;
    Copay__ReplyEnvelope *fresh = read_labels(&w->answer);
    world_activate_bundle(w, world_bundle_changed("居民门诊, p", "新门诊待遇, p"));
    OK(record_read((struct slice){w->records[sequence - 1].bytes, w->records[sequence - 1].size},
                   &record));
    OK(settle_labels(w->settle, &record, w->arena, &w->answer));
    assert_int_equal(w->answer.verdict, SETTLE_NEEDS);
    world_send(w, query_pack(w, TOWNSHIP, setl_id, NULL));
    assert_int_equal(w->needs_asked, 2); /* the record, then the words */
    Copay__ReplyEnvelope *stored = read_labels(&w->answer);
    compare_labels(stored, fresh);
    copay__reply_envelope__free_unpacked(stored, NULL);
    world_send(w, query_pack(w, TOWNSHIP, setl_id, NULL));
    assert_int_equal(w->needs_asked, 1); /* they are kept */
    OK(settle_labels(w->settle, &record, w->arena, &w->answer));
    stored = read_labels(&w->answer);
    compare_labels(stored, fresh);
    copay__reply_envelope__free_unpacked(stored, NULL);
    free(setl_id);
    setl_id = world_settled(w, &bill);
    stored = read_labels(&w->answer);
    assert_string_equal(clause(stored, "R-OP")->text, "新门诊待遇");
    copay__reply_envelope__free_unpacked(stored, NULL);
    copay__reply_envelope__free_unpacked(fresh, NULL);
    free(setl_id);
}

/* Two versions word one clause differently; each bill and its void have the words of theirs. */
static void texts_of_the_version(void **state)
{
    static const struct world_version versions[] = {
        {"effective: {from: 2026-01-01, to: 2026-03-05}", "0.70", "旧居民门诊, p"},
        {"effective: {from: 2026-03-06}", "0.50", "居民门诊, p"}};
    struct world *w = *state;
    struct bill bill = {.lines = {{DRUG_A, 10000}}, .days_ago = 6};
    world_activate_bundle(w, world_bundle_versions(versions, ARRAY_LEN(versions)));
    for (int i = 0; i < 2; i++, bill.days_ago = 0) {
        char *setl_id = world_settled(w, &bill);
        Copay__ReplyEnvelope *fresh = read_labels(&w->answer);
        assert_string_equal(clause(fresh, "R-OP")->text, i ? "居民门诊" : "旧居民门诊");
        world_send(w, query_pack(w, TOWNSHIP, setl_id, NULL));
        Copay__ReplyEnvelope *stored = read_labels(&w->answer);
        compare_labels(stored, fresh);
        copay__reply_envelope__free_unpacked(stored, NULL);
        copay__reply_envelope__free_unpacked(fresh, NULL);
        free(setl_id);
    }
}

/* The figures are the former version's, and so are the words: fresh, stored and of the void. */
static void texts_of_the_better_version(void **state)
{
    static const struct world_version versions[] = {
        {"effective: {from: 2026-01-01, to: 2026-03-05}", "0.70", "旧居民门诊, p"},
        {"effective: {from: 2026-03-06}", "0.50", "居民门诊, p",
         "transition: {until: 2026-12-31, who: all, against: policy-0.yaml, compare: "
         "psn_part_amt,\n"
         "  ties: new, accumulators: chosen, clause: MA}\n"
         "identities:\n"}};
    struct world *w = *state;
    struct settlement settlement;
    const struct bill bill = {.lines = {{DRUG_A, 10000}}};
    world_activate_bundle(w, world_bundle_versions(versions, ARRAY_LEN(versions)));
    char *setl_id = world_settled(w, &bill);
    assert_int_equal(w->reply->settlement->hifp_pay, 7000);
    OK(state_settlement(w->state, setl_id, &settlement));
    assert_true(settlement.against);
    Copay__ReplyEnvelope *fresh = read_labels(&w->answer);
    assert_string_equal(clause(fresh, "R-OP")->text, "旧居民门诊");
    assert_non_null(clause(fresh, "MA"));
    world_send(w, query_pack(w, TOWNSHIP, setl_id, NULL));
    Copay__ReplyEnvelope *stored = read_labels(&w->answer);
    compare_labels(stored, fresh);
    char *later = world_settled(w, &bill);
    world_void(w, "2208", TOWNSHIP, RESIDENT, setl_id); /* the later one stands without it */
    assert_int_equal(w->answer.outcome, OUTCOME_DONE);
    assert_int_equal(world_accum(w, RESIDENT, 390, ACCUM_PAID, "outpatient"), 7000);
    copay__reply_envelope__free_unpacked(stored, NULL);
    copay__reply_envelope__free_unpacked(fresh, NULL);
    free(setl_id);
    free(later);
}

static void the_account_has_a_name(void **state)
{
    struct world *w = *state;
    const struct bill bill = {.infno = "2102",
                              .fixmedins = PHARMACY,
                              .med_type = "41",
                              .psn_no = EMPLOYEE,
                              .account = true,
                              .lines = {{DRUG_A, 100}}};
    free(world_settled(w, &bill));
    Copay__ReplyEnvelope *m = read_labels(&w->answer);
    assert_string_equal(name(m, "account"), "个人账户");
    copay__reply_envelope__free_unpacked(m, NULL);
}

static void the_hospital_has_a_name(void **state)
{
    struct world *w = *state;
    const struct bill bill = {.lines = {{DRUG_LIMITED, 100, 1}}};
    free(world_settled(w, &bill));
    Copay__ReplyEnvelope *m = read_labels(&w->answer);
    assert_string_equal(name(m, "hospital"), "医疗机构负担");
    assert_string_equal(clause(m, "L-HOSP")->text, "限定用药由医院负担");
    copay__reply_envelope__free_unpacked(m, NULL);
}

static void a_situation_has_a_name(void **state)
{
    (void)state;
    static struct policy policy;
    static struct dimension place = {.name_zh = "就医",
                                     .value_count = 1,
                                     .values = {{.id = "place/filed", .name_zh = "已备案"}}};
    static struct policy_clause none = {.id = "", .text = ""};
    static struct result result;
    static struct settle_answer answer;
    static struct request request = {.claim.med_type = "21"};
    struct arena *arena = arena_new(1 << 20);
    struct turn turn = {.answer = &answer, .request = &request, .arena = arena};
    struct compile c = {.arena = arena, .policy = &policy};
    policy.clauses = &none;
    policy.clause_count = 1;
    policy.dimensions = &place;
    policy.dimension_count = 1;
    compile_labels(&c);
    result.steps[0] = (struct step){.code = STEP_SITUATION, .layer = place.values[0].id};
    result.step_count = 1;
    labels_of_result(&turn, &policy, &result);
    Copay__ReplyEnvelope *m = read_labels(&answer);
    assert_string_equal(name(m, "place/filed"), "就医：已备案");
    copay__reply_envelope__free_unpacked(m, NULL);
    arena_free(arena);
}

static void what_does_not_fit_is_left_out(void **state)
{
    (void)state;
    static struct policy policy;
    static struct policy_clause clauses[REPLY_LABELS_MAX + 2];
    static char ids[REPLY_LABELS_MAX + 2][8];
    static struct result result;
    static struct line_split lines[REPLY_LABELS_MAX + 2];
    static struct settle_answer answer;
    static struct request request = {.claim.med_type = "21"};
    struct arena *arena = arena_new(1 << 20);
    struct turn turn = {.answer = &answer, .request = &request, .arena = arena};
    struct compile c = {.arena = arena, .policy = &policy};
    for (uint16_t i = 0; i < REPLY_LABELS_MAX + 2; i++) {
        snprintf(ids[i], sizeof ids[i], "C%u", i);
        clauses[i] = (struct policy_clause){.id = ids[i], .text = "x"};
        lines[i].clause = i;
    }
    clauses[0] = (struct policy_clause){.id = "", .text = ""}; /* as a pack has it */
    policy.clauses = clauses;
    policy.clause_count = REPLY_LABELS_MAX + 2;
    result.lines = lines;
    result.line_count = REPLY_LABELS_MAX + 2;
    compile_labels(&c);
    assert_false(c.out_of_memory);
    labels_of_result(&turn, &policy, &result);
    Copay__ReplyEnvelope *m = read_labels(&answer);
    assert_int_equal(m->n_clauses, REPLY_LABELS_MAX);
    assert_string_equal(m->clauses[0]->id, "C1"); /* clause 0 is none */
    copay__reply_envelope__free_unpacked(m, NULL);
    /* Nor is there any without memory. */
    struct arena *small = arena_new(64);
    turn.arena = small;
    labels_of_result(&turn, &policy, &result);
    assert_int_equal(answer.label_count, 0);
    arena_free(small);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(a_settlement_carries_its_texts),
        WORLD_TEST(a_stored_reply_gets_the_same_texts),
        WORLD_TEST(texts_of_the_older_pack),
        WORLD_TEST(texts_of_the_version),
        WORLD_TEST(texts_of_the_better_version),
        WORLD_TEST(the_account_has_a_name),
        WORLD_TEST(the_hospital_has_a_name),
        cmocka_unit_test(a_situation_has_a_name),
        cmocka_unit_test(what_does_not_fit_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
