/* lib/settle/labels: every clause and layer of a body once, and never more than fit. */
#include "settle/labels.h"

#include "fixture.h"
#include "settle/turn.h"

static const struct reply_label *label(const struct settle_answer *answer, const char *id,
                                       bool clause)
{
    for (uint32_t i = 0; i < answer->label_count; i++)
        if (strcmp(answer->labels[i].id, id) == 0 && !answer->labels[i].provenance == !clause)
            return &answer->labels[i];
    return NULL;
}

static void a_settlement_carries_its_texts(void **state)
{
    struct world *w = *state;
    const struct bill visit = {.lines = {{DRUG_A, 10000}, {DRUG_B, 100}, {DRUG_B, 200}}};
    char *setl_id = world_settled(w, &visit);
    assert_string_equal(label(&w->answer, "R-OP", true)->text, "居民门诊");
    assert_string_equal(label(&w->answer, "R-OP", true)->provenance, "official");
    assert_string_equal(label(&w->answer, "L-B", true)->text, "乙类");
    assert_string_equal(label(&w->answer, "resident_outpatient", false)->text, "居民门诊统筹");
    assert_null(label(&w->answer, "MA", true));
    for (uint32_t i = 0; i < w->answer.label_count; i++)
        for (uint32_t j = 0; j < i; j++)
            assert_false(strcmp(w->answer.labels[i].id, w->answer.labels[j].id) == 0 &&
                         !w->answer.labels[i].provenance == !w->answer.labels[j].provenance);
    assert_string_equal(label(&w->answer, "outpatient", false)->text, "居民门诊统筹");
    assert_string_equal(label(&w->answer, "med_type:11", false)->text, "普通门诊");
    world_void(w, "2208", TOWNSHIP, RESIDENT, setl_id);
    assert_non_null(label(&w->answer, "resident_outpatient", false));
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
    static struct settle_answer fresh;
    struct arena *arena = arena_new(REQUEST_ARENA_MAX);
    struct record record;
    fresh = w->answer;
    for (uint32_t i = 0; i < fresh.label_count; i++)
        fresh.labels[i].id = arena_copy(arena, fresh.labels[i].id, strlen(fresh.labels[i].id));
    OK(record_read(
        (struct slice){w->records[w->record_count - 1].bytes, w->records[w->record_count - 1].size},
        &record));
    w->answer.label_count = 0;
    OK(settle_labels(w->settle, &record, w->arena, &w->answer));
    assert_int_equal(w->answer.label_count, fresh.label_count);
    for (uint32_t i = 0; i < fresh.label_count; i++) {
        const struct reply_label *had = &fresh.labels[i];
        const struct reply_label *got = label(&w->answer, had->id, had->provenance != NULL);
        assert_non_null(got);
        assert_string_equal(got->text, had->text);
    }
    /* A query hands the stored reply back, with its texts. */
    world_send(w, query_pack(w, HOSPITAL, setl_id, NULL));
    assert_int_equal(w->answer.label_count, fresh.label_count);
    /* Another pack's words are not put beside this one's clauses. */
    record.policy.bytes[0] ^= 1;
    OK(settle_labels(w->settle, &record, w->arena, &w->answer));
    assert_int_equal(w->answer.label_count, 0);
    arena_free(arena);
    free(setl_id);
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
    assert_string_equal(label(&w->answer, "account", false)->text, "个人账户");
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
    struct turn turn = {.answer = &answer, .request = &request};
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
    labels_of_result(&turn, &policy, &result);
    assert_int_equal(answer.label_count, REPLY_LABELS_MAX);
    assert_string_equal(answer.labels[0].id, "C1"); /* clause 0 is none */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(a_settlement_carries_its_texts),
        WORLD_TEST(a_stored_reply_gets_the_same_texts),
        WORLD_TEST(the_account_has_a_name),
        cmocka_unit_test(what_does_not_fit_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
