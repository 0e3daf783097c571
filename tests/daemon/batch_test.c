/* daemon/batch: records come out as they went in; the bounds of a ledger group hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "daemon/batch.h"

static struct record record(uint64_t sequence, size_t reply_size)
{
    static uint8_t bytes[FRAME_MAX];
    return (struct record){.kind = RECORD_SETTLEMENT,
                           .sequence = sequence,
                           .outcome = 1,
                           .reply = {bytes, reply_size}};
}

static void records_are_found_by_sequence(void **state)
{
    (void)state;
    struct batch *batch = batch_new();
    for (uint64_t sequence = 100; sequence < 110; sequence++) {
        struct record r = record(sequence, sequence);
        batch_append(batch, &r, record_size(&r));
    }
    struct record found;
    assert_int_equal(record_read(batch_record(batch, 103), &found), ERR_OK);
    assert_int_equal(found.sequence, 103);
    assert_int_equal(found.reply.size, 103);
    assert_null(batch_record(batch, 99).data);
    assert_null(batch_record(batch, 110).data);
    batch_clear(batch);
    assert_null(batch_record(batch, 103).data);
    assert_int_equal(batch->count, 0);
    batch_free(batch);
}

static void a_group_has_its_bounds(void **state)
{
    (void)state;
    struct batch *batch = batch_new();
    assert_true(batch_has_room(batch, RECORD_MAX));
    assert_false(batch_has_room(batch, RECORD_MAX + 1));
    struct record large = record(1, FRAME_MAX);
    batch_append(batch, &large, record_size(&large));
    assert_true(batch_has_room(batch, 1000));
    assert_false(batch_has_room(batch, GROUP_BYTES_MAX - FRAME_MAX));
    batch_clear(batch);
    for (uint64_t i = 0; i < GROUP_RECORDS_MAX; i++) {
        struct record small = record(i + 1, 1);
        assert_true(batch_has_room(batch, record_size(&small)));
        batch_append(batch, &small, record_size(&small));
    }
    assert_false(batch_has_room(batch, 1));
    batch_free(batch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_found_by_sequence),
        cmocka_unit_test(a_group_has_its_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
