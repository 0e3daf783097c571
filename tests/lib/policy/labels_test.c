/* lib/policy/labels: a pack's labels are found by pointer and by text, and its ids fit their
 * places.
 */
#include "fixture.h"

#include "policy/compile.h"
#include "policy/labels.h"

static struct policy policy;
static struct arena *arena;

static void layer(const char *id, const char *accumulates, const char *name)
{
    struct layer *l = &policy.layers[policy.layer_count++];
    *l = (struct layer){.id = id, .name_zh = name};
    memcpy(l->accumulates, accumulates, strlen(accumulates) + 1);
}

static int setup(void **state)
{
    (void)state;
    static const struct policy_clause clauses[] = {
        {.id = "", .text = ""},
        {.id = "R-1", .text = "条文"},
        {.id = "0123456789012345678901234567890", .text = "31"},
        {.id = "01234567890123456789012345678901", .text = "32"}};
    memset(&policy, 0, sizeof policy);
    policy.clauses = clauses;
    policy.clause_count = ARRAY_LEN(clauses);
    policy.med_types[policy.med_type_count++] =
        (struct policy_med_type){.med_type = "21", .name_zh = "普通住院"};
    policy.identities[policy.identity_count++] =
        (struct policy_identity){.name_zh = "低保对象", .code_count = 2, .codes = {"1", "7"}};
    static struct dimension place = {.name_zh = "就医",
                                     .value_count = 2,
                                     .values = {{.id = "place/filed", .name_zh = "已备案"},
                                                {.id = "place/home", .name_zh = "本地"}}};
    policy.dimensions = &place;
    policy.dimension_count = 1;
    layer("resident", "stay", "居民");
    layer("employee", "stay", "职工");
    layer("stay", "other", "其他");
    static const struct ceiling beds = {.id = "ceiling/beds", .name_zh = "床位费限额"};
    policy.lines.ceilings = &beds;
    policy.lines.ceiling_count = 1;
    arena = arena_new(1 << 20);
    struct compile c = {.arena = arena, .policy = &policy};
    compile_labels(&c);
    return c.out_of_memory ? -1 : 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static bool holds(struct slice packed, const char *text)
{
    return packed.size > 0 && memmem(packed.data, packed.size, text, strlen(text));
}

static void clauses_are_packed_by_number(void **state)
{
    (void)state;
    const struct policy_labels *labels = policy.labels;
    assert_int_equal(labels->clause_ids[0].size, 0);
    assert_int_equal(labels->clauses[0].size, 0);
    assert_int_equal(labels->clause_ids[1].size, 3);
    assert_memory_equal(labels->clause_ids[1].text, "R-1", 4);
    assert_true(holds(labels->clauses[1], "条文") && holds(labels->clauses[1], "official"));
    assert_int_equal(labels->clause_ids[2].size, 31);
    assert_int_equal(labels->clause_ids[3].size, 0); /* too long: its pack was refused */
}

static void one_id_has_one_number(void **state)
{
    (void)state;
    const struct policy_labels *labels = policy.labels;
    assert_int_equal(labels->scopes[0].number, labels->scopes[1].number);
    assert_int_equal(labels->scopes[0].number, labels->layers[2].number);
    assert_true(holds(labels->scopes[0].label, "居民") && holds(labels->scopes[1].label, "职工"));
    assert_int_not_equal(labels->layers[0].number, labels->layers[1].number);
    assert_int_not_equal(labels->account.number, labels->layers[0].number);
    assert_true(holds(labels->account.label, "个人账户"));
}

static void ids_are_found_by_place_and_by_text(void **state)
{
    (void)state;
    char copy[] = "employee";
    assert_int_equal(policy_labels_layer(&policy, policy.layers[1].id), 1);
    assert_int_equal(policy_labels_layer(&policy, copy), 1);
    assert_int_equal(policy_labels_layer(&policy, "account"), -1);
    assert_true(holds(policy_labels_med_type(&policy, "21"), "med_type:21"));
    assert_int_equal(policy_labels_med_type(&policy, "22").size, 0);
    assert_true(holds(policy_labels_identity(&policy, "7"), "psn_idet_type:7"));
    assert_int_equal(policy_labels_identity(&policy, "2").size, 0);
    assert_true(holds(policy_labels_situation(&policy, "place/home"), "就医：本地"));
    assert_int_equal(policy_labels_situation(&policy, "place/away").size, 0);
    assert_true(holds(policy_labels_ceiling(&policy, "ceiling/beds"), "床位费限额"));
    assert_int_equal(policy_labels_ceiling(&policy, "ceiling/exams").size, 0);
}

static void memory_that_is_gone_is_told(void **state)
{
    (void)state;
    for (size_t limit = 0; limit < 4096; limit += 256) {
        struct arena *small = arena_new(limit);
        struct compile c = {.arena = small, .policy = &policy};
        const struct policy_labels *before = policy.labels;
        compile_labels(&c);
        policy.labels = before;
        assert_true(c.out_of_memory);
        arena_free(small);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clauses_are_packed_by_number),
        cmocka_unit_test(one_id_has_one_number),
        cmocka_unit_test(ids_are_found_by_place_and_by_text),
        cmocka_unit_test(memory_that_is_gone_is_told),
    };
    return cmocka_run_group_tests_name("labels", tests, setup, teardown);
}
