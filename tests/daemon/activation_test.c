/* daemon/activation: what is settled was compiled with the province's file that is in force then.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "daemon/activation.h"
#include "state/keys.h"
#include "state/values.h"

#define OK(call) assert_int_equal(call, ERR_OK)

struct fixture {
    struct store *store;
    struct region *region;
    struct job *job;
};

static void put(struct fixture *f, struct key key, const void *bytes, size_t size)
{
    OK(store_put(f->store, key_slice(&key), (struct slice){bytes, size}));
}

static struct hash put_pack(struct fixture *f, const char *text)
{
    struct hash digest = hash_sha256(text, strlen(text));
    put(f, key_chunk(&digest, 0), text, strlen(text));
    return digest;
}

static void put_province(struct fixture *f, const char *text)
{
    uint8_t bytes[VALUE_SMALL_MAX];
    struct writer w = writer_on(bytes, sizeof bytes);
    const struct active_pack active = {.digest = put_pack(f, text), .chunks = 1, .sequence = 1};
    active_pack_write(&w, &active);
    put(f, key_active_pack(PACK_PROVINCE), bytes, w.used);
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    const struct store_options in_memory = {.dir = NULL};
    f->region = calloc(1, sizeof *f->region);
    f->job = job_new();
    assert_non_null(f->job);
    OK(store_open(&in_memory, &f->store));
    OK(state_new(f->store, &f->region->state));
    f->job->command = (struct command){.kind = COMMAND_PACK_SUBMIT,
                                       .msgid = "m1",
                                       .chunk_count = 1,
                                       .pack_digest = put_pack(f, "the pack")};
    memcpy(f->job->actor, "zhang", 6);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    job_free(f->job);
    state_free(f->region->state);
    store_close(f->store);
    free(f->region);
    free(f);
    return 0;
}

static enum activation prepare(struct fixture *f)
{
    enum err err;
    return activation_prepare(f->region, f->job, &err);
}

static void both_bundles_go_to_the_compiler(void **state)
{
    struct fixture *f = *state;
    put_province(f, "the locks");
    assert_int_equal(prepare(f), ACTIVATION_COMPILE);
    assert_int_equal(f->job->bundle_size, 8);
    assert_memory_equal(f->job->bundle, "the pack", 8);
    assert_int_equal(f->job->locks_size, 9);
    assert_memory_equal(f->job->locks, "the locks", 9);
    f->job->compiled = true;
    assert_int_equal(prepare(f), ACTIVATION_SETTLE);
}

static void without_a_province_nothing_binds(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(prepare(f), ACTIVATION_COMPILE);
    assert_int_equal(f->job->locks_size, 0);
    f->job->compiled = true;
    assert_int_equal(prepare(f), ACTIVATION_SETTLE);
}

/* Verify compiles with what is in force at the record: so must we, however late it came. */
static void a_province_that_comes_meanwhile_binds(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(prepare(f), ACTIVATION_COMPILE);
    f->job->compiled = true;
    f->job->faults = calloc(1, sizeof *f->job->faults);
    put_province(f, "the locks");
    assert_int_equal(prepare(f), ACTIVATION_COMPILE);
    assert_false(f->job->compiled);
    assert_null(f->job->faults);
    assert_int_equal(f->job->locks_size, 9);
    f->job->compiled = true;
    put_province(f, "other locks");
    assert_int_equal(prepare(f), ACTIVATION_COMPILE);
    assert_int_equal(f->job->locks_size, 11);
    f->job->compiled = true;
    assert_int_equal(prepare(f), ACTIVATION_SETTLE);
}

static void the_provinces_own_file_is_not_bound(void **state)
{
    struct fixture *f = *state;
    put_province(f, "the locks");
    f->job->command.province = true;
    assert_int_equal(prepare(f), ACTIVATION_COMPILE);
    assert_int_equal(f->job->locks_size, 0);
    f->job->compiled = true;
    put_province(f, "other locks");
    assert_int_equal(prepare(f), ACTIVATION_SETTLE);
}

static void what_is_not_whole_is_for_settle_to_say(void **state)
{
    struct fixture *f = *state;
    f->job->command.chunk_count = 2;
    assert_int_equal(prepare(f), ACTIVATION_SETTLE);
    assert_null(f->job->bundle);
}

/* Never settled as if nothing bound it. */
static void a_damaged_province_ends_it(void **state)
{
    struct fixture *f = *state;
    struct hash digest = hash_sha256("the locks", 9);
    put_province(f, "the locks");
    put(f, key_chunk(&digest, 0), "the lock!", 9);
    assert_int_equal(prepare(f), ACTIVATION_FAILED);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(both_bundles_go_to_the_compiler),        TEST(without_a_province_nothing_binds),
        TEST(a_province_that_comes_meanwhile_binds),  TEST(the_provinces_own_file_is_not_bound),
        TEST(what_is_not_whole_is_for_settle_to_say), TEST(a_damaged_province_ends_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
