/* lib/settle/turn: what is recorded, numbers of answers, evidence, salts. */
#include "settle/turn.h"

#include "fixture.h"

static void which_refusals_are_recorded(void **state)
{
    (void)state;
    struct problems *p = calloc(1, sizeof *p);
    assert_false(problems_recorded(p));
    problem_add(p, REASON_PERSON_UNKNOWN, NULL, NULL, NULL);
    assert_true(problems_recorded(p));
    problem_add(p, REASON_MSGID_FORM, NULL, NULL, NULL); /* the message alone explains it */
    assert_false(problems_recorded(p));
    p->count = 0;
    problem_add(p, REASON_INTERNAL, NULL, NULL, NULL);
    problem_add(p, REASON_MSGID_FORM, NULL, NULL, NULL);
    assert_true(problems_recorded(p));
    p->count = 0;
    problem_add(p, REASON_NO_POLICY, NULL, NULL, NULL);
    assert_false(problems_recorded(p));
    free(p);
}

static void answers_are_numbered(void **state)
{
    (void)state;
    char text[ID_MSGID + 1];
    int64_t now_ms = date_start_ms(date_of(2026, 3, 10)) + 1000;
    turn_refmsgid(text, REGION, now_ms, 42);
    assert_string_equal(text, "431000202603100000010000000042");
    turn_refmsgid(text, REGION, now_ms, UINT64_C(12345678901)); /* ten digits */
    assert_string_equal(text, "431000202603100000012345678901");
}

static void begin(struct world *w, struct turn *turn, struct settle_answer *answer)
{
    arena_reset(w->arena);
    OK(turn_begin(turn, w->settle, w->now_ms, w->arena, answer));
}

static void evidence_is_read_and_checked(void **state)
{
    struct world *w = *state;
    struct turn turn;
    struct record record;
    struct settle_answer *answer = calloc(1, sizeof *answer);
    const uint64_t sequences[] = {2, 3};
    const struct slice records[] = {{w->records[1].bytes, w->records[1].size},
                                    {w->records[1].bytes, w->records[1].size}};
    const struct settle_evidence evidence = {
        .count = 2, .sequences = sequences, .records = records};
    begin(w, &turn, answer);
    assert_int_equal(turn_evidence(&turn, 2, &record), ERR_NOTFOUND);
    turn.evidence = &evidence;
    OK(turn_evidence(&turn, 2, &record));
    assert_int_equal(record.sequence, 2);
    assert_int_equal(turn_evidence(&turn, 3, &record), ERR_CORRUPT);
    assert_int_equal(turn_evidence(&turn, 4, &record), ERR_NOTFOUND);
    OK(turn_need(&turn, 4));
    assert_int_equal(answer->verdict, SETTLE_NEEDS);
    assert_int_equal(answer->needs.sequences[0], 4);
    free(answer);
}

static void salts_follow_the_key_and_the_sequence(void **state)
{
    struct world *w = *state;
    static const uint8_t key[HASH_SIZE] = {7}, sequence[8] = {2};
    struct hash_key ready;
    hash_key_set(&ready, key, sizeof key);
    struct hash expected = hash_hmac(&ready, sequence, sizeof sequence);
    struct record record;
    OK(record_read((struct slice){w->records[1].bytes, w->records[1].size}, &record));
    assert_memory_equal(record.salt.bytes, expected.bytes, HASH_SHORT_SIZE);
}

static void the_policy_is_named_by_sixteen_digits(void **state)
{
    struct world *w = *state;
    struct turn turn;
    const char *text;
    struct settle_answer *answer = calloc(1, sizeof *answer);
    begin(w, &turn, answer);
    char digits[HASH_TEXT];
    hash_format(&turn.policy, digits)[16] = '\0';
    assert_non_null(turn.pack);
    OK(turn_policy_text(&turn, &text));
    assert_string_equal(text, digits);
    turn.pack = NULL; /* not handed over yet */
    OK(turn_policy_text(&turn, &text));
    assert_string_equal(text, digits);
    memset(&turn.policy, 0, sizeof turn.policy);
    OK(turn_policy_text(&turn, &text));
    assert_null(text);
    free(answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(which_refusals_are_recorded),
        cmocka_unit_test(answers_are_numbered),
        WORLD_TEST(evidence_is_read_and_checked),
        WORLD_TEST(salts_follow_the_key_and_the_sequence),
        WORLD_TEST(the_policy_is_named_by_sixteen_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
