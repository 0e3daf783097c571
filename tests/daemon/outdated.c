/* Puts a pack in force as an earlier release would have that found nothing wrong with it: the
 * region of a daemon that does not run is opened with the daemon's own code, and the records are
 * made by the state machine, but nobody's checker is asked. For suite_daemon.py.
 *
 * usage: outdated CONFIG FOLDER */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin.pb-c.h"
#include "base/clock.h"
#include "base/limits.h"
#include "daemon/region.h"
#include "policy/pack.h"
#include "settle/settle.h"
#include "wire/codec.h"

#define MUST(call)                                                                                 \
    do {                                                                                           \
        enum err err_ = (call);                                                                    \
        if (err_ != ERR_OK) {                                                                      \
            fprintf(stderr, "%s: %s\n", #call, err_text(err_));                                    \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

static void tell(struct region *region, const char *actor, Copay__Admin__Command *message)
{
    static unsigned number;
    static struct problems problems;
    static struct settle_answer answer;
    struct arena *arena = arena_new(REQUEST_ARENA_MAX);
    struct command command;
    char msgid[16];
    snprintf(msgid, sizeof msgid, "outdated-%u", ++number);
    message->region = region->code;
    message->msgid = msgid;
    message->inf_time = clock_wall_ms();
    size_t size = copay__admin__command__get_packed_size(message);
    uint8_t *body = malloc(size);
    copay__admin__command__pack(message, body);
    MUST(wire_read_command_body((struct slice){body, size}, arena, &command, &problems));
    MUST(settle_command(region->settle, &command, actor, clock_wall_ms(), NULL, arena, &answer));
    if (answer.verdict != SETTLE_RECORD || answer.outcome != OUTCOME_DONE) {
        fprintf(stderr, "%s is refused: %d\n", msgid, answer.reason);
        exit(1);
    }
    answer.record.engine = ENGINE_VERSION + 1;
    MUST(region_record(region, &answer.record));
    arena_free(arena);
    free(body);
}

static void put_in_force(struct region *region, struct slice bundle)
{
    struct hash digest = hash_sha256(bundle.data, bundle.size);
    const ProtobufCBinaryData named = {HASH_SIZE, digest.bytes};
    const uint32_t chunks = (uint32_t)((bundle.size + BLOB_CHUNK_MAX - 1) / BLOB_CHUNK_MAX);
    static const char author[] = "431000:enter:op99001";
    for (uint32_t i = 0; i < chunks; i++) {
        Copay__Admin__Command command = COPAY__ADMIN__COMMAND__INIT;
        Copay__Admin__PackChunk chunk = COPAY__ADMIN__PACK_CHUNK__INIT;
        const size_t from = (size_t)i * BLOB_CHUNK_MAX, left = bundle.size - from;
        chunk.pack_digest = named;
        chunk.number = i;
        chunk.bytes = (ProtobufCBinaryData){left < BLOB_CHUNK_MAX ? left : BLOB_CHUNK_MAX,
                                            (uint8_t *)bundle.data + from};
        command.pack_chunk = &chunk;
        tell(region, author, &command);
    }
    Copay__Admin__Command submit = COPAY__ADMIN__COMMAND__INIT, approve = submit, publish = submit;
    Copay__Admin__PackSubmit submission = COPAY__ADMIN__PACK_SUBMIT__INIT;
    Copay__Admin__PackApprove approval = COPAY__ADMIN__PACK_APPROVE__INIT;
    Copay__Admin__PackActivate publication = COPAY__ADMIN__PACK_ACTIVATE__INIT;
    submission.pack_digest = approval.pack_digest = publication.pack_digest = named;
    submission.chunks = publication.chunks = chunks;
    submit.pack_submit = &submission;
    approve.pack_approve = &approval;
    publish.pack_activate = &publication;
    tell(region, author, &submit);
    tell(region, "431000:approve:op99003", &approve);
    tell(region, author, &publish);
}

int main(int argc, char **argv)
{
    static struct faults faults;
    static struct config config;
    struct region *region;
    uint8_t *bundle;
    size_t size;
    if (argc != 3)
        return 2;
    MUST(config_read(argv[1], &config, &faults));
    MUST(region_open(&config, &config.regions[0], &region));
    MUST(pack_bundle(argv[2], &bundle, &size, &faults));
    put_in_force(region, (struct slice){bundle, size});
    region_close(region);
    free(bundle);
    return 0;
}
