/* lib/state/traces: boxes and the list of them come back; a list that is none is damage. */
#include "state/traces.h"

#include "fixture.h"

#define BOX "83000000990000000001"

static void a_box_comes_back_and_goes(void **context)
{
    struct bench *b = *context;
    struct trace_entry entry = {.trdn_flag = true, .count = 3}, back;
    snprintf(entry.setl_id, sizeof entry.setl_id, "%s", SETL);
    assert_int_equal(state_trace(b->state, BOX, &back), ERR_NOTFOUND);
    effects_put_trace(b->effects, BOX, &entry);
    OK(bench_fold(b));
    OK(state_trace(b->state, BOX, &back));
    assert_true(back.trdn_flag);
    assert_int_equal(back.count, 3);
    assert_string_equal(back.setl_id, SETL);
    effects_put_trace(b->effects, BOX, NULL);
    OK(bench_fold(b));
    assert_int_equal(state_trace(b->state, BOX, &back), ERR_NOTFOUND);
}

static void a_list_comes_back(void **context)
{
    enum { COUNT = TRACES_MAX };
    struct bench *b = *context;
    struct trace *list = calloc(COUNT, sizeof *list), *back;
    static char codes[COUNT][21];
    uint32_t count;
    for (unsigned i = 0; i < COUNT; i++) {
        snprintf(codes[i], sizeof codes[i], "8300000099%010u", i);
        list[i] = (struct trace){codes[i], i % 3 == 0};
    }
    OK(state_traces(b->state, SETL, b->arena, &back, &count));
    assert_int_equal(count, 0);
    effects_put_traces(b->effects, b->arena, SETL, list, COUNT);
    OK(bench_fold(b));
    OK(state_traces(b->state, SETL, b->arena, &back, &count));
    assert_int_equal(count, COUNT);
    for (unsigned i = 0; i < COUNT; i++) {
        assert_string_equal(back[i].drug_trac_codg, codes[i]);
        assert_int_equal(back[i].trdn_flag, i % 3 == 0);
    }
    free(list);
}

static void damage_is_told(void **context)
{
    struct bench *b = *context;
    struct key keys[] = {key_trace(BOX), key_traces(SETL)};
    const uint8_t other_version[] = {9, 0, 1, 0}, cut[] = {1, 0};
    struct trace_entry entry;
    struct trace *list;
    uint32_t count;
    for (int i = 0; i < 2; i++) {
        struct slice value = i ? (struct slice){cut, sizeof cut}
                               : (struct slice){other_version, sizeof other_version};
        OK(store_put(b->store, key_slice(&keys[0]), value));
        assert_int_equal(state_trace(b->state, BOX, &entry), ERR_CORRUPT);
        OK(store_put(b->store, key_slice(&keys[1]), (struct slice){other_version, 4}));
        assert_int_equal(state_traces(b->state, SETL, b->arena, &list, &count), ERR_CORRUPT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(a_box_comes_back_and_goes),
        BENCH_TEST(a_list_comes_back),
        BENCH_TEST(damage_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
