/* wire/status: an operator's figures arrive as they were, counters at zero and empty buckets left
 * out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "admin.pb-c.h"
#include "wire/codec.h"

static Copay__Admin__CommandReply *sent(const struct command_status *status, struct arena *arena)
{
    static struct command_reply reply;
    struct slice body;
    reply = (struct command_reply){.msgid = "m", .outcome = OUTCOME_DONE, .status = status};
    assert_int_equal(wire_write_command_reply(&reply, arena, &body), ERR_OK);
    return copay__admin__command_reply__unpack(NULL, body.size, body.data);
}

static void figures_arrive(void **state)
{
    struct command_status status = {.version = "1", .policy = NULL};
    struct status_figures *f = &status.figures;
    (void)state;
    f->barrier_lag_ms = 12;
    f->sync_us = (struct status_histogram){.buckets = {[0] = 1, [8] = 5}, .sum = 1500, .max = 400};
    f->checkpoint_given = true;
    f->checkpoint_age_ms = 7;
    f->retries = (struct status_counters){{{"OVERLOADED", 0}, {"PATIENCE", 3}}, 2};
    f->stalled = (struct status_counters){{{"journal-431000", 20000}}, 1};
    f->disk_free_bytes = UINT64_MAX;

    struct arena *arena = arena_new(1 << 20);
    Copay__Admin__CommandReply *m = sent(&status, arena);
    assert_non_null(m);
    const Copay__Admin__StatusReply *s = m->status;
    assert_int_equal(s->barrier_lag_ms, 12);
    assert_int_equal(s->sync_us->n_buckets, 9);
    assert_int_equal(s->sync_us->buckets[8], 5);
    assert_int_equal(s->sync_us->sum, 1500);
    assert_int_equal(s->group->n_buckets, 0);
    assert_true(s->has_checkpoint_age_ms);
    assert_int_equal(s->n_retries, 1);
    assert_string_equal(s->retries[0]->name, "PATIENCE");
    assert_int_equal(s->retries[0]->value, 3);
    assert_int_equal(s->n_closed, 0);
    assert_string_equal(s->stalled[0]->name, "journal-431000");
    assert_true(s->disk_free_bytes == UINT64_MAX);
    copay__admin__command_reply__free_unpacked(m, NULL);
    arena_free(arena);
}

static void no_checkpoint_is_not_one_just_now(void **state)
{
    struct command_status status = {.version = "1"};
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    Copay__Admin__CommandReply *m = sent(&status, arena);
    assert_non_null(m);
    assert_false(m->status->has_checkpoint_age_ms);
    copay__admin__command_reply__free_unpacked(m, NULL);
    arena_free(arena);
}

/* An arena too small says so and gives no half of a reply. */
static void exhaustion_is_told(void **state)
{
    static struct command_status status = {.version = "1"};
    static struct command_reply reply = {.msgid = "m", .outcome = OUTCOME_DONE, .status = &status};
    struct slice body;
    (void)state;
    struct arena *arena = arena_new(256);
    assert_int_equal(wire_write_command_reply(&reply, arena, &body), ERR_NOMEM);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_arrive),
        cmocka_unit_test(no_checkpoint_is_not_one_just_now),
        cmocka_unit_test(exhaustion_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
