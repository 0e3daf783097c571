/* The epoch file: kept, replaced whole, and refused when it is not right. */
#include "ledger/epoch.h"

#include "fixture.h"

static int folder(const struct scratch *s)
{
    int fd = open(s->dir, O_RDONLY | O_DIRECTORY);
    assert_true(fd >= 0);
    return fd;
}

static void test_round_trip(void **state)
{
    struct scratch *s = *state;
    int dir = folder(s);
    struct epoch epoch = {.number = 9, .begun = true};
    assert_int_equal(epoch_load(dir, REGION, &epoch, &s->fault), ERR_OK);
    assert_int_equal(epoch.number, 0);
    assert_false(epoch.begun);
    assert_int_equal(epoch_store(dir, REGION, &(struct epoch){.number = 41}), ERR_OK);
    assert_int_equal(epoch_store(dir, REGION, &(struct epoch){42, true}), ERR_OK);
    assert_int_equal(epoch_load(dir, REGION, &epoch, &s->fault), ERR_OK);
    assert_int_equal(epoch.number, 42);
    assert_true(epoch.begun);
    assert_false(scratch_has(s, "epoch.tmp"));
    /* What a power cut before the rename leaves is not read, and is in nobody's way. */
    scratch_write(s, "epoch.tmp", 0, "garbage", 7);
    assert_int_equal(epoch_load(dir, REGION, &epoch, &s->fault), ERR_OK);
    assert_int_equal(epoch.number, 42);
    assert_true(epoch.begun);
    assert_int_equal(epoch_store(dir, REGION, &(struct epoch){43, false}), ERR_OK);
    assert_int_equal(epoch_load(dir, REGION, &epoch, &s->fault), ERR_OK);
    assert_int_equal(epoch.number, 43);
    assert_false(epoch.begun);
    close(dir);
}

static void test_damage(void **state)
{
    struct scratch *s = *state;
    int dir = folder(s);
    struct epoch epoch;
    assert_int_equal(epoch_store(dir, REGION, &(struct epoch){7, true}), ERR_OK);
    assert_int_equal(epoch_load(dir, "431002", &epoch, &s->fault), ERR_CORRUPT);
    assert_non_null(strstr(s->fault.text, "region"));
    for (uint64_t i = 0; i < 40; i++) {
        scratch_flip(s, EPOCH_FILE, i);
        assert_int_equal(epoch_load(dir, REGION, &epoch, &s->fault), ERR_CORRUPT);
        assert_string_equal(s->fault.segment, EPOCH_FILE);
        scratch_flip(s, EPOCH_FILE, i);
    }
    char path[128];
    assert_int_equal(truncate(scratch_path(s, EPOCH_FILE, path), 39), 0);
    assert_int_equal(epoch_load(dir, REGION, &epoch, &s->fault), ERR_CORRUPT);
    assert_int_equal(truncate(path, 0), 0);
    assert_int_equal(epoch_load(dir, REGION, &epoch, &s->fault), ERR_CORRUPT);
    close(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_round_trip, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_damage, scratch_setup, scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
