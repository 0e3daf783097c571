/* daemon/replies: nothing leaves before what it depends on is durable, over a memory ledger. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/replies.h"

/* What was delivered, in order, by the number kept in depends-free `stored`. */
struct world {
    struct ledger *ledger;
    struct barrier barrier;
    struct replies replies;
    uint64_t delivered[16];
    size_t count;
};

static void deliver(void *context, struct job *job)
{
    struct world *world = context;
    world->delivered[world->count++] = job->stored;
    job_free(job);
}

static int open_world(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    struct ledger_options options = {.region = "431000"};
    struct ledger_fault fault;
    assert_int_equal(ledger_open(&options, &world->ledger, &fault), ERR_OK);
    world->barrier.ledger = world->ledger;
    world->barrier.epoch = ledger_end(world->ledger).epoch;
    assert_int_equal(replies_open(&world->replies, deliver, world), ERR_OK);
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    struct world *world = *state;
    struct parcel *left;
    while ((left = parcels_take(&world->barrier.held)))
        job_free((struct job *)left);
    replies_close(&world->replies);
    ledger_close(world->ledger);
    free(world);
    return 0;
}

static void put(struct world *world, uint64_t name, uint64_t depends_on, bool wrote)
{
    struct job *job = job_new();
    job->stored = name;
    job->barrier = &world->barrier;
    job->depends_on = depends_on;
    job->wrote = wrote;
    replies_put(&world->replies, job);
}

static enum err release(struct world *world)
{
    struct barrier *barriers[] = {&world->barrier};
    return replies_release(&world->replies, barriers, 1);
}

static void replies_wait_for_durability(void **state)
{
    struct world *world = *state;
    put(world, 1, 1, true);
    put(world, 2, 2, true);
    put(world, 3, 2, false);
    put(world, 4, 3, true);
    assert_int_equal(release(world), ERR_OK);
    assert_int_equal(world->count, 0);
    atomic_store(&world->barrier.durable, 1);
    assert_int_equal(release(world), ERR_OK);
    assert_int_equal(world->count, 1);
    atomic_store(&world->barrier.durable, 2);
    assert_int_equal(release(world), ERR_OK);
    assert_int_equal(world->count, 3);
    assert_int_equal(world->delivered[1], 2);
    assert_int_equal(world->delivered[2], 3);
    atomic_store(&world->barrier.durable, 9);
    assert_int_equal(release(world), ERR_OK);
    assert_int_equal(world->count, 4);
}

static void what_depends_on_nothing_leaves_at_once(void **state)
{
    struct world *world = *state;
    put(world, 1, 5, true);
    struct job *job = job_new();
    job->stored = 2;
    replies_put(&world->replies, job);
    assert_int_equal(release(world), ERR_OK);
    assert_int_equal(world->count, 1);
    assert_int_equal(world->delivered[0], 2);
}

static void a_deposed_writer_tells_nothing_of_its_state(void **state)
{
    struct world *world = *state;
    world->barrier.epoch += 1;
    put(world, 1, 0, false);
    assert_int_equal(release(world), ERR_FENCED);
    assert_int_equal(world->count, 0);
}

static void a_record_is_its_own_proof(void **state)
{
    struct world *world = *state;
    world->barrier.epoch += 1;
    put(world, 1, 1, true);
    atomic_store(&world->barrier.durable, 1);
    assert_int_equal(release(world), ERR_OK);
    assert_int_equal(world->count, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(replies_wait_for_durability),
        TEST(what_depends_on_nothing_leaves_at_once),
        TEST(a_deposed_writer_tells_nothing_of_its_state),
        TEST(a_record_is_its_own_proof),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
