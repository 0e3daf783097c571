/* Receipts, key changes and the list of keys. Which thread runs what stands in proof.h. */
#include "daemon/proof.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "daemon/admin.h"
#include "daemon/answer.h"
#include "daemon/copier.h"
#include "daemon/keyring.h"
#include "ledger/receipt.h"

/* Keys that one answer lists. */
#define KEYS_MAX 256
/* A reply's other fields and its envelope. */
#define REPLY_ROOM 4096

static enum proof begin_receipt(struct region *region, struct job *job, enum err *err)
{
    struct settlement *settlement = arena_alloc(job->arena, sizeof *settlement);
    if (!settlement)
        return PROOF_RETRY;
    *err = state_settlement(region->state, job->command.setl_id, settlement);
    if (*err == ERR_NOTFOUND) {
        *err = ERR_OK;
        admin_refuse(job, REASON_SETTLEMENT_UNKNOWN);
        return PROOF_ANSWERED;
    }
    if (*err)
        return PROOF_FAILED;
    /* A receipt holds a person's whole bill. */
    log_event(LOG_INFO, "receipt", "region=%s actor=%s setl_id=%s", region->code, job->actor,
              job->command.setl_id);
    job->stored = settlement->sequence;
    job->stage = JOB_RECEIPT;
    return PROOF_READER;
}

static enum proof take_signer(struct region *region, struct job *job, enum err *err)
{
    if (!job->signer)
        job->signer = malloc(sizeof *job->signer);
    if (!job->signer)
        return PROOF_RETRY;
    *err = state_signer(region->state, job->signer);
    return *err ? PROOF_FAILED : PROOF_READER;
}

enum proof proof_begin(struct region *region, struct job *job, enum err *err)
{
    *err = ERR_OK;
    if (job->command.kind == COMMAND_RECEIPT)
        return begin_receipt(region, job, err);
    if (job->command.kind == COMMAND_STORE_COPY) {
        copier_take(region, job);
        return PROOF_TAKEN;
    }
    if (job->command.kind != COMMAND_KEY_SHOW)
        return PROOF_NONE;
    enum proof proof = take_signer(region, job, err);
    if (proof == PROOF_READER) {
        job->stage = JOB_KEYS;
        job->stored = job->signer->sequence;
    }
    return proof;
}

enum proof proof_need_key(struct region *region, struct job *job, enum err *err)
{
    enum proof proof = take_signer(region, job, err);
    job->stage = JOB_SIGNER;
    return proof;
}

bool proof_waits(struct region *region, const struct job *job)
{
    return job->stage == JOB_RECEIPT && job->stored > atomic_load(&region->signer.sealed);
}

static enum err serve_receipt(struct region *region, struct job *job, struct command_reply *reply)
{
    struct ledger_fault fault = {0};
    uint8_t *bytes;
    size_t size;
    enum err err = receipt_make(region->ledger, job->stored, &bytes, &size, &fault);
    if (err) {
        log_event(LOG_WARNING, "receipt_unmade",
                  "region=%s sequence=%" PRIu64 " error=\"%s\" segment=%s text=\"%s\"",
                  region->code, job->stored, err_text(err), fault.segment, fault.text);
        if (err != ERR_LIMIT && err != ERR_CORRUPT)
            return err;
        /* Asking again would not help. */
        admin_refuse(job, err == ERR_LIMIT ? REASON_RECEIPT_UNSIGNED : REASON_RECEIPT_UNREADABLE);
        return ERR_OK;
    }
    if (size > FRAME_MAX - REPLY_ROOM) {
        free(bytes);
        admin_refuse(job, REASON_FRAME_TOO_LARGE);
        return ERR_OK;
    }
    reply->sequence = job->stored;
    reply->receipt = (struct slice){bytes, size};
    answer_command(job, reply);
    free(bytes);
    return ERR_OK;
}

/* The row that a key's record left. */
static enum err fetch_signer(struct region *region, uint64_t sequence, struct signer *signer)
{
    struct record record;
    uint8_t *bytes;
    size_t size;
    enum err err = ledger_fetch(region->ledger, sequence, &bytes, &size);
    if (err)
        return err;
    err = record_read((struct slice){bytes, size}, &record);
    if (!err && !signer_of(&record, signer))
        err = ERR_CORRUPT;
    free(bytes);
    return err;
}

/* Newest first, along each row's link to the one before. */
static enum err serve_keys(struct region *region, struct job *job, struct command_reply *reply)
{
    struct signer *signers = arena_alloc(job->arena, KEYS_MAX * sizeof *signers);
    if (!signers)
        return ERR_NOMEM;
    signers[0] = *job->signer;
    reply->signer_count = 1;
    reply->signers = signers;
    while (job->command.all && reply->signer_count < KEYS_MAX &&
           signers[reply->signer_count - 1].previous != 0) {
        struct signer *next = &signers[reply->signer_count];
        enum err err = fetch_signer(region, next[-1].previous, next);
        if (err)
            return err;
        reply->signer_count++;
    }
    answer_command(job, reply);
    return ERR_OK;
}

enum err proof_serve(struct region *region, struct job *job)
{
    if (job->stage == JOB_SIGNER) {
        enum err err = keyring_make(region, job->command.algorithm, job->signer);
        job->command.signer = job->signer;
        return err;
    }
    struct command_reply *reply = arena_alloc(job->arena, sizeof *reply);
    if (!reply)
        return ERR_NOMEM;
    reply->msgid = job->command.msgid;
    reply->outcome = OUTCOME_DONE;
    return job->stage == JOB_RECEIPT ? serve_receipt(region, job, reply)
                                     : serve_keys(region, job, reply);
}
