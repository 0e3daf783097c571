/* Key changes: nothing without a key that follows on the present one; the record carries it, and a
 * repeat makes no second one. */
#include "fixture.h"

static struct signer a_signer(uint8_t mark, const struct signer *before)
{
    struct signer signer = {.algorithm = 1, .spki_size = 44};
    memset(signer.id, mark, sizeof signer.id);
    memset(signer.spki, mark, signer.spki_size);
    memset(signer.signature, mark, sizeof signer.signature);
    memcpy(signer.by, before ? before->id : signer.id, sizeof signer.by);
    signer.previous = before ? before->sequence : 0;
    return signer;
}

static void make_first(struct world *w, struct signer *now)
{
    struct signer first = a_signer(1, NULL);
    struct record record;
    assert_int_equal(state_signer(w->state, now), ERR_NOTFOUND);
    arena_reset(w->arena);
    assert_int_equal(settle_first_signer(w->settle, &first, w->now_ms, w->arena, &record), ERR_OK);
    assert_int_equal(record.kind, RECORD_KEY_CHANGE);
    assert_int_equal(record.request.size, 0);
    assert_int_equal(state_apply(w->state, &record), ERR_OK);
    assert_int_equal(state_signer(w->state, now), ERR_OK);
    assert_int_equal(now->sequence, record.sequence);
    assert_int_equal(now->previous, 0);
}

static enum settle_verdict change(struct world *w, const char *msgid, const struct signer *signer,
                                  uint8_t algorithm)
{
    struct command command = {
        .kind = COMMAND_KEY_CHANGE,
        .region = REGION,
        .msgid = msgid,
        .body = {(const uint8_t *)msgid, strlen(msgid)},
        .signer = signer,
        .algorithm = algorithm,
    };
    command.body_hash = hash_sha256(command.body.data, command.body.size);
    arena_reset(w->arena);
    assert_int_equal(
        settle_command(w->settle, &command, OPERATOR, w->now_ms, NULL, w->arena, &w->answer),
        ERR_OK);
    if (w->answer.verdict == SETTLE_RECORD) {
        assert_int_equal(w->answer.record.kind, RECORD_KEY_CHANGE);
        assert_int_equal(state_apply(w->state, &w->answer.record), ERR_OK);
    }
    return w->answer.verdict;
}

static void a_key_follows_on_the_present_one(void **state)
{
    struct world *w = *state;
    struct signer first, now;
    make_first(w, &first);
    struct signer next = a_signer(2, &first), wrong = next;
    assert_int_equal(change(w, "one", NULL, 0), SETTLE_NEEDS);
    assert_int_equal(w->answer.needs.count, 0);
    wrong.previous++;
    assert_int_equal(change(w, "one", &wrong, 0), SETTLE_NEEDS);
    wrong = next;
    wrong.by[0] ^= 1;
    assert_int_equal(change(w, "one", &wrong, 0), SETTLE_NEEDS);
    assert_int_equal(change(w, "one", &next, 2), SETTLE_NEEDS); /* not the algorithm asked for */
    assert_int_equal(change(w, "one", &next, 0), SETTLE_RECORD);
    assert_int_equal(state_signer(w->state, &now), ERR_OK);
    assert_int_equal(now.sequence, state_sequence(w->state));
    assert_int_equal(now.previous, first.sequence);
    assert_memory_equal(now.spki, next.spki, next.spki_size);

    assert_int_equal(change(w, "one", &next, 0), SETTLE_REPEAT);
    assert_int_equal(w->answer.sequence, now.sequence);
    /* Made while another was changed: it follows on a key that is no longer in force. */
    assert_int_equal(change(w, "two", &next, 0), SETTLE_NEEDS);
    struct signer last = a_signer(3, &now);
    last.algorithm = 2;
    assert_int_equal(change(w, "two", &last, 0), SETTLE_NEEDS); /* as before means Ed25519 */
    assert_int_equal(change(w, "two", &last, 2), SETTLE_RECORD);
    assert_int_equal(state_signer(w->state, &now), ERR_OK);
    assert_int_equal(now.algorithm, 2);
}

static void there_must_be_a_first(void **state)
{
    struct world *w = *state;
    struct command command = {.kind = COMMAND_KEY_CHANGE, .region = REGION, .msgid = "one"};
    arena_reset(w->arena);
    assert_int_equal(
        settle_command(w->settle, &command, OPERATOR, w->now_ms, NULL, w->arena, &w->answer),
        ERR_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BARE_TEST(a_key_follows_on_the_present_one),
        BARE_TEST(there_must_be_a_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
