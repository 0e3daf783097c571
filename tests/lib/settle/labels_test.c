/* lib/settle/labels: every clause and layer of a body once, and never more than fit. */
#include "settle/labels.h"

#include "fixture.h"

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
    world_void(w, "2208", TOWNSHIP, RESIDENT, setl_id);
    assert_non_null(label(&w->answer, "resident_outpatient", false));
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
    for (uint16_t i = 0; i < REPLY_LABELS_MAX + 2; i++) {
        snprintf(ids[i], sizeof ids[i], "C%u", i);
        clauses[i] = (struct policy_clause){.id = ids[i], .text = "x"};
        lines[i].clause = i;
    }
    policy.clauses = clauses;
    policy.clause_count = REPLY_LABELS_MAX + 2;
    result.lines = lines;
    result.line_count = REPLY_LABELS_MAX + 2;
    labels_of_result(&answer, &policy, &result);
    assert_int_equal(answer.label_count, REPLY_LABELS_MAX);
    assert_string_equal(answer.labels[0].id, "C1"); /* clause 0 is none */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(a_settlement_carries_its_texts),
        WORLD_TEST(the_account_has_a_name),
        cmocka_unit_test(what_does_not_fit_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
