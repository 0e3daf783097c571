/* Receipts: made for every record, sound with the key, and wrong, with the part named, when any one
 * byte is another, when bytes are missing or too many, and when somebody puts the CRCs right. */
#include "ledger/receipt.h"

#include "fixture.h"

struct made {
    uint8_t *bytes;
    size_t size;
};

static struct ledger *open_memory(struct scratch *s)
{
    struct ledger *ledger = NULL;
    assert_int_equal(ledger_open_on(&backend_memory, &s->options, &ledger, &s->fault), ERR_OK);
    return ledger;
}

static void seal_newest(struct ledger *ledger, const struct sign_key *key)
{
    struct ledger_head head;
    struct seal seal;
    uint8_t slot[SEAL_SIZE];
    assert_int_equal(ledger_newest(ledger, &head), ERR_OK);
    assert_int_equal(seal_make(key, head.bytes, &seal), ERR_OK);
    seal_store(&seal, slot);
    assert_int_equal(ledger_seal(ledger, &head, slot), ERR_OK);
}

static struct sign_key *new_key(enum key_algorithm algorithm)
{
    struct sign_key *key = NULL;
    assert_int_equal(sign_key_generate(algorithm, &key), ERR_OK);
    return key;
}

static struct made make(struct ledger *ledger, uint64_t sequence)
{
    struct made made;
    struct ledger_fault fault;
    assert_int_equal(receipt_make(ledger, sequence, &made.bytes, &made.size, &fault), ERR_OK);
    return made;
}

static bool check(const struct made *made, const struct sign_key *key, struct receipt_fault *fault)
{
    struct receipt receipt;
    return receipt_check((struct slice){made->bytes, made->size}, sign_key_public(key), &receipt,
                         fault);
}

/* Groups of 1 to 9 records, every fifth sealed and the last. */
static void test_every_record(void **state)
{
    struct scratch *s = *state;
    struct ledger *ledger = scratch_open(s);
    struct sign_key *key = new_key(KEY_ED25519);
    for (uint32_t i = 1; i <= 45; i++) {
        append(ledger, 1 + i % 9);
        if (i % 5 == 0)
            seal_newest(ledger, key);
    }
    uint64_t last = ledger_end(ledger).sequence;
    for (uint64_t sequence = 1; sequence <= last; sequence++) {
        struct made made = make(ledger, sequence);
        struct receipt receipt;
        struct receipt_fault fault;
        assert_true(receipt_check((struct slice){made.bytes, made.size}, sign_key_public(key),
                                  &receipt, &fault));
        assert_int_equal(fault.part, RECEIPT_SOUND);
        assert_int_equal(receipt.sequence, sequence);
        assert_record(sequence, receipt.record.data, receipt.record.size);
        assert_int_equal(receipt.last.number % 5, 0);
        assert_int_equal(receipt.headers, receipt.last.number - receipt.first.number + 1);
        assert_true(receipt.headers <= 5);
        free(made.bytes);
    }
    struct made none;
    struct ledger_fault fault;
    assert_int_equal(receipt_make(ledger, last + 1, &none.bytes, &none.size, &fault), ERR_NOTFOUND);
    assert_int_equal(receipt_make(ledger, 0, &none.bytes, &none.size, &fault), ERR_NOTFOUND);
    append(ledger, 2);
    assert_int_equal(receipt_make(ledger, last + 1, &none.bytes, &none.size, &fault), ERR_AGAIN);
    seal_newest(ledger, key);
    struct made late = make(ledger, last + 2);
    free(late.bytes);
    ledger_close(ledger);
    sign_key_free(key);
}

/* Where each part of the receipt ends, from the layout in receipt.h. */
struct ends {
    size_t layout, record, path, headers, seal;
};

static struct ends ends_of(const struct made *made)
{
    struct reader r = reader_on(made->bytes + 10, 14);
    size_t headers = read_u16(&r), record = read_u32(&r);
    uint32_t count = read_u32(&r), index = read_u32(&r);
    struct ends ends = {.layout = 28};
    ends.record = ends.layout + record + 4;
    ends.path = ends.record + (size_t)merkle_path_length(count, index) * HASH_SIZE + 4;
    ends.headers = ends.path + headers * 184;
    ends.seal = ends.headers + SEAL_SIZE;
    return ends;
}

static void assert_named(const struct ends *ends, size_t at, const struct receipt_fault *fault)
{
    if (at < ends->layout)
        assert_int_equal(fault->part, RECEIPT_LAYOUT);
    else if (at < ends->record)
        assert_int_equal(fault->part, RECEIPT_RECORD);
    else if (at < ends->path)
        assert_int_equal(fault->part, RECEIPT_PATH);
    else if (at < ends->headers)
        assert_int_equal(fault->part, RECEIPT_HEADER);
    else
        assert_int_equal(fault->part, RECEIPT_SEAL);
    if (fault->part == RECEIPT_HEADER)
        assert_int_equal(fault->header, 1 + (at - ends->path) / 184);
}

static void flip_everything(enum key_algorithm algorithm, struct scratch *s)
{
    struct ledger *ledger = open_memory(s);
    struct sign_key *key = new_key(algorithm);
    append(ledger, 4);
    append(ledger, 7);
    append(ledger, 1);
    append(ledger, 2);
    seal_newest(ledger, key);
    struct made made = make(ledger, 8);
    struct ends ends = ends_of(&made);
    struct receipt_fault fault;
    assert_int_equal(ends.seal, made.size);
    assert_true(check(&made, key, &fault));
    for (size_t at = 0; at < made.size; at++) {
        for (int bit = 0; bit < 8; bit++) {
            made.bytes[at] ^= (uint8_t)(1 << bit);
            assert_false(check(&made, key, &fault));
            assert_named(&ends, at, &fault);
            assert_true(fault.zh[0] && fault.en[0]);
            made.bytes[at] ^= (uint8_t)(1 << bit);
        }
    }
    assert_true(check(&made, key, &fault));
    free(made.bytes);
    ledger_close(ledger);
    sign_key_free(key);
}

static void test_every_bit(void **state)
{
    flip_everything(KEY_ED25519, *state);
    flip_everything(KEY_SM2, *state);
}

static void test_length(void **state)
{
    struct ledger *ledger = open_memory(*state);
    struct sign_key *key = new_key(KEY_ED25519);
    struct receipt_fault fault;
    append(ledger, 5);
    append(ledger, 1);
    seal_newest(ledger, key);
    struct made made = make(ledger, 3);
    for (size_t size = 0; size < made.size; size++) {
        /* A copy of exactly that size, so that a sanitizer sees a read past it. */
        struct made cut = {malloc(size + 1), size};
        memcpy(cut.bytes, made.bytes, size);
        assert_false(check(&cut, key, &fault));
        assert_int_equal(fault.part, size < 28 ? RECEIPT_LAYOUT : RECEIPT_TRAILING);
        free(cut.bytes);
    }
    struct made longer = {calloc(1, made.size + 1), made.size + 1};
    memcpy(longer.bytes, made.bytes, made.size);
    assert_false(check(&longer, key, &fault));
    assert_int_equal(fault.part, RECEIPT_TRAILING);
    free(longer.bytes);
    free(made.bytes);
    ledger_close(ledger);
    sign_key_free(key);
}

static void fix_crc(uint8_t *bytes, size_t size)
{
    struct writer w = writer_on(bytes + size, 4);
    write_u32(&w, hash_crc32(0, bytes, size));
}

/* Somebody who knows the layout makes every CRC right; only the proofs are left. */
static void test_forged(void **state)
{
    struct ledger *ledger = open_memory(*state);
    struct sign_key *key = new_key(KEY_ED25519), *forger = new_key(KEY_ED25519);
    struct receipt_fault fault;
    append(ledger, 6);
    append(ledger, 2);
    append(ledger, 2);
    seal_newest(ledger, key);
    struct made made = make(ledger, 2);
    struct ends ends = ends_of(&made);
    uint8_t *copy = malloc(made.size);
    memcpy(copy, made.bytes, made.size);

    made.bytes[ends.layout + 1] ^= 1;
    fix_crc(made.bytes + ends.layout, ends.record - ends.layout - 4);
    assert_false(check(&made, key, &fault));
    assert_int_equal(fault.part, RECEIPT_PATH);
    memcpy(made.bytes, copy, made.size);

    made.bytes[20] ^= 1; /* another place in the group */
    fix_crc(made.bytes, 24);
    assert_false(check(&made, key, &fault));
    memcpy(made.bytes, copy, made.size);

    for (size_t n = 0; n < 3; n++) {
        uint8_t *header = made.bytes + ends.path + n * 184;
        header[70] ^= 1; /* in the Merkle root */
        fix_crc(header, GROUP_HASHED);
        assert_false(check(&made, key, &fault));
        assert_int_equal(fault.part, n < 2 ? RECEIPT_CHAIN : RECEIPT_SEAL);
        assert_int_equal(fault.header, n < 2 ? n + 2 : 0);
        memcpy(made.bytes, copy, made.size);
    }

    made.bytes[ends.headers + 10] ^= 1;
    fix_crc(made.bytes + ends.headers, SEAL_SIZE - 4);
    assert_false(check(&made, key, &fault));
    assert_int_equal(fault.part, RECEIPT_SEAL);
    memcpy(made.bytes, copy, made.size);

    /* A whole ledger of somebody else's, with the right key's id put in. */
    struct made theirs = {copy, made.size};
    seal_newest(ledger, forger);
    free(made.bytes);
    made = make(ledger, 2);
    assert_true(check(&made, forger, &fault));
    assert_false(check(&made, key, &fault));
    assert_int_equal(fault.part, RECEIPT_KEY);
    memcpy(made.bytes + ends.headers, sign_key_public(key)->id, KEY_ID);
    fix_crc(made.bytes + ends.headers, SEAL_SIZE - 4);
    assert_false(check(&made, key, &fault));
    assert_int_equal(fault.part, RECEIPT_SEAL);
    assert_true(check(&theirs, key, &fault));
    free(made.bytes);
    free(copy);
    ledger_close(ledger);
    sign_key_free(key);
    sign_key_free(forger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_record, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_every_bit, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_length, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_forged, scratch_setup, scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
