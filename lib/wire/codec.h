/* Bytes <-> model: every wire bound is checked here (design section 4). Pure; memory from arenas.
 * Readers empty *problems first; what they report depends on the message alone. */
#ifndef WIRE_CODEC_H
#define WIRE_CODEC_H

#include "base/arena.h"
#include "model/command.h"
#include "model/proposal.h"
#include "model/reply.h"
#include "model/request.h"
#include "wire/status.h"

/* Reads a RequestEnvelope: decodes the body, checks routing copies, forms (msgid, codes, regions,
 * lengths, NULs in texts), and for claims claim_check(). Texts and body borrow from the arena (the
 * envelope's bytes may go); what is needed only meanwhile lies in `scratch`, which may go, too, and
 * stays in the cache when it is used again and again. ERR_OK; ERR_INVALID with problems (out->msgid
 * and out->infno are set when they could be read, else ""); ERR_NOMEM when one of them is
 * exhausted. */
enum err wire_read_request(struct slice envelope, struct arena *arena, struct arena *scratch,
                           struct request *out, struct problems *problems) MUST_CHECK;
/* The same from a recorded body, without an envelope (verify, void of an older settlement). */
enum err wire_read_request_body(struct slice body, struct arena *arena, struct request *out,
                                struct problems *problems) MUST_CHECK;

/* Packs a Reply body; *body borrows from the arena. */
enum err wire_write_reply(const struct reply *reply, struct arena *arena,
                          struct slice *body) MUST_CHECK;
/* Packs a whole frame, head included, around a body. */
enum err wire_write_envelope(const struct reply_envelope *envelope, struct arena *arena,
                             struct slice *frame) MUST_CHECK;

/* Operators: the envelopes are the same messages, the bodies those of admin.proto. In problems
 * `feedetl_sn` holds the row of the members file. */
enum err wire_read_command(struct slice envelope, struct arena *arena, struct command *out,
                           struct problems *problems) MUST_CHECK;
enum err wire_read_command_body(struct slice body, struct arena *arena, struct command *out,
                                struct problems *problems) MUST_CHECK;

struct row_problem {
    enum reason reason;
    const char *file, *field, *zh, *en; /* file and field may be NULL */
    uint32_t row;
};

struct command_status {
    const char *version;
    uint64_t sequence, durable_sequence, checkpoint_sequence, epoch;
    const char *policy;  /* hexadecimal digest or NULL */
    uint32_t objections; /* to it */
    uint64_t overlay_bytes, map_used_bytes, map_bytes;
    bool clock_suspect;
    uint32_t connections;
    uint64_t answered, retried;
    uint64_t signed_sequence;
    const char *key; /* eight hexadecimal digits or NULL */
    struct status_figures figures;
};

#define ROW_PROBLEMS_MAX 200

/* The pack in force and the one on its way, as their commands go by; of the region's rules, or of
 * its province's file. */
struct pack_state {
    bool has_active, has_proposal;
    struct hash active;
    uint64_t activated; /* sequence */
    struct proposal proposal;
};

struct command_reply {
    const char *msgid;
    enum outcome outcome;
    uint32_t problem_count, more;
    struct row_problem problems[ROW_PROBLEMS_MAX];
    uint64_t sequence; /* 0: none */
    bool row_given;
    uint32_t row;
    const struct command_status *status;
    struct slice receipt; /* size 0: none */
    uint32_t signer_count;
    const struct signer *signers;
    uint64_t copied_bytes;          /* of LMDB; 0: none */
    const struct pack_state *packs; /* NULL: not asked for; the region's, then its province's */
    const struct reply *person;     /* a 1101 reply whose person is packed; NULL */
    const struct reply *filings;    /* whose filings are packed; NULL */
};

enum err wire_write_command_reply(const struct command_reply *reply, struct arena *arena,
                                  struct slice *body) MUST_CHECK;

/* What two releases' refusals of a pack have in common: a packed CommandReply again, but for the
 * texts of its REASON_PACK_INVALID problems, which are empty. *out is `body` itself where there are
 * none, or where other bytes than wire_write_command_reply()'s say them. ERR_INVALID: not a
 * CommandReply; ERR_NOMEM. */
enum err wire_command_reply_wordless(struct slice body, struct arena *arena,
                                     struct slice *out) MUST_CHECK;

#endif
