/* lib/settle/packs: chunks, and the one record that activates them. */
#include "fixture.h"

static enum settle_verdict chunk(struct world *w, const struct hash *digest, uint32_t number,
                                 const char *bytes)
{
    Copay__Admin__Command command;
    Copay__Admin__PackChunk message = COPAY__ADMIN__PACK_CHUNK__INIT;
    world_command_init(w, &command);
    message.pack_digest = (ProtobufCBinaryData){HASH_SIZE, (uint8_t *)digest->bytes};
    message.number = number;
    message.bytes = (ProtobufCBinaryData){strlen(bytes), (uint8_t *)bytes};
    command.pack_chunk = &message;
    return world_command(w, &command);
}

static enum settle_verdict activate(struct world *w, const struct hash *digest, uint32_t chunks,
                                    const struct faults *faults)
{
    Copay__Admin__Command command;
    Copay__Admin__PackActivate message = COPAY__ADMIN__PACK_ACTIVATE__INIT;
    world_command_init(w, &command);
    message.pack_digest = (ProtobufCBinaryData){HASH_SIZE, (uint8_t *)digest->bytes};
    message.chunks = chunks;
    command.pack_activate = &message;
    return world_command_faults(w, &command, faults);
}

static void assert_command(const struct world *w, enum reason reason)
{
    assert_int_equal(w->command->outcome, OUTCOME_REFUSED);
    assert_true(w->command->n_errors > 0);
    assert_int_equal(w->command->errors[0]->code, reason);
}

static void a_chunk_that_is_here_needs_no_second_record(void **state)
{
    struct world *w = *state;
    const struct hash digest = hash_sha256("onetwo", 6);
    assert_int_equal(chunk(w, &digest, 0, "one"), SETTLE_RECORD);
    assert_int_equal(w->answer.record.kind, RECORD_PACK_CHUNK);
    assert_int_equal(chunk(w, &digest, 0, "one"), SETTLE_ANSWER);
    assert_int_equal(w->command->outcome, OUTCOME_DONE);
}

static void a_spoilt_upload_may_be_mended_a_whole_pack_not(void **state)
{
    struct world *w = *state;
    const struct hash digest = hash_sha256("onetwo", 6);
    assert_int_equal(chunk(w, &digest, 0, "oops"), SETTLE_RECORD);
    assert_int_equal(chunk(w, &digest, 1, "two"), SETTLE_RECORD);
    activate(w, &digest, 2, NULL);
    assert_command(w, REASON_PACK_INVALID);
    assert_int_equal(chunk(w, &digest, 0, "one"), SETTLE_RECORD);
    assert_int_equal(w->command->outcome, OUTCOME_DONE);
    chunk(w, &digest, 0, "oops");
    assert_command(w, REASON_PACK_INVALID);
    assert_int_equal(activate(w, &digest, 2, NULL), SETTLE_RECORD);
    assert_int_equal(w->command->outcome, OUTCOME_DONE);
    struct active_pack active;
    OK(state_active_pack(w->state, &active));
    assert_memory_equal(active.digest.bytes, digest.bytes, HASH_SIZE);
    assert_int_equal(active.chunks, 2);
    assert_int_equal(active.sequence, w->record_count);
}

static void missing_chunks_are_named(void **state)
{
    struct world *w = *state;
    const struct hash digest = hash_sha256("onetwo", 6);
    chunk(w, &digest, 0, "one");
    assert_int_equal(activate(w, &digest, 2, NULL), SETTLE_RECORD);
    assert_int_equal(w->answer.record.kind, RECORD_REFUSAL);
    assert_command(w, REASON_PACK_INCOMPLETE);
    assert_non_null(strstr(w->command->errors[0]->en, "chunk 1"));
    activate(w, &digest, PACK_CHUNKS_MAX + 1, NULL);
    assert_command(w, REASON_PACK_INVALID);
    chunk(w, &digest, PACK_CHUNKS_MAX, "x");
    assert_command(w, REASON_PACK_INVALID);
}

static void all_faults_are_told_at_once(void **state)
{
    struct world *w = *state;
    struct hash before = world_digest(w, "K"), after;
    const struct hash digest = hash_sha256("one", 3);
    struct faults *faults = calloc(1, sizeof *faults);
    faults_add(faults, "policy.yaml", 7, "layers[0]", "错", "wrong");
    faults_add(faults, "catalogue.csv", 9, NULL, "错", "wrong too");
    chunk(w, &digest, 0, "one");
    struct active_pack was, is;
    OK(state_active_pack(w->state, &was));
    activate(w, &digest, 1, faults);
    assert_command(w, REASON_PACK_INVALID);
    assert_int_equal(w->command->n_errors, 2);
    assert_string_equal(w->command->errors[0]->file, "policy.yaml");
    assert_int_equal(w->command->errors[0]->row, 7);
    assert_string_equal(w->command->errors[0]->field, "layers[0]");
    assert_non_null(strstr(w->command->errors[1]->en, "wrong too"));
    OK(state_active_pack(w->state, &is));
    assert_memory_equal(was.digest.bytes, is.digest.bytes, HASH_SIZE);
    after = world_digest(w, "K");
    assert_memory_not_equal(before.bytes, after.bytes, HASH_SIZE); /* time went on */
    free(faults);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(a_chunk_that_is_here_needs_no_second_record),
        WORLD_TEST(a_spoilt_upload_may_be_mended_a_whole_pack_not),
        WORLD_TEST(missing_chunks_are_named),
        WORLD_TEST(all_faults_are_told_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
