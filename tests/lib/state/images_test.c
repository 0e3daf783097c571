/* lib/state/images: the effects in their order, then the message's key, then the moment. */
#include "state/images.h"

#include "fixture.h"

/* One at a time, whatever came at once. */
static bool next_of(struct images *images, size_t *at, struct slice *key, struct slice *value)
{
    if (*at == images->count || *at == SIZE_MAX) {
        *at = 0;
        if (!images_next(images))
            return false;
    }
    *key = images->list[*at].key;
    *value = images->list[(*at)++].value;
    return true;
}

static void everything_that_a_record_leaves(void **context)
{
    struct bench *b = *context;
    struct record record = {
        .kind = RECORD_SETTLEMENT, .sequence = 2, .time_ms = 2000, .msgid = MSGID};
    const struct person before = person_sample("P1", "111"), after = person_sample("P1", "222");
    struct images images;
    struct slice key = {0}, value = {0};
    size_t at = SIZE_MAX;
    effects_put_balance(b->effects, "P1", 5);
    effects_put_person(b->effects, &after, &before);
    OK(effects_done(b->effects, &record.effects));
    OK(images_begin(&images, &record));
    assert_true(next_of(&images, &at, &key, &value));
    assert_int_equal(key.data[0], KEY_PERSON);
    assert_non_null(value.data);
    assert_true(next_of(&images, &at, &key, &value));
    assert_int_equal(key.data[0], KEY_PERSON);
    assert_true(next_of(&images, &at, &key, &value));
    assert_int_equal(key.data[0], KEY_CERTIFICATE);
    assert_null(value.data); /* freed */
    assert_true(next_of(&images, &at, &key, &value));
    assert_int_equal(key.data[0], KEY_CERTIFICATE);
    assert_true(next_of(&images, &at, &key, &value));
    assert_int_equal(key.data[0], KEY_MESSAGE);
    assert_true(next_of(&images, &at, &key, &value));
    assert_int_equal(key.data[0], KEY_SINGLE);
    assert_false(next_of(&images, &at, &key, &value));
    assert_false(next_of(&images, &at, &key, &value));
}

/* More effects than are listed at once, by every small number: none is left out or comes twice. */
static void more_than_one_list(void **context)
{
    struct bench *b = *context;
    for (size_t count = 0; count < 3 * IMAGES_AT_ONCE; count++) {
        struct record record = {
            .kind = RECORD_SETTLEMENT, .sequence = 2, .time_ms = 2000, .msgid = MSGID};
        struct images images;
        struct slice key = {0}, value = {0};
        size_t at = SIZE_MAX;
        for (size_t i = 0; i < count; i++) {
            char psn[16];
            snprintf(psn, sizeof psn, "P%zu", i);
            effects_put_balance(b->effects, psn, (int64_t)i);
        }
        OK(effects_done(b->effects, &record.effects));
        OK(images_begin(&images, &record));
        for (size_t i = 0; i < count; i++) {
            char psn[16];
            snprintf(psn, sizeof psn, "P%zu", i);
            struct key want = key_person(psn, PERSON_ACCOUNT);
            assert_true(next_of(&images, &at, &key, &value));
            assert_int_equal(key.size, want.size);
            assert_memory_equal(key.data, want.bytes, want.size);
        }
        assert_true(next_of(&images, &at, &key, &value));
        assert_int_equal(key.data[0], KEY_MESSAGE);
        assert_true(next_of(&images, &at, &key, &value));
        assert_int_equal(key.data[0], KEY_SINGLE);
        assert_false(next_of(&images, &at, &key, &value));
        bench_next(b);
    }
}

/* Behind the first list too. */
static void late_damage_has_no_images(void **context)
{
    struct bench *b = *context;
    struct record record = {
        .kind = RECORD_SETTLEMENT, .sequence = 2, .time_ms = 2000, .msgid = MSGID};
    struct images images;
    for (int i = 0; i < 2 * IMAGES_AT_ONCE; i++)
        effects_put_balance(b->effects, "P1", 5);
    OK(effects_done(b->effects, &record.effects));
    record.effects.size--;
    assert_int_equal(images_begin(&images, &record), ERR_CORRUPT);
}

static void genesis_has_no_message(void **context)
{
    struct record record = {.kind = RECORD_GENESIS, .sequence = 1, .time_ms = 1};
    struct images images;
    struct slice key = {0}, value = {0};
    size_t at = SIZE_MAX;
    (void)context;
    OK(images_begin(&images, &record));
    assert_true(next_of(&images, &at, &key, &value));
    assert_int_equal(key.data[0], KEY_SINGLE);
    assert_false(next_of(&images, &at, &key, &value));
}

static void damage_has_no_images(void **context)
{
    struct bench *b = *context;
    struct record record = {
        .kind = RECORD_SETTLEMENT, .sequence = 2, .time_ms = 2000, .msgid = MSGID};
    struct images images;
    effects_put_balance(b->effects, "P1", 5);
    OK(effects_done(b->effects, &record.effects));
    record.effects.size--;
    assert_int_equal(images_begin(&images, &record), ERR_CORRUPT);
    record.effects.size++;
    record.msgid[0] = '\0';
    assert_int_equal(images_begin(&images, &record), ERR_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(everything_that_a_record_leaves, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(more_than_one_list, bench_open, bench_close),
        cmocka_unit_test_setup_teardown(late_damage_has_no_images, bench_open, bench_close),
        cmocka_unit_test(genesis_has_no_message),
        cmocka_unit_test_setup_teardown(damage_has_no_images, bench_open, bench_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
