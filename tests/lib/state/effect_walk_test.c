/* lib/state/effect_walk: effects and the document among them, in order; nothing where one is
 * damaged. */
#include "state/effect_walk.h"

#include "fixture.h"

static void post(struct bench *b)
{
    static const struct accums accums;
    static const struct reply_tally tally;
    const struct settlement settlement = settlement_sample();
    const struct statement_sums day = {.setl_cnt = 1};
    const struct posted posted = {&settlement, &accums, NULL, &tally, &day};
    effects_post(b->effects, b->state, &posted);
}

static void a_document_stands_among_effects(void **context)
{
    struct bench *b = *context;
    static const char order[] = "PVSTRBBPP";
    struct record record = {.sequence = 2, .time_ms = 2000, .msgid = MSGID};
    struct slice key, value;
    struct effect_walk walk;
    effects_put_balance(b->effects, "P1", 5);
    post(b);
    effects_put_balance(b->effects, "P2", 5);
    OK(effects_done(b->effects, &record.effects));
    OK(effect_walk_begin(&walk, &record));
    for (const char *family = order; *family; family++) {
        assert_true(effect_walk_next(&walk, &key, &value));
        assert_int_equal(key.data[0], *family);
    }
    assert_false(effect_walk_next(&walk, &key, &value));
    assert_false(effect_walk_next(&walk, &key, &value));
}

static void none_without_effects(void **context)
{
    struct record record = {.sequence = 2, .time_ms = 2000, .msgid = MSGID};
    struct slice key, value;
    struct effect_walk walk;
    (void)context;
    OK(effect_walk_begin(&walk, &record));
    assert_false(effect_walk_next(&walk, &key, &value));
}

static void two_documents_and_damage_are_corrupt(void **context)
{
    struct bench *b = *context;
    struct record record = {.sequence = 2, .time_ms = 2000, .msgid = MSGID};
    struct effect_walk walk;
    post(b);
    OK(effects_done(b->effects, &record.effects));
    OK(effect_walk_begin(&walk, &record));
    record.time_ms = -1; /* the document has no day */
    assert_int_equal(effect_walk_begin(&walk, &record), ERR_CORRUPT);
    record.time_ms = 2000;
    record.effects.size--;
    assert_int_equal(effect_walk_begin(&walk, &record), ERR_CORRUPT);
    post(b);
    OK(effects_done(b->effects, &record.effects));
    assert_int_equal(effect_walk_begin(&walk, &record), ERR_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(a_document_stands_among_effects),
        cmocka_unit_test(none_without_effects),
        BENCH_TEST(two_documents_and_damage_are_corrupt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
