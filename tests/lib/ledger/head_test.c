/* The published head: read back as it was written; any changed byte is refused, or is a signature
 * that does not hold. */
#include "ledger/head.h"

#include "fixture.h"

static void make(struct scratch *s, struct sign_key **key, struct signed_head *head)
{
    struct ledger *ledger = NULL;
    struct ledger_head newest;
    struct seal seal;
    assert_int_equal(ledger_open_on(&backend_memory, &s->options, &ledger, &s->fault), ERR_OK);
    assert_int_equal(sign_key_generate(KEY_ED25519, key), ERR_OK);
    append(ledger, 3);
    append(ledger, 4);
    assert_int_equal(ledger_newest(ledger, &newest), ERR_OK);
    assert_int_equal(head_take(newest.bytes, head), ERR_INVALID); /* not sealed yet */
    assert_int_equal(seal_make(*key, newest.bytes, &seal), ERR_OK);
    seal_store(&seal, newest.bytes + GROUP_HASHED);
    assert_int_equal(head_take(newest.bytes, head), ERR_OK);
    ledger_close(ledger);
}

static void test_text(void **state)
{
    struct sign_key *key;
    struct signed_head head, again;
    char text[HEAD_TEXT_MAX];
    make(*state, &key, &head);
    head_format(&head, text);
    assert_non_null(strstr(text, "copayd-head 1\nregion 431000\ngroup 2\nsequence 7\n"));
    size_t size = strlen(text);
    assert_int_equal(head_parse((struct slice){(uint8_t *)text, size}, &again), ERR_OK);
    assert_int_equal(again.group.number, 2);
    assert_memory_equal(again.hash.bytes, head.hash.bytes, HASH_SIZE);
    assert_true(seal_holds(&again.seal, sign_key_public(key), again.group.head));
    for (size_t i = 0; i < size; i++) {
        text[i] ^= 1;
        enum err err = head_parse((struct slice){(uint8_t *)text, size}, &again);
        assert_true(err == ERR_INVALID ||
                    !seal_holds(&again.seal, sign_key_public(key), again.group.head));
        text[i] ^= 1;
        assert_int_equal(head_parse((struct slice){(uint8_t *)text, i}, &again), ERR_INVALID);
    }
    sign_key_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_text, scratch_setup, scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
