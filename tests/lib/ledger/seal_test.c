/* Seals in a ledger: written in place, read back, torn at every byte without harm to the group, in
 * both backends, across segments, and kept by recovery. */
#include "ledger/seal.h"

#include "fixture.h"

static struct ledger *open_kind(struct scratch *s, bool memory)
{
    struct ledger *ledger = NULL;
    const struct backend_kind *kind = memory ? &backend_memory : &backend_files;
    assert_int_equal(ledger_open_on(kind, &s->options, &ledger, &s->fault), ERR_OK);
    return ledger;
}

static void seal_newest(struct ledger *ledger, const struct sign_key *key)
{
    struct ledger_head head;
    struct seal seal;
    uint8_t slot[SEAL_SIZE];
    assert_int_equal(ledger_newest(ledger, &head), ERR_OK);
    assert_int_equal(head.end.group, ledger_end(ledger).group);
    assert_memory_equal(head.end.head.bytes, ledger_end(ledger).head.bytes, HASH_SIZE);
    assert_int_equal(seal_make(key, head.bytes, &seal), ERR_OK);
    seal_store(&seal, slot);
    assert_int_equal(ledger_seal(ledger, &head, slot), ERR_OK);
}

struct count {
    const struct verify_key *key;
    uint64_t groups, none, torn, whole, right;
};

static enum err count_seals(void *context, const struct group *group, const uint8_t *records)
{
    struct count *count = context;
    struct seal seal;
    (void)records;
    count->groups++;
    switch (seal_read(group->head, &seal)) {
    case SEAL_NONE:
        count->none++;
        break;
    case SEAL_TORN:
        count->torn++;
        break;
    case SEAL_WHOLE:
        count->whole++;
        count->right += seal_holds(&seal, count->key, group->head);
        break;
    }
    return ERR_OK;
}

static struct count count_all(struct ledger *ledger, const struct sign_key *key)
{
    struct count count = {.key = sign_key_public(key)};
    struct ledger_fault fault;
    assert_int_equal(ledger_read_groups(ledger, 1, count_seals, &count, &fault), ERR_OK);
    return count;
}

static void check_backend(struct scratch *s, bool memory)
{
    struct ledger *ledger = open_kind(s, memory);
    struct ledger_head head;
    struct sign_key *key = NULL;
    assert_int_equal(sign_key_generate(KEY_ED25519, &key), ERR_OK);
    assert_int_equal(ledger_newest(ledger, &head), ERR_NOTFOUND);
    /* Enough for several of the small segments. */
    for (uint32_t i = 0; i < 400; i++) {
        append(ledger, 1 + i % 7);
        if (i % 10 == 0)
            seal_newest(ledger, key);
    }
    struct count count = count_all(ledger, key);
    assert_int_equal(count.groups, 400);
    assert_int_equal(count.whole, 40);
    assert_int_equal(count.right, 40);
    assert_int_equal(count.torn, 0);
    ledger_close(ledger);
    sign_key_free(key);
}

static void test_backends(void **state)
{
    check_backend(*state, true);
    check_backend(*state, false);
}

static void test_reopened(void **state)
{
    struct scratch *s = *state;
    struct sign_key *key = NULL;
    assert_int_equal(sign_key_generate(KEY_SM2, &key), ERR_OK);
    struct ledger *ledger = open_kind(s, false);
    append(ledger, 3);
    append(ledger, 3);
    ledger_close(ledger);
    ledger = open_kind(s, false);
    seal_newest(ledger, key); /* the newest is known after a restart */
    ledger_close(ledger);
    /* A reader beside a writer sees it, may not seal, and the repair of the tail keeps it. */
    s->options.read_only = true;
    struct ledger *reader = open_kind(s, false);
    struct ledger_head head;
    assert_int_equal(ledger_newest(reader, &head), ERR_OK);
    assert_int_equal(head.end.group, 2);
    assert_int_equal(ledger_seal(reader, &head, head.bytes + GROUP_HASHED), ERR_INVALID);
    assert_int_equal(count_all(reader, key).right, 1);
    ledger_close(reader);
    s->options.read_only = false;
    ledger = open_kind(s, false);
    assert_int_equal(count_all(ledger, key).right, 1);
    append(ledger, 1);
    assert_int_equal(count_all(ledger, key).groups, 3);
    ledger_close(ledger);
    sign_key_free(key);
}

/* A write cut short anywhere leaves a group that is whole and not sealed. */
static void test_torn(void **state)
{
    struct scratch *s = *state;
    struct sign_key *key = NULL;
    uint8_t slot[SEAL_SIZE], part[SEAL_SIZE];
    struct ledger_head head;
    struct seal seal;
    assert_int_equal(sign_key_generate(KEY_ED25519, &key), ERR_OK);
    struct ledger *ledger = open_kind(s, false);
    append(ledger, 2);
    assert_int_equal(ledger_newest(ledger, &head), ERR_OK);
    assert_int_equal(seal_make(key, head.bytes, &seal), ERR_OK);
    seal_store(&seal, slot);
    for (size_t cut = 1; cut < SEAL_SIZE; cut++) {
        memset(part, 0, sizeof(part));
        memcpy(part, slot, cut);
        if (memcmp(part, slot, SEAL_SIZE) == 0)
            continue; /* the rest was zeros */
        assert_int_equal(ledger_seal(ledger, &head, part), ERR_OK);
        struct count count = count_all(ledger, key);
        assert_int_equal(count.groups, 1);
        assert_int_equal(count.whole, 0);
        ledger_close(ledger);
        ledger = open_kind(s, false);
        assert_int_equal(ledger_end(ledger).sequence, 2);
        assert_int_equal(ledger_newest(ledger, &head), ERR_OK);
    }
    assert_int_equal(ledger_seal(ledger, &head, slot), ERR_OK);
    assert_int_equal(count_all(ledger, key).right, 1);
    ledger_close(ledger);
    sign_key_free(key);
}

/* A seal is of one header by one key. */
static void test_foreign(void **state)
{
    (void)state;
    struct sign_key *key = NULL, *other = NULL;
    struct seal seal;
    uint8_t head[GROUP_HEAD];
    assert_int_equal(sign_key_generate(KEY_ED25519, &key), ERR_OK);
    assert_int_equal(sign_key_generate(KEY_ED25519, &other), ERR_OK);
    for (size_t i = 0; i < GROUP_HEAD; i++)
        head[i] = (uint8_t)i;
    assert_int_equal(seal_make(key, head, &seal), ERR_OK);
    assert_true(seal_holds(&seal, sign_key_public(key), head));
    assert_false(seal_holds(&seal, sign_key_public(other), head));
    for (size_t i = 0; i < GROUP_HEAD; i++) {
        head[i] ^= 4;
        assert_int_equal(seal_holds(&seal, sign_key_public(key), head), i >= GROUP_HASHED);
        head[i] ^= 4;
    }
    sign_key_free(key);
    sign_key_free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_backends, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_reopened, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_torn, scratch_setup, scratch_teardown),
        cmocka_unit_test(test_foreign),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
