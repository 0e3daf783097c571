/* What can be told from the message alone is told here, so that the settler only sees messages that
 * are well-formed, from whom they say, and for a region that is served. Every answer goes through
 * the replies like all others; those made here depend on nothing and carry no tally. */
#include "daemon/intake.h"

#include <string.h>

#include "base/clock.h"
#include "daemon/answer.h"
#include "daemon/authority.h"
#include "daemon/gate.h"
#include "wire/codec.h"

static struct job *job_begin(struct session *session, uint8_t schema)
{
    struct gate *gate = session->gate;
    struct job *job = gate_job_take(gate);
    if (!job)
        return NULL;
    job->peer = session->peer;
    job->load = session->load;
    job->load->uses++;
    job->load->in_flight++;
    gate->in_flight++;
    session->in_flight++;
    job->schema = schema;
    job->first_byte_mono_ms = session->frame_since_mono_ms;
    job->received_ms = clock_wall_ms();
    memcpy(job->actor, session->sender.name, sizeof job->actor);
    if (schema == SCHEMA_OPERATOR)
        job->command.msgid = "";
    else
        job->request.msgid = "";
    return job;
}

static void refuse_all(struct gate *gate, struct job *job, const struct problems *problems)
{
    answer_refused(job, problems);
    replies_put(&gate->replies, job);
}

static void refuse(struct gate *gate, struct job *job, enum reason reason, const char *field,
                   const char *value)
{
    struct problems problems = {0};
    problem_add(&problems, reason, field, NULL, value);
    refuse_all(gate, job, &problems);
}

static enum err decode(struct job *job, struct slice envelope, struct problems *problems)
{
    if (job->schema == SCHEMA_OPERATOR)
        return wire_read_command(envelope, job->arena, &job->command, problems);
    return wire_read_request(envelope, job->arena, &job->request, problems);
}

/* A message that asks for more memory than any legal one. */
static void refuse_glutton(struct gate *gate, struct job *job)
{
    arena_reset(job->arena);
    if (job->schema == SCHEMA_OPERATOR)
        job->command = (struct command){.msgid = ""};
    else
        job->request = (struct request){.msgid = ""};
    refuse(gate, job, REASON_MALFORMED, NULL, NULL);
}

static struct region *find_region(const struct gate *gate, const char *admdvs)
{
    for (uint32_t i = 0; i < gate->region_count; i++) {
        if (strcmp(gate->regions[i]->code, admdvs) == 0)
            return gate->regions[i];
    }
    return NULL;
}

/* More at once than this daemon is set up for. */
static bool overloaded(const struct gate *gate)
{
    return gate->in_flight > gate->config->in_flight || gate->messages.used > gate->messages.limit;
}

static void route(struct gate *gate, const struct sender *sender, struct job *job)
{
    bool command = job->schema == SCHEMA_OPERATOR;
    enum reason reason = command ? authority_command(sender, &job->command)
                                 : authority_request(sender, &job->request);
    if (reason != REASON_NONE) {
        refuse(gate, job, reason, NULL, NULL);
        return;
    }
    if (command && strcmp(sender->county, job->command.region) != 0)
        memcpy(job->command.county, sender->county, sizeof job->command.county);
    const char *admdvs = command ? job->command.region : job->request.insuplc_admdvs;
    struct region *region = find_region(gate, admdvs);
    if (!region) {
        refuse(gate, job, REASON_REGION_WRONG, command ? "region" : "insuplc_admdvs", admdvs);
    } else if (overloaded(gate)) {
        answer_retry(job, REASON_OVERLOADED, region->code);
        replies_put(&gate->replies, job);
    } else {
        region_submit(region, job);
    }
}

void intake_frame(struct session *session, const struct frame_head *head, struct slice envelope)
{
    struct gate *gate = session->gate;
    struct job *job = job_begin(session, head->schema);
    struct problems problems = {0};
    if (!job) {
        session_close(session, "memory");
        return;
    }
    session->frames++;
    enum err err = decode(job, envelope, &problems);
    job->weight = arena_used(job->arena);
    gate->messages.used += job->weight;
    switch (err) {
    case ERR_OK:
        route(gate, &session->sender, job);
        return;
    case ERR_NOMEM:
        refuse_glutton(gate, job);
        session_finish(session);
        return;
    default:
        if (problems.count == 0)
            problem_add(&problems, REASON_MALFORMED, NULL, NULL, NULL);
        refuse_all(gate, job, &problems);
        /* What follows bytes that hold no msgid is not to be trusted either. */
        if (job_msgid(job)[0] == '\0')
            session_finish(session);
    }
}

void intake_refuse(struct session *session, enum reason reason)
{
    uint8_t schema = session->sender.role == SENDER_OPERATOR ? SCHEMA_OPERATOR : SCHEMA_TERMINAL;
    struct job *job = job_begin(session, schema);
    if (!job) {
        session_close(session, "memory");
        return;
    }
    refuse(session->gate, job, reason, NULL, NULL);
    session_finish(session);
}
