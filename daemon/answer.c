/* Envelopes around bodies. Packed by whoever made the answer, so that a pack's texts and a
 * batch's bytes need not outlive the call. */
#include "daemon/answer.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "daemon/retry.h"
#include "settle/stored_labels.h"

static enum err pack_frame(struct job *job, struct reply_envelope *envelope)
{
    envelope->schema = job->schema;
    envelope->msgid = job_msgid(job);
    envelope->refmsg_time = job->received_ms;
    envelope->respond_time = clock_wall_ms();
    enum err err = wire_write_envelope(envelope, job->arena, &job->frame);
    if (err)
        job->frame = (struct slice){0};
    return err;
}

bool answer_settled(struct job *job, const struct settle_answer *answer, struct slice body)
{
    struct reply_envelope envelope = {
        .body = body,
        .retry_after_ms = answer->retry_after_ms,
        .tally = answer->tally_given ? &answer->tally : NULL,
        .label_count = answer->label_count,
        .labels = answer->labels,
    };
    job->outcome = answer->outcome;
    return pack_frame(job, &envelope) == ERR_OK;
}

enum err answer_stored(struct job *job, const struct settle *settle, struct slice bytes,
                       struct settle_answer *scratch)
{
    struct record record;
    enum err err = record_read(bytes, &record);
    if (err)
        return err;
    *scratch = (struct settle_answer){0};
    err = settle_labels(settle, &record, job->arena, scratch);
    if (err == ERR_NOMEM || (!err && scratch->verdict == SETTLE_NEEDS))
        return err;
    struct reply_envelope envelope = {
        .body = record.reply,
        .repeated = true,
        .label_count = err ? 0 : scratch->label_count, /* texts are a courtesy */
        .labels = scratch->labels,
    };
    job->outcome = (enum outcome)record.outcome;
    return pack_frame(job, &envelope);
}

/* The body of a retry for a terminal, or for an operator. */
static enum err retry_body(struct job *job, enum reason reason, const char *region,
                           struct slice *body)
{
    if (job->schema != SCHEMA_OPERATOR)
        return settle_retry(&job->request, reason, clock_wall_ms(), region, job->arena, body);
    struct command_reply *reply = arena_alloc(job->arena, sizeof *reply);
    if (!reply)
        return ERR_NOMEM;
    reply->msgid = job->command.msgid;
    reply->outcome = OUTCOME_RETRY;
    reply->problem_count = 1;
    reply->problems[0] =
        (struct row_problem){.reason = reason, .zh = reason_zh(reason), .en = reason_en(reason)};
    return wire_write_command_reply(reply, job->arena, body);
}

void answer_retry(struct job *job, enum reason reason, const char *region)
{
    char msgid[ID_MSGID + 1], infno[sizeof job->request.infno];
    (void)snprintf(msgid, sizeof msgid, "%s", job_msgid(job));
    (void)snprintf(infno, sizeof infno, "%s", job_infno(job));
    /* The arena may be what ran out. */
    arena_reset(job->arena);
    if (job->schema == SCHEMA_OPERATOR) {
        job->command = (struct command){.msgid = msgid};
    } else {
        job->request = (struct request){.msgid = msgid};
        memcpy(job->request.infno, infno, sizeof infno);
    }
    struct reply_envelope envelope = {.retry_after_ms = retry_after_ms(reason, msgid)};
    job->outcome = OUTCOME_RETRY;
    job->retry_reason = reason;
    job->frame = (struct slice){0};
    if (retry_body(job, reason, region, &envelope.body) != ERR_OK ||
        pack_frame(job, &envelope) != ERR_OK)
        log_event(LOG_WARNING, "reply_unmade", "reason=%s", reason_name(reason));
    job->request.msgid = job->command.msgid = NULL;
}

static void refused_operator(struct job *job, const struct problems *problems)
{
    struct command_reply *reply = arena_alloc(job->arena, sizeof *reply);
    if (!reply)
        return;
    reply->msgid = job_msgid(job);
    reply->outcome = OUTCOME_REFUSED;
    reply->problem_count = problems->count;
    reply->more = problems->more;
    for (uint32_t i = 0; i < problems->count; i++) {
        const struct problem *problem = &problems->list[i];
        reply->problems[i] = (struct row_problem){
            .reason = problem->reason,
            .field = problem->field[0] ? problem->field : NULL,
            .zh = problem->zh,
            .en = problem->en,
        };
    }
    answer_command(job, reply);
}

static void refused_terminal(struct job *job, const struct problems *problems)
{
    struct reply *reply = arena_alloc(job->arena, sizeof *reply);
    if (!reply)
        return;
    reply->request = &job->request;
    reply->outcome = OUTCOME_REFUSED;
    reply->problems = problems;
    struct reply_envelope envelope = {0};
    job->outcome = OUTCOME_REFUSED;
    if (wire_write_reply(reply, job->arena, &envelope.body) == ERR_OK)
        (void)pack_frame(job, &envelope);
}

void answer_refused(struct job *job, const struct problems *problems)
{
    _Static_assert(ERRORS_MAX <= ROW_PROBLEMS_MAX, "every problem has a row");
    job->frame = (struct slice){0};
    if (job->schema == SCHEMA_OPERATOR)
        refused_operator(job, problems);
    else
        refused_terminal(job, problems);
}

void answer_command(struct job *job, const struct command_reply *reply)
{
    struct reply_envelope envelope = {0};
    job->frame = (struct slice){0};
    job->outcome = reply->outcome;
    if (wire_write_command_reply(reply, job->arena, &envelope.body) == ERR_OK)
        (void)pack_frame(job, &envelope);
}
