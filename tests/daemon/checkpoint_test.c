/* daemon/checkpoint: LMDB never gets what the ledger does not have yet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/checkpoint.h"
#include "daemon/handover.h"
#include "daemon/region.h"

#define FROZEN_AT UINT64_C(7)
#define ROUNDS 20000

static void put_and_freeze(struct region *region, uint64_t sequence)
{
    assert_int_equal(store_put(region->store, (struct slice){(const uint8_t *)"key", 3},
                               (struct slice){NULL, 0}),
                     ERR_OK);
    store_freeze(region->store, sequence);
    atomic_store(&region->frozen, sequence);
}

static int open_region(void **state)
{
    struct region *region = calloc(1, sizeof *region);
    const struct ledger_options ledger = {.region = "431000"};
    const struct store_options store = {0};
    struct ledger_fault fault;
    assert_non_null(region);
    assert_int_equal(ledger_open(&ledger, &region->ledger, &fault), ERR_OK);
    assert_int_equal(store_open(&store, &region->store), ERR_OK);
    assert_int_equal(inbox_open(&region->inboxes[THREAD_CHECKPOINT]), ERR_OK);
    assert_int_equal(inbox_open(&region->inboxes[THREAD_SETTLER]), ERR_OK);
    put_and_freeze(region, FROZEN_AT);
    assert_int_equal(
        pthread_create(&region->threads[THREAD_CHECKPOINT], NULL, checkpoint_run, region), 0);
    *state = region;
    return 0;
}

static int close_region(void **state)
{
    struct region *region = *state;
    atomic_store(&region->finishing, THREADS);
    region_wake(region, THREAD_CHECKPOINT);
    assert_int_equal(pthread_join(region->threads[THREAD_CHECKPOINT], NULL), 0);
    inbox_close(&region->inboxes[THREAD_CHECKPOINT]);
    inbox_close(&region->inboxes[THREAD_SETTLER]);
    store_close(region->store);
    ledger_close(region->ledger);
    free(region);
    return 0;
}

/* Returns when a whole turn has passed that began after the call: the thread takes the second wake
 * only when it is done with what the first one brought. */
static void one_turn(struct region *region)
{
    for (int wakes = 0; wakes < 2; wakes++) {
        region_wake(region, THREAD_CHECKPOINT);
        while (atomic_load(&region->inboxes[THREAD_CHECKPOINT].called))
            (void)usleep(1000);
    }
}

static void nothing_is_committed_before_it_is_durable(void **state)
{
    struct region *region = *state;
    one_turn(region);
    assert_false(atomic_load(&region->checkpointed));
    atomic_store(&region->barrier.durable, FROZEN_AT - 1);
    one_turn(region);
    assert_false(atomic_load(&region->checkpointed));
    atomic_store(&region->barrier.durable, FROZEN_AT);
    one_turn(region);
    assert_true(atomic_load(&region->checkpointed));
    assert_true(atomic_load(&region->inboxes[THREAD_SETTLER].called));
    assert_int_equal(store_thaw(region->store), ERR_OK);
    assert_int_equal(store_sequence(region->store), FROZEN_AT);
}

/* A second write of the same overlay would be a broken invariant of the store. */
static void what_is_written_waits_for_the_settler(void **state)
{
    struct region *region = *state;
    atomic_store(&region->barrier.durable, FROZEN_AT + 5);
    one_turn(region);
    one_turn(region);
    assert_true(atomic_load(&region->checkpointed));
    assert_int_equal(store_frozen(region->store), FROZEN_AT);
}

static void end_thread(struct region *region)
{
    atomic_store(&region->finishing, THREADS);
    region_wake(region, THREAD_CHECKPOINT);
    assert_int_equal(pthread_join(region->threads[THREAD_CHECKPOINT], NULL), 0);
    assert_int_equal(
        pthread_create(&region->threads[THREAD_CHECKPOINT], NULL, checkpoint_run, region), 0);
}

/* Whatever it was doing, all that is durable is in LMDB when it has ended. */
static void a_stop_leaves_nothing_to_fold(void **state)
{
    struct region *region = *state;
    struct slice key = {(const uint8_t *)"later", 5};
    /* Frozen, and not durable: nothing of it may be written. */
    end_thread(region);
    assert_int_equal(store_sequence(region->store), 0);
    assert_int_equal(store_frozen(region->store), FROZEN_AT);
    /* Frozen, and more behind it. */
    assert_int_equal(store_put(region->store, key, key), ERR_OK);
    atomic_store(&region->barrier.durable, FROZEN_AT + 2);
    end_thread(region);
    assert_int_equal(store_frozen(region->store), FROZEN_AT + 2);
    assert_int_equal(store_thaw(region->store), ERR_OK);
    assert_int_equal(store_sequence(region->store), FROZEN_AT + 2);
    /* Nothing is left to write. */
    end_thread(region);
    assert_int_equal(store_frozen(region->store), 0);
}

static atomic_bool stop_waking;

static void *keep_waking(void *context)
{
    while (!atomic_load(&stop_waking))
        region_wake(context, THREAD_CHECKPOINT);
    return NULL;
}

/* As the journal wakes it after every group: it must never take the sequence of an overlay that is
 * being dropped for that of one that may be written. */
static void it_may_look_while_the_settler_thaws(void **state)
{
    struct region *region = *state;
    pthread_t waker;
    atomic_store(&stop_waking, false);
    assert_int_equal(pthread_create(&waker, NULL, keep_waking, region), 0);
    for (uint64_t sequence = FROZEN_AT; sequence < FROZEN_AT + ROUNDS; sequence++) {
        assert_false(atomic_load(&region->checkpointed));
        atomic_store(&region->barrier.durable, sequence);
        while (!atomic_load(&region->checkpointed))
            (void)sched_yield();
        assert_int_equal(handover_thaw(region), ERR_OK);
        put_and_freeze(region, sequence + 1);
    }
    atomic_store(&stop_waking, true);
    assert_int_equal(pthread_join(waker, NULL), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_region, close_region)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_is_committed_before_it_is_durable),
        TEST(what_is_written_waits_for_the_settler),
        TEST(it_may_look_while_the_settler_thaws),
        TEST(a_stop_leaves_nothing_to_fold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
