/* daemon/load: turns go over senders, not over connections; who has its share waits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "daemon/session.h"

static const struct load_share share = {
    .connections = 10, .in_flight = 2, .buffer_bytes = 40000, .message_bytes = 1000};

static int open_loads(void **state)
{
    static struct budget buffers;
    struct loads *loads = calloc(1, sizeof *loads);
    buffers = (struct budget){.limit = 60000};
    loads_open(loads, &share, &buffers);
    *state = loads;
    return 0;
}

static int close_loads(void **state)
{
    free(*state);
    return 0;
}

static struct load *use(struct loads *loads, const char *name)
{
    struct sender sender = {.role = SENDER_INSTITUTION};
    (void)snprintf(sender.name, sizeof sender.name, "%s", name);
    struct load *load = load_use(loads, &sender);
    assert_non_null(load);
    return load;
}

static void senders_take_turns(void **state)
{
    struct loads *loads = *state;
    struct session many[3] = {0}, one = {0};
    struct load *a = use(loads, "H43100299001"), *b = use(loads, "H43100299002");
    assert_ptr_equal(use(loads, "H43100299001"), a);
    load_drop(a);
    for (int i = 0; i < 3; i++)
        TAILQ_INSERT_TAIL(&a->readable, &many[i], readable_entry);
    load_queue(loads, a, 5);
    load_queue(loads, b, 6); /* has nothing to be read */
    TAILQ_INSERT_TAIL(&b->readable, &one, readable_entry);
    load_queue(loads, b, 7);
    load_queue(loads, a, 8); /* waits already, and keeps its place and time */
    assert_int_equal(loads->waiting, 2);
    assert_ptr_equal(TAILQ_FIRST(&loads->rota), a);
    assert_int_equal(a->waiting_mono_ms, 5);
    load_unqueue(loads, a);
    load_queue(loads, a, 9);
    assert_ptr_equal(TAILQ_FIRST(&loads->rota), b);
    load_unqueue(loads, a);
    load_unqueue(loads, b);
    load_unqueue(loads, b);
    assert_int_equal(loads->waiting, 0);
    TAILQ_INIT(&a->readable);
    TAILQ_INIT(&b->readable);
    load_drop(a);
    load_drop(b);
}

static void a_full_one_is_not_read(void **state)
{
    struct loads *loads = *state;
    struct session session = {0};
    struct load *load = use(loads, "H43100299001");
    TAILQ_INSERT_TAIL(&load->readable, &session, readable_entry);
    load->in_flight = share.in_flight;
    load_queue(loads, load, 1);
    assert_int_equal(loads->waiting, 0);
    load->in_flight = 0;
    load->message_bytes = share.message_bytes;
    load_queue(loads, load, 1);
    assert_int_equal(loads->waiting, 0);
    load->message_bytes = 0;
    load_queue(loads, load, 1);
    assert_int_equal(loads->waiting, 1);
    load_unqueue(loads, load);
    TAILQ_INIT(&load->readable);
    load_drop(load);
}

/* A share of the buffers, and never more than there are. */
static void buffers_are_shared_out(void **state)
{
    struct loads *loads = *state;
    struct buffer of_a = {0}, of_b = {0}, more = {0};
    struct load *a = use(loads, "H43100299001"), *b = use(loads, "H43100299002");
    assert_true(buffer_reserve(&of_a, &a->buffers, 30000));
    assert_false(buffer_reserve(&more, &a->buffers, 16000));
    assert_true(buffer_reserve(&of_b, &b->buffers, 16000));
    assert_false(buffer_reserve(&more, &b->buffers, 16000)); /* its share, but there are no more */
    buffer_release(&of_a, &a->buffers);
    assert_true(buffer_reserve(&more, &b->buffers, 16000));
    buffer_release(&of_b, &b->buffers);
    buffer_release(&more, &b->buffers);
    assert_int_equal(loads->buffers->used, 0);
    load_drop(a);
    load_drop(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(senders_take_turns, open_loads, close_loads),
        cmocka_unit_test_setup_teardown(a_full_one_is_not_read, open_loads, close_loads),
        cmocka_unit_test_setup_teardown(buffers_are_shared_out, open_loads, close_loads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
