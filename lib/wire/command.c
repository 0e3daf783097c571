/* RequestEnvelope and Command -> struct command: what operators say. As for terminals: scan,
 * unpack, then field by field. In problems, `feedetl_sn` holds the row of the members file. Pure.
 */
#include "wire/codec.h"

#include <string.h>

#include "admin.pb-c.h"
#include "base/algorithm.h"
#include "base/id.h"
#include "copay.pb-c.h"
#include "wire/bounds.h"
#include "wire/filing.h"
#include "wire/members.h"
#include "wire/pool.h"
#include "wire/request_envelope.h"
#include "wire/scan.h"

#define FIELD_MSGID 2
#define FIELD_MEMBERS 4
#define FIELD_ROW 12
#define FIELD_INSURANCES 10
#define FIELD_IDENTITIES 11
/* Texts, dates and every list of one member at their limits. */
#define MEMBER_WIRE_MAX 4096
#define PART_WIRE_MAX 128

_Static_assert((long)IMPORT_MEMBERS_MAX *MEMBER_WIRE_MAX + MESSAGE_HEAD_MAX <= FRAME_MAX,
               "the largest import message must fit a frame");
_Static_assert((INSURANCES_MAX + IDENTITIES_MAX) * PART_WIRE_MAX + 4 * TEXT_NAME_MAX <=
                   MEMBER_WIRE_MAX,
               "the largest member must fit its bound");
_Static_assert(BLOB_CHUNK_MAX + MESSAGE_HEAD_MAX <= FRAME_MAX, "a chunk must fit a frame");

#define COMMANDS (COMMAND_FILING_LIST + 1)

static const char *const names[COMMANDS] = {[COMMAND_IMPORT_MEMBERS] = "import_members",
                                            [COMMAND_IMPORT_PROGRESS] = "import_progress",
                                            [COMMAND_PACK_CHUNK] = "pack_chunk",
                                            [COMMAND_PACK_SUBMIT] = "pack_submit",
                                            [COMMAND_PACK_APPROVE] = "pack_approve",
                                            [COMMAND_PACK_ACTIVATE] = "pack_activate",
                                            [COMMAND_PACK_SHOW] = "pack_show",
                                            [COMMAND_CLOCK_CONFIRM] = "clock_confirm",
                                            [COMMAND_STATUS] = "status",
                                            [COMMAND_PERSON_LOOK] = "person_look",
                                            [COMMAND_RECEIPT] = "receipt",
                                            [COMMAND_KEY_CHANGE] = "key_change",
                                            [COMMAND_KEY_SHOW] = "key_show",
                                            [COMMAND_STORE_COPY] = "store_copy",
                                            [COMMAND_FILING_ENTER] = "filing_enter",
                                            [COMMAND_FILING_ASSESS] = "filing_assess",
                                            [COMMAND_FILING_APPROVE] = "filing_approve",
                                            [COMMAND_FILING_REFUSE] = "filing_refuse",
                                            [COMMAND_FILING_WITHDRAW] = "filing_withdraw",
                                            [COMMAND_FILING_LIST] = "filing_list"};

static void read_chunk(const Copay__Admin__PackChunk *m, struct command *out,
                       struct problems *problems)
{
    struct bounds b = {.problems = problems};
    out->pack_digest = bounds_hash(&b, "pack_digest", m->pack_digest);
    out->chunk_number = m->number;
    out->chunk = (struct slice){.data = m->bytes.data, .size = m->bytes.len};
    if (out->chunk.size == 0)
        problem_add(problems, REASON_FIELD_MISSING, "bytes", NULL, NULL);
    if (out->chunk.size > BLOB_CHUNK_MAX)
        problem_addf(problems, REASON_FIELD_TOO_LONG, "bytes", NULL, "%zu > %d", out->chunk.size,
                     BLOB_CHUNK_MAX);
}

static void read_pack(ProtobufCBinaryData digest, uint32_t chunks, bool province,
                      struct command *out, struct problems *problems)
{
    struct bounds b = {.problems = problems};
    out->pack_digest = bounds_hash(&b, "pack_digest", digest);
    out->chunk_count = chunks;
    out->province = province;
    if (out->chunk_count == 0)
        problem_add(problems, REASON_FIELD_INVALID, "chunks", NULL, "0");
}

static void read_key_change(const Copay__Admin__KeyChange *m, struct command *out,
                            struct problems *problems)
{
    enum key_algorithm algorithm;
    if (!m->algorithm)
        return;
    if (key_algorithm_parse(m->algorithm, &algorithm))
        out->algorithm = (uint8_t)algorithm;
    else
        problem_add(problems, REASON_FIELD_INVALID, "algorithm", NULL, "ed25519, sm2");
}

/* Exactly one command; which one, or -1 when it was reported. */
static int command_of(const Copay__Admin__Command *m, struct problems *problems)
{
    const bool present[COMMANDS] = {
        [COMMAND_IMPORT_MEMBERS] = m->import_members != NULL,
        [COMMAND_IMPORT_PROGRESS] = m->import_progress != NULL,
        [COMMAND_PACK_CHUNK] = m->pack_chunk != NULL,
        [COMMAND_PACK_SUBMIT] = m->pack_submit != NULL,
        [COMMAND_PACK_APPROVE] = m->pack_approve != NULL,
        [COMMAND_PACK_ACTIVATE] = m->pack_activate != NULL,
        [COMMAND_PACK_SHOW] = m->pack_show != NULL,
        [COMMAND_CLOCK_CONFIRM] = m->clock_confirm != NULL,
        [COMMAND_STATUS] = m->status != NULL,
        [COMMAND_PERSON_LOOK] = m->person_look != NULL,
        [COMMAND_RECEIPT] = m->receipt != NULL,
        [COMMAND_KEY_CHANGE] = m->key_change != NULL,
        [COMMAND_KEY_SHOW] = m->key_show != NULL,
        [COMMAND_STORE_COPY] = m->store_copy != NULL,
        [COMMAND_FILING_ENTER] = m->filing_enter != NULL,
        [COMMAND_FILING_ASSESS] = m->filing_assess != NULL,
        [COMMAND_FILING_APPROVE] = m->filing_approve != NULL,
        [COMMAND_FILING_REFUSE] = m->filing_refuse != NULL,
        [COMMAND_FILING_WITHDRAW] = m->filing_withdraw != NULL,
        [COMMAND_FILING_LIST] = m->filing_list != NULL,
    };
    int found = -1;
    for (int i = 0; i < COMMANDS; i++) {
        if (present[i] && found >= 0)
            problem_add(problems, REASON_FIELD_INVALID, names[i], NULL, names[found]);
        if (present[i])
            found = i;
    }
    if (found < 0)
        problem_add(problems, REASON_FIELD_MISSING, "command", NULL, NULL);
    return found;
}

static enum err read_message(const Copay__Admin__Command *m, struct arena *arena,
                             struct command *out, struct problems *problems)
{
    struct bounds b = {.problems = problems};
    out->region = bounds_admdvs(&b, "region", m->region);
    out->msgid = bounds_required(&b, "msgid", m->msgid, ID_MSGID);
    for (const char *p = out->msgid; *p; p++)
        if (*p < ' ' || *p > '~') {
            problem_add(problems, REASON_FIELD_INVALID, "msgid", NULL, "printable ASCII");
            out->msgid = "";
            break;
        }
    out->inf_time = bounds_time(&b, "inf_time", m->inf_time);
    int kind = command_of(m, problems);
    if (kind < 0)
        return ERR_INVALID;
    out->kind = (enum command_kind)kind;
    enum err err = ERR_OK;
    if (out->kind == COMMAND_IMPORT_MEMBERS)
        err = members_read(m->import_members, arena, out, problems);
    if (out->kind == COMMAND_IMPORT_PROGRESS)
        out->file_digest = bounds_hash(&b, "file_digest", m->import_progress->file_digest);
    if (out->kind == COMMAND_PACK_CHUNK)
        read_chunk(m->pack_chunk, out, problems);
    if (out->kind == COMMAND_PACK_SUBMIT)
        read_pack(m->pack_submit->pack_digest, m->pack_submit->chunks, m->pack_submit->province,
                  out, problems);
    if (out->kind == COMMAND_PACK_APPROVE) {
        out->pack_digest = bounds_hash(&b, "pack_digest", m->pack_approve->pack_digest);
        out->province = m->pack_approve->province;
    }
    if (out->kind == COMMAND_PACK_ACTIVATE)
        read_pack(m->pack_activate->pack_digest, m->pack_activate->chunks,
                  m->pack_activate->province, out, problems);
    if (out->kind == COMMAND_PERSON_LOOK)
        out->psn_no = bounds_required(&b, "psn_no", m->person_look->psn_no, TEXT_ID_MAX);
    if (out->kind == COMMAND_RECEIPT)
        out->setl_id = bounds_required(&b, "setl_id", m->receipt->setl_id, ID_SETL);
    if (out->kind == COMMAND_KEY_CHANGE)
        read_key_change(m->key_change, out, problems);
    if (out->kind == COMMAND_KEY_SHOW)
        out->all = m->key_show->all;
    if (out->kind >= COMMAND_FILING_ENTER && out->kind <= COMMAND_FILING_LIST)
        err = filing_read_command(m, arena, out, problems);
    if (err == ERR_NOMEM)
        return err;
    return problems->count ? ERR_INVALID : ERR_OK;
}

static enum err peek_msgid(struct arena *arena, struct command *out)
{
    enum err err = scan_peek_msgid(out->body, FIELD_MSGID, arena, &out->msgid);
    return err == ERR_OK ? ERR_INVALID : err;
}

/* The body stands in the arena already. */
static enum err read_body(struct slice body, struct arena *arena, struct command *out,
                          struct problems *problems)
{
    static const struct scan_limit limits[] = {
        {&copay__admin__import_members__descriptor, FIELD_MEMBERS, IMPORT_MEMBERS_MAX,
         MEMBER_WIRE_MAX, REASON_FIELD_TOO_LONG, FIELD_ROW},
        {&copay__admin__member__descriptor, FIELD_INSURANCES, INSURANCES_MAX, PART_WIRE_MAX,
         REASON_FIELD_TOO_LONG, 0},
        {&copay__admin__member__descriptor, FIELD_IDENTITIES, IDENTITIES_MAX, PART_WIRE_MAX,
         REASON_FIELD_TOO_LONG, 0},
    };
    if (!body.data)
        body.data = (const uint8_t *)"";
    out->body = body;
    out->body_hash = hash_sha256(body.data, body.size);
    if (scan_message(body, &copay__admin__command__descriptor, limits, ARRAY_LEN(limits),
                     problems) != ERR_OK)
        return peek_msgid(arena, out);
    ProtobufCMessage *message;
    enum err err = pool_unpack(body, &copay__admin__command__descriptor, arena, &message);
    if (err != ERR_OK) {
        problem_add(problems, REASON_MALFORMED, NULL, NULL, NULL);
        return err == ERR_NOMEM ? err : peek_msgid(arena, out);
    }
    return read_message((const Copay__Admin__Command *)message, arena, out, problems);
}

static void clear(struct command *out)
{
    *out = (struct command){
        .region = "", .msgid = "", .psn_no = "", .setl_id = "", .number = "", .note = ""};
}

enum err wire_read_command_body(struct slice body, struct arena *arena, struct command *out,
                                struct problems *problems)
{
    clear(out);
    problems_clear(problems);
    const char *copy = arena_copy(arena, body.data, body.size);
    if (!copy)
        return ERR_NOMEM;
    return read_body((struct slice){.data = (const uint8_t *)copy, .size = body.size}, arena, out,
                     problems);
}

enum err wire_read_command(struct slice envelope, struct arena *arena, struct command *out,
                           struct problems *problems)
{
    clear(out);
    problems_clear(problems);
    const Copay__RequestEnvelope *e;
    enum err err = request_envelope_read(envelope, arena, arena, problems, &e);
    if (err != ERR_OK)
        return err;
    err =
        read_body((struct slice){.data = e->body.data, .size = e->body.len}, arena, out, problems);
    if (err != ERR_OK)
        return err;
    return request_envelope_check(e, out->region, out->msgid, problems);
}
