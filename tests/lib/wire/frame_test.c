/* lib/wire/frame: heads round trip; lengths, schemas and versions that cannot be are refused. */
#include "support.h"

#include "wire/frame.h"

static void a_head_comes_back(void **state)
{
    (void)state;
    uint8_t bytes[FRAME_HEAD];
    struct frame_head head;
    frame_head_write(bytes, 1, 0x010203);
    static const uint8_t expected[FRAME_HEAD] = {0, 1, 2, 5, 1, 1};
    assert_memory_equal(bytes, expected, FRAME_HEAD);
    assert_int_equal(frame_head_read(bytes, &head), ERR_OK);
    assert_int_equal(head.schema, 1);
    assert_int_equal(head.envelope_size, 0x010203);
}

static void impossible_heads_are_refused(void **state)
{
    (void)state;
    static const struct {
        uint8_t bytes[FRAME_HEAD];
        enum err err;
    } rows[] = {
        {{0, 0, 0, 3, 0, 1}, ERR_OK},
        {{0, 0, 0, 2, 0, 1}, ERR_INVALID},
        {{0, 0, 0, 0, 0, 1}, ERR_INVALID},
        {{0, 0, 0, 1, 0, 1}, ERR_INVALID},
        {{0, 0, 1, 0, 2, 1}, ERR_INVALID},
        {{0, 0, 1, 0, 0, 2}, ERR_INVALID},
        {{0, 0, 1, 0, 0, 0}, ERR_INVALID},
        {{0, 0x40, 0, 0, 0, 1}, ERR_OK},
        {{0, 0x40, 0, 1, 0, 1}, ERR_LIMIT},
        {{0xff, 0xff, 0xff, 0xff, 0, 1}, ERR_LIMIT},
        {{'G', 'E', 'T', ' ', '/', ' '}, ERR_LIMIT},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct frame_head head;
        assert_int_equal(frame_head_read(rows[i].bytes, &head), rows[i].err);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_head_comes_back),
        cmocka_unit_test(impossible_heads_are_refused),
    };
    return cmocka_run_group_tests_name("frame", tests, NULL, NULL);
}
