/* lib/settle/found: a record's message, what it settled, and its stored reply. */
#include "settle/found.h"

#include "fixture.h"

static const struct bill visit = {.lines = {{DRUG_A, 10000}}};

struct bench {
    struct turn turn;
    struct settle_answer answer;
    struct found found;
    struct settle_evidence evidence;
    uint64_t sequence;
    struct slice record;
};

/* A turn that was brought the world's last record. */
static struct bench *begun(struct world *w)
{
    struct bench *b = calloc(1, sizeof *b);
    arena_reset(w->arena);
    OK(turn_begin(&b->turn, w->settle, w->now_ms, w->arena, &b->answer));
    b->sequence = w->record_count;
    b->record =
        (struct slice){w->records[w->record_count - 1].bytes, w->records[w->record_count - 1].size};
    b->evidence =
        (struct settle_evidence){.count = 1, .sequences = &b->sequence, .records = &b->record};
    b->turn.evidence = &b->evidence;
    return b;
}

static void a_settlement_and_its_void(void **state)
{
    struct world *w = *state;
    char *setl_id = world_settled(w, &visit);
    struct bench *b = begun(w);
    OK(found_read(&b->turn, b->sequence, &b->found));
    assert_string_equal(b->found.setl_id, setl_id);
    assert_string_equal(b->found.request.infno, "2207");
    assert_string_equal(b->found.request.claim.psn_no, RESIDENT);
    found_reply(&b->turn, &b->found);
    const struct reply *reply = b->turn.reply;
    assert_string_equal(reply->found.setl_id, setl_id);
    assert_string_equal(reply->found.void_setl_id, "");
    assert_int_equal(reply->found.outcome, OUTCOME_DONE);
    assert_ptr_equal(reply->found.reply.data, b->found.record.reply.data);
    free(b);
    world_void(w, "2208", TOWNSHIP, RESIDENT, setl_id);
    b = begun(w);
    OK(found_read(&b->turn, b->sequence, &b->found));
    assert_string_equal(b->found.settlement.init_setl_id, setl_id);
    assert_string_equal(b->found.request.infno, "2208");
    free(b);
    free(setl_id);
}

static void what_settled_nothing_has_no_number(void **state)
{
    struct world *w = *state;
    struct bill wrong = visit;
    wrong.psn_no = "P999";
    world_bill(w, &wrong);
    struct bench *b = begun(w);
    OK(found_read(&b->turn, b->sequence, &b->found));
    assert_string_equal(b->found.setl_id, "");
    found_reply(&b->turn, &b->found);
    assert_int_equal(b->turn.reply->found.outcome, OUTCOME_REFUSED);
    assert_null(b->turn.reply->found.void_setl_id);
    free(b);
}

static void what_was_not_brought_or_is_damaged(void **state)
{
    struct world *w = *state;
    struct bench *b = begun(w); /* an operator's record */
    assert_int_equal(found_read(&b->turn, b->sequence - 1, &b->found), ERR_NOTFOUND);
    assert_int_equal(found_read(&b->turn, b->sequence, &b->found), ERR_CORRUPT);
    free(b);
    free(world_settled(w, &visit));
    b = begun(w);
    struct record record;
    OK(record_read(b->record, &record));
    record.time_ms += DAY_MS; /* so that its settlement has another number than it */
    size_t size = record_size(&record);
    uint8_t *bytes = malloc(size);
    struct writer writer = writer_on(bytes, size);
    record_write(&writer, &record);
    b->record = (struct slice){bytes, size};
    assert_int_equal(found_read(&b->turn, b->sequence, &b->found), ERR_CORRUPT);
    free(bytes);
    free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(a_settlement_and_its_void),
        WORLD_TEST(what_settled_nothing_has_no_number),
        WORLD_TEST(what_was_not_brought_or_is_damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
