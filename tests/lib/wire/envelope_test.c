/* lib/wire/envelope: one buffer with its head; the body untouched inside. */
#include "support.h"

#include "wire/frame.h"
#include "wire/label.h"

static void a_frame_holds_its_body_and_labels(void **state)
{
    (void)state;
    struct arena *arena = arena_new(REQUEST_ARENA_MAX);
    static struct problems warnings;
    problem_add(&warnings, REASON_DATES, "endtime", NULL, NULL);
    struct reply_tally tally = {.sequence = 9, .setl_cnt = 3, .dev_no = "T1", .insutype = "390"};
    struct reply_envelope e = {.body = {(const uint8_t *)"body", 4},
                               .schema = 1,
                               .msgid = SAMPLE_MSGID,
                               .refmsg_time = 1,
                               .respond_time = 2,
                               .retry_after_ms = 50,
                               .tally = &tally,
                               .warnings = &warnings,
                               .label_count = 3};
    const struct label labels[] = {{"R-1", "条文", "official"},
                                   {"basic", "基本统筹", NULL},
                                   {"R-2", "条文二", "illustrative"}};
    struct slice packed[ARRAY_LEN(labels)];
    for (size_t i = 0; i < ARRAY_LEN(labels); i++)
        assert_int_equal(wire_label(&labels[i], arena, &packed[i]), ERR_OK);
    e.labels = packed;
    struct slice frame;
    assert_int_equal(wire_write_envelope(&e, arena, &frame), ERR_OK);
    struct frame_head head;
    assert_int_equal(frame_head_read(frame.data, &head), ERR_OK);
    assert_int_equal(head.schema, 1);
    assert_int_equal(head.envelope_size, frame.size - FRAME_HEAD);
    Copay__ReplyEnvelope *m =
        copay__reply_envelope__unpack(NULL, head.envelope_size, frame.data + FRAME_HEAD);
    assert_non_null(m);
    assert_int_equal(m->body.len, 4);
    assert_memory_equal(m->body.data, "body", 4);
    assert_string_equal(m->msgid, SAMPLE_MSGID);
    assert_int_equal(m->retry_after_ms, 50);
    assert_false(m->has_repeated);
    assert_int_equal(m->tally->setl_cnt, 3);
    assert_int_equal(m->tally->digest.len, HASH_SIZE);
    assert_int_equal(m->n_warnings, 1);
    assert_int_equal(m->n_clauses, 2);
    assert_string_equal(m->clauses[1]->provenance, "illustrative");
    assert_int_equal(m->n_names, 1);
    assert_string_equal(m->names[0]->name, "基本统筹");
    copay__reply_envelope__free_unpacked(m, NULL);
    arena_free(arena);
}

static void a_body_too_large_for_a_frame_is_refused(void **state)
{
    (void)state;
    struct arena *arena = arena_new(REQUEST_ARENA_MAX);
    uint8_t *bytes = calloc(1, FRAME_MAX);
    struct reply_envelope e = {.body = {bytes, FRAME_MAX}};
    struct slice frame;
    assert_int_equal(wire_write_envelope(&e, arena, &frame), ERR_LIMIT);
    e.body.size = FRAME_MAX - 100;
    assert_int_equal(wire_write_envelope(&e, arena, &frame), ERR_OK);
    struct frame_head head;
    assert_int_equal(frame_head_read(frame.data, &head), ERR_OK);
    arena_free(arena);
    arena = arena_new(1024);
    assert_int_equal(wire_write_envelope(&e, arena, &frame), ERR_NOMEM);
    arena_free(arena);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_holds_its_body_and_labels),
        cmocka_unit_test(a_body_too_large_for_a_frame_is_refused),
    };
    return cmocka_run_group_tests_name("envelope", tests, NULL, NULL);
}
