/* lib/state/images: the effects in their order, then the message's key, then the moment. */
#include "state/images.h"

#include "fixture.h"

static void everything_that_a_record_leaves(void **context)
{
    struct bench *b = *context;
    struct record record = {
        .kind = RECORD_SETTLEMENT, .sequence = 2, .time_ms = 2000, .msgid = MSGID};
    const struct person before = person_sample("P1", "111"), after = person_sample("P1", "222");
    struct images images;
    struct slice key, value;
    effects_put_balance(b->effects, "P1", 5);
    effects_put_person(b->effects, &after, &before);
    OK(effects_done(b->effects, &record.effects));
    OK(images_begin(&images, &record));
    assert_true(images_next(&images, &key, &value));
    assert_int_equal(key.data[0], KEY_PERSON);
    assert_non_null(value.data);
    assert_true(images_next(&images, &key, &value));
    assert_int_equal(key.data[0], KEY_PERSON);
    assert_true(images_next(&images, &key, &value));
    assert_int_equal(key.data[0], KEY_CERTIFICATE);
    assert_null(value.data); /* freed */
    assert_true(images_next(&images, &key, &value));
    assert_int_equal(key.data[0], KEY_CERTIFICATE);
    assert_true(images_next(&images, &key, &value));
    assert_int_equal(key.data[0], KEY_MESSAGE);
    assert_true(images_next(&images, &key, &value));
    assert_int_equal(key.data[0], KEY_SINGLE);
    assert_false(images_next(&images, &key, &value));
    assert_false(images_next(&images, &key, &value));
}

static void genesis_has_no_message(void **context)
{
    struct record record = {.kind = RECORD_GENESIS, .sequence = 1, .time_ms = 1};
    struct images images;
    struct slice key, value;
    (void)context;
    OK(images_begin(&images, &record));
    assert_true(images_next(&images, &key, &value));
    assert_int_equal(key.data[0], KEY_SINGLE);
    assert_false(images_next(&images, &key, &value));
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
        cmocka_unit_test(genesis_has_no_message),
        cmocka_unit_test_setup_teardown(damage_has_no_images, bench_open, bench_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
