/* lib/wire/command: exactly one command; msgids, digests and chunks inside their bounds. */
#include "commands.h"
#include "one_arena.h"

static struct problems problems;
static struct command command;

static enum err read_command(const Copay__Admin__Command *m, const char *region)
{
    Copay__RequestEnvelope e = COPAY__REQUEST_ENVELOPE__INIT;
    struct slice body = pack(m);
    e.body = (ProtobufCBinaryData){body.size, (uint8_t *)body.data};
    e.insuplc_admdvs = (char *)region;
    struct slice envelope = pack(&e);
    enum err err = wire_read_command(envelope, arena, &command, &problems);
    slice_free(envelope);
    slice_free(body);
    return err;
}

static void an_import_is_read(void **state)
{
    (void)state;
    struct import i;
    import_init(&i);
    assert_int_equal(read_command(&i.command, "431000"), ERR_OK);
    assert_int_equal(command.kind, COMMAND_IMPORT_MEMBERS);
    assert_string_equal(command.region, "431000");
    assert_string_equal(command.msgid, "import 1");
    assert_int_equal(command.member_count, 1);
    assert_int_equal(read_command(&i.command, "430500"), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_ENVELOPE_MISMATCH, "insuplc_admdvs", ""));
}

static void exactly_one_command(void **state)
{
    (void)state;
    struct import i;
    Copay__Admin__Status status = COPAY__ADMIN__STATUS__INIT;
    import_init(&i);
    i.command.status = &status;
    assert_int_equal(read_command(&i.command, NULL), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_FIELD_INVALID, "status", ""));
    i.command.import_members = NULL;
    assert_int_equal(read_command(&i.command, NULL), ERR_OK);
    assert_int_equal(command.kind, COMMAND_STATUS);
    Copay__Admin__StoreCopy copy = COPAY__ADMIN__STORE_COPY__INIT;
    i.command.store_copy = &copy;
    assert_int_equal(read_command(&i.command, NULL), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_FIELD_INVALID, "store_copy", ""));
    i.command.status = NULL;
    assert_int_equal(read_command(&i.command, NULL), ERR_OK);
    assert_int_equal(command.kind, COMMAND_STORE_COPY);
    i.command.store_copy = NULL;
    assert_int_equal(read_command(&i.command, NULL), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_FIELD_MISSING, "command", ""));
}

static void msgids_are_printable_and_short(void **state)
{
    (void)state;
    static const struct {
        char *msgid;
        enum reason reason;
    } rows[] = {
        {"", REASON_FIELD_MISSING},     {"0123456789012345678901234567890", REASON_FIELD_TOO_LONG},
        {"导入", REASON_FIELD_INVALID}, {"a\tb", REASON_FIELD_INVALID},
        {"~ x !", REASON_NONE},         {"012345678901234567890123456789", REASON_NONE},
    };
    for (size_t r = 0; r < ARRAY_LEN(rows); r++) {
        struct import i;
        import_init(&i);
        i.command.msgid = rows[r].msgid;
        assert_int_equal(read_command(&i.command, NULL),
                         rows[r].reason == REASON_NONE ? ERR_OK : ERR_INVALID);
        if (rows[r].reason != REASON_NONE)
            assert_true(has_problem(&problems, rows[r].reason, "msgid", ""));
    }
}

static void chunks_and_packs_are_bounded(void **state)
{
    (void)state;
    struct import i;
    Copay__Admin__PackChunk chunk = COPAY__ADMIN__PACK_CHUNK__INIT;
    uint8_t *bytes = calloc(1, BLOB_CHUNK_MAX + 1);
    import_init(&i);
    i.command.import_members = NULL;
    i.command.pack_chunk = &chunk;
    chunk.pack_digest = (ProtobufCBinaryData){HASH_SIZE, i.digest};
    chunk.number = 3;
    chunk.bytes = (ProtobufCBinaryData){BLOB_CHUNK_MAX, bytes};
    assert_int_equal(read_command(&i.command, NULL), ERR_OK);
    assert_int_equal(command.kind, COMMAND_PACK_CHUNK);
    assert_int_equal(command.chunk_number, 3);
    assert_int_equal(command.chunk.size, BLOB_CHUNK_MAX);
    chunk.bytes.len++;
    assert_int_equal(read_command(&i.command, NULL), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_FIELD_TOO_LONG, "bytes", ""));
    chunk.bytes.len = 0;
    chunk.pack_digest.len--;
    assert_int_equal(read_command(&i.command, NULL), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_FIELD_MISSING, "bytes", ""));
    assert_true(has_problem(&problems, REASON_FIELD_INVALID, "pack_digest", ""));
    free(bytes);
    arena_reset(arena);

    Copay__Admin__PackActivate activate = COPAY__ADMIN__PACK_ACTIVATE__INIT;
    i.command.pack_chunk = NULL;
    i.command.pack_activate = &activate;
    activate.pack_digest = (ProtobufCBinaryData){HASH_SIZE, i.digest};
    assert_int_equal(read_command(&i.command, NULL), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_FIELD_INVALID, "chunks", ""));
    activate.chunks = 4;
    assert_int_equal(read_command(&i.command, NULL), ERR_OK);
    assert_int_equal(command.chunk_count, 4);
}

static void a_look_names_somebody(void **state)
{
    (void)state;
    struct import i;
    Copay__Admin__PersonLook look = COPAY__ADMIN__PERSON_LOOK__INIT;
    import_init(&i);
    i.command.import_members = NULL;
    i.command.person_look = &look;
    look.psn_no = "";
    assert_int_equal(read_command(&i.command, NULL), ERR_INVALID);
    assert_true(has_problem(&problems, REASON_FIELD_MISSING, "psn_no", ""));
    look.psn_no = "1";
    assert_int_equal(read_command(&i.command, NULL), ERR_OK);
    assert_string_equal(command.psn_no, "1");
}

static void damage_is_survived(void **state)
{
    (void)state;
    struct import i;
    import_init(&i);
    struct slice body = pack(&i.command);
    uint8_t *bytes = (uint8_t *)body.data;
    for (size_t at = 0; at < body.size; at++) {
        for (int bit = 0; bit < 8; bit++) {
            bytes[at] ^= (uint8_t)(1 << bit);
            enum err err = wire_read_command_body(body, arena, &command, &problems);
            assert_true(err == ERR_OK || (err == ERR_INVALID && problems.count > 0));
            bytes[at] ^= (uint8_t)(1 << bit);
            arena_reset(arena);
        }
        struct slice cut = {body.data, at};
        assert_int_equal(wire_read_command_body(cut, arena, &command, &problems), ERR_INVALID);
    }
    slice_free(body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_import_is_read),
        cmocka_unit_test(exactly_one_command),
        cmocka_unit_test(msgids_are_printable_and_short),
        cmocka_unit_test(chunks_and_packs_are_bounded),
        cmocka_unit_test(a_look_names_somebody),
        cmocka_unit_test(damage_is_survived),
    };
    return cmocka_run_group_tests_name("command", tests, setup, teardown);
}
