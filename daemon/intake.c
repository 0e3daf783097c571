/* What can be told from the message alone is told here, so that the settler only sees messages that
 * are well-formed, from whom they say, and for a region that is served. Every answer goes through
 * the replies like all others; those made here depend on nothing and carry no tally. */
#include "daemon/intake.h"

#include <string.h>

#include "daemon/admin.h"
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
    job->received_ms = gate->now_wall_ms;
    memcpy(job->actor, session->sender.name, sizeof job->actor);
    if (schema == SCHEMA_OPERATOR)
        job->command.msgid = "";
    else
        job->request.msgid = "";
    return job;
}

/* Through the replies like all others; the loop looks into them before it sleeps. */
static void post(struct gate *gate, struct job *job)
{
    replies_put_now(&gate->replies, job);
}

static void refuse_all(struct gate *gate, struct job *job, const struct problems *problems)
{
    answer_refused(job, problems);
    post(gate, job);
}

static void refuse(struct gate *gate, struct job *job, enum reason reason, const char *field,
                   const char *value)
{
    struct problems problems;
    problems_clear(&problems);
    problem_add(&problems, reason, field, NULL, value);
    refuse_all(gate, job, &problems);
}

static enum err decode(struct gate *gate, struct job *job, struct slice envelope,
                       struct problems *problems)
{
    arena_reset(gate->decoding);
    if (job->schema == SCHEMA_OPERATOR)
        return wire_read_command(envelope, job->arena, &job->command, problems);
    return wire_read_request(envelope, job->arena, gate->decoding, &job->request, problems);
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

/* Its place among the gate's; region_count: none. */
static uint32_t find_region(const struct gate *gate, const char *admdvs)
{
    uint32_t i = 0;
    while (i < gate->region_count && strcmp(gate->regions[i]->code, admdvs) != 0)
        i++;
    return i;
}

/* Its settler does not get on, or its disk does not answer, which the settler itself may be waiting
 * for. One that has no room answers, and the settler says so. */
static bool stuck(const struct gate *gate, uint32_t place)
{
    const struct region *region = gate->regions[place];
    int64_t since_ms = atomic_load(&region->metrics.sync_since_mono_ms);
    bool disk = since_ms > 0 && gate->now_mono_ms - since_ms > LANE_STUCK_MS &&
                !atomic_load(&region->no_space);
    return disk || lane_stuck(&gate->lanes[place], gate->now_mono_ms);
}

/* REASON_NONE when the region's settler may have it. */
static enum reason reason_to_shed(const struct gate *gate, uint32_t place, const struct job *job)
{
    if (job->schema != SCHEMA_OPERATOR && job->request.patience_ms > 0 &&
        gate->now_mono_ms - job->first_byte_mono_ms > job->request.patience_ms)
        return REASON_PATIENCE;
    /* More at once than this daemon is set up for, or more than it gets through. */
    bool overloaded = gate->in_flight > gate->config->in_flight ||
                      gate->messages.used > gate->messages.limit || gate->shedding ||
                      stuck(gate, place);
    return overloaded ? REASON_OVERLOADED : REASON_NONE;
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
    uint32_t place = find_region(gate, admdvs);
    if (place == gate->region_count) {
        refuse(gate, job, REASON_REGION_WRONG, command ? "region" : "insuplc_admdvs", admdvs);
        return;
    }
    /* An operator asks most when nothing moves. */
    if (command && job->command.kind == COMMAND_STATUS) {
        admin_status(gate->regions[place], job);
        post(gate, job);
        return;
    }
    reason = reason_to_shed(gate, place, job);
    if (reason == REASON_NONE) {
        gate_submit(gate, place, job);
    } else {
        answer_retry(job, reason, gate->regions[place]->code);
        post(gate, job);
    }
}

void intake_frame(struct session *session, const struct frame_head *head, struct slice envelope)
{
    struct gate *gate = session->gate;
    struct job *job = job_begin(session, head->schema);
    struct problems problems;
    if (!job) {
        session_close(session, CLOSING_MEMORY);
        return;
    }
    session->frames++;
    problems_clear(&problems);
    enum err err = decode(gate, job, envelope, &problems);
    job->weight = arena_used(job->arena);
    gate->messages.used += job->weight;
    session->load->message_bytes += job->weight;
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
        session_close(session, CLOSING_MEMORY);
        return;
    }
    refuse(session->gate, job, reason, NULL, NULL);
    session_finish(session);
}
