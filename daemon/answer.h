/* Turns answers into reply frames in the job's arena. Any thread that owns the job.
 *
 * Each call sets job->frame and job->outcome; when even that memory is gone, frame is empty and the
 * gate closes the connection. */
#ifndef DAEMON_ANSWER_H
#define DAEMON_ANSWER_H

#include "daemon/job.h"
#include "wire/codec.h"

/* What settle answered. False when the arena is exhausted: nothing was made. */
bool answer_settled(struct job *job, const struct settle_answer *answer,
                    struct slice body) MUST_CHECK;
/* The stored reply of an earlier attempt, from its record; settler thread, for the pack's texts
 * beside it. scratch->verdict SETTLE_NEEDS: nothing was made, settle_labels() asks for something;
 * else it holds nothing afterwards. ERR_CORRUPT, ERR_NOMEM. */
enum err answer_stored(struct job *job, const struct settle *settle, struct slice record,
                       struct settle_answer *scratch) MUST_CHECK;

/* Not done, send again. Forgets the decoded message: the job is answered. */
void answer_retry(struct job *job, enum reason reason, const char *region);
/* A refusal that depends on the message alone, made at the gate. */
void answer_refused(struct job *job, const struct problems *problems);
/* An operator's refusal or figures made outside the state machine. */
void answer_command(struct job *job, const struct command_reply *reply);

#endif
