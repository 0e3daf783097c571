/* One request or command on its way: gate -> settler (-> reader or compiler -> settler) -> gate.
 * Whoever took it from its inbox owns it and everything it points to. */
#ifndef DAEMON_JOB_H
#define DAEMON_JOB_H

#include "base/arena.h"
#include "daemon/evidence.h"
#include "daemon/identity.h"
#include "daemon/inbox.h"
#include "model/command.h"
#include "model/reply.h"
#include "model/request.h"
#include "policy/pack.h"
#include "settle/settle.h"

/* What the job waits for; JOB_SETTLE comes from the gate, JOB_COMPILE goes to the compiler, the
 * others to the reader. */
enum job_stage {
    JOB_SETTLE,
    JOB_EVIDENCE,     /* records that settle needs, then settle again */
    JOB_STORED_REPLY, /* the record of an earlier attempt; its reply is repeated */
    JOB_COMPILE,      /* a pack, then settle */
    JOB_SIGNER,       /* a new signing key, then settle */
    JOB_RECEIPT,      /* the receipt of a record, then answered */
    JOB_KEYS,         /* the list of signing keys, then answered */
};

/* A connection by place and generation, never by pointer: it may be gone when the reply comes. */
struct peer {
    uint32_t slot, generation;
};

struct barrier;
struct load;

struct job {
    struct parcel parcel;
    /* The gate's. */
    struct peer peer;
    struct load *load;
    struct arena *arena;
    size_t weight; /* of the decoded message, against the gate's budget */

    /* The message, in the arena. */
    uint8_t schema; /* enum record_schema */
    int64_t first_byte_mono_ms, received_ms;
    char actor[ACTOR_MAX + 1];
    union {
        struct request request;
        struct command command;
    };

    /* Between settler and reader or compiler. */
    enum job_stage stage;
    struct evidence *evidence;
    uint64_t stored;         /* sequence of the record to be repeated */
    struct slice record;     /* its bytes, malloc'ed; the reader's answer */
    uint8_t *bundle, *locks; /* of the pack, and of the province's file that binds it */
    size_t bundle_size, locks_size;
    struct hash province; /* digest of that file; zeros: none */
    bool compiled;        /* pack or faults hold what came of it */
    struct pack *pack;
    struct faults *faults;
    struct signer *signer; /* the present one, then the one that follows */

    /* The answer. */
    struct barrier *barrier; /* NULL: made at the gate, depends on nothing */
    uint64_t depends_on;
    bool wrote; /* a record stands behind it: durable is proof enough */
    enum outcome outcome;
    enum reason retry_reason; /* of a retry made here, for the counters */
    struct slice frame;       /* in the arena; empty: nothing could be made, close */
};

/* NULL when memory is gone. */
struct job *job_new(void) MUST_CHECK;
/* Frees what the job owns, arena included. */
void job_free(struct job *job);
/* The same, keeping job and arena for the next message. */
void job_reset(struct job *job);

const char *job_msgid(const struct job *job);
const char *job_infno(const struct job *job); /* "" for a command */

#endif
