/* lib/model/record: round trips, and damage of every length and byte is refused without reading
 * over the end (the sanitizers watch exactly sized copies). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "model/record.h"

static struct slice slice_of(const char *text)
{
    return (struct slice){.data = (const uint8_t *)text, .size = strlen(text)};
}

static struct record sample(void)
{
    struct record record = {.kind = RECORD_SETTLEMENT,
                            .sequence = UINT64_C(0x0102030405060708),
                            .time_ms = INT64_C(1763000000123),
                            .engine = ENGINE_VERSION,
                            .schema = SCHEMA_TERMINAL,
                            .outcome = 1,
                            .actor = "H43100299001",
                            .approver = "",
                            .msgid = "H43100299001202511130930150001",
                            .effects = slice_of("effects"),
                            .request = slice_of("request"),
                            .reply = slice_of("reply")};
    memset(&record.policy, 1, sizeof record.policy);
    memset(&record.salt, 2, sizeof record.salt);
    memset(&record.request_hash, 3, sizeof record.request_hash);
    return record;
}

static uint8_t *written(const struct record *record, size_t *size)
{
    *size = record_size(record);
    uint8_t *bytes = malloc(*size);
    struct writer w = writer_on(bytes, *size);
    record_write(&w, record);
    assert_false(w.failed);
    assert_int_equal(w.used, *size);
    return bytes;
}

static void record_round_trip(void **state)
{
    (void)state;
    struct record record = sample(), back;
    size_t size;
    uint8_t *bytes = written(&record, &size);
    assert_memory_equal(bytes, "R\x03", 2);
    assert_int_equal(record_read((struct slice){bytes, size}, &back), ERR_OK);
    assert_int_equal(back.kind, RECORD_SETTLEMENT);
    assert_true(back.sequence == record.sequence && back.time_ms == record.time_ms);
    assert_int_equal(back.outcome, 1);
    assert_string_equal(back.actor, record.actor);
    assert_string_equal(back.approver, "");
    assert_string_equal(back.msgid, record.msgid);
    assert_memory_equal(&back.policy, &record.policy, HASH_SIZE);
    assert_memory_equal(&back.salt, &record.salt, HASH_SHORT_SIZE);
    assert_memory_equal(&back.request_hash, &record.request_hash, HASH_SHORT_SIZE);
    assert_int_equal(back.effects.size, 7);
    assert_memory_equal(back.effects.data, "effects", 7);
    assert_memory_equal(back.request.data, "request", 7);
    assert_int_equal(back.reply.size, 5);
    assert_memory_equal(back.reply.data, "reply", 5);
    free(bytes);
}

/* A terminal's actor is told by its msgid; another's is kept. */
static void an_actor_is_kept_unless_the_msgid_says_it(void **state)
{
    (void)state;
    static const struct {
        uint8_t schema;
        const char *actor;
        int kept;
    } rows[] = {{SCHEMA_TERMINAL, "H43100299001", 0},
                {SCHEMA_TERMINAL, "H43100299002", 1},
                {SCHEMA_OPERATOR, "H43100299001", 1}};
    struct record record = sample(), back;
    size_t size, least = 0;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        record.schema = rows[i].schema;
        memcpy(record.actor, rows[i].actor, 13);
        uint8_t *bytes = written(&record, &size);
        least = i == 0 ? size : least;
        assert_int_equal(size - least, rows[i].kept ? strlen(rows[i].actor) : 0);
        assert_int_equal(record_read((struct slice){bytes, size}, &back), ERR_OK);
        assert_string_equal(back.actor, rows[i].actor);
        free(bytes);
    }
}

static void record_without_bodies_and_with_the_longest_names(void **state)
{
    (void)state;
    struct record record = sample(), back;
    record.kind = RECORD_GENESIS;
    record.effects = record.request = record.reply = (struct slice){0};
    memset(record.actor, 'a', ACTOR_MAX);
    memset(record.approver, 'b', ACTOR_MAX);
    size_t size;
    uint8_t *bytes = written(&record, &size);
    assert_int_equal(record_read((struct slice){bytes, size}, &back), ERR_OK);
    assert_int_equal(strlen(back.actor), ACTOR_MAX);
    assert_int_equal(strlen(back.approver), ACTOR_MAX);
    assert_int_equal(back.effects.size + back.request.size + back.reply.size, 0);
    struct writer w = writer_on(bytes, size - 1);
    record_write(&w, &record);
    assert_true(w.failed);
    free(bytes);
}

/* An exactly sized copy, so that one byte read too far is seen. */
static enum err read_copy(const uint8_t *bytes, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);
    struct record record;
    memcpy(copy, bytes, size);
    enum err err = record_read((struct slice){copy, size}, &record);
    free(copy);
    return err;
}

static void every_truncation_is_refused(void **state)
{
    (void)state;
    struct record record = sample();
    size_t size;
    uint8_t *bytes = written(&record, &size);
    for (size_t cut = 0; cut < size; cut++)
        assert_int_equal(read_copy(bytes, cut), ERR_CORRUPT);
    uint8_t *longer = calloc(1, size + 1);
    memcpy(longer, bytes, size);
    assert_int_equal(read_copy(longer, size + 1), ERR_CORRUPT);
    free(longer);
    free(bytes);
}

static void every_flipped_byte_is_survived(void **state)
{
    (void)state;
    struct record record = sample();
    size_t size, refused = 0;
    uint8_t *bytes = written(&record, &size);
    for (size_t at = 0; at < size; at++)
        for (int bit = 0; bit < 8; bit++) {
            bytes[at] ^= (uint8_t)(1 << bit);
            refused += read_copy(bytes, size) == ERR_CORRUPT;
            bytes[at] ^= (uint8_t)(1 << bit);
        }
    assert_true(refused > 64); /* magic, version, kind, lengths */
    static const size_t must_refuse[] = {0, 1, 2};
    for (size_t i = 0; i < ARRAY_LEN(must_refuse); i++) {
        bytes[must_refuse[i]] ^= 0x80;
        assert_int_equal(read_copy(bytes, size), ERR_CORRUPT);
        bytes[must_refuse[i]] ^= 0x80;
    }
    free(bytes);
}

static void effects_round_trip_and_tell_deleted_from_empty(void **state)
{
    (void)state;
    uint8_t bytes[200];
    struct writer w = writer_on(bytes, sizeof bytes);
    effect_write(&w, slice_of("P1"), slice_of("value"));
    effect_write(&w, slice_of("P2"), (struct slice){0});
    effect_write(&w, slice_of("P3"), slice_of(""));
    effect_write(&w, (struct slice){0}, slice_of("document"));
    assert_false(w.failed);
    struct reader r = reader_on(bytes, w.used);
    struct slice key, value;
    assert_true(effect_read(&r, &key, &value));
    assert_memory_equal(key.data, "P1", 2);
    assert_int_equal(value.size, 5);
    assert_true(effect_read(&r, &key, &value));
    assert_null(value.data);
    assert_true(effect_read(&r, &key, &value));
    assert_non_null(value.data);
    assert_int_equal(value.size, 0);
    assert_true(effect_read(&r, &key, &value));
    assert_int_equal(key.size, 0);
    assert_memory_equal(value.data, "document", 8);
    assert_false(effect_read(&r, &key, &value));
    assert_true(reader_done(&r));
    effect_write(&w, (struct slice){0}, (struct slice){0});
    assert_true(w.failed);
}

static void damaged_effects_are_told(void **state)
{
    (void)state;
    uint8_t bytes[200];
    struct writer w = writer_on(bytes, sizeof bytes);
    effect_write(&w, slice_of("P1"), slice_of("value"));
    struct slice key, value;
    for (size_t cut = 1; cut < w.used; cut++) {
        uint8_t *copy = malloc(cut);
        memcpy(copy, bytes, cut);
        struct reader r = reader_on(copy, cut);
        assert_false(effect_read(&r, &key, &value));
        assert_true(r.failed);
        assert_null(key.data);
        free(copy);
    }
    bytes[0] = bytes[1] = 0; /* a document is never deleted */
    struct reader r = reader_on(bytes, w.used);
    assert_false(effect_read(&r, &key, &value));
    assert_true(r.failed);
    char longest[KEY_MAX + 2];
    memset(longest, 'k', sizeof longest);
    longest[KEY_MAX + 1] = '\0';
    effect_write(&w, slice_of(longest), slice_of("v"));
    assert_true(w.failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(record_round_trip),
        cmocka_unit_test(an_actor_is_kept_unless_the_msgid_says_it),
        cmocka_unit_test(record_without_bodies_and_with_the_longest_names),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(every_flipped_byte_is_survived),
        cmocka_unit_test(effects_round_trip_and_tell_deleted_from_empty),
        cmocka_unit_test(damaged_effects_are_told),
    };
    return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
